package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// maxLabels and maxColleagues bound the lists in settings; a shop has fewer.
const (
	maxLabels     = 50
	maxColleagues = 50
	maxNotes      = 500
)

func (s *Session) changeLabels(change func(*store.Tx) error) ([]LabelRow, error) {
	if err := s.store.Update(s.ctx, change); err != nil {
		return nil, err
	}
	s.cfg.emit(EventWorkChanged, nil)
	return s.labels()
}

func (s *Session) saveLabel(r LabelRow) ([]LabelRow, error) {
	name, err := cleanName(r.Name, maxLabel)
	if err != nil {
		return nil, err
	}
	label := inbox.Label{ID: inbox.LabelID(r.ID), Name: name, Colour: inbox.LabelColour(r.Colour)}
	if !slices.Contains(inbox.LabelColours(), label.Colour) {
		return nil, inbox.InvalidField("colour", "unknown colour")
	}
	list, err := s.store.ListLabels(s.ctx)
	if err != nil {
		return nil, err
	}
	for _, other := range list {
		if other.ID != label.ID && strings.EqualFold(other.Name, name) {
			return nil, &inbox.Error{Code: inbox.CodeConflict, Field: "name", Err: inbox.NewError(inbox.CodeConflict, "label of that name")}
		}
	}
	if label.ID == 0 && len(list) >= maxLabels {
		return nil, inbox.InvalidField("name", "too many labels")
	}
	return s.changeLabels(func(tx *store.Tx) error {
		if label.ID != 0 {
			return tx.UpdateLabel(label)
		}
		_, err := tx.InsertLabel(label)
		return err
	})
}

func (s *Session) saveColleague(r ColleagueRow) ([]ColleagueRow, error) {
	name, err := cleanName(r.Name, maxName)
	if err != nil {
		return nil, err
	}
	list, err := s.store.ListColleagues(s.ctx)
	if err != nil {
		return nil, err
	}
	if r.ID == 0 && len(list) >= maxColleagues {
		return nil, inbox.InvalidField("name", "too many colleagues")
	}
	err = s.store.Update(s.ctx, func(tx *store.Tx) error {
		if r.ID != 0 {
			return tx.RenameColleague(inbox.ColleagueID(r.ID), name)
		}
		_, err := tx.InsertColleague(name)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.cfg.emit(EventWorkChanged, nil)
	return s.colleagues()
}

// deleteColleague forgets one of the shop's people; the last owner who can sign in stays.
func (s *Session) deleteColleague(id inbox.ColleagueID) ([]ColleagueRow, error) {
	if err := s.lead(id); err != nil {
		return nil, err
	}
	if err := s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.DeleteColleague(id) }); err != nil {
		return nil, err
	}
	if s.watch.Status().Person == id {
		s.watch.Lock()
	}
	s.cfg.emit(EventWorkChanged, nil)
	s.cfg.emit(EventCounterChanged, nil)
	return s.colleagues()
}

// tellCustomer tells the window that a customer and her conversations changed.
func (s *Session) tellCustomer(id inbox.CustomerID) error {
	s.cfg.emit(EventCustomerChanged, CustomerEvent{CustomerID: id.String()})
	conversations, err := s.store.ConversationsOf(s.ctx, id)
	for _, c := range conversations {
		s.cfg.emit(EventConversationChanged, ConversationEvent{ConversationID: int64(c)})
	}
	return err
}

func (s *Session) setLabels(r CustomerLabelsRequest) error {
	id, err := inbox.ParseCustomerID(r.CustomerID)
	if err != nil {
		return err
	}
	labels := make([]inbox.LabelID, 0, len(r.LabelIDs))
	for _, label := range r.LabelIDs {
		if l := inbox.LabelID(label); !slices.Contains(labels, l) {
			labels = append(labels, l)
		}
	}
	if err := s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.SetLabels(id, labels) }); err != nil {
		return err
	}
	return s.tellCustomer(id)
}

func (s *Session) notes(customerID string) ([]NoteRow, error) {
	id, err := inbox.ParseCustomerID(customerID)
	if err != nil {
		return nil, err
	}
	list, err := s.store.ListNotes(s.looking(), id)
	rows := make([]NoteRow, 0, len(list))
	for _, n := range list {
		rows = append(rows, NoteRow{ID: n.ID, AtMs: millis(n.At), Text: n.Text})
	}
	return rows, err
}

func (s *Session) saveNote(r NoteRequest) ([]NoteRow, error) {
	id, err := inbox.ParseCustomerID(r.CustomerID)
	if err != nil {
		return nil, err
	}
	text, err := cleanText("text", r.Text, maxNote)
	if err != nil {
		return nil, err
	}
	list, err := s.store.ListNotes(s.ctx, id)
	if err != nil {
		return nil, err
	}
	if r.ID == 0 && (text == "" || len(list) >= maxNotes) {
		return nil, inbox.InvalidField("text", "nothing to keep, or too many notes")
	}
	err = s.store.Update(s.ctx, func(tx *store.Tx) error {
		switch {
		case r.ID == 0:
			_, err := tx.InsertNote(id, s.cfg.now(), text)
			return err
		case text == "":
			return tx.DeleteNote(id, r.ID)
		}
		return tx.UpdateNote(id, r.ID, text)
	})
	if err != nil {
		return nil, err
	}
	s.cfg.emit(EventCustomerChanged, CustomerEvent{CustomerID: r.CustomerID})
	return s.notes(r.CustomerID)
}

// blockTimeout bounds a change of the list of blocked people at the provider.
const blockTimeout = 20 * time.Second

// block asks the provider first: what the window shows must be true there.
func (s *Session) block(r BlockRequest) error {
	id, err := inbox.ParseCustomerID(r.CustomerID)
	if err != nil {
		return err
	}
	who, err := s.store.Recipient(s.ctx, id)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(s.ctx, blockTimeout)
	defer cancel()
	at := time.Time{}
	if r.Blocked {
		at, err = s.cfg.now(), s.client.Block(ctx, who)
	} else {
		err = s.client.Unblock(ctx, who)
	}
	if err != nil {
		return err
	}
	if err := s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.SetBlocked(id, at) }); err != nil {
		return err
	}
	return s.tellCustomer(id)
}

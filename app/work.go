package app

import (
	"time"
	"unicode/utf8"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// Work is what the shop does with conversations besides answering them.
type Work struct{ app *App }

// WorkRow is how far the shop is with a conversation; part of ConversationRow.
type WorkRow struct {
	// DoneAtMs is 0 while the conversation is open.
	DoneAtMs int64 `json:"doneAtMs"`
	Pinned   bool  `json:"pinned"`
	// ColleagueID is 0 for nobody.
	ColleagueID int64   `json:"colleagueId"`
	RemindAtMs  int64   `json:"remindAtMs"`
	Blocked     bool    `json:"blocked"`
	LabelIDs    []int64 `json:"labelIds"`
	// Waiting is true if the customer wrote last.
	Waiting bool `json:"waiting"`
}

// ViewCounts says how many conversations the views of the list hold.
type ViewCounts struct {
	Open    int `json:"open"`
	Unread  int `json:"unread"`
	Waiting int `json:"waiting"`
	Soon    int `json:"soon"`
	Done    int `json:"done"`
	// Due counts reminders whose time has come; NextDueMs is when the next one will, or 0.
	Due       int   `json:"due"`
	NextDueMs int64 `json:"nextDueMs"`
}

// LabelRow is a label; ID 0 asks for a new one.
type LabelRow struct {
	ID     int64  `json:"id"`
	Name   string `json:"name"`
	Colour string `json:"colour"`
}

// ColleagueRow is one of the shop's own people; ID 0 asks for a new one.
type ColleagueRow struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// NoteRow is something the shop wrote down about a customer. It is never sent.
type NoteRow struct {
	ID   int64  `json:"id"`
	AtMs int64  `json:"atMs"`
	Text string `json:"text"`
}

// MoveLabelRequest puts a label at a place among the others, counted from 0.
type MoveLabelRequest struct {
	ID    int64 `json:"id"`
	Place int   `json:"place"`
}

// DoneRequest puts a conversation aside or opens it again.
type DoneRequest struct {
	ConversationID int64 `json:"conversationId"`
	Done           bool  `json:"done"`
}

// PinRequest keeps a conversation at the top of the list.
type PinRequest struct {
	ConversationID int64 `json:"conversationId"`
	Pinned         bool  `json:"pinned"`
}

// AssignRequest gives a conversation to one of the shop's people; 0 to nobody.
type AssignRequest struct {
	ConversationID int64 `json:"conversationId"`
	ColleagueID    int64 `json:"colleagueId"`
}

// ReminderRequest says when to come back to a conversation; AtMs 0 takes the reminder away.
type ReminderRequest struct {
	ConversationID int64  `json:"conversationId"`
	AtMs           int64  `json:"atMs"`
	Why            string `json:"why"`
}

// DueRow is a conversation whose reminder is due.
type DueRow struct {
	ConversationRow
	Why string `json:"why"`
}

// CustomerLabelsRequest replaces a customer's labels.
type CustomerLabelsRequest struct {
	CustomerID string  `json:"customerId"`
	LabelIDs   []int64 `json:"labelIds"`
}

// NoteRequest writes a note down (ID 0) or changes one.
type NoteRequest struct {
	CustomerID string `json:"customerId"`
	ID         int64  `json:"id"`
	Text       string `json:"text"`
}

// BlockRequest keeps a customer from writing to the shop, or no longer.
type BlockRequest struct {
	CustomerID string `json:"customerId"`
	Blocked    bool   `json:"blocked"`
}

// ListLabels returns the shop's labels in their order.
func (b *Work) ListLabels() (list []LabelRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	return s.labels()
}

// SaveLabel makes or changes a label and returns all of them.
func (b *Work) SaveLabel(r LabelRow) (list []LabelRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	return s.saveLabel(r)
}

// MoveLabel gives a label another place and returns all of them.
func (b *Work) MoveLabel(r MoveLabelRequest) (list []LabelRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	return s.changeLabels(func(tx *store.Tx) error { return tx.MoveLabel(inbox.LabelID(r.ID), r.Place) })
}

// DeleteLabel takes a label away from everybody and returns those that are left.
func (b *Work) DeleteLabel(id int64) (list []LabelRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	return s.changeLabels(func(tx *store.Tx) error { return tx.DeleteLabel(inbox.LabelID(id)) })
}

// ListColleagues returns the shop's own people.
func (b *Work) ListColleagues() (list []ColleagueRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	return s.colleagues()
}

// SaveColleague adds or renames one of the shop's people and returns all of them.
func (b *Work) SaveColleague(r ColleagueRow) (list []ColleagueRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	return s.saveColleague(r)
}

// DeleteColleague forgets one of the shop's people and returns those that are left.
func (b *Work) DeleteColleague(id int64) (list []ColleagueRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	return s.deleteColleague(inbox.ColleagueID(id))
}

// SetDone puts a conversation aside until the customer writes again, or opens it.
func (b *Work) SetDone(r DoneRequest) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.setDone(r)
}

// SetPinned keeps a conversation at the top of the list.
func (b *Work) SetPinned(r PinRequest) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.changeConversation(r.ConversationID, func(tx *store.Tx, ref store.ConversationRef) error { return tx.SetPinned(ref.ID, r.Pinned) })
}

// Assign gives a conversation to one of the shop's people.
func (b *Work) Assign(r AssignRequest) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.changeConversation(r.ConversationID, func(tx *store.Tx, ref store.ConversationRef) error {
		return tx.Assign(ref.ID, inbox.ColleagueID(r.ColleagueID))
	})
}

// SetReminder says when to come back to a conversation, and why.
func (b *Work) SetReminder(r ReminderRequest) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.setReminder(r)
}

// GetReminder returns why somebody wanted to come back to a conversation, or "".
func (b *Work) GetReminder(conversationID int64) (why string, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return "", err
	}
	return s.store.Reminder(s.looking(), inbox.ConversationID(conversationID))
}

// ListDue returns the conversations whose reminder is due, the longest due first.
func (b *Work) ListDue() (list []DueRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	return s.due()
}

// CountViews says how many conversations the views of the list hold.
func (b *Work) CountViews() (counts ViewCounts, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return counts, err
	}
	n, err := s.store.CountViews(s.ctx, s.cfg.now())
	return viewCounts(n), err
}

// SetLabels replaces a customer's labels.
func (b *Work) SetLabels(r CustomerLabelsRequest) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.setLabels(r)
}

// ListNotes returns what the shop wrote down about a customer, newest first.
func (b *Work) ListNotes(customerID string) (list []NoteRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	return s.notes(customerID)
}

// SaveNote writes something down about a customer, or changes it; empty text
// removes a note. It returns all of the customer's notes.
func (b *Work) SaveNote(r NoteRequest) (list []NoteRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	return s.saveNote(r)
}

// Block asks WhatsApp to keep a customer from writing to the shop, or no
// longer. It fails with window_closed if the customer did not write within 24 hours.
func (b *Work) Block(r BlockRequest) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.block(r)
}

func workRow(c inbox.Conversation) WorkRow {
	row := WorkRow{
		DoneAtMs: millis(c.Work.DoneAt), Pinned: c.Work.Pinned, ColleagueID: int64(c.Work.Colleague),
		RemindAtMs: millis(c.Work.RemindAt), Blocked: c.Work.Blocked, LabelIDs: []int64{},
		Waiting: c.Last != nil && (c.Last.Direction == inbox.Inbound || c.Last.Content.Automatic),
	}
	for _, id := range c.Work.Labels {
		row.LabelIDs = append(row.LabelIDs, int64(id))
	}
	return row
}

func viewCounts(n store.Counts) ViewCounts {
	return ViewCounts{Open: n.Open, Unread: n.Unread, Waiting: n.Waiting, Soon: n.Soon, Done: n.Done, Due: n.Due, NextDueMs: millis(n.NextDue)}
}

// The lengths of what the shop writes about its work, in characters.
const (
	maxLabel    = 30
	maxNote     = 4000
	maxReminder = 200
)

// cleanText refuses what is too long and returns the rest without control characters.
func cleanText(field, text string, limit int) (string, error) {
	if utf8.RuneCountInString(text) > limit {
		return "", inbox.InvalidField(field, "too long")
	}
	return inbox.CleanText(text, limit), nil
}

// cleanName is cleanText for a line that must not be empty.
func cleanName(text string, limit int) (string, error) {
	if utf8.RuneCountInString(text) > limit {
		return "", inbox.InvalidField("name", "too long")
	}
	if text = inbox.CleanLine(text, limit); text == "" {
		return "", inbox.InvalidField("name", "missing")
	}
	return text, nil
}

// view reads the filter of a list request.
func (s *Session) view(q ConversationQuery) (store.Filter, error) {
	f := store.Filter{View: store.View(q.View), Label: inbox.LabelID(q.LabelID), Colleague: inbox.ColleagueID(q.ColleagueID), Now: s.cfg.now()}
	switch f.View {
	case "":
		f.View = store.ViewOpen
	case store.ViewOpen, store.ViewUnread, store.ViewWaiting, store.ViewSoon, store.ViewDone, store.ViewLabel, store.ViewColleague:
	default:
		return f, inbox.InvalidField("view", "unknown view")
	}
	return f, nil
}

// total is how many conversations a view holds.
func (s *Session) total(f store.Filter, n store.Counts) (int, error) {
	switch f.View {
	case store.ViewUnread:
		return n.Unread, nil
	case store.ViewWaiting:
		return n.Waiting, nil
	case store.ViewSoon:
		return n.Soon, nil
	case store.ViewDone:
		return n.Done, nil
	case store.ViewLabel, store.ViewColleague:
		return s.store.CountOf(s.ctx, f)
	}
	return n.Open, nil
}

// changeConversation changes something of a conversation and tells the window.
func (s *Session) changeConversation(id int64, change func(*store.Tx, store.ConversationRef) error) error {
	err := s.store.Update(s.ctx, func(tx *store.Tx) error {
		ref, _, err := tx.FindConversation(inbox.ConversationID(id))
		if err != nil {
			return err
		}
		if ref.Customer.Erasing {
			return inbox.NewError(inbox.CodeConflict, "conversation of somebody who is being erased")
		}
		return change(tx, ref)
	})
	if err == nil {
		s.cfg.emit(EventConversationChanged, ConversationEvent{ConversationID: id})
	}
	return err
}

func (s *Session) setDone(r DoneRequest) error {
	at := time.Time{}
	if r.Done {
		at = s.cfg.now()
	}
	return s.changeConversation(r.ConversationID, func(tx *store.Tx, ref store.ConversationRef) error {
		if r.Done {
			if _, err := tx.MarkRead(ref.ID); err != nil {
				return err
			}
		}
		_, err := tx.SetDone(ref.ID, at)
		return err
	})
}

func (s *Session) setReminder(r ReminderRequest) error {
	why, err := cleanText("why", r.Why, maxReminder)
	if err != nil {
		return err
	}
	at := time.Time{}
	if r.AtMs > 0 {
		at = time.UnixMilli(r.AtMs)
	}
	return s.changeConversation(r.ConversationID, func(tx *store.Tx, ref store.ConversationRef) error {
		return tx.SetReminder(ref, at, why)
	})
}

// maxDue is how many due reminders are shown; more are worked off in turns.
const maxDue = 20

func (s *Session) due() ([]DueRow, error) {
	list, err := s.store.ListDue(s.ctx, s.cfg.now(), maxDue)
	rows := make([]DueRow, 0, len(list))
	for _, c := range list {
		why, err := s.store.Reminder(s.ctx, c.ID)
		if err != nil {
			return nil, err
		}
		rows = append(rows, DueRow{ConversationRow: conversationRow(c), Why: why})
	}
	return rows, err
}

func (s *Session) labels() ([]LabelRow, error) {
	list, err := s.store.ListLabels(s.ctx)
	rows := make([]LabelRow, 0, len(list))
	for _, l := range list {
		rows = append(rows, LabelRow{ID: int64(l.ID), Name: l.Name, Colour: string(l.Colour)})
	}
	return rows, err
}

func (s *Session) colleagues() ([]ColleagueRow, error) {
	list, err := s.store.ListColleagues(s.ctx)
	rows := make([]ColleagueRow, 0, len(list))
	for _, c := range list {
		rows = append(rows, ColleagueRow{ID: int64(c.ID), Name: c.Name})
	}
	return rows, err
}

package store

import (
	"context"
	"time"

	"tresen/internal/inbox"
)

// Probe is an invented person, for testing erasure on the real store. Nothing
// of her may be real.
type Probe struct {
	Name   string
	Number string // digits no telephone has
	Texts  []string
	Note   string
	File   []byte
}

// probeNumber is the phone number id of a probe's conversation: no number has it.
const probeNumber = "self-test"

// BeginProbe writes an invented person into the store and begins her erasure in
// the same transaction: nobody ever sees, finds or counts her, and what a kill
// leaves is erased at the next start. Nothing about her is sent anywhere.
func (s *Store) BeginProbe(ctx context.Context, p Probe, now time.Time) (Erasure, error) {
	keys, err := s.erasureKeys(1)
	if err != nil {
		return Erasure{}, err
	}
	var job Erasure
	var files []*NewFile
	defer func() {
		for _, f := range files {
			f.Discard()
		}
	}()
	err = s.Update(ctx, func(tx *Tx) error {
		c, withFile, err := tx.insertProbe(p, now)
		if err != nil {
			return err
		}
		f, err := s.sealProbe(c.ID, p.File)
		if f != nil {
			files = append(files, f)
		}
		if err != nil {
			return err
		}
		if _, err := tx.KeepFetchedFile(withFile, Sealed{File: f, At: now, Facts: inbox.FileFacts{MIME: "application/octet-stream"}}); err != nil {
			return err
		}
		jobs, err := tx.beginErasures([]ErasureOrder{{Customer: c.ID, Reason: "selfTest"}}, keys, now)
		if err != nil {
			return err
		}
		job = jobs[0]
		return nil
	})
	return job, err
}

// insertProbe writes everything but the file and returns the message that has one.
func (tx *Tx) insertProbe(p Probe, now time.Time) (c CustomerRef, withFile inbox.MessageID, err error) {
	told := len(tx.request.after)
	defer func() { tx.request.after = tx.request.after[:told] }() // whoever watches is told nothing
	if c, err = tx.InsertCustomer(inbox.Profile{ProfileName: p.Name}, now); err != nil {
		return c, 0, err
	}
	if err := tx.NoteIdentity(c, inbox.Identity{WAID: p.Number}, now); err != nil {
		return c, 0, err
	}
	ref, err := tx.EnsureConversation(c, probeNumber)
	if err != nil {
		return c, 0, err
	}
	for i, text := range p.Texts {
		m := NewMessage{Conversation: ref, PhoneNumberID: probeNumber, WAMID: inbox.WAMID("wamid." + text), Kind: inbox.KindText, SentAt: now, Content: inbox.Content{Text: text}}
		if i == 0 {
			m.Kind, m.Content.Media = inbox.KindDocument, &inbox.Media{ID: "1", FileName: text}
		}
		in, err := tx.InsertMessage(m)
		if err != nil {
			return c, 0, err
		}
		if i == 0 {
			withFile = in.ID
		}
	}
	if err := tx.SaveDraft(ref, inbox.Draft{Text: p.Note}); err != nil {
		return c, 0, err
	}
	_, err = tx.InsertNote(c.ID, now, p.Note)
	return c, withFile, err
}

func (s *Store) sealProbe(owner inbox.CustomerID, content []byte) (*NewFile, error) {
	f, err := s.CreateFile(owner)
	if err != nil {
		return nil, err
	}
	if _, err := f.Write(content); err != nil {
		return f, err
	}
	return f, f.Finish()
}

package broadcast

import (
	"context"
	"errors"
	"strings"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// Plan is a broadcast that has not begun.
type Plan struct {
	Purpose       string
	PhoneNumberID inbox.PhoneNumberID
	Content       store.BroadcastContent
	// People is how many there were when it was confirmed.
	People int
	// StartAt is when it may begin; zero means now.
	StartAt time.Time
}

// LeftOut counts people who would not get a message, by the reason.
type LeftOut map[string]int

// Never is the reason of people who were never asked.
const Never = "no_consent"

var (
	errAudience = errors.New("the audience is not the one that was confirmed")
	errRunning  = errors.New("another broadcast has not ended")
)

// Audience returns who would get a message for a purpose now, and why others would not.
func (f *Feeder) Audience(tx *store.Tx, purpose string) (people []store.CustomerRef, left LeftOut, err error) {
	left = LeftOut{}
	everybody, err := tx.ListLive(purpose)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range everybody {
		if !c.Asked {
			left[Never]++
			continue
		}
		refused, err := f.cfg.Refused(tx, c.CustomerRef, purpose)
		if err != nil {
			return nil, nil, err
		}
		if refused != "" {
			left[refused]++
			continue
		}
		people = append(people, c.CustomerRef)
	}
	return people, left, nil
}

// Start begins a broadcast to its audience. It fails with template_rejected if
// the template cannot go to several people, with invalid, naming the field, if
// a value is missing, and with conflict if another broadcast has not ended or the
// audience is no longer the one that was confirmed.
func (f *Feeder) Start(ctx context.Context, p Plan) (id store.BroadcastID, err error) {
	err = f.cfg.Store.Update(ctx, func(tx *store.Tx) error {
		if err := f.check(tx, p); err != nil {
			return err
		}
		people, _, err := f.Audience(tx, p.Purpose)
		if err != nil {
			return err
		}
		if len(people) == 0 || len(people) != p.People {
			return &inbox.Error{Code: inbox.CodeConflict, Field: "people", Err: errAudience}
		}
		now := f.cfg.Now()
		b := store.Broadcast{State: store.BroadcastRunning, Purpose: p.Purpose, PhoneNumberID: p.PhoneNumberID,
			MadeAt: now, NextAt: now, Content: p.Content}
		if p.StartAt.After(now) {
			b.NextAt = p.StartAt
		}
		if id, err = tx.InsertBroadcast(b, people); err != nil {
			return err
		}
		_, err = tx.AppendLog(now, "broadcast", struct {
			Purpose  string `json:"purpose"`
			Category string `json:"category"`
			People   int    `json:"people"`
		}{p.Purpose, p.Content.Category, len(people)})
		return err
	})
	if err == nil {
		f.kick()
	}
	return id, err
}

func (f *Feeder) check(tx *store.Tx, p Plan) error {
	open, err := tx.OpenBroadcast()
	if err != nil {
		return err
	}
	if open {
		return &inbox.Error{Code: inbox.CodeConflict, Field: "running", Err: errRunning}
	}
	t, err := tx.Template(p.Content.TemplateID)
	if err != nil {
		return err
	}
	if !Usable(t) {
		return inbox.NewError(inbox.CodeTemplateRejected, "template cannot go to several people")
	}
	for _, value := range p.Content.Values {
		if strings.Contains(value, NamePlace) && strings.TrimSpace(p.Content.Nameless) == "" {
			return inbox.InvalidField("nameless", "missing")
		}
	}
	_, err = Fill(t, p.Content, "")
	return err
}

// Pause keeps a running broadcast from going on until Resume. What is being
// sent at this moment is not waited for.
func (f *Feeder) Pause(ctx context.Context, id store.BroadcastID) error {
	return f.change(ctx, id, func(tx *store.Tx, b store.Broadcast) error {
		if b.State != store.BroadcastRunning {
			return inbox.NewError(inbox.CodeConflict, "the broadcast does not run")
		}
		b.State, b.Reason, b.Number = store.BroadcastPaused, ReasonByHand, 0
		return f.hold(tx, b)
	})
}

// Resume lets a paused broadcast go on.
func (f *Feeder) Resume(ctx context.Context, id store.BroadcastID) error {
	return f.change(ctx, id, func(tx *store.Tx, b store.Broadcast) error {
		if b.State != store.BroadcastPaused {
			return inbox.NewError(inbox.CodeConflict, "the broadcast is not paused")
		}
		b.State, b.Reason, b.Number, b.NextAt = store.BroadcastRunning, "", 0, f.cfg.Now()
		return tx.SetBroadcast(b)
	})
}

// Stop ends a broadcast for good and returns how many messages were being sent
// at that moment and may still arrive. Stopping it again changes nothing.
func (f *Feeder) Stop(ctx context.Context, id store.BroadcastID) (leaving int, err error) {
	err = f.change(ctx, id, func(tx *store.Tx, b store.Broadcast) error {
		leaving = 0
		if b.State == store.BroadcastStopped || b.State == store.BroadcastDone {
			return nil
		}
		if leaving, err = takeBack(tx, id); err != nil {
			return err
		}
		if err := tx.EndWaiting(id, store.OutcomeStopped); err != nil {
			return err
		}
		b.State, b.Reason, b.Number, b.EndedAt = store.BroadcastStopped, "", 0, f.cfg.Now()
		return tx.SetBroadcast(b)
	})
	return leaving, err
}

func (f *Feeder) change(ctx context.Context, id store.BroadcastID, fn func(*store.Tx, store.Broadcast) error) error {
	err := f.cfg.Store.Update(ctx, func(tx *store.Tx) error {
		b, err := tx.FindBroadcast(id)
		if err != nil {
			return err
		}
		return fn(tx, b)
	})
	if err == nil {
		f.kick()
		if f.cfg.Changed != nil {
			f.cfg.Changed()
		}
	}
	return err
}

package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tresen/internal/inbox"
)

func (f *folder) queue(t testing.TB, n, second int) (inbox.MessageID, CallbackID) {
	t.Helper()
	var id inbox.MessageID
	callback := CallbackID{byte(n), byte(second)}
	f.update(t, func(tx *Tx) error {
		ref, err := conversation(tx, n)
		if err != nil {
			return err
		}
		m := text(ref, second, fmt.Sprint("Antwort ", n, second))
		m.WAMID = ""
		id, err = tx.QueueMessage(m, callback)
		return err
	})
	return id, callback
}

func (f *folder) status(t testing.TB, id inbox.MessageID) inbox.MessageStatus {
	t.Helper()
	m, err := f.store.Message(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return m.Status
}

func TestQueuedMessagesComeOldestFirst(t *testing.T) {
	f := openFolder(t)
	late, _ := f.queue(t, 1, 30)
	early, callback := f.queue(t, 2, 10)
	middle, _ := f.queue(t, 1, 20)
	list, err := f.store.ListQueued(context.Background())
	if err != nil || len(list) != 3 || list[0].MessageID != early || list[1].MessageID != middle || list[2].MessageID != late {
		t.Fatalf("got %+v, %v", list, err)
	}
	if q := list[0]; q.Callback != callback || q.PhoneNumberID != shopNumber || q.Attempts != 0 || !q.NextAt.Equal(at(10)) {
		t.Errorf("got %+v", q)
	}
}

func TestOutboxStates(t *testing.T) {
	f := openFolder(t)
	id, callback := f.queue(t, 1, 1)
	step := func(want inbox.MessageStatus, queued, unclear int, fn func(tx *Tx) error) {
		t.Helper()
		f.update(t, fn)
		if got := f.status(t, id); got != want {
			t.Errorf("status %s, want %s", got, want)
		}
		q, u, err := f.store.CountOutbox(context.Background())
		if err != nil || q != queued || u != unclear {
			t.Errorf("%d queued, %d unclear, %v; want %d, %d", q, u, err, queued, unclear)
		}
	}
	start := func(tx *Tx) error {
		if ok, err := tx.StartAttempt(id, at(200)); err != nil || !ok {
			t.Errorf("start: %v, %v", ok, err)
		}
		if ok, err := tx.StartAttempt(id, at(200)); err != nil || ok {
			t.Errorf("started twice: %v, %v", ok, err)
		}
		return nil
	}
	step(inbox.StatusSending, 1, 0, start)
	step(inbox.StatusQueued, 1, 0, func(tx *Tx) error { return tx.Requeue(id, at(60), true) })
	step(inbox.StatusSending, 1, 0, start)
	step(inbox.StatusQueued, 1, 0, func(tx *Tx) error { return tx.Requeue(id, at(90), false) })
	list, err := f.store.ListQueued(context.Background())
	if err != nil || len(list) != 1 || list[0].Attempts != 1 || !list[0].NextAt.Equal(at(90)) {
		t.Errorf("after two attempts of which one counts: %+v, %v", list, err)
	}
	step(inbox.StatusQueued, 1, 0, func(tx *Tx) error { return tx.ReleaseQueued(at(30)) })
	step(inbox.StatusSending, 1, 0, start)
	step(inbox.StatusUnclear, 0, 1, func(tx *Tx) error { return tx.MarkUnclear(id) })
	step(inbox.StatusQueued, 1, 0, func(tx *Tx) error {
		if ok, err := tx.QueueAgain(id, at(99)); err != nil || !ok {
			t.Errorf("queue again: %v, %v", ok, err)
		}
		return nil
	})
	step(inbox.StatusSending, 1, 0, start)
	f.reopen(t)                                                                              // the program ended while it was sending
	step(inbox.StatusSending, 1, 0, func(tx *Tx) error { return tx.ReleaseQueued(at(150)) }) // not queued
	if list, err = f.store.ListQueued(context.Background()); err != nil || len(list) != 1 || !list[0].Sending || !list[0].NextAt.Equal(at(200)) {
		t.Errorf("while sending: %+v, %v", list, err)
	}
	step(inbox.StatusSending, 1, 0, func(tx *Tx) error { return tx.AwaitStatus(id, at(300)) })
	step(inbox.StatusUnclear, 0, 1, func(tx *Tx) error { return tx.MarkUnclear(id) })
	step(inbox.StatusFailed, 0, 0, func(tx *Tx) error {
		if ok, err := tx.GiveUpUnclear(id); err != nil || !ok {
			t.Errorf("give up: %v, %v", ok, err)
		}
		return nil
	})
	step(inbox.StatusFailed, 0, 0, func(tx *Tx) error {
		if got, err := tx.FindByCallback(callback); err != nil || got != id {
			t.Errorf("by callback: %v, %v", got, err)
		}
		return nil
	})
	// The provider does know it after all.
	step(inbox.StatusSent, 0, 0, func(tx *Tx) error {
		if err := tx.Accept(id, shopNumber, "wamid.out"); err != nil {
			return err
		}
		_, err := tx.RecordStatus(id, StatusReport{Status: inbox.StatusSent, At: at(2)})
		return err
	})
	step(inbox.StatusSent, 0, 0, func(tx *Tx) error {
		_, err := tx.FindByCallback(callback)
		wantCode(t, err, inbox.CodeNotFound)
		if got, err := tx.FindMessageID(shopNumber, "wamid.out"); err != nil || got != id {
			t.Errorf("by wamid: %v, %v", got, err)
		}
		return tx.Fail(id, inbox.CodeRateLimited, 1) // comes too late
	})
	if m, err := f.store.Message(context.Background(), id); err != nil || m.WAMID != "wamid.out" || m.Failure != "" {
		t.Errorf("got %+v, %v", m, err)
	}
}

func TestAcceptedAfterStatus(t *testing.T) {
	f := openFolder(t)
	id, _ := f.queue(t, 1, 1)
	f.update(t, func(tx *Tx) error {
		if _, err := tx.StartAttempt(id, at(200)); err != nil {
			return err
		}
		if err := tx.Accept(id, shopNumber, "wamid.out"); err != nil {
			return err
		}
		_, err := tx.RecordStatus(id, StatusReport{Status: inbox.StatusDelivered, At: at(5)})
		return err
	})
	f.update(t, func(tx *Tx) error { return tx.Accept(id, shopNumber, "wamid.out") }) // the answer to the send
	if got := f.status(t, id); got != inbox.StatusDelivered {
		t.Errorf("status %s", got)
	}
}

func TestPartsExpire(t *testing.T) {
	f := openFolder(t)
	_, ref := f.say(t, 1, 1, "eins")
	pending := func(target inbox.WAMID, digest string, second, life int, owner *CustomerRef) Pending {
		return Pending{Target: target, Digest: digest, Customer: owner, At: at(second), Expires: at(life), Content: []byte(digest)}
	}
	f.update(t, func(tx *Tx) error {
		for _, p := range []Pending{
			pending("wamid.x", "b", 2, 100, nil), pending("wamid.x", "a", 1, 100, &ref.Customer), pending("wamid.x", "a", 1, 100, nil),
			pending("wamid.y", "old", 1, 10, nil),
		} {
			if err := tx.InsertPending(shopNumber, p); err != nil {
				return err
			}
		}
		for _, p := range []RawPart{
			{Customer: &ref.Customer, Reason: "type", Expires: at(10), Content: []byte("alt")},
			{Reason: "field", Expires: at(100), Content: []byte("neu")}, {Reason: "field", Expires: at(200), Content: []byte("neu")},
		} {
			if err := tx.InsertRawPart(p); err != nil {
				return err
			}
		}
		if n, err := tx.DeleteExpired(at(10)); err != nil || n != 2 {
			t.Errorf("expired %d, %v", n, err)
		}
		return nil
	})
	f.update(t, func(tx *Tx) error {
		for _, want := range []string{"[a b]", "[]"} {
			found, err := tx.TakePending(shopNumber, "wamid.x")
			if err != nil || fmt.Sprintf("%s", found) != want {
				t.Errorf("took %s, %v; want %s", found, err, want)
			}
		}
		for _, target := range []inbox.WAMID{"wamid.y", "wamid.x"} {
			if found, err := tx.TakePending(shopNumber, target); err != nil || len(found) != 0 {
				t.Errorf("took %s, %v", found, err)
			}
		}
		if n, err := tx.DeleteExpired(at(150)); err != nil || n != 1 {
			t.Errorf("the same part again was kept twice, or longer: %d, %v", n, err)
		}
		return nil
	})
}

func TestSettingsAndNotices(t *testing.T) {
	f := openFolder(t)
	f.update(t, func(tx *Tx) error {
		for _, value := range []string{"eins", "zwei"} {
			if err := tx.SetSetting("shop", []byte(value)); err != nil {
				return err
			}
		}
		for _, n := range []inbox.AccountNotice{{Event: "A", At: at(1), Key: "a"}, {Event: "B", At: at(2), Key: "b"}, {Event: "again", At: at(3), Key: "a"}} {
			if err := tx.InsertNotice(n); err != nil {
				return err
			}
		}
		return nil
	})
	f.reopen(t)
	if v, err := f.store.Setting(context.Background(), "shop"); err != nil || string(v) != "zwei" {
		t.Errorf("setting %q, %v", v, err)
	}
	_, err := f.store.Setting(context.Background(), "other")
	wantCode(t, err, inbox.CodeNotFound)
	list, err := f.store.ListNotices(context.Background(), 10)
	if err != nil || len(list) != 2 || list[0].Event != "B" || list[1].Event != "A" {
		t.Errorf("notices %+v, %v", list, err)
	}
}

func TestPreferenceStopWins(t *testing.T) {
	type word struct {
		stop   bool
		second int
	}
	f, calls := openFolder(t), 0
	permute([]word{{true, 5}, {false, 5}, {false, 3}}, func(order []word) {
		calls++
		_, ref := f.say(t, calls, 1, fmt.Sprint("eins ", calls))
		stop := false
		f.update(t, func(tx *Tx) error {
			for _, w := range order {
				if err := tx.SetPreference(ref.Customer, "marketing_messages", w.stop, at(w.second)); err != nil {
					return err
				}
			}
			return tx.queryRow("SELECT stop FROM preference WHERE customer_id = ?", ref.Customer.Row).Scan(&stop)
		})
		if !stop {
			t.Errorf("order %v: the objection is lost", order)
		}
	})
}

func TestMediaLastsSevenDays(t *testing.T) {
	f := openFolder(t)
	_, ref := f.say(t, 1, 1, "eins")
	f.update(t, func(tx *Tx) error {
		m := text(ref, 2, "Bild")
		m.Kind, m.Content = inbox.KindImage, inbox.Content{Media: &inbox.Media{ID: "77", MIME: "image/jpeg"}}
		in, err := tx.InsertMessage(m)
		if err != nil {
			return err
		}
		var state string
		var expires int64
		if err := tx.queryRow("SELECT state, expires_at_ms FROM media WHERE message_id = ?", int64(in.ID)).Scan(&state, &expires); err != nil {
			return err
		}
		if state != "open" || !fromMS(expires).Equal(at(2).Add(7*24*time.Hour)) {
			t.Errorf("state %s until %v", state, fromMS(expires))
		}
		if err := tx.RemoveMedia(in.ID); err != nil {
			return err
		}
		err = tx.queryRow("SELECT state FROM media WHERE message_id = ?", int64(in.ID)).Scan(&state)
		if state != "removed" {
			t.Errorf("state %s", state)
		}
		return err
	})
}

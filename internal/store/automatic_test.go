package store

import (
	"testing"

	"tresen/internal/inbox"
)

// automaticNotice queues a notice to a customer and returns its message.
func (f *folder) automaticNotice(t *testing.T, ref ConversationRef, callback byte) inbox.MessageID {
	t.Helper()
	var id inbox.MessageID
	f.update(t, func(tx *Tx) (err error) {
		m := text(ref, 2, "Hinweis")
		m.WAMID, m.Content.Automatic = "", true
		if id, err = tx.QueueMessage(m, CallbackID{callback}); err != nil {
			return err
		}
		kept, err := tx.KeepAutomaticText(AutomaticText{At: at(1), Text: "Hinweis", Version: "v", Generation: 3})
		if err != nil {
			return err
		}
		return tx.NoteAutomaticSend(ref.Customer, AutomaticSend{Kind: "notice", At: at(2), Message: id, Text: kept})
	})
	return id
}

func (f *folder) newestAutomatic(t *testing.T, c CustomerRef) (list []AutomaticSend) {
	t.Helper()
	f.update(t, func(tx *Tx) (err error) {
		list, err = tx.NewestAutomaticSends(c)
		return err
	})
	return list
}

func (f *folder) someConversation(t *testing.T) (ref ConversationRef) {
	t.Helper()
	f.update(t, func(tx *Tx) error {
		c, err := tx.InsertCustomer(inbox.Profile{}, at(0))
		if err != nil {
			return err
		}
		if ref, err = tx.EnsureConversation(c, shopNumber); err != nil {
			return err
		}
		m := text(ref, 1, "Hallo")
		m.WAMID = "wamid.a"
		_, err = tx.InsertMessage(m)
		return err
	})
	return ref
}

func TestAutomaticMessagesAreNoAnswers(t *testing.T) {
	f := openFolder(t)
	ref := f.someConversation(t)
	f.automaticNotice(t, ref, 1)
	counts, err := f.store.CountViews(t.Context(), at(3))
	if err != nil || counts.Waiting != 1 {
		t.Errorf("waiting for the shop: %+v, %v", counts, err)
	}
	kept, err := f.store.ListKept(t.Context())
	if err != nil || len(kept) != 1 || kept[0].Answered {
		t.Errorf("for retention: %+v, %v", kept, err)
	}
}

func TestNoticeCountsUntilItFails(t *testing.T) {
	f := openFolder(t)
	ref := f.someConversation(t)
	id := f.automaticNotice(t, ref, 1)
	if list := f.newestAutomatic(t, ref.Customer); len(list) != 1 || list[0].Generation != 3 || list[0].Status != inbox.StatusQueued {
		t.Errorf("queued: %+v", list)
	}
	f.update(t, func(tx *Tx) error { return tx.Fail(id, inbox.CodeInvalid, 0) })
	if list := f.newestAutomatic(t, ref.Customer); len(list) != 0 {
		t.Errorf("failed: %+v", list)
	}
	facts, err := f.store.CountAutomatic(t.Context())
	if err != nil || facts.Failed != 1 || facts.UnderWay != 0 {
		t.Errorf("%+v, %v", facts, err)
	}
	f.automaticNotice(t, ref, 2)
	if facts, err = f.store.CountAutomatic(t.Context()); err != nil || facts.Failed != 0 || facts.UnderWay != 1 {
		t.Errorf("tried again: %+v, %v", facts, err)
	}
}

// The proof outlives its message as long as the person is known.
func TestProofOutlivesItsMessage(t *testing.T) {
	f := openFolder(t)
	ref := f.someConversation(t)
	id := f.automaticNotice(t, ref, 1)
	f.update(t, func(tx *Tx) error {
		if err := tx.Accept(id, shopNumber, "wamid.notice"); err != nil {
			return err
		}
		_, err := tx.RecordStatus(id, StatusReport{Status: inbox.StatusDelivered, At: at(3), Pricing: "service/regular"})
		return err
	})
	if err := f.store.DeleteMessages(t.Context(), ref.ID); err != nil {
		t.Fatal(err)
	}
	list, err := f.store.ListAutomaticSends(t.Context(), ref.Customer.ID)
	if err != nil || len(list) != 1 || list[0].Status != inbox.StatusDelivered || list[0].Message != 0 || list[0].Text == 0 {
		t.Errorf("%+v, %v", list, err)
	}
	months, err := f.store.ListAutomaticMonths(t.Context(), shopNumber, 12)
	if err != nil || len(months) != 1 || months[0].Messages != 1 {
		t.Errorf("counted: %+v, %v", months, err)
	}
	usage, err := f.store.ListUsage(t.Context())
	if err != nil || len(usage) != 1 {
		t.Errorf("usage: %+v, %v", usage, err)
	}
}

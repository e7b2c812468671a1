package receive

import (
	"encoding/json"
	"fmt"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// waiting is a change that arrived before the message it is about; one of its
// fields is set.
type waiting struct {
	Reaction *inbox.ReactionChanged `json:"reaction,omitempty"`
	Edit     *inbox.MessageEdited   `json:"edit,omitempty"`
	Revoke   *inbox.MessageRevoked  `json:"revoke,omitempty"`
	Status   *inbox.StatusChanged   `json:"status,omitempty"`
	Moved    *inbox.IdentityChanged `json:"moved,omitempty"`
}

func (a *applier) wait(number inbox.PhoneNumberID, target inbox.WAMID, c *store.CustomerRef, at time.Time, w waiting) error {
	life := maxLateness
	if w.Status != nil {
		life = RawLife // for a message of ours it is there long before; others' are never
	}
	content, err := json.Marshal(w)
	if err != nil {
		return fmt.Errorf("encode waiting change: %w", err)
	}
	return a.tx.InsertPending(number, store.Pending{
		Target: target, Digest: string(target) + " " + string(content), Customer: c, At: at, Expires: a.now.Add(life), Content: content,
	})
}

// applyPending applies what waited for a message that has just been inserted.
func (a *applier) applyPending(number inbox.PhoneNumberID, wamid inbox.WAMID) error {
	found, err := a.tx.TakePending(number, wamid)
	if err != nil {
		return err
	}
	for _, content := range found {
		var w waiting
		if err := json.Unmarshal(content, &w); err != nil {
			return inbox.NewError(inbox.CodeStorageDamaged, "decode waiting change")
		}
		switch {
		case w.Reaction != nil:
			err = a.reaction(*w.Reaction)
		case w.Edit != nil:
			err = a.edited(*w.Edit)
		case w.Revoke != nil:
			err = a.revoked(*w.Revoke)
		case w.Status != nil:
			err = a.status(*w.Status)
		case w.Moved != nil:
			err = a.identityChanged(*w.Moved)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ApplyPending applies what waited for a message of ours that has just got its wamid.
func ApplyPending(tx *store.Tx, number inbox.PhoneNumberID, wamid inbox.WAMID, now time.Time) error {
	return newApplier(tx, now).applyPending(number, wamid)
}

// target is the message a reaction, edit or revocation is about.
type target struct {
	message      inbox.Message
	conversation store.ConversationRef
}

// withTarget calls apply with the message a change is about, or lets the change
// wait for it. Who sent the change is not compared with whose conversation it
// is: the delivery is signed, and somebody who has moved to another number may
// still take back what she wrote from the old one. What is about somebody whose
// erasure is running, or about a message that was taken back, is forgotten.
func (a *applier) withTarget(number inbox.PhoneNumberID, wamid inbox.WAMID, who inbox.Identity, at time.Time, w waiting, apply func(target) error) error {
	var t target
	var err error
	t.message, t.conversation, err = a.tx.FindMessageByWAMID(number, wamid)
	if t.conversation.Customer.Erasing {
		return nil
	}
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		sender, known, err := a.find(who)
		if err != nil {
			return err
		}
		if !known {
			return a.wait(number, wamid, nil, at, w)
		}
		return a.wait(number, wamid, &sender, at, w)
	}
	if err != nil || !t.message.RevokedAt.IsZero() {
		return err
	}
	return apply(t)
}

func (a *applier) reaction(e inbox.ReactionChanged) error {
	e.At = a.sane(e.At)
	return a.withTarget(e.PhoneNumberID, e.Target, e.From, e.At, waiting{Reaction: &e}, func(t target) error {
		a.changed(t.conversation.ID, t.conversation.Customer.ID, false)
		return a.tx.SetReaction(t.conversation, t.message.ID, e.PhoneNumberID, e.WAMID,
			inbox.Reaction{FromShop: e.FromShop, Emoji: e.Emoji, At: e.At})
	})
}

// authored reports whether the side that wants to change a message wrote it.
func authored(m inbox.Message, fromShop bool) bool { return (m.Direction != inbox.Inbound) == fromShop }

func (a *applier) edited(e inbox.MessageEdited) error {
	e.At = a.sane(e.At)
	return a.withTarget(e.PhoneNumberID, e.Target, e.From, e.At, waiting{Edit: &e}, func(t target) error {
		if !authored(t.message, e.FromShop) {
			return inbox.NewError(inbox.CodeConflict, "edit of the other side's message")
		}
		return a.edit(t, e)
	})
}

// edit makes the newest edit the message's content and keeps the others as
// versions, each at the time from which it was valid.
func (a *applier) edit(t target, e inbox.MessageEdited) error {
	m := t.message
	if e.At.Equal(m.EditedAt) {
		return nil
	}
	a.changed(t.conversation.ID, t.conversation.Customer.ID, false)
	content := mergeEdit(m.Content, e.Content)
	if e.At.Before(m.EditedAt) {
		return a.tx.InsertVersion(t.conversation, m.ID, e.At, content)
	}
	since := m.EditedAt
	if since.IsZero() {
		since = m.SentAt
	}
	if err := a.tx.InsertVersion(t.conversation, m.ID, since, m.Content); err != nil {
		return err
	}
	if err := a.tx.SetContent(t.conversation, m, m.Kind, content); err != nil {
		return err
	}
	if err := a.tx.DeleteTranslation(m.ID); err != nil {
		return err
	}
	return a.tx.SetEditedAt(m.ID, e.At)
}

// mergeEdit keeps what an edit does not carry: the file and what was quoted.
func mergeEdit(old, edit inbox.Content) inbox.Content {
	if old.Media != nil {
		media := *old.Media
		if edit.Media != nil {
			media.Caption = edit.Media.Caption
		}
		edit.Media = &media
	}
	edit.Context = old.Context
	return edit
}

// revoked removes the content: the sender deleted it for everyone, and keeping
// it would need a reason of our own (Art. 5(1)(c) GDPR). A shop that has one
// keeps what customers take back, marked as such.
func (a *applier) revoked(e inbox.MessageRevoked) error {
	e.At = a.sane(e.At)
	return a.withTarget(e.PhoneNumberID, e.Target, e.From, e.At, waiting{Revoke: &e}, func(t target) error {
		if !authored(t.message, e.FromShop) {
			return inbox.NewError(inbox.CodeConflict, "revocation of the other side's message")
		}
		a.changed(t.conversation.ID, t.conversation.Customer.ID, false)
		if !a.keepRevoked || e.FromShop {
			if err := RemoveContent(a.tx, t.conversation, t.message); err != nil {
				return err
			}
		}
		return a.tx.SetRevokedAt(t.message.ID, e.At)
	})
}

// RemoveContent removes everything a message said, its earlier versions, its
// reactions and its file. What remains is that there was one.
func RemoveContent(tx *store.Tx, c store.ConversationRef, m inbox.Message) error {
	if err := tx.SetContent(c, m, m.Kind, inbox.Content{}); err != nil {
		return err
	}
	if err := tx.DeleteTranslation(m.ID); err != nil {
		return err
	}
	if err := tx.SetEditedAt(m.ID, time.Time{}); err != nil {
		return err // an edit that comes after this leaves no trace either
	}
	if err := tx.DeleteVersions(m.ID); err != nil {
		return err
	}
	if err := tx.DeleteReactions(m.ID); err != nil {
		return err
	}
	return tx.RemoveMedia(m.ID)
}

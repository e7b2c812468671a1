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
}

func (a *applier) wait(number inbox.PhoneNumberID, target inbox.WAMID, c *store.CustomerRef, at time.Time, life time.Duration, w waiting) error {
	content, err := json.Marshal(w)
	if err != nil {
		return fmt.Errorf("encode waiting change: %w", err)
	}
	return a.tx.InsertPending(number, store.Pending{
		Target: target, Digest: string(content), Customer: c, At: at, Expires: a.now.Add(life), Content: content,
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
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ApplyPending applies what waited for a message of ours that has just got its wamid.
func ApplyPending(tx *store.Tx, number inbox.PhoneNumberID, wamid inbox.WAMID, now time.Time) error {
	a := applier{tx: tx, now: now, changes: map[Change]struct{}{}}
	return a.applyPending(number, wamid)
}

// target is the message a reaction, edit or revocation is about.
type target struct {
	message      inbox.Message
	conversation store.ConversationRef
}

// findTarget finds the message and checks that it is in the sender's own
// conversation, if the sender is known: nobody else's change may reach into it.
func (a *applier) findTarget(number inbox.PhoneNumberID, wamid inbox.WAMID, who inbox.Identity) (t target, sender *store.CustomerRef, err error) {
	customer, known, err := a.find(who)
	if err != nil {
		return t, nil, err
	}
	if known {
		sender = &customer
	}
	t.message, t.conversation, err = a.tx.FindMessageByWAMID(number, wamid)
	if err != nil {
		return t, sender, err
	}
	if known && customer.Row != t.conversation.Customer.Row {
		return t, sender, inbox.NewError(inbox.CodeConflict, "change is about another person's message")
	}
	return t, sender, nil
}

func (a *applier) reaction(e inbox.ReactionChanged) error {
	t, sender, err := a.findTarget(e.PhoneNumberID, e.Target, e.From)
	if inbox.CodeOf(err) == inbox.CodeNotFound && err != nil {
		return a.wait(e.PhoneNumberID, e.Target, sender, e.At, maxLateness, waiting{Reaction: &e})
	}
	if err != nil {
		return err
	}
	if !t.message.RevokedAt.IsZero() {
		return nil
	}
	a.changed(t.conversation.ID, t.conversation.Customer.ID, false)
	return a.tx.SetReaction(t.conversation, t.message.ID, e.PhoneNumberID, e.WAMID,
		inbox.Reaction{FromShop: e.FromShop, Emoji: e.Emoji, At: e.At})
}

// authored reports whether the side that wants to change a message wrote it.
func authored(m inbox.Message, fromShop bool) bool { return (m.Direction != inbox.Inbound) == fromShop }

func (a *applier) edited(e inbox.MessageEdited) error {
	t, sender, err := a.findTarget(e.PhoneNumberID, e.Target, e.From)
	if inbox.CodeOf(err) == inbox.CodeNotFound && err != nil {
		return a.wait(e.PhoneNumberID, e.Target, sender, e.At, maxLateness, waiting{Edit: &e})
	}
	if err != nil {
		return err
	}
	m := t.message
	if !authored(m, e.FromShop) {
		return inbox.NewError(inbox.CodeConflict, "edit of the other side's message")
	}
	if !m.RevokedAt.IsZero() || e.At.Equal(m.EditedAt) {
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
// it would need a reason of our own (Art. 5(1)(c) GDPR).
func (a *applier) revoked(e inbox.MessageRevoked) error {
	t, sender, err := a.findTarget(e.PhoneNumberID, e.Target, e.From)
	if inbox.CodeOf(err) == inbox.CodeNotFound && err != nil {
		return a.wait(e.PhoneNumberID, e.Target, sender, e.At, maxLateness, waiting{Revoke: &e})
	}
	if err != nil {
		return err
	}
	m := t.message
	if !authored(m, e.FromShop) {
		return inbox.NewError(inbox.CodeConflict, "revocation of the other side's message")
	}
	if !m.RevokedAt.IsZero() {
		return nil
	}
	a.changed(t.conversation.ID, t.conversation.Customer.ID, false)
	if err := a.tx.SetContent(t.conversation, m, m.Kind, inbox.Content{}); err != nil {
		return err
	}
	if err := a.tx.SetRevokedAt(m.ID, e.At); err != nil {
		return err
	}
	if err := a.tx.DeleteVersions(m.ID); err != nil {
		return err
	}
	if err := a.tx.DeleteReactions(m.ID); err != nil {
		return err
	}
	return a.tx.RemoveMedia(m.ID)
}

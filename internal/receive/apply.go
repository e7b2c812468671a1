package receive

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// applier applies events inside one transaction and collects what changed.
type applier struct {
	tx      *store.Tx
	now     time.Time
	changes map[Change]struct{}
}

func (a *applier) changed(c inbox.ConversationID, customer inbox.CustomerID, isNew bool) {
	a.changes[Change{Conversation: c, Customer: customer, New: isNew}] = struct{}{}
}

func (a *applier) apply(e inbox.Event) error {
	switch e := e.(type) {
	case inbox.MessageReceived:
		return a.received(e)
	case inbox.MessageEchoed:
		return a.echoed(e)
	case inbox.ReactionChanged:
		return a.reaction(e)
	case inbox.MessageEdited:
		return a.edited(e)
	case inbox.MessageRevoked:
		return a.revoked(e)
	case inbox.StatusChanged:
		return a.status(e)
	case inbox.IdentityChanged:
		return a.identityChanged(e)
	case inbox.PreferenceChanged:
		return a.preference(e)
	case inbox.AccountNotice:
		a.changes[Change{Account: true}] = struct{}{}
		return a.tx.InsertNotice(e)
	case inbox.UnknownPart:
		return a.keepRaw(nil, e.Reason, e.Raw)
	}
	return fmt.Errorf("apply event: no rule for %T", e)
}

// sane replaces times that cannot be: a message from the future would keep its
// conversation on top and its window open for ever.
func (a *applier) sane(at time.Time) time.Time {
	if at.IsZero() || at.After(a.now.Add(24*time.Hour)) {
		return a.now
	}
	return at
}

func (a *applier) received(e inbox.MessageReceived) error {
	at := a.sane(e.At)
	customer, err := a.resolve(e.From, at)
	if err != nil {
		return err
	}
	conversation, err := a.tx.EnsureConversation(customer, e.PhoneNumberID)
	if err != nil {
		return err
	}
	quiet := e.History || e.Kind == inbox.KindSystem
	in, err := a.tx.InsertMessage(store.NewMessage{
		Conversation: conversation, PhoneNumberID: e.PhoneNumberID, WAMID: e.WAMID, Direction: inbox.Inbound,
		Kind: e.Kind, SentAt: at, Content: e.Content, Read: quiet,
	})
	if err != nil || !in.New {
		return err
	}
	if err := a.introduce(customer, e.From, at, in.Newest); err != nil {
		return err
	}
	if e.Raw != nil {
		if err := a.keepRaw(&customer, "type", e.Raw); err != nil {
			return err
		}
	}
	a.changed(conversation.ID, customer.ID, !quiet)
	return a.applyPending(e.PhoneNumberID, e.WAMID)
}

// introduce keeps up with what a customer calls herself. Only the newest
// message of a conversation may change it, so that a late one does not.
func (a *applier) introduce(c store.CustomerRef, who inbox.Identity, at time.Time, newest bool) error {
	if !newest {
		return a.tx.NoteFirstSeen(c, at)
	}
	p, err := a.tx.Profile(c)
	if err != nil {
		return err
	}
	next := withIdentity(p, who)
	if next == p {
		return nil
	}
	return a.tx.UpdateProfile(c, next)
}

func (a *applier) echoed(e inbox.MessageEchoed) error {
	at := a.sane(e.At)
	customer, err := a.resolve(e.To, at)
	if err != nil {
		return err
	}
	conversation, err := a.tx.EnsureConversation(customer, e.PhoneNumberID)
	if err != nil {
		return err
	}
	in, err := a.tx.InsertMessage(store.NewMessage{
		Conversation: conversation, PhoneNumberID: e.PhoneNumberID, WAMID: e.WAMID, Direction: inbox.Echo,
		Kind: e.Kind, SentAt: at, Content: e.Content, Read: true,
	})
	if err != nil || !in.New {
		return err
	}
	if !in.Newest {
		if err := a.tx.NoteFirstSeen(customer, at); err != nil {
			return err
		}
	}
	if e.Raw != nil {
		if err := a.keepRaw(&customer, "type", e.Raw); err != nil {
			return err
		}
	}
	a.changed(conversation.ID, customer.ID, false)
	return a.applyPending(e.PhoneNumberID, e.WAMID)
}

func (a *applier) identityChanged(e inbox.IdentityChanged) error {
	customer, found, err := a.find(e.Old)
	if err != nil {
		return err
	}
	if !found {
		// Nobody of ours has moved; there is nothing to propose.
		return a.keepRaw(nil, "identity", encode(e))
	}
	at := a.sane(e.At)
	for _, i := range recognising(e.New) {
		owner, err := a.tx.FindCustomerByIdentifier(i.kind, i.value)
		if err == nil && owner.Row == customer.Row {
			continue
		}
		if err != nil && inbox.CodeOf(err) != inbox.CodeNotFound {
			return err
		}
		if err := a.tx.AnnounceIdentifier(customer, i.kind, i.value, at); err != nil {
			return err
		}
	}
	conversation, err := a.tx.EnsureConversation(customer, e.PhoneNumberID)
	if err != nil {
		return err
	}
	system := e.System
	_, err = a.tx.InsertMessage(store.NewMessage{
		Conversation: conversation, PhoneNumberID: e.PhoneNumberID, WAMID: e.WAMID, Direction: inbox.Inbound,
		Kind: inbox.KindSystem, SentAt: at, Content: inbox.Content{System: &system}, Read: true,
	})
	a.changed(conversation.ID, customer.ID, false)
	return err
}

func (a *applier) preference(e inbox.PreferenceChanged) error {
	customer, err := a.resolve(e.From, a.sane(e.At))
	if err != nil {
		return err
	}
	return a.tx.SetPreference(customer, e.Category, e.Stop, a.sane(e.At))
}

func (a *applier) status(e inbox.StatusChanged) error {
	id, err := a.statusTarget(e)
	if inbox.CodeOf(err) == inbox.CodeNotFound {
		return a.wait(e.PhoneNumberID, e.WAMID, nil, e.At, RawLife, waiting{Status: &e})
	}
	if err != nil {
		return err
	}
	return a.recordStatus(id, e)
}

// statusTarget finds the message a status is about: by its wamid, or by our own
// id if the answer to the send has not arrived or was lost.
func (a *applier) statusTarget(e inbox.StatusChanged) (inbox.MessageID, error) {
	id, err := a.tx.FindMessageID(e.PhoneNumberID, e.WAMID)
	if inbox.CodeOf(err) != inbox.CodeNotFound || err == nil {
		return id, err
	}
	callback, ok := ParseCallback(e.CallbackData)
	if !ok {
		return 0, err
	}
	if id, err = a.tx.FindByCallback(callback); err != nil {
		return 0, err
	}
	return id, a.tx.Accept(id, e.PhoneNumberID, e.WAMID)
}

func (a *applier) recordStatus(id inbox.MessageID, e inbox.StatusChanged) error {
	report := store.StatusReport{Status: e.Status, At: e.At, Failure: e.Failure, FailureNumber: e.FailureNumber}
	if e.PricingCategory != "" || e.PricingType != "" {
		report.Pricing = e.PricingCategory + "/" + e.PricingType
	}
	if _, err := a.tx.RecordStatus(id, report); err != nil {
		return err
	}
	a.changed(id.Conversation(), inbox.CustomerID{}, false)
	return nil
}

// ParseCallback reads our own id out of biz_opaque_callback_data.
func ParseCallback(s string) (id store.CallbackID, ok bool) {
	if len(s) != 2*len(id) {
		return id, false
	}
	_, err := hex.Decode(id[:], []byte(s))
	return id, err == nil
}

func (a *applier) keepRaw(c *store.CustomerRef, reason string, raw []byte) error {
	return a.tx.InsertRawPart(store.RawPart{Customer: c, Reason: reason, Expires: a.now.Add(RawLife), Content: raw})
}

// encode turns an event back into bytes to be kept sealed.
func encode(e inbox.Event) []byte {
	b, err := json.Marshal(e)
	if err != nil {
		return []byte(fmt.Sprintf("%T", e))
	}
	return b
}

package receive

import (
	"encoding/json"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// recognising returns the identifiers by which somebody is recognised.
func recognising(who inbox.Identity) (list []inbox.Identifier) {
	if who.BSUID != "" {
		list = append(list, inbox.Identifier{Kind: inbox.KindBSUID, Value: who.BSUID})
	}
	if who.WAID != "" {
		list = append(list, inbox.Identifier{Kind: inbox.KindWAID, Value: who.WAID})
	}
	return list
}

// find returns the customer an identity belongs to, if there is one. A BSUID
// changes with the number, so it never belongs to two people; a number can be
// given to somebody else. Whoever writes from a known number with a BSUID other
// than the one on file is therefore somebody else. (Meta docs: Business-scoped
// user IDs; Art. 5(1)(d) GDPR.)
func (a *applier) find(who inbox.Identity) (c store.CustomerRef, found bool, err error) {
	if who.BSUID != "" {
		if c, found, err = a.findBy(inbox.KindBSUID, who.BSUID); found || err != nil {
			return c, found, err
		}
	}
	if who.WAID == "" {
		return c, false, nil
	}
	if c, found, err = a.findBy(inbox.KindWAID, who.WAID); !found || err != nil || who.BSUID == "" {
		return c, found, err
	}
	known, err := a.tx.Identifiers(c, inbox.KindBSUID)
	return c, len(known) == 0, err
}

func (a *applier) findBy(kind inbox.IdentifierKind, value string) (store.CustomerRef, bool, error) {
	c, err := a.tx.FindCustomerByIdentifier(kind, value)
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		return c, false, nil
	}
	return c, err == nil, err
}

// resolve returns the customer who wrote at a time, creating one if nobody is
// known by these identifiers. Two customers are never merged here.
func (a *applier) resolve(who inbox.Identity, number inbox.PhoneNumberID, at time.Time) (store.CustomerRef, error) {
	if who.Empty() {
		return store.CustomerRef{}, inbox.NewError(inbox.CodeInvalid, "sender without identifier")
	}
	c, found, err := a.find(who)
	if err != nil {
		return c, err
	}
	if found {
		return c, a.tx.NoteIdentity(c, who, at)
	}
	if c, err = a.tx.InsertCustomer(inbox.Profile{ProfileName: who.ProfileName, Username: who.Username}, at); err != nil {
		return c, err
	}
	if err := a.tx.NoteIdentity(c, who, at); err != nil {
		return c, err
	}
	return c, a.applyWaitingFor(number, who)
}

// moved names the report that a person has moved, which waits for that person's
// first message: reports arrive in any order.
func moved(i inbox.Identifier) inbox.WAMID {
	return inbox.WAMID("moved/" + string(i.Kind) + "/" + i.Value)
}

// applyWaitingFor applies what was reported about somebody before the message
// that made her a customer.
func (a *applier) applyWaitingFor(number inbox.PhoneNumberID, who inbox.Identity) error {
	for _, i := range recognising(who) {
		if err := a.applyPending(number, moved(i)); err != nil {
			return err
		}
	}
	return nil
}

// identityChanged writes down where a customer says to have gone, and links
// nothing: that is the shop's to decide.
func (a *applier) identityChanged(e inbox.IdentityChanged) error {
	customer, found, err := a.find(e.Old)
	if err != nil {
		return err
	}
	at := a.sane(e.At)
	if !found {
		for _, i := range recognising(e.Old) {
			if err := a.wait(e.PhoneNumberID, moved(i), nil, at, waiting{Moved: &e}); err != nil {
				return err
			}
		}
		return nil
	}
	for _, i := range recognising(e.New) {
		owner, known, err := a.findBy(i.Kind, i.Value)
		if err != nil {
			return err
		}
		if known && owner.Row == customer.Row {
			continue
		}
		if err := a.tx.AnnounceIdentifier(customer, i.Kind, i.Value, at); err != nil {
			return err
		}
	}
	conversation, err := a.tx.EnsureConversation(customer, e.PhoneNumberID)
	if err != nil {
		return err
	}
	system := e.System
	system.NewNumber = e.New.WAID
	in, err := a.tx.InsertMessage(store.NewMessage{
		Conversation: conversation, PhoneNumberID: e.PhoneNumberID, WAMID: e.WAMID, Direction: inbox.Inbound,
		Kind: inbox.KindSystem, SentAt: at, Content: inbox.Content{System: &system}, Read: true,
	})
	if err == nil && in.New {
		a.changed(conversation.ID, customer.ID, false)
	}
	return err
}

// encode turns an event back into bytes to be kept sealed.
func encode(e inbox.Event) []byte {
	b, err := json.Marshal(e)
	if err != nil {
		return nil // only what JSON cannot say, and events hold nothing of the kind
	}
	return b
}

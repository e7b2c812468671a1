package receive

import (
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

type identifier struct {
	kind  inbox.IdentifierKind
	value string
}

// recognising returns the identifiers by which somebody is recognised, the
// stronger first: a BSUID changes with the number, so it never belongs to two
// people, while a number can be given to somebody else.
func recognising(who inbox.Identity) []identifier {
	var list []identifier
	if who.BSUID != "" {
		list = append(list, identifier{inbox.KindBSUID, who.BSUID})
	}
	if who.WAID != "" {
		list = append(list, identifier{inbox.KindWAID, who.WAID})
	}
	return list
}

// find returns the customer an identity belongs to, if there is one.
func (a *applier) find(who inbox.Identity) (store.CustomerRef, bool, error) {
	for _, i := range recognising(who) {
		c, err := a.tx.FindCustomerByIdentifier(i.kind, i.value)
		if err == nil {
			return c, true, nil
		}
		if inbox.CodeOf(err) != inbox.CodeNotFound {
			return c, false, err
		}
	}
	return store.CustomerRef{}, false, nil
}

// resolve returns the customer who wrote, creating one if nobody is known by
// these identifiers. Two customers are never merged here.
func (a *applier) resolve(who inbox.Identity, at time.Time) (store.CustomerRef, error) {
	if who.Empty() {
		return store.CustomerRef{}, inbox.NewError(inbox.CodeInvalid, "sender without identifier")
	}
	byBSUID, knowsBSUID, err := a.find(inbox.Identity{BSUID: who.BSUID})
	if err != nil {
		return byBSUID, err
	}
	byNumber, knowsNumber, err := a.find(inbox.Identity{WAID: who.WAID})
	if err != nil {
		return byNumber, err
	}
	switch {
	case knowsBSUID && (knowsNumber || who.WAID == ""):
		// If the number is somebody else's here, the BSUID decides; who is who is the shop's to say.
		return byBSUID, nil
	case knowsBSUID:
		return byBSUID, a.addNumber(byBSUID, who.WAID, at)
	case knowsNumber && who.BSUID == "":
		return byNumber, nil
	case knowsNumber:
		return a.numberWithNewBSUID(byNumber, who, at)
	}
	return a.create(who, at)
}

// addNumber gives a customer known by BSUID a number that nobody else has.
// An older number of hers becomes history.
func (a *applier) addNumber(c store.CustomerRef, number string, at time.Time) error {
	old, err := a.tx.Identifiers(c, inbox.KindWAID)
	if err != nil {
		return err
	}
	for _, o := range old {
		if err := a.tx.RetireIdentifier(c, inbox.KindWAID, o, at); err != nil {
			return err
		}
	}
	return a.tx.InsertIdentifier(c, inbox.KindWAID, number, at)
}

// numberWithNewBSUID handles a known number with a BSUID we have not seen. If
// none is on file, it completes the customer. If another is, the number may
// have a new owner: she becomes a customer of her own and takes the number
// with her; the old chat stays with the old customer. (Meta docs:
// Business-scoped user IDs; Art. 5(1)(d) GDPR.)
func (a *applier) numberWithNewBSUID(c store.CustomerRef, who inbox.Identity, at time.Time) (store.CustomerRef, error) {
	known, err := a.tx.Identifiers(c, inbox.KindBSUID)
	if err != nil {
		return c, err
	}
	if len(known) == 0 {
		return c, a.tx.InsertIdentifier(c, inbox.KindBSUID, who.BSUID, at)
	}
	if err := a.tx.RetireIdentifier(c, inbox.KindWAID, who.WAID, at); err != nil {
		return c, err
	}
	return a.create(who, at)
}

func (a *applier) create(who inbox.Identity, at time.Time) (store.CustomerRef, error) {
	c, err := a.tx.InsertCustomer(withIdentity(inbox.Profile{}, who), at)
	if err != nil {
		return c, err
	}
	list := recognising(who)
	if who.ParentBSUID != "" {
		list = append(list, identifier{inbox.KindParentBSUID, who.ParentBSUID})
	}
	for _, i := range list {
		if err := a.tx.InsertIdentifier(c, i.kind, i.value, at); err != nil {
			return c, err
		}
	}
	return c, nil
}

// withIdentity takes over what a notification says about somebody's name.
func withIdentity(p inbox.Profile, who inbox.Identity) inbox.Profile {
	if who.ProfileName != "" {
		p.ProfileName = who.ProfileName
	}
	if who.Username != "" {
		p.Username = who.Username
	}
	if who.WAID != "" {
		p.Number = who.WAID
	}
	return p
}

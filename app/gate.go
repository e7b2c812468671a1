package app

import (
	"errors"

	"tresen/internal/consent"
	"tresen/internal/inbox"
	"tresen/internal/store"
)

// Why a template must not go to somebody: the Field of a no_opt_in error, and a key of the window's words.
const (
	refusedStopped    = "stopped"     // the customer stopped marketing messages in WhatsApp (Art. 21(2) GDPR)
	refusedNoConsent  = "no_consent"  // advertising without a recorded consent (§ 7(2) UWG)
	refusedNeverWrote = "never_wrote" // not a matter of this customer's own: she never wrote to the shop
)

// refusals are the register's reasons in the window's words.
var refusals = map[consent.Refusal]string{
	consent.RefusedProvider:   refusedStopped,
	consent.RefusedNever:      refusedNoConsent,
	consent.RefusedOpen:       "open",
	consent.RefusedWithdrawn:  "withdrawn",
	consent.RefusedBlocked:    "blocked",
	consent.RefusedRestricted: "restricted",
}

// mayGetTemplate is the gate before every template: it fails with no_opt_in
// and the reason if the customer's consent does not cover it. Advertising needs
// a consent of its own; what belongs to a matter the customer began herself
// does not (Art. 6(1)(b) GDPR).
func (s *Session) mayGetTemplate(tx *store.Tx, ref store.ConversationRef, t inbox.TemplateMessage) error {
	if ref.Customer.Restricted {
		return refuse(refusals[consent.RefusedRestricted])
	}
	if purpose := purposeOf(t); purpose != "" {
		return s.mayGet(tx, ref.Customer, purpose)
	}
	last, err := tx.LastInbound(ref.ID)
	if err != nil {
		return err
	}
	if last.IsZero() {
		return refuse(refusedNeverWrote)
	}
	return nil
}

// purposeOf returns the purpose of the consent a template relies on, or empty
// if it needs none.
func purposeOf(t inbox.TemplateMessage) consent.Purpose {
	if t.Purpose == "" && t.Category != inbox.CategoryUtility {
		return consent.PurposeNews
	}
	return consent.Purpose(t.Purpose)
}

// mayGet asks the register. It runs in the transaction that begins the send, so
// an objection that was committed before it is always respected.
func (s *Session) mayGet(tx *store.Tx, c store.CustomerRef, purpose consent.Purpose) error {
	refusal, err := s.consents.Advertise(tx, c, purpose, s.cfg.now())
	if err != nil || refusal == "" {
		return err
	}
	return refuse(refusals[refusal])
}

func refuse(reason string) error {
	return &inbox.Error{Code: inbox.CodeNoOptIn, Field: reason, Err: errors.New("template is not covered by a consent")}
}

package app

import (
	"errors"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// Why a template must not go to somebody; the Field of a no_opt_in error.
const (
	refusedStopped    = "stopped"     // the customer stopped marketing messages in WhatsApp (Art. 21(2) GDPR)
	refusedNoConsent  = "no_consent"  // advertising without a recorded consent (§ 7(2) UWG)
	refusedNeverWrote = "never_wrote" // not a matter of this customer's own: she never wrote to the shop
)

// mayGetTemplate is the gate before every template: it fails with no_opt_in
// and the reason if the customer's consent does not cover it. Advertising needs
// a consent of its own; what belongs to a matter the customer began herself
// does not (Art. 6(1)(b) GDPR).
func (s *Session) mayGetTemplate(tx *store.Tx, ref store.ConversationRef, t inbox.TemplateMessage) error {
	if t.Category != inbox.CategoryUtility {
		stopped, err := tx.MarketingStopped(ref.Customer)
		if err != nil {
			return err
		}
		if stopped {
			return refuse(refusedStopped)
		}
		return refuse(refusedNoConsent)
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

func refuse(reason string) error {
	return &inbox.Error{Code: inbox.CodeNoOptIn, Field: reason, Err: errors.New("template is not covered by a consent")}
}

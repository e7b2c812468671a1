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

// advertising says whether somebody may get an advertising message, by naming a
// reason if not. It is asked in the transaction that begins a send.
type advertising interface {
	Refusal(tx *store.Tx, c store.CustomerRef) (reason string, err error)
}

// unregistered knows objections made in WhatsApp but no consents: without a
// record nobody may be advertised to.
type unregistered struct{}

// Refusal implements advertising.
func (unregistered) Refusal(tx *store.Tx, c store.CustomerRef) (string, error) {
	stopped, err := tx.MarketingStopped(c)
	if err != nil {
		return "", err
	}
	if stopped {
		return refusedStopped, nil
	}
	return refusedNoConsent, nil
}

// mayGetTemplate is the gate before every template: it fails with no_opt_in
// and the reason if the customer's consent does not cover it. Advertising needs
// a consent of its own; what belongs to a matter the customer began herself
// does not (Art. 6(1)(b) GDPR).
func (s *Session) mayGetTemplate(tx *store.Tx, ref store.ConversationRef, t inbox.TemplateMessage) error {
	if t.Category != inbox.CategoryUtility {
		reason, err := s.ads.Refusal(tx, ref.Customer)
		if err != nil || reason == "" {
			return err
		}
		return refuse(reason)
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

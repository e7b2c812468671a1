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
	consent.RefusedProvider:  refusedStopped,
	consent.RefusedNever:     refusedNoConsent,
	consent.RefusedOpen:      "open",
	consent.RefusedWithdrawn: "withdrawn",
	consent.RefusedBlocked:   "blocked",
}

// mayGetTemplate is the gate before every template: it fails with no_opt_in
// and the reason if the customer's consent does not cover it. Advertising needs
// a consent of its own; what belongs to a matter the customer began herself
// does not (Art. 6(1)(b) GDPR).
func (s *Session) mayGetTemplate(tx *store.Tx, ref store.ConversationRef, t inbox.TemplateMessage) error {
	if t.Category != inbox.CategoryUtility {
		return s.mayAdvertise(tx, ref)
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

// mayAdvertise asks the register. It runs in the transaction that begins the
// send, so an objection that was committed before it is always respected.
func (s *Session) mayAdvertise(tx *store.Tx, ref store.ConversationRef) error {
	refusal, err := s.consents.Advertise(tx, ref.Customer, consent.PurposeNews, s.cfg.now())
	if err != nil || refusal == "" {
		return err
	}
	return refuse(refusals[refusal])
}

// noteConsentUse records that a consent was used, once the provider has taken
// an advertising message.
func (s *Session) noteConsentUse(tx *store.Tx, number inbox.PhoneNumberID, wamid inbox.WAMID) error {
	m, ref, err := tx.FindMessageByWAMID(number, wamid)
	if err != nil || m.Content.Template == nil || m.Content.Template.Category == inbox.CategoryUtility {
		return err
	}
	return tx.NoteConsentUse(ref.Customer, string(consent.PurposeNews), s.cfg.now(), m.ID)
}

func refuse(reason string) error {
	return &inbox.Error{Code: inbox.CodeNoOptIn, Field: reason, Err: errors.New("template is not covered by a consent")}
}

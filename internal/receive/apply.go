package receive

import (
	"encoding/hex"
	"fmt"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// applier applies events inside one transaction and collects what changed.
type applier struct {
	tx      *store.Tx
	now     time.Time
	changes map[inbox.ConversationID]Change
	account bool
	// templates is true if a report about a template was applied.
	templates bool
	// keepRevoked is the shop's rule for what customers take back.
	keepRevoked bool
	rules       []Rule
}

func newApplier(tx *store.Tx, now time.Time, rules ...Rule) *applier {
	return &applier{tx: tx, now: now, changes: map[inbox.ConversationID]Change{}, rules: rules}
}

func (a *applier) changed(c inbox.ConversationID, customer inbox.CustomerID, isNew bool) {
	a.changes[c] = Change{Conversation: c, Customer: customer, New: isNew || a.changes[c].New}
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
		a.account = true
		return a.tx.InsertNotice(e)
	case inbox.TemplateChanged:
		a.templates = true
		e.At = a.sane(e.At)
		return a.tx.ChangeTemplate(e)
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
	quiet := e.History || e.Kind == inbox.KindSystem
	m := store.NewMessage{
		PhoneNumberID: e.PhoneNumberID, WAMID: e.WAMID, Direction: inbox.Inbound,
		Kind: e.Kind, SentAt: e.At, Content: e.Content, Read: quiet,
	}
	id, conversation, err := a.message(e.From, e.Raw, m)
	if err != nil || id == 0 || quiet {
		return err
	}
	return a.follow(Arrival{
		Conversation: conversation, Message: id, PhoneNumberID: m.PhoneNumberID, WAMID: m.WAMID,
		Kind: m.Kind, Content: m.Content, SentAt: a.sane(m.SentAt), ReceivedAt: a.now,
	})
}

func (a *applier) echoed(e inbox.MessageEchoed) error {
	_, _, err := a.message(e.To, e.Raw, store.NewMessage{
		PhoneNumberID: e.PhoneNumberID, WAMID: e.WAMID, Direction: inbox.Echo,
		Kind: e.Kind, SentAt: e.At, Content: e.Content, Read: true,
	})
	return err
}

// message adds a message to the conversation with a customer. It returns 0 for
// a message that was there already.
func (a *applier) message(who inbox.Identity, raw []byte, m store.NewMessage) (inbox.MessageID, store.ConversationRef, error) {
	m.SentAt = a.sane(m.SentAt)
	m.ProfileName, m.Username = who.ProfileName, who.Username
	customer, err := a.resolve(who, m.PhoneNumberID, m.SentAt)
	if err != nil {
		return 0, m.Conversation, err
	}
	if m.Conversation, err = a.tx.EnsureConversation(customer, m.PhoneNumberID); err != nil {
		return 0, m.Conversation, err
	}
	in, err := a.tx.InsertMessage(m)
	if err != nil {
		return 0, m.Conversation, err
	}
	if !in.New {
		return 0, m.Conversation, a.complete(customer, m)
	}
	if raw != nil {
		if err := a.keepRaw(&customer, "type", raw); err != nil {
			return 0, m.Conversation, err
		}
	}
	a.changed(m.Conversation.ID, customer.ID, !m.Read)
	return in.ID, m.Conversation, a.applyPending(m.PhoneNumberID, m.WAMID)
}

const (
	// placeholderType is the type of a message in a history whose file may follow
	// with the same wamid. (Meta docs: Onboarding WhatsApp Business app users.)
	placeholderType = "media_placeholder"
	// callBegins is the first of the two events of a call. (Meta docs: Calls webhook.)
	callBegins = "connect"
)

// completes reports whether content says more than what is known under the same
// wamid: a file that has followed its placeholder, or how a call ended.
func completes(known inbox.Message, content inbox.Content) bool {
	if known.Content.Call != nil && content.Call != nil {
		return known.Content.Call.Event == callBegins && content.Call.Event != callBegins
	}
	return known.Content.TypeName == placeholderType && content.Media != nil
}

// complete adds what a report of a message says that was there already.
func (a *applier) complete(customer store.CustomerRef, m store.NewMessage) error {
	if m.Content.Media == nil && m.Content.Call == nil {
		return nil // a repetition, nearly always
	}
	known, conversation, err := a.tx.FindMessageByWAMID(m.PhoneNumberID, m.WAMID)
	if err != nil {
		return err
	}
	ours := conversation.Customer.Row == customer.Row && known.Direction == m.Direction && known.RevokedAt.IsZero()
	if !ours || !completes(known, m.Content) {
		return nil
	}
	a.changed(conversation.ID, customer.ID, false)
	return a.tx.CompleteMessage(conversation, known, m.Kind, m.Content)
}

func (a *applier) preference(e inbox.PreferenceChanged) error {
	customer, err := a.resolve(e.From, e.PhoneNumberID, a.sane(e.At))
	if err != nil {
		return err
	}
	if err := a.tx.SetPreference(customer, e.Category, e.Stop, a.sane(e.At)); err != nil || !e.Stop {
		return err
	}
	return a.follow(Arrival{
		Conversation: store.ConversationRef{Customer: customer}, PhoneNumberID: e.PhoneNumberID,
		SentAt: a.sane(e.At), ReceivedAt: a.now, Refused: true,
	})
}

func (a *applier) status(e inbox.StatusChanged) error {
	id, err := a.statusTarget(e)
	if inbox.CodeOf(err) == inbox.CodeNotFound && err != nil {
		if done, err := a.reactionStatus(e); done || err != nil {
			return err
		}
		e.Recipient = inbox.Identity{} // not needed to apply it, and nobody's yet
		return a.wait(e.PhoneNumberID, e.WAMID, nil, e.At, waiting{Status: &e})
	}
	if err != nil {
		return err
	}
	return a.recordStatus(id, e)
}

// reactionStatus applies a status to a reaction of the shop's and reports
// whether it is about one. Only our own id tells: a reaction is no message here.
func (a *applier) reactionStatus(e inbox.StatusChanged) (bool, error) {
	callback, ok := ParseCallback(e.CallbackData)
	if !ok {
		return false, nil
	}
	wish, ref, err := a.tx.FindReactionSend(callback)
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	a.changed(ref.ID, ref.Customer.ID, false)
	if e.Status == inbox.StatusFailed {
		return true, a.tx.FailReaction(callback, e.Failure, e.FailureNumber)
	}
	return true, a.tx.AcceptReaction(ref, wish, e.PhoneNumberID, e.WAMID)
}

// statusTarget finds the message a status is about: by its wamid, or by our own
// id if the answer to the send has not arrived or was lost.
func (a *applier) statusTarget(e inbox.StatusChanged) (inbox.MessageID, error) {
	id, err := a.tx.FindMessageID(e.PhoneNumberID, e.WAMID)
	if err == nil || inbox.CodeOf(err) != inbox.CodeNotFound {
		return id, err
	}
	callback, ok := ParseCallback(e.CallbackData)
	if !ok {
		return 0, err
	}
	if id, err = a.tx.FindByCallback(callback); err != nil {
		return 0, err
	}
	if err := a.tx.Accept(id, e.PhoneNumberID, e.WAMID); err != nil {
		return 0, err
	}
	// The message has its name now; what came before it is waiting under it.
	return id, a.applyPending(e.PhoneNumberID, e.WAMID)
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
	if e.Status == inbox.StatusFailed && e.Failure == inbox.CodeNoOptIn {
		return a.tx.StopMarketing(id, a.sane(e.At))
	}
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

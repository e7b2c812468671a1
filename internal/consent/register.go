package consent

import (
	"crypto/hmac"
	"crypto/sha256"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// Register is the register of consents.
type Register struct {
	// blockKey seals the advertising block list; it outlives erasures.
	blockKey []byte
}

// New returns a register. blockKey must have at least 32 random bytes and stay
// the same for the life of the shop: whoever objected stays blocked by it, even
// after an erasure (Art. 21(3), 17(3)(b) GDPR).
func New(blockKey []byte) *Register { return &Register{blockKey: blockKey} }

// Heard is a customer's message as far as consent is concerned.
type Heard struct {
	Customer store.CustomerRef
	Message  inbox.MessageID
	WAMID    inbox.WAMID
	Text     string
	// Payload is the id of the button that was tapped, or empty.
	Payload string
	// Refused is true for an objection made in WhatsApp's own settings; Text is empty then.
	Refused    bool
	At         time.Time
	ReceivedAt time.Time
}

func (h Heard) wish() Wish {
	switch {
	case h.Refused, h.Payload == StopPayload:
		return WishStop
	case h.Payload == YesPayload:
		return WishYes
	case h.Payload == NoPayload:
		return WishNo
	}
	return Recognise(h.Text)
}

// Outcome says what a message changed.
type Outcome struct {
	Wish Wish
	// Purposes are those a consent was given for, declined or withdrawn.
	Purposes []Purpose
	// Stopped is true if advertising ended; it may be true without Purposes,
	// because somebody who never agreed can object too.
	Stopped bool
}

// Hear follows the customer's own words at once: STOPP withdraws every consent
// and blocks advertising, JA and NEIN answer questions that are open. It runs
// in the transaction that adds the message.
func (r *Register) Hear(tx *store.Tx, h Heard) (Outcome, error) {
	wish := h.wish()
	o := Outcome{Wish: wish}
	var err error
	switch wish {
	case WishStop, WishObject: // whoever objects to everything objects to advertising too (Art. 21(3) GDPR)
		o.Stopped = true
		o.Purposes, err = r.withdraw(tx, h)
	case WishYes:
		o.Purposes, err = r.answer(tx, h, ActConfirmed)
	case WishNo:
		o.Purposes, err = r.answer(tx, h, ActDeclined)
	}
	return o, err
}

// skew is how far WhatsApp's clock, which counts whole seconds, and this
// computer's may differ. What is said within it counts as said afterwards.
const skew = time.Minute

// after returns when a declaration counts that was made at a time and answers
// the state s, and whether it can be about it at all.
func after(at time.Time, s State) (time.Time, bool) {
	if at.After(s.Since) {
		return at, true
	}
	return s.Since, !at.Add(skew).Before(s.Since)
}

// withdraw ends every consent and open question and blocks the person. It
// leaves a row even if she never agreed: an objection has to be provable too.
func (r *Register) withdraw(tx *store.Tx, h Heard) (purposes []Purpose, err error) {
	list, err := r.declarations(tx, h.Customer)
	if err != nil {
		return nil, err
	}
	var ended []Declaration
	superseded := false // by a consent that was given later than the objection
	for _, p := range Purposes() {
		s := StateOf(list, p, nil, h.ReceivedAt)
		if s.Act != ActConfirmed && s.Act != ActRequested {
			continue
		}
		at, ok := after(h.At, s)
		if !ok {
			superseded = true
			continue
		}
		purposes = append(purposes, p)
		ended = append(ended, Declaration{Purpose: p, Act: ActWithdrawn, At: at, Wording: wordingOf(list, p), Evidence: h.evidence()})
	}
	if superseded {
		return nil, nil
	}
	if len(ended) == 0 {
		ended = []Declaration{{Purpose: PurposeNews, Act: ActWithdrawn, At: h.At, Evidence: h.evidence()}}
	}
	for _, d := range ended {
		if err := r.declare(tx, h.Customer, d); err != nil {
			return nil, err
		}
	}
	return purposes, r.block(tx, h.Customer, h.At)
}

func (r *Register) answer(tx *store.Tx, h Heard, act Act) (purposes []Purpose, err error) {
	list, err := r.declarations(tx, h.Customer)
	if err != nil {
		return nil, err
	}
	for _, p := range Purposes() {
		s := StateOf(list, p, nil, h.At)
		at, ok := after(h.At, s)
		if s.Act != ActRequested || !ok {
			continue
		}
		d := Declaration{Purpose: p, Act: act, At: at, Wording: wordingOf(list, p), Evidence: h.evidence()}
		if err := r.declare(tx, h.Customer, d); err != nil {
			return nil, err
		}
		purposes = append(purposes, p)
	}
	if act == ActConfirmed && len(purposes) > 0 {
		return purposes, r.unblock(tx, h.Customer)
	}
	return purposes, nil
}

// Object takes down an objection that was made outside the chat: every consent
// ends and advertising is blocked at once.
func (r *Register) Object(tx *store.Tx, c store.CustomerRef, at time.Time, e Evidence) error {
	list, err := r.declarations(tx, c)
	if err != nil {
		return err
	}
	ended := Declaration{Purpose: PurposeNews, Act: ActWithdrawn, At: at, Wording: wordingOf(list, PurposeNews), Evidence: e}
	for _, p := range Purposes() {
		if s := StateOf(list, p, nil, at); p != PurposeNews && (s.Act == ActConfirmed || s.Act == ActRequested) {
			d := ended
			d.Purpose, d.Wording = p, wordingOf(list, p)
			if err := r.declare(tx, c, d); err != nil {
				return err
			}
		}
	}
	if err := r.declare(tx, c, ended); err != nil {
		return err
	}
	return r.block(tx, c, at)
}

// wordingOf returns the text a purpose was last asked with.
func wordingOf(list []Declaration, p Purpose) (w Wording) {
	for _, d := range list {
		if d.Purpose == p && d.Wording.Text != "" {
			w = d.Wording
		}
	}
	return w
}

func (h Heard) evidence() Evidence {
	e := Evidence{
		Origin: OriginChat, Words: h.Text, WAMID: string(h.WAMID), Message: int64(h.Message), Verified: true,
		ReceivedAt: h.ReceivedAt.Format(time.RFC3339),
	}
	if h.Payload != "" {
		e.Words = h.Payload
	}
	if h.Refused {
		e.Origin, e.Words = OriginProvider, ""
	}
	return e
}

// Declare adds a declaration made outside the chat, on paper or by word of
// mouth, or the question put to somebody. A confirmation needs its wording; one
// that did not come through the chat needs a witness.
func (r *Register) Declare(tx *store.Tx, c store.CustomerRef, d Declaration) error {
	if err := d.check(); err != nil {
		return err
	}
	if err := r.declare(tx, c, d); err != nil {
		return err
	}
	switch d.Act {
	case ActConfirmed:
		return r.unblock(tx, c)
	case ActWithdrawn:
		return r.block(tx, c, d.At)
	}
	return nil
}

func (d Declaration) check() error {
	switch {
	case len(d.Purpose) == 0:
		return inbox.InvalidField("purpose", "missing")
	case d.At.IsZero():
		return inbox.InvalidField("at", "missing")
	case (d.Act == ActRequested || d.Act == ActConfirmed) && d.Wording.Text == "":
		return inbox.InvalidField("wording", "missing")
	case d.Act == ActConfirmed && (d.Origin == OriginPaper || d.Origin == OriginOral) && d.Witness == "":
		return inbox.InvalidField("witness", "missing")
	}
	return nil
}

func (r *Register) declare(tx *store.Tx, c store.CustomerRef, d Declaration) error {
	for _, kind := range []inbox.IdentifierKind{inbox.KindWAID, inbox.KindBSUID} {
		values, err := tx.Identifiers(c, kind)
		if err != nil {
			return err
		}
		for _, v := range values {
			d.Identifiers = append(d.Identifiers, string(kind)+":"+v)
		}
	}
	content := struct {
		Wording Wording
		Evidence
	}{d.Wording, d.Evidence}
	if err := tx.InsertConsent(c, string(d.Purpose), string(d.Act), d.At, content); err != nil {
		return err
	}
	_, err := tx.AppendLog(d.At, "consent", struct {
		Act     Act     `json:"act"`
		Purpose Purpose `json:"purpose"`
		Origin  Origin  `json:"origin"`
		Version string  `json:"version,omitempty"`
	}{d.Act, d.Purpose, d.Origin, d.Wording.Version})
	return err
}

func (r *Register) declarations(tx *store.Tx, c store.CustomerRef) ([]Declaration, error) {
	rows, err := tx.Consents(c)
	if err != nil {
		return nil, err
	}
	return Decode(rows)
}

// Decode turns stored rows into declarations.
func Decode(rows []store.Consent) ([]Declaration, error) {
	list := make([]Declaration, 0, len(rows))
	for _, row := range rows {
		d, err := decode(row)
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

// Refusal is why somebody must not get an advertising message.
type Refusal string

// The refusals; empty means that nothing is in the way.
const (
	RefusedNever      Refusal = "never"      // no consent was ever given for this purpose
	RefusedOpen       Refusal = "open"       // asked, not answered yet
	RefusedWithdrawn  Refusal = "withdrawn"  // taken back, declined or expired
	RefusedRestricted Refusal = "restricted" // her data are only stored (Art. 18 GDPR)
	RefusedBlocked    Refusal = "blocked"    // objected, perhaps under an earlier record
	RefusedProvider   Refusal = "provider"   // objected in WhatsApp itself
)

// Advertise reports whether a person may get a message for a purpose. Asked in
// the transaction that begins a send it is right even against an objection that
// arrives in the same moment: one of the two comes first.
func (r *Register) Advertise(tx *store.Tx, c store.CustomerRef, p Purpose, now time.Time) (Refusal, error) {
	if c.Restricted {
		return RefusedRestricted, nil
	}
	stopped, err := tx.MarketingStopped(c)
	if err != nil {
		return "", err
	}
	if stopped {
		return RefusedProvider, nil
	}
	blocked, err := r.blocked(tx, c)
	if err != nil {
		return "", err
	}
	if blocked {
		return RefusedBlocked, nil
	}
	list, err := r.declarations(tx, c)
	if err != nil {
		return "", err
	}
	switch s := StateOf(list, p, nil, now); s.Act {
	case ActConfirmed:
		return "", nil
	case ActRequested:
		return RefusedOpen, nil
	case "":
		return RefusedNever, nil
	default:
		return RefusedWithdrawn, nil
	}
}

// lookups are the keyed hashes of a person's numbers and user ids.
func (r *Register) lookups(tx *store.Tx, c store.CustomerRef) (sums [][32]byte, err error) {
	everybody, err := tx.Everybody(c)
	for _, c := range everybody {
		own, err := r.lookupsOf(tx, c)
		if err != nil {
			return nil, err
		}
		sums = append(sums, own...)
	}
	return sums, err
}

func (r *Register) lookupsOf(tx *store.Tx, c store.CustomerRef) (sums [][32]byte, err error) {
	for kind, prefix := range map[inbox.IdentifierKind]string{inbox.KindWAID: "wa:", inbox.KindBSUID: "bsuid:"} {
		values, err := tx.Identifiers(c, kind)
		if err != nil {
			return nil, err
		}
		for _, v := range values {
			mac := hmac.New(sha256.New, r.blockKey)
			mac.Write([]byte(prefix + v))
			sums = append(sums, [32]byte(mac.Sum(nil)))
		}
	}
	return sums, nil
}

func (r *Register) each(tx *store.Tx, c store.CustomerRef, do func([32]byte) error) error {
	sums, err := r.lookups(tx, c)
	for _, sum := range sums {
		if err == nil {
			err = do(sum)
		}
	}
	return err
}

// BlockAgain blocks a person whose last word on something was a withdrawal, for
// a register with a new key.
func (r *Register) BlockAgain(tx *store.Tx, c store.CustomerRef) error {
	list, err := r.declarations(tx, c)
	if err != nil {
		return err
	}
	var last Declaration
	for _, d := range list {
		if (d.Act == ActWithdrawn || d.Act == ActConfirmed) && !d.At.Before(last.At) {
			last = d
		}
	}
	if last.Act != ActWithdrawn {
		return nil
	}
	return r.block(tx, c, last.At)
}

func (r *Register) block(tx *store.Tx, c store.CustomerRef, day time.Time) error {
	return r.each(tx, c, func(sum [32]byte) error { return tx.AddAdBlock(sum, day) })
}

func (r *Register) unblock(tx *store.Tx, c store.CustomerRef) error {
	return r.each(tx, c, tx.RemoveAdBlock)
}

// Blocked reports whether a customer must not get advertising.
func (r *Register) Blocked(tx *store.Tx, c store.CustomerRef) (bool, error) { return r.blocked(tx, c) }

func (r *Register) blocked(tx *store.Tx, c store.CustomerRef) (blocked bool, err error) {
	err = r.each(tx, c, func(sum [32]byte) error {
		found, err := tx.AdBlocked(sum)
		blocked = blocked || found
		return err
	})
	return blocked, err
}

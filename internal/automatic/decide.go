package automatic

import (
	"strings"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/profile/hours"
	"tresen/internal/profile/wording"
	"tresen/internal/snippet"
)

// Kind is what an automatic message is for.
type Kind string

// The kinds.
const (
	KindNotice   Kind = "notice"
	KindGreeting Kind = "greeting"
	KindAbsence  Kind = "absence"
	KindReceipt  Kind = "receipt"
	KindIntake   Kind = "intake"
)

// Reason says why a message gets no automatic answer.
type Reason string

// The reasons; empty means that there is an answer.
const (
	ReasonNone     Reason = ""
	ReasonOff      Reason = "off"      // nothing that would fit is switched on
	ReasonOld      Reason = "old"      // sent too long ago to be answered freely
	ReasonKind     Reason = "kind"     // a call, a notice by WhatsApp
	ReasonBlocked  Reason = "blocked"  // the person is blocked, or her data are restricted
	ReasonSpam     Reason = "spam"     // the shop called the conversation spam
	ReasonStop     Reason = "stop"     // somebody who wants to hear less
	ReasonAnswered Reason = "answered" // a person of the shop was faster, or is there
	ReasonBefore   Reason = "before"   // she had all this already
	ReasonAnswer   Reason = "answer"   // an answer to a question, nothing new
)

// Word is what somebody asks for with one of the known words, or with a button
// that stands for it.
type Word string

// The words. WordConsent is an answer to a question for consent.
const (
	WordNone    Word = ""
	WordStop    Word = "stop"
	WordRight   Word = "right" // access, objection or erasure
	WordHelp    Word = "help"
	WordYes     Word = "yes"
	WordNo      Word = "no"
	WordConsent Word = "consent"
)

// Sent is an automatic message a person got, or was meant to get.
type Sent struct {
	Kind Kind
	At   time.Time
	// Text and Generation are of a notice's confirmed text.
	Text       int64
	Generation int
}

// Facts is what the rules must know of a message that has just arrived.
type Facts struct {
	// Now is in the shop's own time zone.
	Now           time.Time
	SentAt        time.Time
	Kind          inbox.MessageKind
	Word          Word
	Blocked, Spam bool
	// Sent is the newest message of each kind that the person got by itself;
	// what certainly did not arrive does not count.
	Sent []Sent
	// Previous is when the message before this one was sent, Answered when a
	// person of the shop last wrote; zero if never.
	Previous, Answered time.Time
	// ConsentOpen is true while a question for consent waits for an answer.
	ConsentOpen bool
}

// Shop is what is known of the shop when a message arrives.
type Shop struct {
	// Hours include the holidays of the weeks before and after.
	Hours    hours.Hours
	Language wording.Language
	// Values are the snippets' variables; VarOpening is filled in here.
	Values snippet.Values
}

// Message is one message to be sent.
type Message struct {
	// Kinds are what it is for, the first one mainly.
	Kinds []Kind
	Text  string
	// Buttons make it a message with reply buttons; Text is its body then.
	Buttons []inbox.ReplyButton
}

// Plan is what follows from a message.
type Plan struct {
	Messages []Message
	// Because says why there are none.
	Because Reason
	// Intake is where the questions to the person stand afterwards, nil if there are none.
	Intake *Intake
}

// noticeAgain is after how long a notice that changed a little is sent again.
const noticeAgain = 12 // months

// present is how long after a person of the shop wrote somebody is there.
const present = time.Hour

// Decide says what a message deserves by itself.
func Decide(s Settings, shop Shop, f Facts) Plan {
	if reason := f.refused(); reason != ReasonNone {
		return Plan{Because: reason}
	}
	d := decider{s: s, shop: shop.filled(f.Now), f: f}
	words, notice := d.words(), d.notice()
	ask := d.intakeDue()
	if notice == "" && words.text == "" && !ask {
		return Plan{Because: d.because()}
	}
	var plan Plan
	if text := together(words, notice, s.Notice.Confirmed); text.Text != "" {
		plan.Messages = append(plan.Messages, text)
	}
	if ask {
		plan.Intake = &Intake{AskedAt: f.Now}
		plan.Messages = withQuestion(plan.Messages, s.Intake.ask(d.shop))
	}
	return plan
}

// refused says what must not be answered at all.
func (f Facts) refused() Reason {
	switch {
	case f.Kind == inbox.KindCall || f.Kind == inbox.KindWelcome || f.Kind == inbox.KindSystem:
		return ReasonKind
	case f.Blocked:
		return ReasonBlocked
	case f.Spam:
		return ReasonSpam
	case !(inbox.Window{LastInbound: f.SentAt}).Open(f.Now):
		return ReasonOld
	case f.Word == WordStop:
		return ReasonStop
	case f.Word == WordConsent:
		return ReasonAnswer
	}
	return ReasonNone
}

// filled returns the shop with what depends on the moment.
func (shop Shop) filled(now time.Time) Shop {
	values := snippet.Values{}
	for name, value := range shop.Values {
		values[name] = value
	}
	values[snippet.VarOpening] = map[wording.Language]string{wording.German: "bald", wording.English: "soon"}[shop.Language]
	if at, ok := shop.Hours.NextOpening(now); ok {
		values[snippet.VarOpening] = hours.Moment(at, now, shop.Language)
	}
	shop.Values = values
	return shop
}

// fill returns a text as the customer reads it, or nothing if something in it
// has lost its value since it was saved: braces must not reach anybody.
func (shop Shop) fill(text string) string {
	filled, missing := snippet.Fill(text, shop.Values)
	if len(missing) > 0 {
		return ""
	}
	return filled
}

type decider struct {
	s    Settings
	shop Shop
	f    Facts
}

type said struct {
	kind Kind
	text string
}

// newest returns the newest message of a kind.
func (f Facts) newest(k Kind) (Sent, bool) {
	for _, sent := range f.Sent {
		if sent.Kind == k {
			return sent, true
		}
	}
	return Sent{}, false
}

// notice returns the text that is due, or nothing: once per person and text,
// again at once after a material change, otherwise not within twelve months.
func (d decider) notice() string {
	n := d.s.Notice
	if !n.On || n.Confirmed == nil {
		return ""
	}
	last, got := d.f.newest(KindNotice)
	switch {
	case !got, last.Generation < n.Confirmed.Generation:
		return n.Confirmed.full()
	case last.Text == n.Confirmed.ID, d.f.Now.Before(last.At.AddDate(0, noticeAgain, 0)):
		return ""
	}
	return n.Confirmed.full()
}

// words returns the receipt, greeting or absence message that is due.
func (d decider) words() said {
	switch {
	case d.f.Word == WordRight || d.f.Word == WordHelp:
		return d.receipt()
	case d.closed():
		return d.absence()
	}
	return d.greeting()
}

// closed is never true of a shop without opening hours.
func (d decider) closed() bool { return !d.shop.Hours.Empty() && !d.shop.Hours.OpenAt(d.f.Now) }

func (d decider) receipt() said {
	last, got := d.f.newest(KindReceipt)
	if !d.s.Receipt.On || got && d.f.Now.Sub(last.At) < inbox.WindowLength {
		return said{}
	}
	text := d.shop.fill(d.s.Receipt.Text)
	if d.f.Word == WordHelp {
		text = d.shop.help()
	}
	return said{KindReceipt, text}
}

// help is where somebody finds what she asks for with one word.
func (shop Shop) help() string {
	labels := [2]string{"Datenschutz: ", "Impressum: "}
	if shop.Language == wording.English {
		labels = [2]string{"Privacy: ", "Legal notice: "}
	}
	var lines []string
	for i, v := range []snippet.Variable{snippet.VarPrivacy, snippet.VarImprint} {
		if shop.Values[v] != "" {
			lines = append(lines, labels[i]+shop.Values[v])
		}
	}
	return strings.Join(lines, "\n")
}

// answered says whether a person of the shop is faster than the program.
func (f Facts) answered() bool {
	return !f.Answered.IsZero() && (f.Answered.After(f.SentAt) || f.Now.Sub(f.Answered) < present)
}

// absence is due once in each stretch during which the shop is closed.
func (d decider) absence() said {
	since, _ := d.shop.Hours.ClosedSince(d.f.Now)
	last, got := d.f.newest(KindAbsence)
	if !d.s.Absence.On || d.f.answered() || !d.f.Answered.Before(since) && !d.f.Answered.IsZero() || got && !last.At.Before(since) {
		return said{}
	}
	return said{KindAbsence, d.shop.fill(d.s.Absence.Text)}
}

func (d decider) greeting() said {
	if !d.s.Greeting.On || !d.rested(KindGreeting) {
		return said{}
	}
	return said{KindGreeting, d.shop.fill(d.s.Greeting.Text)}
}

// rested says whether the conversation begins anew. What was sent counts as
// well as what was written, because messages arrive in any order.
func (d decider) rested(k Kind) bool {
	pause := time.Duration(d.s.PauseDays) * 24 * time.Hour
	last, got := d.f.newest(k)
	return !d.f.answered() && (d.f.Previous.IsZero() || d.f.SentAt.Sub(d.f.Previous) >= pause) && (!got || d.f.Now.Sub(last.At) >= pause)
}

// intakeDue says whether the questions are to be asked. Never while a question
// for consent is open: one "Ja" must not answer two questions.
func (d decider) intakeDue() bool {
	return d.s.Intake.On && d.f.Word == WordNone && !d.f.ConsentOpen && d.rested(KindIntake) && d.s.Intake.ask(d.shop).fits()
}

func (d decider) because() Reason {
	off := !d.s.Notice.On && !d.s.Intake.On && !(d.s.Absence.On && d.closed()) && !(d.s.Greeting.On && !d.closed())
	switch {
	case off:
		return ReasonOff
	case d.f.answered():
		return ReasonAnswered
	}
	return ReasonBefore
}

// together makes one message of what is said and the notice.
func together(words said, notice string, c *Confirmed) Message {
	switch {
	case notice == "" && words.text == "":
		return Message{}
	case notice == "":
		return Message{Kinds: []Kind{words.kind}, Text: words.text}
	case words.text == "":
		return Message{Kinds: []Kind{KindNotice}, Text: notice}
	}
	return Message{Kinds: []Kind{KindNotice, words.kind}, Text: words.text + "\n\n" + c.body()}
}

// withQuestion adds the first question, in the same message if it fits.
func withQuestion(list []Message, ask Message) []Message {
	if len(list) == 0 {
		return []Message{ask}
	}
	first := &list[0]
	if text := first.Text + "\n\n" + ask.Text; len([]rune(text)) <= inbox.MaxInteractiveBody {
		first.Kinds, first.Text, first.Buttons = append(first.Kinds, ask.Kinds...), text, ask.Buttons
		return list
	}
	return append(list, ask)
}

// full is the notice by itself, with its own greeting.
func (c *Confirmed) full() string {
	var parts []string
	for _, t := range c.Texts {
		parts = append(parts, t.String())
	}
	return strings.Join(parts, "\n\n")
}

// body is the notice after a greeting.
func (c *Confirmed) body() string {
	var parts []string
	for _, t := range c.Texts {
		parts = append(parts, t.Body)
	}
	return strings.Join(parts, "\n\n")
}

// Whole returns a notice of several languages as it is sent, for keeping.
func Whole(texts []Text) string { return (&Confirmed{Texts: texts}).full() }

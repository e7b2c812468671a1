package chatexport

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tresen/internal/inbox"
)

const (
	maxMessages = 200_000
	// maxRunes is the longest message WhatsApp takes. (WhatsApp help: message length.)
	maxRunes  = 65_536
	maxSender = 100
)

// Kind is what the export says a message was, where it is not in it.
type Kind string

// The kinds.
const (
	Text    Kind = "text"
	File    Kind = "file"    // Message.File names it
	Omitted Kind = "omitted" // exported without its file
	Deleted Kind = "deleted" // taken back by its sender
)

// Message is one message of an export.
type Message struct {
	// Sender is an index in Chat.Senders.
	Sender int
	At     time.Time
	Kind   Kind
	// Text is the message, or the caption of its file. Untrusted.
	Text string
	// File is the name of the file in the export. Untrusted, never a path.
	File string
	// Edited is true if the text is not what was sent first.
	Edited bool
}

// Sender is one of the people in a chat, as the phone called them. Untrusted.
type Sender struct {
	Name     string
	Messages int
}

// Chat is what an export holds.
type Chat struct {
	// Order is how dates were read; Unknown if the file can be read in two ways,
	// and then Example is a date from it and the messages' times mean nothing.
	Order    Order
	Example  string
	Senders  []Sender
	Messages []Message
	// Notices counts the lines WhatsApp itself wrote into the chat.
	Notices int
	// Shortened counts messages longer than any WhatsApp takes.
	Shortened int

	example stamp
}

// Options say how to read an export.
type Options struct {
	// Order is the person's answer where the file can be read in two ways.
	Order Order
	// Zone is where the phone was: exports carry no zone.
	Zone *time.Location
	Now  time.Time
}

const space = `[ \t\x{00a0}\x{202f}]`

var lineStart = regexp.MustCompile(`^(\[?)(\d{1,4})([./-])` + space + `?(\d{1,2})[./-]` + space + `?(\d{2,4})\.?,?` + space + `+` +
	`(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?` + space + `*((?i:a\.?` + space + `?m\.?|p\.?` + space + `?m\.?|vorm\.|nachm\.))?(\]` + space + `|` + space + `-` + space + `)`)

// style is how the lines of one export begin. A line that begins otherwise is
// part of the message above it, as when somebody quotes another export.
type style struct {
	bracket, seconds, twelve bool
	separator                string
}

type line struct {
	stamp stamp
	style style
	date  string
	rest  string
}

// Parse reads the messages of an export. It fails with invalid and exportFormat
// if there is no chat in it, with exportGroup if it is a group's.
func (a *Archive) Parse(o Options) (Chat, error) {
	p := &parser{senders: map[string]int{}}
	for text := range strings.Lines(a.text) {
		if err := p.line(strings.TrimRight(text, "\r\n")); err != nil {
			return Chat{}, err
		}
	}
	p.end()
	if len(p.chat.Messages) == 0 {
		return Chat{}, inbox.InvalidField(FieldFormat, "no messages in it")
	}
	if p.group || len(p.chat.Senders) > 2 {
		return Chat{}, inbox.InvalidField(FieldGroup, "a group")
	}
	return p.chat, p.times(o)
}

type parser struct {
	chat    Chat
	senders map[string]int
	style   style
	begun   bool
	stamps  []stamp
	dates   []string
	current *Message
	text    strings.Builder
	runes   int
	group   bool
}

func (p *parser) line(text string) error {
	l, ok := startOf(text)
	if !ok || p.begun && l.style != p.style {
		p.goOn(text)
		return nil
	}
	p.end()
	p.begun, p.style = true, l.style
	sender, body, ok := cutSender(l.rest)
	if !ok {
		p.notice(l.rest)
		return nil
	}
	if len(p.chat.Messages) >= maxMessages {
		return inbox.InvalidField(FieldSize, "too many messages")
	}
	if byWhatsApp(body) {
		p.notice(body)
		return nil
	}
	p.current = &Message{Sender: p.sender(sender), Kind: Text}
	p.stamps, p.dates = append(p.stamps, l.stamp), append(p.dates, l.date)
	p.add(body)
	return nil
}

// startOf reads the beginning of a message.
func startOf(text string) (l line, ok bool) {
	text = strings.TrimLeft(text, marks)
	m := lineStart.FindStringSubmatch(text)
	if m == nil || (m[1] == "[") != strings.HasPrefix(m[10], "]") {
		return l, false
	}
	number := func(s string) int { n, _ := strconv.Atoi(s); return n } // digits only, few of them
	l.stamp = stamp{date: [3]int{number(m[2]), number(m[4]), number(m[5])}, hour: number(m[6]), minute: number(m[7]), second: number(m[8])}
	l.style = style{bracket: m[1] == "[", seconds: m[8] != "", twelve: m[9] != "", separator: m[3]}
	if l.style.twelve {
		if l.stamp.hour < 1 || l.stamp.hour > 12 {
			return l, false
		}
		l.stamp.hour %= 12
		if strings.ContainsAny(m[9][:1], "pPnN") {
			l.stamp.hour += 12
		}
	}
	l.date, l.rest = m[2]+m[3]+m[4]+m[3]+m[5], text[len(m[0]):]
	return l, l.stamp.hour < 24 && l.stamp.minute < 60 && l.stamp.second < 60 && l.stamp.possible()
}

// goOn adds a line to the message above it; before the first message there is none.
func (p *parser) goOn(text string) {
	if p.current != nil {
		p.add("\n" + text)
	}
}

func (p *parser) add(text string) {
	n := utf8.RuneCountInString(text)
	if p.runes > maxRunes+maxSender {
		return
	}
	p.runes += n
	p.text.WriteString(text)
}

// end completes the message that is being read.
func (p *parser) end() {
	if p.current == nil {
		return
	}
	m := p.current
	understand(m, p.text.String())
	if utf8.RuneCountInString(m.Text) > maxRunes {
		m.Text = string([]rune(m.Text)[:maxRunes])
		p.chat.Shortened++
	}
	p.chat.Messages = append(p.chat.Messages, *m)
	p.current, p.runes = nil, 0
	p.text.Reset()
}

func (p *parser) notice(text string) {
	p.chat.Notices++
	p.group = p.group || ofGroup(text)
}

func (p *parser) sender(name string) int {
	i, known := p.senders[name]
	if !known {
		i = len(p.chat.Senders)
		p.senders[name] = i
		p.chat.Senders = append(p.chat.Senders, Sender{Name: name})
	}
	p.chat.Senders[i].Messages++
	return i
}

// cutSender splits what follows the time; ok is false for a notice without sender.
func cutSender(rest string) (name, body string, ok bool) {
	name, body, ok = strings.Cut(rest, ":")
	if !ok || name == "" || utf8.RuneCountInString(name) > maxSender || body != "" && !strings.HasPrefix(body, " ") {
		return "", rest, false
	}
	name = strings.TrimPrefix(inbox.CleanLine(strings.Trim(name, marks), maxSender), "~")
	name = strings.TrimSpace(strings.Trim(name, marks+" \u00a0\u202f"))
	return name, strings.TrimPrefix(body, " "), name != ""
}

// times gives every message its time, if the order of dates is known. It fails
// with exportFormat if no message has one.
func (p *parser) times(o Options) error {
	order, example := decideOrder(p.stamps, p.style.separator == ".", o.Now)
	if order == Unknown {
		p.chat.Example, p.chat.example = p.dates[example], p.stamps[example]
		order = o.Order
	}
	p.chat.Order = order
	if order == Unknown {
		return nil
	}
	at := func(s stamp) (time.Time, bool) {
		t, ok := s.at(order, o.Zone)
		return t, ok && !t.After(o.Now) // or the line only looks like a beginning
	}
	first := slices.IndexFunc(p.stamps, func(s stamp) bool { _, ok := at(s); return ok })
	if first < 0 {
		return inbox.InvalidField(FieldFormat, "no time in it")
	}
	last, _ := at(p.stamps[first])
	for i := range p.chat.Messages {
		if t, ok := at(p.stamps[i]); ok {
			last = t
		}
		p.chat.Messages[i].At = last
	}
	return nil
}

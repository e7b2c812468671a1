package access

import (
	"context"
	"time"

	"tresen/internal/consent"
	"tresen/internal/inbox"
	"tresen/internal/store"
)

// SchemaVersion is the version of the JSON files; schema.json describes it.
const SchemaVersion = 1

// Controller is the shop as its papers name it.
type Controller struct {
	Name    string `json:"name"`
	Address string `json:"address"`
	Mail    string `json:"mail,omitempty"`
	Phone   string `json:"phone,omitempty"`
	// Authority is the supervisory authority a complaint goes to (Art. 77 GDPR).
	Authority string `json:"authority"`
	Privacy   string `json:"privacy,omitempty"`
}

// Record is everything that is kept about one person.
type Record struct {
	Schema        int            `json:"schema"`
	Case          string         `json:"case"`
	CreatedAt     time.Time      `json:"createdAt"`
	Controller    Controller     `json:"controller"`
	Person        Person         `json:"person"`
	Conversations []Conversation `json:"conversations"`
	Consents      []Consent      `json:"consents"`
	Notices       []Notice       `json:"notices"`
	Notes         []Note         `json:"notes"`
	// Archive is what a law or a claim keeps apart from the inbox (Art. 18 GDPR, § 35 BDSG).
	Archive []Kept `json:"archive"`
	// Cases are her requests about her data, with their history.
	Cases   []Case   `json:"cases"`
	Periods []Period `json:"periods"`
	// Recipients and Transfers come from what is really configured (Art. 15(1)(c), (2)).
	Recipients []Recipient `json:"recipients"`
	Transfers  []Recipient `json:"transfers"`
}

// Recipient is somebody who gets data, and what for; of a transfer, where to and
// with which safeguard.
type Recipient struct {
	Who  string `json:"who"`
	What string `json:"what"`
}

// Kept is an entry of the sealed archive.
type Kept struct {
	Class    string    `json:"class"`
	Reason   string    `json:"reason,omitempty"`
	From     time.Time `json:"from"`
	Until    time.Time `json:"until"`
	Messages []Message `json:"messages"`
}

// Case is a request of hers about her data.
type Case struct {
	Number   string     `json:"number"`
	Kind     string     `json:"kind"`
	State    string     `json:"state"`
	At       time.Time  `json:"at"`
	ClosedAt *time.Time `json:"closedAt,omitempty"`
	Events   []Event    `json:"events"`
}

// Event is one entry of a case's history.
type Event struct {
	At   time.Time `json:"at"`
	Kind string    `json:"kind"`
	What string    `json:"what,omitempty"`
	Text string    `json:"text,omitempty"`
}

// Person is who she is to the shop.
type Person struct {
	ShopName    string       `json:"shopName,omitempty"`
	ProfileName string       `json:"profileName,omitempty"`
	Username    string       `json:"username,omitempty"`
	Labels      []string     `json:"labels,omitempty"`
	Identifiers []Identifier `json:"identifiers"`
	FirstAt     time.Time    `json:"firstAt"`
}

// Identifier is one of her names on WhatsApp, with its time.
type Identifier struct {
	Kind    string     `json:"kind"`
	Value   string     `json:"value"`
	FirstAt time.Time  `json:"firstAt"`
	Retired *time.Time `json:"retiredAt,omitempty"`
}

// Conversation is what was written with one of the shop's numbers.
type Conversation struct {
	Number   string    `json:"phoneNumberId"`
	Messages []Message `json:"messages"`
}

// Message is one message. Content is as the program keeps it, without what
// belongs to other people where that was blacked out.
type Message struct {
	ID        string     `json:"id"`
	WAMID     string     `json:"wamid,omitempty"`
	Direction string     `json:"direction"`
	Type      string     `json:"type"`
	SentAt    time.Time  `json:"sentAt"`
	Text      string     `json:"text,omitempty"`
	Quotes    string     `json:"quotes,omitempty"`
	Status    string     `json:"status,omitempty"`
	StatusAt  *time.Time `json:"statusAt,omitempty"`
	EditedAt  *time.Time `json:"editedAt,omitempty"`
	RevokedAt *time.Time `json:"revokedAt,omitempty"`
	Reactions []Reaction `json:"reactions,omitempty"`
	File      *File      `json:"file,omitempty"`
	// Details holds what text and file do not say: a place, cards, an order, a choice.
	Details *Details `json:"details,omitempty"`
	// Imported is true for a message from a chat export, which nobody signed.
	Imported bool `json:"imported,omitempty"`
	// Translation is what it says in the other language, Versions what it said before it was edited.
	Translation *Translation `json:"translation,omitempty"`
	Versions    []Version    `json:"versions,omitempty"`
	// Redacted is true where content of other people was blacked out (Art. 15(4)).
	Redacted bool `json:"redacted,omitempty"`
}

// Translation was made by the service the shop agreed to.
type Translation struct {
	Text string `json:"text"`
	From string `json:"from"`
	To   string `json:"to"`
}

// Version is what a message said until a time.
type Version struct {
	Until time.Time `json:"until"`
	Text  string    `json:"text"`
}

// Details is what is particular to some types of message.
type Details struct {
	Location    *inbox.Location    `json:"location,omitempty"`
	Contacts    []inbox.Card       `json:"contacts,omitempty"`
	Reply       *inbox.ChoiceReply `json:"reply,omitempty"`
	Order       *inbox.Order       `json:"order,omitempty"`
	System      *inbox.System      `json:"system,omitempty"`
	Call        *inbox.Call        `json:"call,omitempty"`
	Referral    *inbox.Referral    `json:"referral,omitempty"`
	Interactive *inbox.Interactive `json:"interactive,omitempty"`
}

func (d Details) empty() bool {
	return d.Location == nil && len(d.Contacts) == 0 && d.Reply == nil && d.Order == nil && d.System == nil && d.Call == nil &&
		d.Referral == nil && d.Interactive == nil
}

// Reaction is an emoji on a message.
type Reaction struct {
	Emoji    string    `json:"emoji"`
	FromShop bool      `json:"fromShop"`
	At       time.Time `json:"at"`
}

// File is a file of a message. Path is where it lies in the package, empty if
// it is not kept here; then State says why.
type File struct {
	Path   string `json:"path,omitempty"`
	Name   string `json:"name,omitempty"`
	Type   string `json:"type,omitempty"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256,omitempty"`
	State  string `json:"state"`

	// Source opens a file that does not lie with its message; nil for those that do.
	Source  func(context.Context) (*store.StoredFile, error) `json:"-"`
	message inbox.MessageID
}

// Consent is a declaration, word for word.
type Consent struct {
	Purpose  string           `json:"purpose"`
	Act      string           `json:"act"`
	At       time.Time        `json:"at"`
	Wording  consent.Wording  `json:"wording"`
	Evidence consent.Evidence `json:"evidence"`
}

// Notice is a privacy notice she was shown, word for word as far as it is kept.
type Notice struct {
	// Kind is website, or what an automatic message was sent for.
	Kind string    `json:"kind"`
	At   time.Time `json:"at"`
	// ID is the mark of a website's notice.
	ID      string `json:"id,omitempty"`
	Version string `json:"version,omitempty"`
	Text    string `json:"text,omitempty"`
	// Status is how far a message with it came.
	Status string `json:"status,omitempty"`
}

// Note is what the shop wrote about her for itself.
type Note struct {
	// Kind is note, reminder or draft.
	Kind string    `json:"kind"`
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// Period says how long a kind of data is kept, and on what ground.
type Period struct {
	Class string     `json:"class"`
	Basis string     `json:"basis"`
	Until *time.Time `json:"until,omitempty"`
	// Restricted is true for what is only kept because a law asks for it.
	Restricted bool `json:"restricted"`
}

// Portable returns what the person provided herself (Art. 20(1) GDPR): no
// notes, nothing the shop wrote, no periods.
func (r Record) Portable() Record {
	p := r
	p.Notes, p.Periods, p.Archive, p.Cases, p.Notices = []Note{}, []Period{}, []Kept{}, []Case{}, []Notice{}
	p.Recipients, p.Transfers = []Recipient{}, []Recipient{}
	p.Person.ShopName, p.Person.Labels = "", nil
	p.Conversations = make([]Conversation, len(r.Conversations))
	for i, c := range r.Conversations {
		p.Conversations[i] = Conversation{Number: c.Number, Messages: []Message{}}
		for _, m := range c.Messages {
			if m.Direction == "in" {
				p.Conversations[i].Messages = append(p.Conversations[i].Messages, m)
			}
		}
	}
	return p
}

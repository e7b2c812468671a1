package inbox

import "time"

// MessageKind is Meta's type name of a message, or one of ours where Meta has none.
type MessageKind string

// The kinds a message can have. Types this program does not know become
// KindUnknown; their name as received stays in Content.TypeName.
// (Meta docs: Messages webhook reference.)
const (
	KindText        MessageKind = "text"
	KindImage       MessageKind = "image"
	KindVideo       MessageKind = "video"
	KindAudio       MessageKind = "audio"
	KindDocument    MessageKind = "document"
	KindSticker     MessageKind = "sticker"
	KindLocation    MessageKind = "location"
	KindContacts    MessageKind = "contacts"
	KindButton      MessageKind = "button"
	KindInteractive MessageKind = "interactive"
	KindOrder       MessageKind = "order"
	KindSystem      MessageKind = "system"
	KindTemplate    MessageKind = "template"
	KindCall        MessageKind = "call"
	KindWelcome     MessageKind = "request_welcome"
	KindUnsupported MessageKind = "unsupported"
	KindUnknown     MessageKind = "unknown"
)

// MessageKinds lists every kind, for the database's CHECK and the catalogues' test.
func MessageKinds() []MessageKind {
	return []MessageKind{
		KindText, KindImage, KindVideo, KindAudio, KindDocument, KindSticker, KindLocation, KindContacts,
		KindButton, KindInteractive, KindOrder, KindSystem, KindTemplate, KindCall, KindWelcome,
		KindUnsupported, KindUnknown,
	}
}

// Direction says who wrote a message.
type Direction int

// Inbound is from the customer, Outbound from this program, Echo from the
// shop's phone or another program on the same number.
const (
	Inbound Direction = iota
	Outbound
	Echo
)

// Message is one message of a conversation as the shop sees it.
type Message struct {
	ID        MessageID
	WAMID     WAMID
	Direction Direction
	Kind      MessageKind
	// SentAt is Meta's timestamp for what came in, our clock for what goes out.
	SentAt  time.Time
	Content Content
	// Status is empty for inbound messages.
	Status MessageStatus
	// Failure says why Status is failed or unclear.
	Failure Code
	// FailureNumber is the provider's own error number, shown to whoever helps. 0 if none.
	FailureNumber int
	StatusAt      time.Time
	EditedAt      time.Time
	RevokedAt     time.Time
	Reactions     []Reaction
	// Wish is a reaction of the shop's that the provider has not taken, or nil.
	Wish *ReactionWish
	// HeldUntil is when a queued message goes out; until then it can be taken
	// back. Zero if it is not held.
	HeldUntil time.Time
	// File is what has become of Content.Media's file, or nil without one.
	File *File
}

// Reaction is an emoji one side has put on a message.
type Reaction struct {
	FromShop bool
	Emoji    string
	At       time.Time
}

// ReactionWish is a reaction the shop wants to put on a message, or with an
// empty emoji to take away, and how far it has come.
type ReactionWish struct {
	Emoji string
	// State is queued, sending, failed or unclear.
	State   MessageStatus
	Failure Code
}

// Content is everything inside a message that says something about a person.
// It is stored as one sealed JSON value, hence the short names. Every string
// is untrusted.
type Content struct {
	Text string `json:"t,omitempty"`
	// TypeName is the type as received, where Kind is unknown or unsupported.
	TypeName    string       `json:"ty,omitempty"`
	Media       *Media       `json:"m,omitempty"`
	Location    *Location    `json:"l,omitempty"`
	Contacts    []Card       `json:"c,omitempty"`
	Reply       *ChoiceReply `json:"r,omitempty"`
	Order       *Order       `json:"o,omitempty"`
	System      *System      `json:"s,omitempty"`
	Call        *Call        `json:"ca,omitempty"`
	Referral    *Referral    `json:"rf,omitempty"`
	Context     *Context     `json:"x,omitempty"`
	Unsupported *Unsupported `json:"u,omitempty"`
	// Interactive and Template are what the shop sent with something to tap.
	Interactive *Interactive     `json:"ia,omitempty"`
	Template    *TemplateMessage `json:"tp,omitempty"`
	// Automatic is true for what the program sent by itself, without anybody writing it.
	Automatic bool `json:"au,omitempty"`
	// Imported is true for what somebody says was written: it came from a file, not from the provider.
	Imported bool `json:"im,omitempty"`
	// RetriedAs is the message that was queued in place of this failed one, or 0.
	RetriedAs MessageID `json:"ra,omitempty"`
}

// Media describes a file that can be fetched from the provider for a limited
// time: ids received in webhooks live 7 days, urls 5 minutes. (Meta docs: Media.)
type Media struct {
	ID       string `json:"id,omitempty"`
	MIME     string `json:"mt,omitempty"`
	SHA256   []byte `json:"h,omitempty"`
	FileName string `json:"fn,omitempty"`
	Caption  string `json:"cp,omitempty"`
	Voice    bool   `json:"v,omitempty"`
	Animated bool   `json:"an,omitempty"`
	// Problem is the provider's error number if the file never arrived there (131052).
	Problem int `json:"p,omitempty"`
}

// Location is a place the customer sent, in degrees (WGS 84).
type Location struct {
	Latitude  float64 `json:"la"`
	Longitude float64 `json:"lo"`
	Name      string  `json:"n,omitempty"`
	Address   string  `json:"a,omitempty"`
	URL       string  `json:"u,omitempty"`
}

// Card is a contact card a customer sent. It is shown and never imported.
type Card struct {
	Name   string   `json:"n,omitempty"`
	Org    string   `json:"o,omitempty"`
	Phones []string `json:"p,omitempty"`
	Emails []string `json:"e,omitempty"`
	URLs   []string `json:"u,omitempty"`
	// Role is department and title in Org, Addresses are postal ones in a line
	// each, Birthday is as the sender's phone wrote it, mostly "1990-05-17".
	Role      string   `json:"ro,omitempty"`
	Addresses []string `json:"a,omitempty"`
	Birthday  string   `json:"b,omitempty"`
	// Requested is true for the answer to a contact request (origin contact_request).
	Requested bool `json:"r,omitempty"`
}

// ChoiceReply is a tap on a button, a list row or a finished flow.
type ChoiceReply struct {
	// Type is Meta's name: button, button_reply, list_reply, nfm_reply, call_permission_reply.
	Type        string `json:"ty"`
	ID          string `json:"id,omitempty"`
	Title       string `json:"t,omitempty"`
	Description string `json:"d,omitempty"`
	// ResponseJSON is the flow's answer as received, or empty. Untrusted.
	ResponseJSON string `json:"j,omitempty"`
}

// Order is a basket sent from a catalogue. Prices stay decimal text.
type Order struct {
	CatalogID string      `json:"c,omitempty"`
	Text      string      `json:"t,omitempty"`
	Items     []OrderItem `json:"i,omitempty"`
}

// OrderItem is one line of an Order.
type OrderItem struct {
	ProductID string `json:"p"`
	Quantity  string `json:"q"`
	Price     string `json:"pr"`
	Currency  string `json:"cu"`
}

// System is a notice about the customer's account.
type System struct {
	// Type is user_changed_number, user_changed_user_id, customer_identity_changed or another name.
	Type string `json:"ty"`
	Body string `json:"b,omitempty"`
	// NewNumber is the wa_id the customer says to have moved to, or empty.
	NewNumber string `json:"n,omitempty"`
}

// Call is a call the customer made or missed.
type Call struct {
	Event    string `json:"e,omitempty"`
	Status   string `json:"s,omitempty"`
	Duration int    `json:"d,omitempty"` // seconds
}

// Referral says from which advertisement or post the customer came. The
// advertising click id is dropped on purpose.
type Referral struct {
	SourceType string `json:"ty,omitempty"`
	SourceURL  string `json:"u,omitempty"`
	Headline   string `json:"h,omitempty"`
	Body       string `json:"b,omitempty"`
}

// Context links a message to an earlier one.
type Context struct {
	WAMID WAMID `json:"id,omitempty"`
	// FromShop is true if the quoted message was the shop's.
	FromShop            bool   `json:"fs,omitempty"`
	Forwarded           bool   `json:"f,omitempty"`
	FrequentlyForwarded bool   `json:"ff,omitempty"`
	ProductID           string `json:"p,omitempty"`
}

// Unsupported says what is known of a message WhatsApp does not pass on.
type Unsupported struct {
	Type   string `json:"ty,omitempty"`
	Number int    `json:"n,omitempty"`
}

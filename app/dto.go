package app

// The DTOs are what crosses the bridge to the window: strings, numbers,
// booleans, structs and slices. Times are Unix milliseconds (0 = none), ids of
// messages are strings because they exceed JavaScript's 2^53, slices are never nil.

// ConversationQuery asks for one page of the conversation list, newest activity first.
type ConversationQuery struct {
	// Cursor is the Next of the page before, or empty for the first page.
	Cursor string `json:"cursor"`
	// Limit is at most 200.
	Limit int `json:"limit"`
	// View is open, unread, waiting, soon, done, label (LabelID) or colleague (ColleagueID).
	View        string `json:"view"`
	LabelID     int64  `json:"labelId"`
	ColleagueID int64  `json:"colleagueId"`
}

// ConversationPage is one page of the conversation list.
type ConversationPage struct {
	Rows []ConversationRow `json:"rows"`
	// Next is the cursor of the following page, or empty at the end.
	Next string `json:"next"`
	// Total counts the conversations of the view.
	Total  int        `json:"total"`
	Counts ViewCounts `json:"counts"`
	// Unread counts conversations with unread messages, over all pages.
	Unread int `json:"unread"`
}

// NameSource says where a shown name comes from, because a name the customer
// chose is not to be trusted like one the shop gave.
type NameSource string

// The sources, in the order in which a name is chosen.
const (
	NameFromShop     NameSource = "shop"
	NameFromProfile  NameSource = "profile"
	NameFromUsername NameSource = "username"
	NameFromNumber   NameSource = "number"
	NameMissing      NameSource = "none"
)

// NameSources is the list Wails turns into a TypeScript enum.
var NameSources = []struct {
	Value  NameSource
	TSName string
}{
	{NameFromShop, "Shop"}, {NameFromProfile, "Profile"}, {NameFromUsername, "Username"}, {NameFromNumber, "Number"}, {NameMissing, "None"},
}

// ConversationRow is one row of the conversation list.
type ConversationRow struct {
	ID         int64      `json:"id"`
	CustomerID string     `json:"customerId"`
	Name       string     `json:"name"`
	NameSource NameSource `json:"nameSource"`
	// Preview is the start of the last message's text or caption; empty where
	// there is none, then PreviewKind says what it was.
	Preview         string `json:"preview"`
	PreviewKind     string `json:"previewKind"`
	PreviewFromShop bool   `json:"previewFromShop"`
	PreviewStatus   string `json:"previewStatus"`
	PreviewRevoked  bool   `json:"previewRevoked"`
	// PreviewHint says more about a message that is no text.
	PreviewHint HintRow `json:"previewHint"`
	LastAtMs    int64   `json:"lastAtMs"`
	Unread      int     `json:"unread"`
	// WindowClosesAtMs is 0 if the customer service window never opened.
	WindowClosesAtMs int64  `json:"windowClosesAtMs"`
	Draft            string `json:"draft"`
	WorkRow
}

// ConversationDetail is the open conversation's head and composer state.
type ConversationDetail struct {
	ConversationRow
	DraftReplyTo string `json:"draftReplyTo"`
	// MaybeFormerly names the customer who probably wrote from another number before, or is empty.
	MaybeFormerly string `json:"maybeFormerly"`
	// Erasing is true while this person's erasure is running; nothing can be sent then.
	Erasing bool `json:"erasing"`
	// Restricted is true while her data are only stored and somebody has opened them with a reason.
	Restricted bool `json:"restricted"`
	// Interpreted is true if this conversation is translated; Language is what the
	// customer writes, or empty while that is not known.
	Interpreted bool   `json:"interpreted"`
	Language    string `json:"language"`
}

// MessageQuery asks for messages of one conversation around a cursor.
type MessageQuery struct {
	ConversationID int64 `json:"conversationId"`
	// Before asks for messages older than this id, After for newer ones; both
	// empty asks for the newest page. Around asks for a page that contains the id.
	Before string `json:"before"`
	After  string `json:"after"`
	Around string `json:"around"`
	Limit  int    `json:"limit"`
}

// MessagePage holds messages oldest first.
type MessagePage struct {
	Messages []MessageRow `json:"messages"`
	HasOlder bool         `json:"hasOlder"`
	HasNewer bool         `json:"hasNewer"`
}

// MessageRow is one bubble.
type MessageRow struct {
	ID             string `json:"id"`
	ConversationID int64  `json:"conversationId"`
	// Direction is "in", "out" or "echo" (sent from the shop's phone).
	Direction string `json:"direction"`
	// Kind is Meta's message type, or "unknown".
	Kind string `json:"kind"`
	// TypeName is the type as received where Kind is unknown or unsupported.
	TypeName   string `json:"typeName"`
	Text       string `json:"text"`
	FileName   string `json:"fileName"`
	SentAtMs   int64  `json:"sentAtMs"`
	EditedAtMs int64  `json:"editedAtMs"`
	// Automatic is true for what the program sent by itself.
	Automatic bool `json:"automatic"`
	Revoked   bool `json:"revoked"`
	// Kept is true if a revoked message's content is still here by the shop's own rule.
	Kept       bool   `json:"kept"`
	Status     string `json:"status"`
	StatusAtMs int64  `json:"statusAtMs"`
	// FailureCode is one of the error codes; FailureNumber the provider's own number or 0.
	FailureCode   string `json:"failureCode"`
	FailureNumber int    `json:"failureNumber"`
	// FailureTopic says more exactly what that number means, or is empty.
	FailureTopic string        `json:"failureTopic"`
	Forwarded    bool          `json:"forwarded"`
	Quote        *QuoteRow     `json:"quote,omitempty"`
	Reactions    []ReactionRow `json:"reactions"`
	// HeldUntilMs is when a queued message goes out; until then it can be taken back. 0 if it is not held.
	HeldUntilMs int64 `json:"heldUntilMs"`
	// Imported is true for a message from a chat export, which nobody signed.
	Imported bool `json:"imported"`
	// Retried is true for a failed message that was sent again as another one.
	Retried bool `json:"retried"`
	// Content is absent for a message that has nothing but text or a file.
	Content *ContentRow `json:"content,omitempty"`
	// Translation is the message in the other language, if there is one; Translated
	// is true too where the service found nothing to translate.
	Translation *TranslationRow `json:"translation,omitempty"`
	Translated  bool            `json:"translated"`
	// Hints are the kinds of sensitive content a customer's message seems to hold, as long as nobody has decided about it.
	Hints []string `json:"hints"`
	// File is what has become of the message's file, if it has one.
	File *FileRow `json:"file,omitempty"`
}

// QuoteRow is the message a reply refers to, as far as it is known.
type QuoteRow struct {
	// MessageID is empty if the quoted message never arrived here or is gone.
	MessageID string  `json:"messageId"`
	FromShop  bool    `json:"fromShop"`
	Kind      string  `json:"kind"`
	Text      string  `json:"text"`
	Revoked   bool    `json:"revoked"`
	Hint      HintRow `json:"hint"`
}

// ReactionRow is one reaction on a bubble.
type ReactionRow struct {
	Emoji    string `json:"emoji"`
	FromShop bool   `json:"fromShop"`
	// State is empty for a reaction that is there, otherwise queued, sending,
	// failed or unclear; FailureCode says why.
	State       string `json:"state"`
	FailureCode string `json:"failureCode"`
}

// SendTextRequest is a text reply, quoted if ReplyTo is a message id.
type SendTextRequest struct {
	ConversationID int64  `json:"conversationId"`
	Text           string `json:"text"`
	ReplyTo        string `json:"replyTo"`
}

// DraftRequest keeps what is in the composer of one conversation.
type DraftRequest struct {
	ConversationID int64  `json:"conversationId"`
	Text           string `json:"text"`
	ReplyTo        string `json:"replyTo"`
}

// UnclearRequest is the person's decision about a send whose fate is unknown.
type UnclearRequest struct {
	MessageID string `json:"messageId"`
	// Resend sends it again (it may then arrive twice); otherwise it is left as it is and marked failed.
	Resend bool `json:"resend"`
}

// CustomerDetail is the customer panel.
type CustomerDetail struct {
	ID          string          `json:"id"`
	Name        string          `json:"name"`
	NameSource  NameSource      `json:"nameSource"`
	ShopName    string          `json:"shopName"`
	ProfileName string          `json:"profileName"`
	Identifiers []IdentifierRow `json:"identifiers"`
	FirstAtMs   int64           `json:"firstAtMs"`
	Messages    int             `json:"messages"`
	Media       int             `json:"media"`
	Erasing     bool            `json:"erasing"`
}

// IdentifierRow is one of a customer's identifiers with its history.
type IdentifierRow struct {
	// Kind is wa_id, bsuid, parent_bsuid or username.
	Kind        string `json:"kind"`
	Value       string `json:"value"`
	FirstSeenMs int64  `json:"firstSeenMs"`
	LastSeenMs  int64  `json:"lastSeenMs"`
	RetiredMs   int64  `json:"retiredMs"`
}

// RenameRequest sets the name the shop gives a customer; empty takes it away.
type RenameRequest struct {
	CustomerID string `json:"customerId"`
	ShopName   string `json:"shopName"`
}

// ErasurePreview says what erasing a customer would remove here, and what
// stays elsewhere.
type ErasurePreview struct {
	CustomerID    string `json:"customerId"`
	Name          string `json:"name"`
	Messages      int    `json:"messages"`
	Media         int    `json:"media"`
	Reactions     int    `json:"reactions"`
	Identifiers   int    `json:"identifiers"`
	Drafts        int    `json:"drafts"`
	Notes         int    `json:"notes"`
	Conversations int    `json:"conversations"`
	// ContactBook is true if Meta's contact book entry can be deleted by API (a BSUID is known).
	ContactBook bool `json:"contactBook"`
	// PassphraseResidue is true where an old copy of the data folder together
	// with the passphrase could still be read (no OS keychain).
	PassphraseResidue bool `json:"passphraseResidue"`
}

// ErasureStep is one step of an erasure, in the order they run.
type ErasureStep struct {
	// Name is lookup, contactBook, uploads, key, memory, rows, files, compact, scan.
	Name string `json:"name"`
	// State is waiting, running, done, failed, skipped or pending (will be tried again).
	State string `json:"state"`
}

// ErasureReport is the state and, at the end, the result of an erasure. It
// holds nothing about the person.
type ErasureReport struct {
	JobID int64 `json:"jobId"`
	// State is running, done or failed.
	State string        `json:"state"`
	Steps []ErasureStep `json:"steps"`
	// Erased is true from the moment the key is destroyed.
	Erased       bool `json:"erased"`
	Messages     int  `json:"messages"`
	Media        int  `json:"media"`
	FilesScanned int  `json:"filesScanned"`
	// FilesSkipped counts files that could not be searched.
	FilesSkipped int   `json:"filesSkipped"`
	BytesScanned int64 `json:"bytesScanned"`
	ScanHits     int   `json:"scanHits"`
	// ContactBook is deleted, absent, pending, failed or none.
	ContactBook string `json:"contactBook"`
	// Uploads counts files the shop had sent that WhatsApp still had, and
	// UploadsDeleted those that are gone there now. UploadState is deleted, pending, failed or none.
	Uploads        int    `json:"uploads"`
	UploadsDeleted int    `json:"uploadsDeleted"`
	UploadState    string `json:"uploadState"`
	// Case is the number under which the log has it.
	Case        string `json:"case"`
	FailureCode string `json:"failureCode"`
	StartedAtMs int64  `json:"startedAtMs"`
	EndedAtMs   int64  `json:"endedAtMs"`
}

// SetupState says which screen the window must show.
type SetupState struct {
	// Phase is first (nothing set up), locked (passphrase needed), problem (Code says which), or open.
	Phase string `json:"phase"`
	Code  string `json:"code"`
	Demo  bool   `json:"demo"`
	// Keychain is true if the operating system's keychain can be used.
	Keychain bool   `json:"keychain"`
	DataDir  string `json:"dataDir"`
	Version  string `json:"version"`
}

// ConnectRequest connects a number by hand.
type ConnectRequest struct {
	// Provider is meta, d360 or custom (a base URL of one's own, for example a simulator).
	Provider      string `json:"provider"`
	BaseURL       string `json:"baseUrl"`
	PhoneNumberID string `json:"phoneNumberId"`
	WABAID        string `json:"wabaId"`
	Token         string `json:"token"`
	AppSecret     string `json:"appSecret"`
	VerifyToken   string `json:"verifyToken"`
	// ListenAddr is the loopback address deliveries are brought to, "127.0.0.1:8091".
	ListenAddr string `json:"listenAddr"`
	// Passphrase is needed where there is no keychain: at least 10 characters.
	Passphrase string `json:"passphrase"`
}

// ConnectResult is what the provider says about the number.
type ConnectResult struct {
	DisplayNumber string `json:"displayNumber"`
	VerifiedName  string `json:"verifiedName"`
	WebhookURL    string `json:"webhookUrl"`
}

// ConnectionState is what the foot of the rail says, always.
type ConnectionState struct {
	// Receiving is ready, stopped or failed; Code says why.
	Receiving     string `json:"receiving"`
	ReceivingCode string `json:"receivingCode"`
	// Source is relay, direct, simulator or none.
	Source         string `json:"source"`
	WebhookURL     string `json:"webhookUrl"`
	LastDeliveryMs int64  `json:"lastDeliveryMs"`
	// Sending is ready, offline or paused; Code says why.
	Sending       string `json:"sending"`
	SendingCode   string `json:"sendingCode"`
	Queued        int    `json:"queued"`
	Unclear       int    `json:"unclear"`
	DisplayNumber string `json:"displayNumber"`
	VerifiedName  string `json:"verifiedName"`
	Demo          bool   `json:"demo"`
}

// Settings are the window's and the shop's choices.
type Settings struct {
	// Language is de or en; empty follows the system.
	Language string `json:"language"`
	// Theme is light, dark or system.
	Theme string `json:"theme"`
	// Zoom is 80 to 200 percent.
	Zoom int `json:"zoom"`
	// ReadReceipts sends read receipts when a conversation is opened. Off by default.
	ReadReceipts bool `json:"readReceipts"`
	// KeepRevoked keeps what customers delete for everyone, with a mark. Off by default.
	KeepRevoked bool `json:"keepRevoked"`
}

// LinkCheck is what is known of a link before it is opened outside.
type LinkCheck struct {
	// Allowed is false for anything but http, https, mailto and tel.
	Allowed bool   `json:"allowed"`
	Host    string `json:"host"`
	// Display is the URL with its host in readable and in ASCII form.
	Display string `json:"display"`
	// Suspicious is true if the host mixes scripts, is an IP address or carries credentials.
	Suspicious bool `json:"suspicious"`
}

// DemoCustomer is one of the people of the play shop.
type DemoCustomer struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Number string `json:"number"`
}

// DemoMessage is one message as the customer's phone shows it.
type DemoMessage struct {
	ID       string `json:"id"`
	FromShop bool   `json:"fromShop"`
	Kind     string `json:"kind"`
	Text     string `json:"text"`
	SentAtMs int64  `json:"sentAtMs"`
	Status   string `json:"status"`
}

// DemoSayRequest lets the newcomer be the customer.
type DemoSayRequest struct {
	CustomerID string `json:"customerId"`
	Text       string `json:"text"`
}

// ConversationEvent says that something in a conversation changed. The window asks again.
type ConversationEvent struct {
	ConversationID int64 `json:"conversationId"`
	// New is true if a customer's message arrived.
	New bool `json:"new"`
}

// CustomerEvent says that a customer changed or is gone: erased, or restricted
// so that nothing of her may be shown.
type CustomerEvent struct {
	CustomerID string `json:"customerId"`
	Erased     bool   `json:"erased"`
}

// ErasureEvent says that an erasure advanced.
type ErasureEvent struct {
	JobID int64 `json:"jobId"`
}

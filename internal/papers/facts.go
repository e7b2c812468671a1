package papers

import (
	"time"

	"tresen/internal/retention"
)

// Tri is yes, no, or not known.
type Tri string

// The values of a Tri; the zero value means that nobody knows.
const (
	Unknown Tri = ""
	Yes     Tri = "yes"
	No      Tri = "no"
)

// TriOf turns what is known into a Tri.
func TriOf(yes bool) Tri {
	if yes {
		return Yes
	}
	return No
}

// Facts is everything the papers are written from. A zero value means that a
// fact is not known or that there is no such thing.
type Facts struct {
	// At is when the papers are written, in the shop's time zone.
	At time.Time
	// Version is the program's.
	Version string
	Country retention.Country
	Shop    Shop
	Answers Answers

	Provider    Provider
	Relay       Relay
	Translation Translation
	Backup      Backup
	Retention   Retention
	Protection  Protection
	Log         Log
	Transfer    Transfer
	Counts      Counts

	Contracts []Contract
	Screening Screening
	Places    []Place
	Hosts     []Host
}

// Shop is the controller, as typed into the imprint.
type Shop struct {
	Name    string
	People  []string
	Address string
	Mail    string
	Phone   string
	// Authority is the data protection authority the owner typed, with its address.
	Authority string
	// Region is where the shop is, as "DE-BW".
	Region string
	// ImprintWhole says that the imprint has everything its legal form asks for.
	ImprintWhole bool
	ImprintURL   string
	PrivacyURL   string
}

// Answer is what only the owner can say: a text, or that there is none.
type Answer struct {
	Text string `json:"text"`
	None bool   `json:"none"`
}

// Answers are the owner's.
type Answers struct {
	// Officer is the data protection officer.
	Officer Answer `json:"officer"`
	// Tax is the tax adviser who gets letters and vouchers.
	Tax Answer `json:"tax"`
	// Help is who looks after the computer and could see data.
	Help Answer `json:"help"`
	// RelayOperator runs the relay, with an address.
	RelayOperator string `json:"relayOperator"`
	// RelayOwn says that the shop runs it.
	RelayOwn bool `json:"relayOwn"`
	// RelayPlace is where that machine stands.
	RelayPlace string `json:"relayPlace"`
	// Assessed is when the transfer to the USA was assessed, as "2026-11-22".
	Assessed string `json:"assessed"`
}

// The providers of the Cloud API.
const (
	ProviderMeta   = "meta"
	ProviderD360   = "d360"
	ProviderCustom = "custom"
	ProviderDemo   = "demo"
)

// Provider is who takes and brings the messages.
type Provider struct {
	// Kind is one of the Provider constants, or empty.
	Kind string
	Host string
	// Region is where contents lie at rest, as "DE"; RegionRead says that Meta
	// itself named it, otherwise the owner did.
	Region     string
	RegionRead bool
	// PhoneApp says that the same number is used in the phone's app too.
	PhoneApp Tri
}

// Relay keeps sealed deliveries until this computer fetches them.
type Relay struct {
	Paired bool
	Host   string
	// Direct says that deliveries come straight to this computer, too or instead.
	Direct bool
}

// Translation is the service the owner agreed to.
type Translation struct {
	// Service is deepl, libretranslate, or empty.
	Service string
	Host    string
	Agreed  time.Time
}

// Backup is what is known of the copies.
type Backup struct {
	Chosen      bool
	Reachable   bool
	Newest      time.Time
	Tested      time.Time
	Generations int
	MaxAgeDays  int
}

// Retention is the rules as they are and what they last did.
type Retention struct {
	Off   bool
	Rules []retention.Rule
	Ran   time.Time
	// Overdue counts what a run would remove now and nobody holds.
	Overdue int
}

// Protection is how the data are kept from others.
type Protection struct {
	// Keys is keychain or passphrase.
	Keys string
	// Disk says whether the disk is encrypted as a whole.
	Disk Tri
	// Lock says whether the program locks itself, after LockMinutes of rest.
	Lock        Tri
	LockMinutes int
	// Roles says whether people at the desk have different rights.
	Roles Tri
}

// Log is the accountability log.
type Log struct {
	Entries int
	Whole   Tri
	// Tested is the last search for remains after an erasure or a self-test, Hits what it found.
	Tested time.Time
	Hits   int
}

// Transfer is the release's dated statement about transfers to the USA.
type Transfer struct {
	DE, EN string
	AsAt   string
}

// Counts are figures for the checklist.
type Counts struct {
	// ColdStarts counts conversations the shop began without a consent.
	ColdStarts int
	// Uses counts advertising sent, Uncovered that which no consent covers.
	Uses, Uncovered int
	// OldSensitive counts messages marked as sensitive more than a week ago.
	OldSensitive int
	// AutoMegabytes is up to which size files are fetched by themselves; -1 if all are.
	AutoMegabytes int
	// Notices says whether the first answer carries the privacy notice.
	Notices Tri
	// Cases counts requests of persons whose time is over; only with CasesKnown.
	Cases      int
	CasesKnown bool
	// RecordConfirmed is when the record of processing was last confirmed.
	RecordConfirmed time.Time
}

// Contract is a contract with a processor, as the owner keeps it.
type Contract struct {
	ID int64 `json:"-"`
	// Party is a processor's key, or empty for one of the owner's own; Name says who.
	Party   string `json:"party"`
	Name    string `json:"name"`
	Version string `json:"version"`
	// Dated is the document's date, Accepted when it was accepted, as "2026-11-22".
	Dated      string `json:"dated"`
	Accepted   string `json:"accepted"`
	AcceptedBy string `json:"acceptedBy"`
	// Letters are those of Art. 28(3) GDPR the contract was checked for, as "abc".
	Letters  string `json:"letters"`
	FileName string `json:"fileName"`
	FileSize int    `json:"fileSize"`
	SHA256   string `json:"sha256"`
}

// Screening is the assessment whether a DPIA is needed (Art. 35 GDPR).
type Screening struct {
	// At is when it was made, as "2026-11-22"; empty if it never was.
	At string `json:"at"`
	By string `json:"by"`
	// Yes are the questions answered with yes.
	Yes    []string `json:"yes"`
	Reason string   `json:"reason"`
}

// Place is where data lie.
type Place struct {
	// Key is one of the Place constants.
	Key    string
	Path   string
	Bytes  int64
	Files  int
	Sealed bool
}

// The places.
const (
	PlaceDatabase = "database"
	PlaceKeyring  = "keyring"
	PlaceMedia    = "media"
	PlaceLog      = "log"
	PlaceWindow   = "window"
	PlaceWebview  = "webview"
	PlaceBackup   = "backup"
)

// Host is one the program may talk to.
type Host struct {
	Name string
	// Why is api, files, relay, translation or website.
	Why string
	// Contacts counts requests since the program was started, Last is the last.
	Contacts int
	Last     time.Time
}

// Settled is without what changes by itself from day to day: a confirmation
// holds until something is set differently.
func (f Facts) Settled() Facts {
	f.At, f.Version = time.Time{}, ""
	f.Retention.Ran, f.Retention.Overdue = time.Time{}, 0
	f.Backup.Newest, f.Backup.Tested, f.Backup.Reachable = time.Time{}, time.Time{}, f.Backup.Chosen
	f.Log = Log{}
	f.Counts = Counts{}
	f.Places, f.Hosts = nil, nil
	return f
}

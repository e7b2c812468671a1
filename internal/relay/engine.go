package relay

import (
	"context"
	"errors"
	"time"
)

// Errors of an engine.
var (
	// ErrNoMailbox says that the mailbox does not exist (any more).
	ErrNoMailbox = errors.New("no such mailbox")
	// ErrFull says that the mailbox's share or the disk is full.
	ErrFull = errors.New("no room")
	// ErrConflict says that somebody else changed a record in between.
	ErrConflict = errors.New("record was changed by somebody else")
	// ErrNoRecord says that there is no record under a key.
	ErrNoRecord = errors.New("no such record")
)

// Copy is a delivery sealed to one device.
type Copy struct {
	Device DeviceID
	Sealed []byte
}

// Envelope is a Copy in a device's queue. Seq grows with every envelope.
type Envelope struct {
	Seq    uint64
	Sealed []byte
}

// Span limits what Fetch returns: envelopes after a sequence number, at most
// Count of them and, beyond the first, at most Bytes together.
type Span struct {
	After uint64
	Count int
	Bytes int
}

// Stats says what waits for one device.
type Stats struct {
	Waiting int
	// Oldest is when the oldest waiting envelope was put in, or zero.
	Oldest time.Time
}

// Engine keeps sealed envelopes until their device has them, at most for the
// retention time it was opened with. Its methods may be called from many
// goroutines.
type Engine interface {
	// Create makes room for a mailbox. It succeeds if there is one already.
	Create(ctx context.Context, m MailboxID) error
	// Put keeps every copy of a delivery, and has them on disk when it returns
	// nil. A delivery it has seen in the last hours changes nothing and reports
	// fresh = false; engines may forget sooner after a restart. It fails with ErrNoMailbox and ErrFull; after any error Put may be
	// repeated with the same id.
	Put(ctx context.Context, m MailboxID, id DeliveryID, copies []Copy) (fresh bool, err error)
	// Fetch returns the oldest envelopes of a device within span, in order, and
	// none if nothing waits.
	Fetch(ctx context.Context, m MailboxID, d DeviceID, span Span) ([]Envelope, error)
	// Ack forgets a device's envelopes up to and including a sequence number.
	Ack(ctx context.Context, m MailboxID, d DeviceID, upTo uint64) error
	// Stats says what waits for a device.
	Stats(ctx context.Context, m MailboxID, d DeviceID) (Stats, error)
	// DropDevice forgets everything of one device, Drop of a whole mailbox.
	DropDevice(ctx context.Context, m MailboxID, d DeviceID) error
	Drop(ctx context.Context, m MailboxID) error
	// Watch returns a channel that gets a value soon after something was put
	// into a mailbox, and a function that ends it. A value may be missed if a
	// relay process dies: callers look again by themselves now and then.
	Watch(m MailboxID) (arrived <-chan struct{}, stop func())
}

// Record is a value with the version that a change must name.
type Record struct {
	Key     string
	Value   []byte
	Version uint64
}

// Records keeps what the relay knows about mailboxes and devices, in the same
// place as the envelopes. Keys consist of letters, digits and dots.
type Records interface {
	// Get fails with ErrNoRecord.
	Get(ctx context.Context, key string) (Record, error)
	// Set writes a record if its version is still the named one; version 0
	// means that there must be none. It fails with ErrConflict.
	Set(ctx context.Context, r Record) error
	// Remove deletes a record; it succeeds if there is none.
	Remove(ctx context.Context, key string) error
	// List returns all records whose key starts with prefix, which ends in a dot.
	List(ctx context.Context, prefix string) ([]Record, error)
	// Once reports whether it is asked for key for the first time within
	// OnceFor; of several askers only one is told so.
	Once(ctx context.Context, key string) (bool, error)
}

// OnceFor is how long Records.Once remembers, at least.
const OnceFor = 15 * time.Minute

// Lives of what is kept.
const (
	// Retention is how long an envelope waits for its device (Meta repeats for
	// up to 7 days too; Meta docs: Webhooks overview).
	Retention = 7 * 24 * time.Hour
	// SealKeyLife is how long a device uses a key pair before it makes a new one.
	SealKeyLife = 7 * 24 * time.Hour
	// OldSealKeyLife is how long a device keeps a replaced key: nothing sealed
	// to it can still be waiting then.
	OldSealKeyLife = 8 * 24 * time.Hour
)

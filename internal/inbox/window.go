package inbox

import "time"

// WindowLength is how long a shop may answer freely after the customer's last
// message or call. (Meta docs: Customer service windows.)
const WindowLength = 24 * time.Hour

// windowMargin is how much earlier than Meta we close: clocks differ, and a
// message rejected at the last second helps nobody.
const windowMargin = 2 * time.Minute

// WindowSoon is how long before its end a window counts as ending soon.
const WindowSoon = 3 * time.Hour

// Window is the customer service window of a conversation.
type Window struct {
	// LastInbound is the provider's time of the customer's last message, or zero.
	LastInbound time.Time
}

// ClosesAt returns when the window closes for us, or zero if it never opened.
func (w Window) ClosesAt() time.Time {
	if w.LastInbound.IsZero() {
		return time.Time{}
	}
	return w.LastInbound.Add(WindowLength - windowMargin)
}

// Open reports whether any kind of message may be sent at now.
func (w Window) Open(now time.Time) bool { return now.Before(w.ClosesAt()) }

// OpensWindow reports whether an inbound message of kind k opens or extends
// the window. Notices by the system are not from the customer; a reaction, an
// edit or a revocation does not become a message at all.
func OpensWindow(k MessageKind) bool { return k != KindSystem }

package outbox

import (
	"context"
	"time"

	"tresen/internal/inbox"
)

// settlePatience is how long a send under way may go on once somebody objected.
// WhatsApp waits a few seconds for the answer to a delivery. (Meta docs: Webhooks.)
const settlePatience = 2 * time.Second

// Settle returns once no send to a conversation is under way that began before
// the call. One that takes too long is cut off, and its outcome is awaited like
// that of any other lost answer. Whoever calls it after an objection was kept can
// say that nothing leaves any more: what begins later asks the register again.
func (o *Outbox) Settle(ctx context.Context, c inbox.ConversationID) {
	patience := time.NewTimer(settlePatience)
	defer patience.Stop()
	for {
		o.mu.Lock()
		busy, landed := o.inFlight[c], o.landed
		o.mu.Unlock()
		if !busy {
			return
		}
		select {
		case <-landed:
		case <-patience.C:
			o.cut(c)
			return
		case <-ctx.Done():
			return
		}
	}
}

// cut ends a send under way, if there is one: what has not got as far will ask the register.
func (o *Outbox) cut(c inbox.ConversationID) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if cut := o.cuts[c]; cut != nil {
		cut()
	}
}

// cutting lets Settle cut off a send; done ends that.
func (o *Outbox) cutting(c inbox.ConversationID, cut context.CancelFunc) (done func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.cuts[c] = cut
	return func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		delete(o.cuts, c)
	}
}

// land notes that an attempt has ended.
func (o *Outbox) land(c inbox.ConversationID) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.inFlight, c)
	close(o.landed)
	o.landed = make(chan struct{})
}

package store

import "tresen/internal/inbox"

// cacheLimit bounds each map; a shop with more active people than that only
// pays the lookups again.
const cacheLimit = 20_000

// cache remembers what the writer looks up for every message. Only the writer's
// goroutine touches it, and a rollback empties it.
type cache struct {
	customers     map[[16]byte]CustomerRef // by lookup of an active identifier
	seen          map[seenKey]int64        // first_at_ms of identifiers
	profiles      map[int64]inbox.Profile
	conversations map[conversationKey]ConversationRef
	states        map[inbox.ConversationID]conversationState
	// nonePending is true if it is known that no change waits for its message.
	nonePending bool
}

type conversationKey struct {
	customer int64
	number   inbox.PhoneNumberID
}

type seenKey struct {
	customer int64
	lookup   [16]byte
}

// conversationState is what an insert must know of its conversation.
type conversationState struct {
	last      inbox.MessageID // the newest message
	profileAt int64           // time of the newest message that named the customer
}

func newCache() *cache {
	c := &cache{}
	c.clear()
	return c
}

func (c *cache) clear() {
	c.customers = map[[16]byte]CustomerRef{}
	c.seen = map[seenKey]int64{}
	c.profiles = map[int64]inbox.Profile{}
	c.conversations = map[conversationKey]ConversationRef{}
	c.states = map[inbox.ConversationID]conversationState{}
	c.nonePending = false
}

func remember[K comparable, V any](m map[K]V, k K, v V) {
	if len(m) >= cacheLimit {
		clear(m)
	}
	m[k] = v
}

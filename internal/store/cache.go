package store

import "tresen/internal/inbox"

// cacheLimit bounds each map; a shop with more active people than that only
// pays the lookups again.
const cacheLimit = 20_000

// cache remembers what the writer looks up for every message. Only the writer's
// goroutine touches it, and a rollback empties it.
type cache struct {
	customers     map[[16]byte]CustomerRef
	profiles      map[int64]inbox.Profile
	conversations map[conversationKey]ConversationRef
	pending       int // rows in pending, or -1 if not counted
}

type conversationKey struct {
	customer int64
	number   inbox.PhoneNumberID
}

func newCache() *cache {
	c := &cache{}
	c.clear()
	return c
}

func (c *cache) clear() {
	c.customers = map[[16]byte]CustomerRef{}
	c.profiles = map[int64]inbox.Profile{}
	c.conversations = map[conversationKey]ConversationRef{}
	c.pending = -1
}

func remember[K comparable, V any](m map[K]V, k K, v V) {
	if len(m) >= cacheLimit {
		clear(m)
	}
	m[k] = v
}

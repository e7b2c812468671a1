// Package outbox sends what the shop queued: it checks the customer service
// window, keeps to the pace WhatsApp allows, calls the provider, and records
// what became of each message. What it cannot know it calls unclear and leaves
// to a person; it never sends a message twice by itself. A file is placed with
// the provider before its message begins to leave, and a reaction is a wish of
// its own that a newer one replaces.
//
// It must not know SQL, Meta's JSON or error numbers, or the window's words.
package outbox

// Package server is the relay's HTTP side: it takes Meta's webhooks, seals each
// to the mailbox's devices at once and answers 200 only after the engine has
// it on disk; and it hands sealed envelopes to the devices that prove who they
// are.
//
// It holds no app secret, no token and no key that opens an envelope, and must
// not know what is in a delivery: it neither parses bodies nor checks Meta's
// signature, which travels inside the envelope. Nothing of a delivery, and no
// address of who sent it, appears in a log or a metric.
package server

// Package jetstream is the relay's engine for several machines: a NATS
// JetStream cluster that somebody runs already, reached by URL. Relay
// processes that use it keep no state of their own.
//
// Every mailbox has a stream of its own, three times replicated, with one
// subject per device; that keeps mailboxes apart and lets acknowledged
// envelopes leave the disk. The server must be set to flush before it answers
// (sync_interval: always) and to take messages of 8 MB (max_payload).
//
// There are no consumers: a device reads its subject by sequence number from
// the stream's leader, and acknowledging purges its subject up to a number. So
// any process can answer any request, and nothing waits for a time-out after a
// process died. The package sees sealed envelopes only.
package jetstream

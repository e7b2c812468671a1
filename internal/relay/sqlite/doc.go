// Package sqlite is the relay's engine for one machine: envelopes and records
// in one SQLite database with group commit. Everything that waits while the
// disk is busy is written in the next transaction together, so that many
// deliveries share one flush.
//
// A commit is durable when it returns: WAL with synchronous=FULL flushes the
// log at each. What is deleted is overwritten (secure_delete) and leaves the
// log within a minute (checkpoint). The package sees sealed envelopes only and
// must not know who sealed them or what for.
package sqlite

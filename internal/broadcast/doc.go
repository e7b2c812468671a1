// Package broadcast sends one template to a few people who asked for it: it
// hands the outbox only a couple of messages at a time, so that stopping means
// stopping, asks for everybody's consent again when her turn comes, and never
// takes a person twice, also if the program is killed.
//
// It must not know how a consent is given or how a message travels: both are
// asked for through its Config.
package broadcast

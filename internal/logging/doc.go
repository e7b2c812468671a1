// Package logging writes the technical log (retention class L1): slog with a
// handler that takes out what looks like a phone number, a BSUID, a wamid, an
// e-mail address or a secret, and a file of bounded size and age.
//
// The handler is the second line. It cannot know names and message text; the first
// line is that nobody logs them. Text the program did not write itself (an error of
// another system, a panic) goes through the same redaction.
//
// The package must not know what the log is about: no customers, no Meta.
package logging

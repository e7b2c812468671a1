// Package automatic decides what a shop sends by itself when somebody writes:
// the privacy notice on first contact (Art. 13, 21(4) GDPR), a greeting, an
// absence message, a receipt for who exercises a right, and a few questions
// before a person takes over. It also words the notice and checks what the
// owner made of it.
//
// Everything here is a pure function of settings, facts and a given time. The
// package must not know how messages travel, where state is kept, or what time
// it is. It never answers in a person's name and never advertises.
package automatic

// Package register keeps what hangs where: which code was printed for which
// place, whether a phone has read it, and how many conversations began there.
//
// It counts by the name of the place that stands in brackets in the prefilled
// text, and by nothing else: no redirect, no note at the conversation or the
// person. It must not know layouts or windows, and of a message only its text.
package register

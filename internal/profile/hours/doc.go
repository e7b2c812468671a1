// Package hours knows when a shop is open: a week, and the days that differ
// from it. The widget, printed things and greetings all say it with the words
// made here, so that no two of them disagree.
//
// It must not know who shows the times, nor what time it is: the caller passes
// the moment, in the shop's own time zone.
package hours

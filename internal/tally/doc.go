// Package tally counts what customers' messages tell about the shop's days: how
// many, of which kind, at which hour, by which way somebody came. Counters have
// no place for a person, so they survive everybody's deletion and need none.
//
// It must not keep, and never hands on, who wrote or what.
package tally

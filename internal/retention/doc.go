// Package retention says how long each kind of data may be kept, finds what is
// over its time, and says what has to happen to it.
//
// A rule belongs to a kind of data and not to a table: the same message is an
// enquiry for six months, and a business letter for six years if the shop marked
// it as one (DIN 66398; Art. 5(1)(e) GDPR). Where a law asks for longer than the
// purpose lasts, the data leaves the inbox and goes to the sealed archive.
//
// Rules and Plan are pure: they are given facts and a time. The package must not
// know SQL.
package retention

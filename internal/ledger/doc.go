// Package ledger says the entries of the accountability log in plain words, and
// writes the log as a paper for an authority. (Art. 5(2) GDPR.)
//
// Entries name nobody, and so does what it writes. A kind it has no words for is
// shown as it is, never left out. It must not know where entries come from.
package ledger

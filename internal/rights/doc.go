// Package rights runs the desk for what people may ask of the shop about their
// data: access, portability, rectification, restriction, objection and erasure
// (Art. 15 to 21 GDPR, in Switzerland the DSG). It says when an answer is due,
// what may follow what, whether the person is who she says she is, and words
// the letters.
//
// The rules are pure: they are given facts and a time. The package must not
// know the window, how a message travels, or how anything is deleted.
package rights

// Package certificate writes what a person gets who was erased: what is gone,
// what remains and why, where copies may be, her rights, and the number with
// which she can show that an entry of the shop's log is about her. (Art. 12(3),
// 17, 19 GDPR; in Switzerland the FADP.)
//
// It names nobody and claims nothing that its facts do not say. It must not know
// where they come from, and what it writes is kept by nobody here.
package certificate

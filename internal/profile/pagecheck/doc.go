// Package pagecheck fetches the shop's own imprint or privacy page when the
// owner asks for it, and says what it found there and what it did not: items
// by legal form, names of laws that no longer exist, links that must go.
//
// It must not run by itself, and it never says that a page is lawful: there is
// no overall result, only findings with their evidence. It visits public
// addresses only, sends no cookies and no referrer, and reads little.
package pagecheck

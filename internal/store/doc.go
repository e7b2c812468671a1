// Package store keeps the shop's conversations in SQLite: opening, migrations,
// group commit, one file per table. Personal values are sealed by the vault
// with the customer's own key before they reach SQL and opened after; lookups
// go through keyed hashes.
//
// It is the only package that knows SQL. It must not know Meta's JSON, the
// network or the window, and it decides nothing about the shop: what a
// notification means is receive's business, what may be sent outbox's.
package store

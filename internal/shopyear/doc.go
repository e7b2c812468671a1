// Package shopyear lives a year of a shop's life into an empty data folder: the
// customers of the simulator write everything WhatsApp can carry, and the shop
// answers, notes, labels, asks for consents, settles orders, keeps letters and
// deals with requests about people's data. Everything goes the ways of the
// program: deliveries through receive, the rest through the functions of store,
// consent, rights and privacy, at the time of a clock of its own.
//
// It keeps a Ledger of what it did, from which a test can compute by itself what
// has to happen to whom. The same seed gives the same year. It must not know the
// periods of retention, or the test would ask the program about itself.
package shopyear

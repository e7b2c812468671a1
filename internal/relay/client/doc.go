// Package client is the desktop's half of the relay: it pairs this computer
// with a mailbox, brings the sealed deliveries that wait there, opens them and
// acknowledges each only after its handler has kept it.
//
// The caller keeps the Identity, which holds the private keys, in the operating
// system's keychain, and checks deliveries itself. The package must not know
// the store, Meta's JSON or the app secret.
package client

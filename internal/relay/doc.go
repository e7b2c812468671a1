// Package relay has the words that the relay server, its engines and the
// desktop's client share: ids, pairing codes, what an envelope holds, the
// engine's interface and the requests between device and relay.
//
// The relay stands between Meta's webhook and the shop's computers. It seals
// every delivery to the paired devices at once and keeps nothing it can read.
// Nothing below this folder but client runs on the desktop, and nothing in it
// may know Meta's JSON, the app secret or the shop's store.
package relay

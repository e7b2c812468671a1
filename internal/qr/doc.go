// Package qr turns a shop's number into a click-to-chat link and the link into
// a QR code that can be printed: exact geometry, quiet zone, colour, size.
//
// It knows links, codes and what makes them readable. It must not know paper,
// layouts or wording (that is print), nor send anything anywhere: making a code
// needs no network, and looking at a printed one tells nobody.
package qr

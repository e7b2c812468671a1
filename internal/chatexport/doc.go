// Package chatexport reads what WhatsApp's "Export chat" makes on iPhones and
// Android phones, in German and English: a text file, or a ZIP with the text
// and the chat's files.
//
// Nothing in an export is signed: anybody can write one, and a customer can
// write a line that looks like another message. What it says is therefore a
// claim, and the caller marks it as such. The package reads; it must not know
// the store, the window or the network, and it writes nothing anywhere.
package chatexport

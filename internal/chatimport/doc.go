// Package chatimport brings a chat a phone exported into a conversation that is
// already there: what is new in it, marked as imported, sealed with the
// customer's key like everything else, and removable again.
//
// It decides which messages the shop has already, so that importing twice adds
// nothing. It must not know how an export is written (chatexport does), the
// window or the network.
package chatimport

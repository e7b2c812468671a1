// Package inbox is the vocabulary and the rules of the shop: customers and
// their identifiers, conversations, messages and their states, the customer
// service window, and the few error codes everything above and below speaks.
//
// It must not know how anything is stored, sent, received or shown: it imports
// only the standard library, so that every rule here can be read and tested
// without a database, a network or a window. Names are Meta's where Meta has a
// name (WAMID, BSUID, customer service window).
package inbox

// Package cloudapi speaks the WhatsApp Cloud API and reads its webhooks: it
// checks signatures, turns deliveries into inbox events, sends messages and
// fetches media. It is the only package that knows Meta's JSON, error numbers
// and signatures; above it there are inbox types and inbox codes.
//
// It must not know the database, the key vault or the window, and it decides
// nothing: whether to retry, what to show and what to keep is for its callers.
// Everything it reads comes from outside and may be wrong, hostile or newer
// than this program, so reading never fails as a whole because of one part.
package cloudapi

// Package snippet holds the rules of ready-made answers: what one may contain,
// how its variables are filled in, how it is found while typing, and a first
// set to begin with.
//
// It must not know where snippets are kept, to whom they go or how they are sent.
package snippet

// Package template holds the rules of message templates: what Meta accepts,
// which can be sent and what has to be filled in for that, and a first set to
// propose for review.
//
// It must not know how templates are stored, fetched or sent, nor whether
// somebody may get one.
package template

// Package setup holds the steps that connect a shop's number, for people who
// have never seen Meta's dashboard: what to ask Meta, in which order, and what
// the answers mean. Each step returns findings, lines with a state that the
// window has words for; a step changes something at Meta only where its name
// says so, and may be repeated.
//
// The package must not know the store, the vault or the window, and keeps
// nothing: secrets pass through it in a cloudapi.Client.
package setup

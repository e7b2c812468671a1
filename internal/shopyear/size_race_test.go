//go:build race

package shopyear_test

// customers is fewer here: the race detector makes everything about ten times
// slower, and looks at the same code.
const customers = 200

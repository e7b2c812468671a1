//go:build !race

package shopyear_test

// customers is how many people the tests' year has: as many as a shop may have.
const customers = 2000

//go:build !race

package app

// drawing says whether tests that draw and decode whole pages run.
const drawing = true

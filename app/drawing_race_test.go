//go:build race

package app

// drawing is false here: pages are drawn and decoded pixel by pixel by one
// goroutine, which takes minutes under the race detector and finds nothing.
// scripts/test-go.sh runs these tests without it.
const drawing = false

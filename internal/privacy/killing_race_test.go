//go:build race

package privacy

// killing is false here: a job on one goroutine, done again for each of its many
// steps, takes minutes under the race detector and finds nothing.
// scripts/test-go.sh runs these tests without it.
const killing = false

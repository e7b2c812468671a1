//go:build !race

package privacy

// killing says whether tests that kill a job at each of its steps run.
const killing = true

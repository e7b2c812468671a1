package setup

import (
	"errors"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
)

// State is what a finding, a step or a check says.
type State string

// The states. Warn needs a person to know, not to act.
const (
	Passed State = "passed"
	Warn   State = "warn"
	Failed State = "failed"
)

// Finding is one line of a step's result. It holds nothing about customers.
type Finding struct {
	// Word names the line in the window's catalogue; see Words.
	Word  string `json:"word"`
	State State  `json:"state"`
	// Code says why, where the provider or the network refused.
	Code inbox.Code `json:"code,omitempty"`
	// Value, At and Count stand in the line's words.
	Value string    `json:"value,omitempty"`
	At    time.Time `json:"at,omitzero"`
	Count int       `json:"count,omitempty"`
}

// Findings are the lines of one step, in the order they were found.
type Findings []Finding

// State is the worst of all lines.
func (f Findings) State() State {
	worst := Passed
	for _, line := range f {
		if line.State == Failed {
			return Failed
		}
		if line.State == Warn {
			worst = Warn
		}
	}
	return worst
}

func (f *Findings) pass(word string) { *f = append(*f, Finding{Word: word, State: Passed}) }

func (f *Findings) passWith(word, value string) {
	*f = append(*f, Finding{Word: word, State: Passed, Value: value})
}

func (f *Findings) warn(word, value string) {
	*f = append(*f, Finding{Word: word, State: Warn, Value: value})
}

func (f *Findings) fail(word string) { *f = append(*f, Finding{Word: word, State: Failed}) }

// refuse adds a line for a request that failed.
func (f *Findings) refuse(word string, err error) {
	*f = append(*f, Finding{Word: word, State: Failed, Code: inbox.CodeOf(err), Count: numberOf(err)})
}

// numberOf is the provider's own error number, which a search finds, or 0.
func numberOf(err error) int {
	var e *cloudapi.Error
	if errors.As(err, &e) {
		return e.Number
	}
	return 0
}

package register

import (
	"slices"
	"strings"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/qr"
	"tresen/internal/store"
)

// testLife is how long a test waits for the owner's phone.
const testLife = 10 * time.Minute

// Test is the owner's trial of a code with a phone. It lives in memory: it ends
// with the program.
type Test struct {
	// Text is what the scanned code leaves in the input field; Places as in PlacedCode.
	Text   string
	Places []string
	Until  time.Time
	// PassedAt is when the message arrived, or zero.
	PassedAt time.Time
}

// BeginTest waits for the message that scanning the code and sending would
// bring. It fails with CodeInvalid, field "text", if the message could not be
// told from others, because the code prefills nothing.
func (r *Register) BeginTest(text string, places []string) error {
	if strings.TrimSpace(text) == "" {
		return inbox.InvalidField("text", "missing")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.test = Test{Text: text, Places: places, Until: r.now().Add(testLife)}
	return nil
}

// EndTest stops waiting.
func (r *Register) EndTest() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.test.Until = time.Time{}
}

// CurrentTest returns the last test.
func (r *Register) CurrentTest() Test {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.test
}

// proves says whether a test waits for a message with this text.
func (r *Register) proves(text string) bool {
	test := r.CurrentTest()
	if test.Until.IsZero() || !test.PassedAt.IsZero() || r.now().After(test.Until) {
		return false
	}
	if strings.EqualFold(strings.TrimSpace(text), strings.TrimSpace(test.Text)) {
		return true
	}
	known := make([]qr.Marker, 0, len(test.Places))
	for _, place := range test.Places {
		known = append(known, qr.Marker(place))
	}
	_, named := qr.FindMarker(text, known)
	return named
}

// passed notes a successful test, also in the register if the code is there.
func (r *Register) passed(tx *store.Tx, id inbox.PlacedCodeID, list []inbox.PlacedCode) error {
	now, test := r.now(), r.CurrentTest()
	tx.AfterCommit(func() {
		r.mu.Lock()
		r.test.PassedAt = now
		r.mu.Unlock()
		r.changed()
	})
	if i := slices.IndexFunc(list, func(c inbox.PlacedCode) bool { return c.Text == test.Text && c.RetiredAt.IsZero() }); id == 0 && i >= 0 {
		id = list[i].ID
	}
	if id == 0 {
		return nil
	}
	return tx.MarkTested(id, now)
}

// testOf returns when the code that was made passed a test of this session, or zero.
func (r *Register) testOf(made inbox.PlacedCode) time.Time {
	if test := r.CurrentTest(); test.Text == made.Text {
		return test.PassedAt
	}
	return time.Time{}
}

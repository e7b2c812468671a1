package rights

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"time"

	"tresen/internal/inbox"
)

// Limits of a code.
const (
	codeLife  = 24 * time.Hour
	codeTries = 5
	// longestAnswer is how long a message with a code in it may be, in bytes;
	// a longer one is about something else.
	longestAnswer = 60
)

// Challenge is a code that was sent into a chat. Whoever repeats it there can
// read and write what belongs to that number. (Art. 12(6) GDPR: doubts may be
// removed, but no more may be asked for than that takes.)
type Challenge struct {
	Code      string    `json:"code"`
	SentAt    time.Time `json:"sentAt"`
	ExpiresAt time.Time `json:"expiresAt"`
	Wrong     int       `json:"wrong"`
}

// NewChallenge makes a random code of six digits.
func NewChallenge(now time.Time) (Challenge, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return Challenge{}, fmt.Errorf("make code: %w", err)
	}
	return Challenge{Code: fmt.Sprintf("%06d", n), SentAt: now, ExpiresAt: now.Add(codeLife)}, nil
}

// Shown is the code as people read it.
func (c Challenge) Shown() string { return c.Code[:3] + " " + c.Code[3:] }

// Verdict is what an answer to a Challenge is worth.
type Verdict string

// The verdicts; empty means that the message is no answer at all.
const (
	NoAnswer Verdict = ""
	Right    Verdict = "right"
	Wrong    Verdict = "wrong"
	Spent    Verdict = "spent" // wrong once too often: the code is void
)

// numbers finds what is written as one number, as in 482 913 or 482-913.
var numbers = regexp.MustCompile(`[0-9]+(?:[ -][0-9]+)*`)

// codesIn returns the numbers of six digits in a text.
func codesIn(text string) (list []string) {
	for _, n := range numbers.FindAllString(strings.Map(plainDigit, text), -1) {
		if n = strings.NewReplacer(" ", "", "-", "").Replace(n); len(n) == 6 {
			list = append(list, n)
		}
	}
	return list
}

// Answer judges a message sent at a time. The comparison takes the same time
// for every code.
func (c *Challenge) Answer(text string, at time.Time) Verdict {
	if len(text) > longestAnswer || at.After(c.ExpiresAt) || at.Before(c.SentAt.Add(-time.Minute)) || c.Wrong >= codeTries {
		return NoAnswer
	}
	found := codesIn(text)
	if len(found) != 1 {
		return NoAnswer
	}
	if subtle.ConstantTimeCompare([]byte(found[0]), []byte(c.Code)) == 1 {
		return Right
	}
	if c.Wrong++; c.Wrong >= codeTries {
		return Spent
	}
	return Wrong
}

// plainDigit lets people type the digits of their own script.
func plainDigit(r rune) rune {
	for _, zero := range []rune{'٠', '۰', '０'} {
		if r >= zero && r <= zero+9 {
			return '0' + r - zero
		}
	}
	return r
}

// recently is how long a changed number calls for a closer look: it may belong
// to somebody else by now.
const recently = 90 * 24 * time.Hour

// ChangedNumber reports whether a customer's number or user id was replaced
// shortly before a request, so that the chat alone does not prove who asks.
func ChangedNumber(identifiers []inbox.Identifier, at time.Time) bool {
	for _, i := range identifiers {
		if i.Kind != inbox.KindWAID && i.Kind != inbox.KindBSUID {
			continue
		}
		if !i.Retired.IsZero() && at.Sub(i.Retired) < recently {
			return true
		}
	}
	return false
}

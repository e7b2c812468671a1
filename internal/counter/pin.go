package counter

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"tresen/internal/inbox"
)

// The lengths of a PIN or passphrase in characters.
const (
	ShortestPIN = 4
	LongestPIN  = 64
)

// The costs of Argon2id (RFC 9106, second recommended option, with half its
// memory: an old shop computer has to unlock while a customer waits).
const (
	argonPasses  = 3
	argonMemory  = 32 << 10 // KiB
	argonThreads = 4
)

// PIN is what is kept of a PIN: never itself. It is kept sealed.
type PIN struct {
	Salt []byte `json:"salt"`
	Sum  []byte `json:"sum"`
	// Wrong counts the tries since the last right one, TriedMs says when the last was.
	Wrong   int   `json:"wrong"`
	TriedMs int64 `json:"triedMs"`
}

// NewPIN keeps a PIN. It fails with invalid if it is too short or too long.
func NewPIN(text string) (PIN, error) {
	if n := utf8.RuneCountInString(text); n < ShortestPIN || n > LongestPIN || !utf8.ValidString(text) {
		return PIN{}, inbox.InvalidField("pin", "has the wrong length")
	}
	salt := make([]byte, 16)
	rand.Read(salt)
	return PIN{Salt: salt, Sum: sum(text, salt)}, nil
}

func sum(text string, salt []byte) []byte {
	return argon2.IDKey([]byte(text), salt, argonPasses, argonMemory, argonThreads, 32)
}

// Matches tells whether text is this PIN. It takes about a tenth of a second.
func (p PIN) Matches(text string) bool {
	return len(p.Sum) == 32 && utf8.RuneCountInString(text) <= LongestPIN && subtle.ConstantTimeCompare(sum(text, p.Salt), p.Sum) == 1
}

// Tried returns p with one more try noted. It is kept before the try is
// compared, so that ending the program in between does not give it back.
func (p PIN) Tried(now time.Time) PIN {
	p.Wrong, p.TriedMs = p.Wrong+1, now.UnixMilli()
	return p
}

// Right returns p after a right try.
func (p PIN) Right() PIN {
	p.Wrong, p.TriedMs = 0, 0
	return p
}

// Wait is how long the next try has to wait. Setting the clock back does not shorten it.
func (p PIN) Wait(now time.Time) time.Duration {
	since := now.Sub(time.UnixMilli(p.TriedMs))
	return max(0, pause(p.Wrong)-max(0, since))
}

// The pause begins after a few slips and doubles up to a quarter of an hour:
// all PINs of four digits take more than a hundred days then.
const (
	freeTries    = 3
	firstPause   = 15 * time.Second
	longestPause = 15 * time.Minute
)

func pause(wrong int) time.Duration {
	if wrong < freeTries {
		return 0
	}
	if wrong-freeTries > 10 {
		return longestPause
	}
	return min(firstPause<<(wrong-freeTries), longestPause)
}

// letters of a recovery code: no 0, O, 1, I, which look alike on paper.
var letters = base32.NewEncoding("ABCDEFGHJKLMNPQRSTUVWXYZ23456789").WithPadding(base32.NoPadding)

// NewRecoveryCode makes a code for the way back without a PIN, with 100 bits of chance,
// in groups that can be written down.
func NewRecoveryCode() string {
	raw := make([]byte, 13)
	rand.Read(raw)
	text := letters.EncodeToString(raw)[:20]
	groups := make([]string, 0, 5)
	for i := 0; i < len(text); i += 4 {
		groups = append(groups, text[i:i+4])
	}
	return strings.Join(groups, "-")
}

// PlainCode returns a recovery code as it is kept, however it was typed.
func PlainCode(typed string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", r) {
			return r
		}
		return -1
	}, strings.ToUpper(typed))
}

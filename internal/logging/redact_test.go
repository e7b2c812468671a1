package logging

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"
)

func TestRedact(t *testing.T) {
	for in, want := range map[string]string{
		"":                             "",
		"relay unreachable, attempt 3": "relay unreachable, attempt 3",
		"call 4915112345678 now":       "call [number] now",
		"+49 (0) 151 – 12345678":       "[number]",
		"0151/123 456-78":              "[number]",
		"49%20151%20123456":            "[number]",
		"49\u00a0151\u202f1234":        "[number]",
		"4\u200b9\u200b1\u200b5\u200b1\u200b0\u200b0": "[number]",
		"٠١٥١١٢٣٤":                                    "[number]",
		"six 123456 digits":                           "six 123456 digits",
		"tcp 127.0.0.1:41234":                         "tcp 127.0.0.1:41234",
		"tcp 192.168.178.123:1":                       "tcp [number]:1",
		"wamid.HBgNNDkxNTExMjM0NTY3OBUCABIYFDNB gone": "[wamid] gone",
		"WAMID.abc":                                   "[wamid]",
		"user US.13491208655302741918":                "user [id]",
		"user DE.ENT.a1":                              "user [id]",
		"mail anna@example.org now":                   "mail [email] now",
		"mail anna%40example.org":                     "mail [email]",
		"Authorization: Bearer abc":                   "Authorization: [secret]",
		"OAuth EAAG":                                  "[secret]",
		"?access_token=EAAG&x=1":                      "?access_token=[secret]&x=1",
		`{"verify_token": "kurz"}`:                    `{"verify_token": "[secret]"}`,
		"{Token:kurz Name:x}":                         "{Token:[secret] Name:x}",
		"decode token: unexpected EOF":                "decode token: unexpected EOF",
		"EAAGm0PX4ZCpsBAKZCZBrZA":                     "[secret]",
		"0123456789abcdef0123456789abcdef":            "[secret]",
		"goroutine in tresen/internal/vault.(*Vault).NewCustomerKey": "goroutine in tresen/internal/vault.(*Vault).NewCustomerKey",
		"/usr/local/go/src/runtime/panic.go:860":                     "/usr/local/go/src/runtime/panic.go:860",
		"read keyring: permission denied":                            "read keyring: permission denied",
		"header Content-Security-Policy missing":                     "header Content-Security-Policy missing",
		"Rindfleischetikettierung":                                   "[secret]", // a word lost, the price
	} {
		if got := Redact(in); got != want {
			t.Errorf("Redact(%q) = %q, want %q", in, got, want)
		}
	}
}

// digitRun returns the longest run of digits with at most four of the characters
// people write between digits from one to the next.
func digitRun(s string) int {
	longest, run, gap := 0, 0, 0
	for _, c := range s {
		switch {
		case unicode.IsDigit(c):
			run, gap = run+1, 0
			longest = max(longest, run)
		case gap < 4 && (unicode.IsSpace(c) || strings.ContainsRune(" .-/()+%_–\u00a0\u200b\u202c", c)):
			gap++
		default:
			run, gap = 0, 0
		}
	}
	return longest
}

// samples makes things that must not survive, the way they come from Meta and from
// people.
type samples struct{ *rand.Rand }

func (r samples) phone() string {
	digits := fmt.Sprintf("%s%d", []string{"49", "43", "41", "1", "0"}[r.IntN(5)], 1_000_000+r.IntN(1<<40))
	var b strings.Builder
	b.WriteString([]string{"", "+", "00", "(+"}[r.IntN(4)])
	for i, c := range digits {
		if i > 0 && r.IntN(3) == 0 {
			b.WriteString([]string{" ", "-", "/", ".", " – ", " (", ") ", "\u00a0", "%20", "\u202c"}[r.IntN(10)])
		}
		b.WriteRune(c)
	}
	return b.String()
}

func (r samples) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func (r samples) wamid() string {
	return "wamid." + base64.StdEncoding.EncodeToString(r.bytes(20+r.IntN(30)))
}

func (r samples) bsuid() string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	var b strings.Builder
	b.WriteString([]string{"DE.", "US.", "DE.ENT."}[r.IntN(3)])
	for range 6 + r.IntN(123) {
		b.WriteByte(letters[r.IntN(len(letters))])
	}
	return b.String()
}

func (r samples) secret() string {
	b := r.bytes(24 + r.IntN(40))
	switch r.IntN(5) {
	case 0:
		return hex.EncodeToString(b)
	case 1:
		return base64.StdEncoding.EncodeToString(b)
	case 2:
		return base64.RawURLEncoding.EncodeToString(b)
	case 3:
		return "Bearer " + base64.RawURLEncoding.EncodeToString(b)
	}
	return "EAAG" + hex.EncodeToString(b)
}

func (r samples) email() string {
	return fmt.Sprintf("%c.muster+%d@%s.example", 'a'+rune(r.IntN(26)), r.IntN(99), hex.EncodeToString(r.bytes(4)))
}

// any returns one of all kinds.
func (r samples) any() string {
	return []func() string{r.phone, r.wamid, r.bsuid, r.secret, r.email}[r.IntN(5)]()
}

// leak returns a piece of secret that is in line, or "".
func leak(line, secret string) string {
	if strings.Contains(line, secret) {
		return secret
	}
	if digitRun(secret) > 6 && digitRun(line) > 6 {
		return "a long number"
	}
	for i := 0; i+12 <= len(secret); i++ {
		if piece := secret[i : i+12]; strings.Contains(line, piece) {
			return piece
		}
	}
	return ""
}

func TestNothingPersonalSurvivesInText(t *testing.T) {
	r := samples{rand.New(rand.NewPCG(1, 2))}
	frames := []string{"%s", "x%sy", "send to %s: refused", "(%s)", `{"v":"%s"}`, "a=%s&b=2", "<%s>", "%s%%", "\n%s\n", "https://graph.example/%s/messages", "ä%sß"}
	redact := newRedactor().redact
	for range 20_000 {
		secret := r.any()
		line := strings.Replace(frames[r.IntN(len(frames))], "%s", secret, 1)
		got := redact(line)
		if piece := leak(got, secret); piece != "" {
			t.Fatalf("%q of %q is in %q", piece, line, got)
		}
		if again := redact(got); again != got {
			t.Fatalf("redacted again, %q becomes %q", got, again)
		}
	}
}

// FuzzRedact: whatever comes in, no long number, wamid or address goes out, and
// redacting twice is redacting once.
func FuzzRedact(f *testing.F) {
	r := samples{rand.New(rand.NewPCG(3, 4))}
	for range 20 {
		f.Add("zu " + r.any() + " und " + r.any())
	}
	f.Add("wamid.wamid.x@y@z Bearer bearer token=token=x")
	redact := newRedactor().redact
	f.Fuzz(func(t *testing.T, s string) {
		got := redact(s)
		if digitRun(got) > 6 {
			t.Errorf("%q: a long number in %q", s, got)
		}
		lower := strings.ToLower(got)
		if strings.Contains(lower, "wamid.") || strings.Contains(lower, "bearer ey") {
			t.Errorf("%q: %q", s, got)
		}
		if again := redact(got); again != got {
			t.Errorf("%q: redacted again, %q becomes %q", s, got, again)
		}
	})
}

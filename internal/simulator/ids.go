package simulator

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	mathrand "math/rand/v2"
	"strings"
)

// idSource makes every identifier of the portfolio. It is used with the
// simulator locked.
type idSource struct{ r *mathrand.Rand }

func (ids *idSource) seed(seed uint64) {
	if seed == 0 {
		var b [8]byte
		_, _ = rand.Read(b[:]) // crypto/rand.Read never fails
		seed = binary.LittleEndian.Uint64(b[:])
	}
	ids.r = mathrand.New(mathrand.NewPCG(seed, seed^0x9e3779b97f4a7c15))
}

func (ids *idSource) pick(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[ids.r.IntN(len(alphabet))]
	}
	return string(b)
}

func (ids *idSource) digits(n int) string {
	return ids.pick("123456789", 1) + ids.pick("0123456789", n-1)
}

func (ids *idSource) hex(n int) string { return ids.pick("0123456789ABCDEF", n) }

// bigNumber is above 2^53, as template ids are: a client that reads JSON
// integers as floating point loses its last digits.
func (ids *idSource) bigNumber() int64 {
	return 1<<53 + ids.r.Int64N(1<<60)
}

// wamid looks like Meta's: base64 that carries the other party's identifier in
// the clear, which is why it is personal data.
func (ids *idSource) wamid(party string, inbound bool) string {
	return wamidOf(party, inbound, ids.hex(20))
}

// wamidOf puts a wamid together from its 20 characters of its own.
func wamidOf(party string, inbound bool, own string) string {
	direction := byte(0x11)
	if inbound {
		direction = 0x12
	}
	raw := []byte{0x1c, 0x18, byte(len(party))}
	raw = append(raw, party...)
	raw = append(raw, 0x15, 0x02, 0x00, direction, 0x18, 0x14)
	raw = append(raw, own...)
	raw = append(raw, 0x00)
	return "wamid." + base64.StdEncoding.EncodeToString(raw)
}

func (ids *idSource) bsuid(country string) string {
	return country + "." + ids.digits(17)
}

func (ids *idSource) trace() string {
	return "A" + ids.pick("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", 22)
}

// qrCode is 14 characters of Meta's alphabet; Meta's own samples also end in 1.
func (ids *idSource) qrCode() string {
	return ids.pick("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 13) + "1"
}

// digitsOf leaves the digits of a phone number.
func digitsOf(number string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, number)
}

// countryOf guesses the ISO country of a number for its BSUID.
func countryOf(digits string) string {
	for _, c := range []struct{ prefix, country string }{
		{"49", "DE"}, {"43", "AT"}, {"41", "CH"}, {"44", "GB"}, {"33", "FR"}, {"34", "ES"},
		{"90", "TR"}, {"48", "PL"}, {"972", "IL"}, {"971", "AE"}, {"20", "EG"}, {"55", "BR"}, {"1", "US"},
	} {
		if strings.HasPrefix(digits, c.prefix) {
			return c.country
		}
	}
	return "DE"
}

// formatUnix is a timestamp as messages and statuses carry it: a string.
func formatUnix(sec int64) string { return fmt.Sprintf("%d", sec) }

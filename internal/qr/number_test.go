package qr

import (
	"errors"
	"strings"
	"testing"

	"tresen/internal/inbox"
)

func TestNumbersAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct{ text, region, digits, international string }{
		{"+49 151 12345678", "DE", "4915112345678", "+49 1511 2345678"},
		{"+49 (0)151 12345678", "DE", "4915112345678", "+49 1511 2345678"},
		{"+49(0)800 5252200", "DE", "498005252200", "+49 800 5252200"},
		{"+49 (0) 30 901820", "DE", "4930901820", "+49 30 901820"},
		{"0049 151 12345678", "DE", "4915112345678", "+49 1511 2345678"},
		{"0049 (0)151/12345678", "DE", "4915112345678", "+49 1511 2345678"},
		{"0151 1234-5678", "DE", "4915112345678", "+49 1511 2345678"},
		{"(0151) 12 34 56 78", "DE", "4915112345678", "+49 1511 2345678"},
		{"0 151 / 12345678", "DE", "4915112345678", "+49 1511 2345678"},
		{"(0)151 12345678", "DE", "4915112345678", "+49 1511 2345678"},
		{"+4915112345678", "", "4915112345678", "+49 1511 2345678"},
		{"+49 0151 12345678", "DE", "4915112345678", "+49 1511 2345678"},
		{"4915112345678", "DE", "4915112345678", "+49 1511 2345678"},
		{"tel:+49-151-12345678", "DE", "4915112345678", "+49 1511 2345678"},
		{" 0151\u00a012345678 ", "DE", "4915112345678", "+49 1511 2345678"},
		{"089/636-48018", "DE", "498963648018", "+49 89 63648018"},
		{"0664 1234567", "AT", "436641234567", "+43 664 1234567"},
		{"+43 (0)1 234567890", "DE", "431234567890", "+43 1 234567890"},
		{"0043 664 1234567", "DE", "436641234567", "+43 664 1234567"},
		{"079 123 45 67", "CH", "41791234567", "+41 79 123 45 67"},
		{"+41 (0)79 123 45 67", "AT", "41791234567", "+41 79 123 45 67"},
		{"+39 06 1234567", "DE", "39061234567", "+39 06 123 4567"},
		{"+39 (0)6 1234567", "DE", "39061234567", "+39 06 123 4567"},
		{"+352 621 123 456", "DE", "352621123456", "+352 621 123 456"},
		{"+40 712 034 567", "DE", "40712034567", "+40 712 034 567"},
	} {
		n, err := ParseNumber(c.text, c.region)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if n.Digits != c.digits || n.International != c.international || n.E164 != "+"+c.digits || n.Doubtful {
			t.Errorf("%q (%s) = %+v; want %s, %s", c.text, c.region, n, c.digits, c.international)
		}
	}
}

func TestNumbersThatAreNone(t *testing.T) {
	for _, text := range []string{
		"", "  ", "WhatsApp", "0800 BLUMEN", "12", "+49 1", "+49 151 12345678 901234", "+999 1234567",
		"0151 12345678 ext. 5", strings.Repeat("1", 60), "++49151", "+49", "0049", "tel:",
	} {
		_, err := ParseNumber(text, "DE")
		var e *inbox.Error
		if !errors.As(err, &e) || e.Code != inbox.CodeInvalid || e.Field != "number" {
			t.Errorf("%q: %v; want an invalid number", text, err)
		}
		if err != nil && strings.ContainsAny(err.Error(), "0123456789") {
			t.Errorf("%q: the error repeats digits: %v", text, err)
		}
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, seed := range []string{"+49 (0)151 12345678", "0049…", "(0)", "+39 (0)6", "١٢٣٤٥٦٧٨٩", "+49;ext=1"} {
		f.Add(seed, "DE")
	}
	f.Fuzz(func(t *testing.T, text, region string) {
		n, err := ParseNumber(text, region)
		if err != nil {
			if inbox.CodeOf(err) != inbox.CodeInvalid {
				t.Fatal(err)
			}
			return
		}
		if !isDigits(n.Digits) || n.Digits[0] == '0' || len(n.Digits) > 17 {
			t.Fatalf("digits %q", n.Digits)
		}
		if n.Doubtful {
			return
		}
		again, err := ParseNumber(n.International, "")
		if err != nil || again.Digits != n.Digits {
			t.Fatalf("%q is shown as %q, which reads as %q (%v)", n.Digits, n.International, again.Digits, err)
		}
	})
}

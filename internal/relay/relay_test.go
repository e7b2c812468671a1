package relay

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestPairingCodeReadsAsItIsTyped(t *testing.T) {
	for range 50 {
		code := NewPairingCode()
		slip := []byte(strings.ToLower(string(code)))
		for _, typed := range []string{
			string(code), string(slip), strings.ReplaceAll(string(code), "-", ""),
			"  " + strings.ReplaceAll(string(code), "-", " - ") + "\n",
			strings.NewReplacer("0", "O", "1", "l").Replace(string(code)),
		} {
			if got, err := ParsePairingCode(typed); err != nil || got != code {
				t.Errorf("%q: %q, %v", typed, got, err)
			}
		}
	}
}

func TestMostSlipsInAPairingCodeAreNoticedBeforeAskingTheRelay(t *testing.T) {
	code := string(NewPairingCode())
	noticed, tried := 0, 0
	for i, c := range code {
		for _, other := range codeAlphabet {
			if c == '-' || other == c {
				continue
			}
			tried++
			if _, err := ParsePairingCode(code[:i] + string(other) + code[i+1:]); err != nil {
				noticed++
			}
		}
	}
	if noticed*100 < tried*90 {
		t.Errorf("noticed %d of %d wrong symbols", noticed, tried)
	}
	for _, typed := range []string{"", "ABCDE", code + "0", "UUUUU-UUUUU-UUUUU", "äöüäö-äöüäö-äöüäö", strings.Repeat(" ", 1000)} {
		if _, err := ParsePairingCode(typed); !errors.Is(err, ErrMalformed) {
			t.Errorf("%.40q: %v", typed, err)
		}
	}
}

func TestPairingCodesDiffer(t *testing.T) {
	a, b := NewPairingCode(), NewPairingCode()
	if a == b || a.Digest() == b.Digest() || strings.Contains(a.Digest(), string(a)) {
		t.Errorf("%s %s", a, b)
	}
}

func FuzzParsePairingCode(f *testing.F) {
	f.Add("ABCDE-FGHJK-MNPQR")
	f.Add(string(NewPairingCode()))
	f.Fuzz(func(t *testing.T, typed string) {
		code, err := ParsePairingCode(typed)
		if err != nil {
			return
		}
		if again, err := ParsePairingCode(string(code)); err != nil || again != code || len(code) != 17 {
			t.Fatalf("%q became %q, then %q, %v", typed, code, again, err)
		}
	})
}

func delivery() Delivery {
	return Delivery{
		ReceivedAt: time.UnixMilli(1780000000123),
		Header:     []Field{{"X-Hub-Signature-256", "sha256=00"}, {"Content-Type", "application/json"}},
		Body:       []byte(`{"object":"whatsapp_business_account"}`),
	}
}

func TestDeliveryKeepsItsBytes(t *testing.T) {
	for _, body := range [][]byte{nil, []byte("ä\x00\xff"), bytes.Repeat([]byte("x"), MaxBody)} {
		d := delivery()
		d.Body = body
		b, err := d.Append(nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseDelivery(b)
		if err != nil || !bytes.Equal(got.Body, body) || !reflect.DeepEqual(got.Header, d.Header) || !got.ReceivedAt.Equal(d.ReceivedAt) {
			t.Errorf("%d bytes: %v", len(body), err)
		}
	}
}

func TestLengthOfAShortTextDoesNotShow(t *testing.T) {
	sizes := map[int]bool{}
	for _, text := range []string{"Ja", "Nein, lieber am Donnerstag"} {
		d := delivery()
		d.Body = []byte(text)
		b, err := d.Append(nil)
		if err != nil {
			t.Fatal(err)
		}
		sizes[len(b)] = true
	}
	if len(sizes) != 1 {
		t.Errorf("sizes %v", sizes)
	}
}

func TestTooMuchIsNotEncoded(t *testing.T) {
	large := delivery()
	large.Body = make([]byte, MaxBody+1)
	fields := delivery()
	fields.Header = make([]Field, maxFields+1)
	long := delivery()
	long.Header = []Field{{"X", strings.Repeat("x", 1<<16)}}
	for name, d := range map[string]Delivery{"body": large, "fields": fields, "value": long} {
		if _, err := d.Append(nil); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDeliveryIDDependsOnMailboxBodyAndSignature(t *testing.T) {
	m := NewMailboxID()
	d := delivery()
	later, body, signature, moved := d, d, d, d
	later.ReceivedAt = d.ReceivedAt.Add(time.Hour)
	body.Body = append(bytes.Clone(d.Body), ' ')
	signature.Header = []Field{{"X-Hub-Signature-256", "sha256=01"}, d.Header[1]}
	moved.Header = []Field{{"X-Hub-Signature-256s", "ha256=00"}, d.Header[1]}
	if DeliveryOf(m, d) != DeliveryOf(m, later) {
		t.Error("a repetition has another id")
	}
	for name, other := range map[string]DeliveryID{
		"mailbox": DeliveryOf(NewMailboxID(), d), "body": DeliveryOf(m, body), "signature": DeliveryOf(m, signature), "fields": DeliveryOf(m, moved),
	} {
		if other == DeliveryOf(m, d) {
			t.Errorf("the %s does not count", name)
		}
	}
}

func TestIDsAsText(t *testing.T) {
	m := NewMailboxID()
	if got, err := ParseMailboxID(m.String()); err != nil || got != m {
		t.Errorf("%v, %v", got, err)
	}
	for _, s := range []string{"", "zz", strings.Repeat("g", 32), m.String() + "00"} {
		if _, err := ParseDeviceID(s); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func FuzzParseDelivery(f *testing.F) {
	b, err := delivery().Append(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte{deliveryForm})
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := ParseDelivery(b)
		if err != nil {
			return
		}
		again, err := d.Append(nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ParseDelivery(again); err != nil || !reflect.DeepEqual(got, d) {
			t.Fatalf("%+v became %+v, %v", d, got, err)
		}
	})
}

package print

import (
	"encoding/xml"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/qr"
)

func FuzzCompose(f *testing.F) {
	f.Add("Größl & Söhne", "Weg 1, 80331 München", "a@b.example", "b.example/recht", "Hallo")
	f.Add("\u00ad\u00adab", "x\u00a0y", "@", "/", "-")
	f.Add("· · ·", "----", "a.b.c.d", "........", "(((")
	p := newPress(f)
	f.Fuzz(func(t *testing.T, name, address, mail, privacy, text string) {
		s := poster(t)
		s.Kind, s.Paper = CounterCard, "A6"
		s.Details.Name, s.Details.LegalName, s.Details.Address, s.Details.Mail, s.Details.Privacy = name, name, address, mail, privacy
		link, err := qr.ChatLink(s.Details.Number, text)
		if err != nil {
			return
		}
		s.Places = []Place{{Link: link}}
		d, err := p.Compose(s)
		if err != nil {
			if inbox.CodeOf(err) != inbox.CodeInvalid {
				t.Fatal(err)
			}
			return
		}
		checkBoxes(t, "fuzz", d)
		if err := xml.Unmarshal(d.svg(0), new(struct{})); err != nil {
			t.Fatal(err)
		}
	})
}

func tableSigns(b *testing.B, count int) Spec {
	s := poster(b)
	s.Kind, s.Paper, s.Profile, s.Places = CounterCard, "A6", PrintShop, nil
	for n := range count {
		marker := qr.Marker("Tisch " + string(rune('0'+n/100)) + string(rune('0'+n/10%10)) + string(rune('0'+n%10)))
		s.Places = append(s.Places, place(b, marker.AddTo("Hallo"), string(marker)))
	}
	return s
}

func BenchmarkPoster(b *testing.B) {
	p, s := newPress(b), poster(b)
	for b.Loop() {
		_ = compose(b, p, s).Preview()
	}
}

func BenchmarkFiveHundredTableSigns(b *testing.B) {
	p, s := newPress(b), tableSigns(b, 500)
	for b.Loop() {
		_ = compose(b, p, s).Preview()
	}
}

func BenchmarkCheckOfOnePoster(b *testing.B) {
	p, s := newPress(b), poster(b)
	for b.Loop() {
		_ = compose(b, p, s).Check()
	}
}

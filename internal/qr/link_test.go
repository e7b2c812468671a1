package qr

import (
	"errors"
	"strings"
	"testing"

	"tresen/internal/inbox"
)

var shopNumber = Number{Digits: "4915112345678", E164: "+4915112345678", International: "+49 1511 2345678"}

func TestChatLinks(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "https://wa.me/4915112345678"},
		{"Hallo Bäckerei, ich habe eine Frage:", "https://wa.me/4915112345678?text=Hallo%20B%C3%A4ckerei%2C%20ich%20habe%20eine%20Frage%3A"},
		{"Guten Tag\r\nTisch 7", "https://wa.me/4915112345678?text=Guten%20Tag%0ATisch%207"},
		{"A & B #1 50% 1+1=2?", "https://wa.me/4915112345678?text=A%20%26%20B%20%231%2050%25%201%2B1%3D2%3F"},
		{"  Frage 👩‍🔧 ", "https://wa.me/4915112345678?text=Frage%20%F0%9F%91%A9%E2%80%8D%F0%9F%94%A7"},
	} {
		link, err := ChatLink(shopNumber, c.text)
		if err != nil || link.URL != c.want {
			t.Errorf("%q: %q, %v; want %q", c.text, link.URL, err, c.want)
			continue
		}
		if back, err := ParseLink(link.URL); err != nil || back != link {
			t.Errorf("%q: reads back as %+v, %v", c.text, back, err)
		}
	}
}

func TestLinksWeDoNotMake(t *testing.T) {
	for _, c := range []struct {
		field string
		make  func() (Link, error)
	}{
		{"text", func() (Link, error) { return ChatLink(shopNumber, strings.Repeat("ä", MaxText+1)) }},
		{"text", func() (Link, error) { return ChatLink(shopNumber, "a\x00b") }},
		{"text", func() (Link, error) { return ChatLink(shopNumber, "\xff") }},
		{"number", func() (Link, error) { return ChatLink(Number{}, "") }},
		{"code", func() (Link, error) { return MessageLink("a b") }},
		{"code", func() (Link, error) { return MessageLink("") }},
		{"link", func() (Link, error) { return ParseLink("http://wa.me/49151") }},
		{"link", func() (Link, error) { return ParseLink("https://wa.me/+49151") }},
		{"link", func() (Link, error) { return ParseLink("https://wa.me/49151?text=a+b") }},
		{"link", func() (Link, error) { return ParseLink("https://wa.me/49151?text=%zz") }},
		{"link", func() (Link, error) { return ParseLink("https://wa.me.example/49151") }},
	} {
		link, err := c.make()
		var e *inbox.Error
		if !errors.As(err, &e) || e.Code != inbox.CodeInvalid || e.Field != c.field {
			t.Errorf("%+v, %v; want an invalid %s", link, err, c.field)
		}
	}
}

func TestMessageLinks(t *testing.T) {
	link, err := MessageLink(" ABCDEFGHIJ1234 ")
	if err != nil || link.URL != "https://wa.me/message/ABCDEFGHIJ1234" {
		t.Fatal(link, err)
	}
	if back, err := ParseLink(link.URL); err != nil || back != link {
		t.Error(back, err)
	}
}

func TestCompactLinkOnlyWhereCaseCannotMatter(t *testing.T) {
	plain, _ := ChatLink(shopNumber, "")
	if url, ok := plain.Compact(); !ok || url != "HTTPS://WA.ME/4915112345678" {
		t.Error(url, ok)
	}
	withText, _ := ChatLink(shopNumber, "Hallo")
	if url, ok := withText.Compact(); ok || url != withText.URL {
		t.Error(url, ok)
	}
}

func TestMarkers(t *testing.T) {
	window, err := NewMarker("  Schaufenster   links ")
	if err != nil || window != "Schaufenster links" {
		t.Fatal(window, err)
	}
	text := window.AddTo("Hallo, ich habe eine Frage: ")
	if text != "Hallo, ich habe eine Frage: (Schaufenster links)" {
		t.Errorf("%q", text)
	}
	known := []Marker{"Theke", window}
	if found, ok := FindMarker("hallo, ich habe eine frage: (schaufenster Links) Haben Sie auf?", known); !ok || found != window {
		t.Error(found, ok)
	}
	if found, ok := FindMarker("Ich stehe am Schaufenster links", known); ok {
		t.Error("found", found, "in a text without a marker")
	}
	for _, place := range []string{"", " ", "a(b", "a)b", strings.Repeat("x", MaxMarker+1), "a\x07", "\xff"} {
		if _, err := NewMarker(place); inbox.CodeOf(err) != inbox.CodeInvalid {
			t.Errorf("%q: %v", place, err)
		}
	}
}

func FuzzChatLink(f *testing.F) {
	for _, seed := range []string{"Hallo", "ä%20", "a\nb", "😀", "\u202e", "+ +"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		link, err := ChatLink(shopNumber, text)
		if err != nil {
			return
		}
		if strings.ContainsAny(link.URL, " +\"<>\n\\") || len(link.URL) > MaxLink {
			t.Fatalf("%q", link.URL)
		}
		back, err := ParseLink(link.URL)
		if err != nil || back != link {
			t.Fatalf("%q reads back as %+v, %v", link.URL, back, err)
		}
	})
}

package app

import (
	"net/url"
	"strings"
	"testing"

	"tresen/internal/inbox"
)

func TestCheckLink(t *testing.T) {
	for _, c := range []struct {
		text, host, display, opens string
		suspicious                 bool
	}{
		{text: "https://example.com", host: "example.com", display: "https://example.com", opens: "https://example.com"},
		{text: " HTTPS://Example.COM/Pfad?a=b#c ", host: "example.com", display: "https://example.com/Pfad?a=b#c", opens: "https://example.com/Pfad?a=b#c"},
		{text: "http://example.com:8080/", host: "example.com:8080", display: "http://example.com:8080/", opens: "http://example.com:8080/"},
		{text: "https://example.com/a(b)~c", host: "example.com", display: "https://example.com/a(b)~c", opens: "https://example.com/a%28b%29%7Ec"},
		{text: "https://blumen-müller.de/", host: "xn--blumen-mller-klb.de", display: "https://blumen-müller.de/", opens: "https://xn--blumen-mller-klb.de/"},
		{text: "https://xn--blumen-mller-klb.de/", host: "xn--blumen-mller-klb.de", display: "https://blumen-müller.de/", opens: "https://xn--blumen-mller-klb.de/"},
		{text: "mailto:anna@example.com?subject=x&attach=/etc/passwd", host: "anna@example.com", display: "mailto:anna@example.com", opens: "mailto:anna@example.com"},
		{text: "tel:+49-30-23125110", host: "+49-30-23125110", display: "tel:+49-30-23125110", opens: "tel:+49-30-23125110"},

		{text: "https://paypal.com@evil.example/", host: "evil.example", display: "https://evil.example/", opens: "https://evil.example/", suspicious: true},
		{text: "https://a:b@example.com", host: "example.com", display: "https://example.com", opens: "https://example.com", suspicious: true},
		{text: "https://pаypal.com", host: "xn--pypal-4ve.com", display: "https://pаypal.com", opens: "https://xn--pypal-4ve.com", suspicious: true}, // Cyrillic а
		{text: "https://xn--pypal-4ve.com", host: "xn--pypal-4ve.com", display: "https://pаypal.com", opens: "https://xn--pypal-4ve.com", suspicious: true},
		{text: "https://аррӏе.com", host: "xn--80ak6aa92e.com", display: "https://аррӏе.com", opens: "https://xn--80ak6aa92e.com", suspicious: true}, // all Cyrillic
		{text: "http://192.168.0.1/", host: "192.168.0.1", display: "http://192.168.0.1/", opens: "http://192.168.0.1/", suspicious: true},
		{text: "http://2130706433/", host: "2130706433", display: "http://2130706433/", opens: "http://2130706433/", suspicious: true},
		{text: "http://127.1/", host: "127.1", display: "http://127.1/", opens: "http://127.1/", suspicious: true},
		{text: "http://0x7f.0x1/", host: "0x7f.0x1", display: "http://0x7f.0x1/", opens: "http://0x7f.0x1/", suspicious: true},
		{text: "http://localhost:8091/webhook", host: "localhost:8091", display: "http://localhost:8091/webhook", opens: "http://localhost:8091/webhook", suspicious: true},
		{text: "mailto:änna@example.com", host: "änna@example.com", display: "mailto:änna@example.com", opens: "mailto:änna@example.com", suspicious: true},
	} {
		got := checkLink(c.text)
		if want := (LinkCheck{Allowed: true, Host: c.host, Display: c.display, Suspicious: c.suspicious}); got != want {
			t.Errorf("%s:\n got %+v\nwant %+v", c.text, got, want)
		}
		var opened string
		if err := New(Config{OpenURL: func(url string) { opened = url }}).openLink(c.text); err != nil || opened != c.opens {
			t.Errorf("%s opens %q, %v", c.text, opened, err)
		}
	}
}

func TestLinksThatAreNeverOpened(t *testing.T) {
	for _, text := range []string{
		"", "example.com", "//example.com", "https:", "https://", "https:example.com", "http://?q", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
		"data:text/html,<b>x</b>", "file:///etc/passwd", "ftp://example.com", "vbscript:x", "tresen:x", "blob:https://example.com/1",
		"https://example.com/\x00", "https://exam\nple.com", "https://example.com/a b", "https://example.com/\u202egpj.exe", "https://exam\u200bple.com",
		"https://example.com\\@evil.example", "https://[::1]/", "https://[fe80::1%25eth0]/", "https://exa_mple%00.com", "https://-.com:x",
		"mailto:", "mailto:anna", "mailto:a@b.de,c@d.de", "mailto:a@b.de%0d%0abcc:c@d.de", "tel:", "tel:*21*0171#", "tel:%2A21%23", "tel:+49;ext=1",
		"https://example.com/" + strings.Repeat("a", maxLink),
	} {
		if got := checkLink(text); got.Allowed || !got.Suspicious || got.Display != "" {
			t.Errorf("%q: %+v", text, got)
		}
		err := New(Config{OpenURL: func(string) { t.Errorf("%q was opened", text) }}).openLink(text)
		if inbox.CodeOf(err) != inbox.CodeInvalid {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzCheckLink(f *testing.F) {
	for _, s := range []string{"https://example.com/a?b#c", "mailto:a@b.de", "tel:+49301", "https://müller.de", "http://a@b", "javascript:x", "https://1.2.3.4", "https://a.de/%zz"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, ok := readLink(text)
		if ok != checkLink(text).Allowed {
			t.Fatal("what is checked is not what is opened")
		}
		if !ok {
			return
		}
		u, err := url.Parse(l.address)
		if err != nil {
			t.Fatalf("%q opens %q: %v", text, l.address, err)
		}
		switch u.Scheme {
		case "http", "https":
			if u.Host != l.check.Host || u.User != nil || u.Hostname() == "" {
				t.Errorf("%q shows %q and opens %q", text, l.check.Host, l.address)
			}
		case "mailto", "tel":
			if u.Opaque != l.check.Host || u.RawQuery != "" {
				t.Errorf("%q shows %q and opens %q", text, l.check.Host, l.address)
			}
		default:
			t.Errorf("%q opens %q", text, l.address)
		}
		again, ok := readLink(l.address)
		if !ok || again.address != l.address || again.check.Host != l.check.Host {
			t.Errorf("%q becomes %q, then %q", text, l.address, again.address)
		}
	})
}

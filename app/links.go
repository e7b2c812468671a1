package app

import (
	"net"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/idna"

	"tresen/internal/inbox"
)

// checkLink says where a link leads. Everything about it is untrusted.
func checkLink(text string) LinkCheck {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || len(text) > 4096 || strings.ContainsFunc(text, unicode.IsControl) {
		return LinkCheck{Suspicious: true}
	}
	scheme := strings.ToLower(u.Scheme)
	switch scheme {
	case "mailto", "tel":
		return LinkCheck{Allowed: u.Opaque != "", Host: u.Opaque, Display: scheme + ":" + u.Opaque}
	case "http", "https":
	default:
		return LinkCheck{Suspicious: true}
	}
	host := u.Hostname()
	ascii, err := idna.Lookup.ToASCII(host)
	if host == "" || err != nil && net.ParseIP(host) == nil {
		return LinkCheck{Suspicious: true}
	}
	if net.ParseIP(host) != nil {
		ascii = host
	}
	readable, err := idna.Display.ToUnicode(ascii)
	if err != nil {
		readable = ascii
	}
	return LinkCheck{
		Allowed: true, Host: ascii, Display: readable + u.EscapedPath(),
		Suspicious: u.User != nil || net.ParseIP(host) != nil || mixesScripts(readable) || strings.HasPrefix(ascii, "xn--") || strings.Contains(ascii, ".xn--"),
	}
}

// mixesScripts reports whether a host name combines letters of several
// scripts, as names made to look like others do.
func mixesScripts(host string) bool {
	scripts := []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Arabic, unicode.Hebrew, unicode.Han}
	var seen []int
	for _, r := range host {
		for i, t := range scripts {
			if unicode.Is(t, r) && !slices.Contains(seen, i) {
				seen = append(seen, i)
			}
		}
	}
	return len(seen) > 1
}

// browserEscapes are characters with which Wails drops an address silently.
var browserEscapes = strings.NewReplacer("(", "%28", ")", "%29", "~", "%7E", ";", "%3B", "!", "%21", "*", "%2A", "$", "%24",
	"{", "%7B", "}", "%7D", "[", "%5B", "]", "%5D", "|", "%7C", "<", "%3C", ">", "%3E")

func (a *App) openLink(text string) error {
	if !checkLink(text).Allowed {
		return inbox.InvalidField("url", "cannot be opened")
	}
	a.cfg.OpenURL(browserEscapes.Replace(strings.TrimSpace(text)))
	return nil
}

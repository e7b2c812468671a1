package app

import (
	"net"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/idna"

	"tresen/internal/inbox"
)

// maxLink is how many bytes a link may have.
const maxLink = 4096

// link is a link that may be opened outside, after a person has seen where it leads.
type link struct {
	check LinkCheck
	// address is what is opened: rebuilt from what was understood, so that
	// nothing opens that was not shown.
	address string
}

// checkLink says where a link leads. Everything about it is untrusted.
func checkLink(text string) LinkCheck {
	l, ok := readLink(text)
	if !ok {
		return LinkCheck{Suspicious: true}
	}
	return l.check
}

func readLink(text string) (link, bool) {
	text = strings.TrimSpace(text)
	if len(text) > maxLink || strings.ContainsFunc(text, invisible) {
		return link{}, false
	}
	u, err := url.Parse(text)
	if err != nil {
		return link{}, false
	}
	switch u.Scheme {
	case "mailto", "tel":
		return readAddress(u)
	case "http", "https":
		return readWeb(u)
	}
	return link{}, false
}

// invisible characters have no place in an address and can make it look like
// another: control characters, white space, marks of direction, joiners.
func invisible(r rune) bool {
	return unicode.IsControl(r) || unicode.IsSpace(r) || unicode.In(r, unicode.Cf) || r == unicode.ReplacementChar
}

// Telephone numbers without * and #: a link must not carry out a network's
// service codes, such as diverting calls.
var (
	mailAddress = regexp.MustCompile(`^[^\s@<>,;:"()\[\]\\?&%]+@[^\s@<>,;:"()\[\]\\?&%]+$`)
	telNumber   = regexp.MustCompile(`^\+?[0-9().-]{2,30}$`)
)

// readAddress reads mailto: and tel:. What follows a "?" is dropped: it could
// fill in a letter, or attach a file.
func readAddress(u *url.URL) (link, bool) {
	valid := mailAddress
	if u.Scheme == "tel" {
		valid = telNumber
	}
	if !valid.MatchString(u.Opaque) {
		return link{}, false
	}
	address := u.Scheme + ":" + u.Opaque
	return link{LinkCheck{Allowed: true, Host: u.Opaque, Display: address, Suspicious: !isASCII(u.Opaque)}, address}, true
}

// readWeb reads a web address. A name and password before the host are dropped:
// they are mostly there to look like the host.
func readWeb(u *url.URL) (link, bool) {
	host, readable, ok := readHost(u.Hostname())
	if !ok || u.Opaque != "" {
		return link{}, false
	}
	out := url.URL{Scheme: u.Scheme, Host: host, Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery, Fragment: u.Fragment, RawFragment: u.RawFragment}
	if u.Port() != "" {
		out.Host += ":" + u.Port()
	}
	address := out.String()
	check := LinkCheck{Allowed: true, Host: out.Host, Display: address, Suspicious: u.User != nil || looksOdd(host, readable)}
	if readable != host {
		check.Display = strings.Replace(address, host, readable, 1)
	}
	return link{check, address}, true
}

// readHost returns a host in the form that is looked up and in the one people
// read. Addresses of IPv6 are refused: the system's opener does not take their brackets.
func readHost(host string) (ascii, readable string, ok bool) {
	if host == "" || strings.Contains(host, ":") {
		return "", "", false
	}
	ascii, err := idna.Lookup.ToASCII(host)
	if err != nil || ascii == "" {
		return "", "", false
	}
	readable, err = idna.Display.ToUnicode(ascii)
	if err != nil {
		readable = ascii
	}
	return ascii, readable, true
}

// looksOdd reports hosts a person should look at twice: numbers instead of
// names, names within one's own network, and names with letters that can be
// taken for others. German umlauts are not odd here.
func looksOdd(ascii, readable string) bool {
	ascii = strings.TrimSuffix(ascii, ".")
	last := ascii[strings.LastIndexByte(ascii, '.')+1:]
	if last == ascii || strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x") || net.ParseIP(ascii) != nil {
		return true
	}
	for _, r := range readable {
		if r > unicode.MaxASCII && !strings.ContainsRune("äöüß", r) {
			return true
		}
	}
	// An "xn--" that stayed one could not be made readable.
	return strings.HasPrefix(readable, "xn--") || strings.Contains(readable, ".xn--")
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}

// browserEscapes are characters with which Wails drops an address silently.
var browserEscapes = strings.NewReplacer("(", "%28", ")", "%29", "~", "%7E", ";", "%3B", "!", "%21", "*", "%2A", "$", "%24",
	"{", "%7B", "}", "%7D", "[", "%5B", "]", "%5D", "|", "%7C", "<", "%3C", ">", "%3E", "`", "%60", `\`, "%5C")

func (a *App) openLink(text string) error {
	l, ok := readLink(text)
	if !ok {
		return inbox.InvalidField("url", "cannot be opened")
	}
	a.cfg.OpenURL(browserEscapes.Replace(l.address))
	return nil
}

package qr

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"tresen/internal/inbox"
)

const (
	// MaxText is the length of a prefilled text, in characters, that Meta's own
	// message links accept (Meta docs: QR codes). We hold our own to it.
	MaxText = 140
	// MaxLink is the length up to which browsers and cameras take a link.
	MaxLink = 2000

	host          = "https://wa.me/"
	messagePrefix = "message/"
)

// Link is a click-to-chat link, taken apart.
type Link struct {
	// URL is the link itself.
	URL string
	// Digits is the number it calls, "" for a message code.
	Digits string
	// Text is what stands in the customer's input field before he sends it.
	Text string
	// Code is the message code of an editable link, otherwise "".
	Code string
}

// ChatLink returns the link that opens a chat with number, with text already
// typed. Text may be empty. The error names the field "text".
func ChatLink(number Number, text string) (Link, error) {
	text, err := cleanText(text)
	if err != nil {
		return Link{}, err
	}
	if number.Digits == "" {
		return Link{}, inbox.InvalidField("number", "missing")
	}
	link := Link{URL: host + number.Digits, Digits: number.Digits, Text: text}
	if text != "" {
		link.URL += "?text=" + EncodeText(text)
	}
	if len(link.URL) > MaxLink {
		return Link{}, inbox.InvalidField("text", "makes the link too long")
	}
	return link, nil
}

var messageCode = regexp.MustCompile(`^[A-Za-z0-9]{4,64}$`)

// MessageLink returns the link of a code made in Meta's message links, whose
// text can be changed after printing. The error names the field "code".
func MessageLink(code string) (Link, error) {
	code = strings.TrimSpace(code)
	if !messageCode.MatchString(code) {
		return Link{}, inbox.InvalidField("code", "not a message code")
	}
	return Link{URL: host + messagePrefix + code, Code: code}, nil
}

// ParseLink takes a link apart, as read from a code. It accepts exactly the
// links ChatLink and MessageLink make. The error names the field "link".
func ParseLink(link string) (Link, error) {
	rest, isOurs := strings.CutPrefix(link, host)
	if !isOurs {
		return Link{}, inbox.InvalidField("link", "not a wa.me link over https")
	}
	if code, isMessage := strings.CutPrefix(rest, messagePrefix); isMessage {
		return MessageLink(code)
	}
	digits, query, hasText := strings.Cut(rest, "?text=")
	if !isDigits(digits) {
		return Link{}, inbox.InvalidField("link", "its number is not made of digits alone")
	}
	if !hasText {
		return Link{URL: link, Digits: digits}, nil
	}
	text, err := url.PathUnescape(query)
	if err != nil || !utf8.ValidString(text) {
		return Link{}, inbox.InvalidField("link", "its text is not encoded correctly")
	}
	if text == "" || EncodeText(text) != query {
		return Link{}, inbox.InvalidField("link", "its text is encoded in another way")
	}
	return Link{URL: link, Digits: digits, Text: text}, nil
}

// EncodeText percent-encodes text for a link: UTF-8, a space as %20, because
// WhatsApp shows "+" as it is.
func EncodeText(text string) string {
	return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}

// Compact returns the link in capitals, which QR codes store in two thirds of
// the room. Schemes and hosts may be written so; whether every phone's camera
// then opens WhatsApp is not known, so this is never chosen by itself. Links
// with a text or a message code cannot be written so: ok is false.
func (l Link) Compact() (link string, ok bool) {
	if l.Text != "" || l.Code != "" {
		return l.URL, false
	}
	return strings.ToUpper(l.URL), true
}

// cleanText brings line ends into one form and refuses what a link cannot carry.
func cleanText(text string) (string, error) {
	if !utf8.ValidString(text) {
		return "", inbox.InvalidField("text", "not valid text")
	}
	text = strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ").Replace(text))
	for _, r := range text {
		if unicode.IsControl(r) && r != '\n' {
			return "", inbox.InvalidField("text", "holds control characters")
		}
	}
	if utf8.RuneCountInString(text) > MaxText {
		return "", inbox.InvalidField("text", "longer than 140 characters")
	}
	return text, nil
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

package website

import (
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"tresen/internal/inbox"
)

// chatLink is a checked click-to-chat link.
type chatLink struct {
	// path is "/4930123456" or "/message/CODE".
	path string
	text string
}

var chatPath = regexp.MustCompile(`^/([0-9]{5,15}|message/[A-Za-z0-9]{4,64})$`)

// parseChatLink accepts wa.me links only, so that nothing this package writes
// leads anywhere else.
func parseChatLink(link string) (chatLink, error) {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" || u.Host != "wa.me" || u.User != nil || u.Fragment != "" || !chatPath.MatchString(u.Path) {
		return chatLink{}, inbox.InvalidField("chatLink", "not a wa.me link")
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil || len(query) > 1 || len(query) == 1 && len(query["text"]) != 1 {
		return chatLink{}, inbox.InvalidField("chatLink", "holds more than a text")
	}
	text := query.Get("text")
	if !utf8.ValidString(text) {
		return chatLink{}, inbox.InvalidField("chatLink", "its text is not encoded correctly")
	}
	if text != "" && strings.HasPrefix(u.Path, "/message/") {
		return chatLink{}, inbox.InvalidField("chatLink", "a message code has its text at Meta")
	}
	return chatLink{u.Path, text}, nil
}

// String writes the link with letters, digits and %-signs only, so that it
// means the same in HTML, in a style sheet and in a server's configuration.
func (l chatLink) String() string {
	link := "https://wa.me" + l.path
	if l.text != "" {
		link += "?text=" + strings.ReplaceAll(url.QueryEscape(l.text), "+", "%20")
	}
	return link
}

// withMarker adds the notice's mark to the prefilled text. A message code's
// text lies at Meta, so there it is not possible; ok says whether it was.
func (l chatLink) withMarker(marker string) (marked chatLink, ok bool, err error) {
	if strings.HasPrefix(l.path, "/message/") {
		return l, false, nil
	}
	l.text = strings.TrimSpace(strings.TrimSpace(l.text) + " (" + marker + ")")
	if utf8.RuneCountInString(l.text) > MaxText {
		return l, false, inbox.InvalidField("chatLink", "its text leaves no room for the notice's mark")
	}
	return l, true, nil
}

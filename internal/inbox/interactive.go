package inbox

import (
	"strings"
	"unicode/utf8"
)

// InteractiveType is Meta's name of an interactive message. (Meta docs: Interactive messages.)
type InteractiveType string

// The interactive messages this program sends.
const (
	InteractiveButtons         InteractiveType = "button"
	InteractiveList            InteractiveType = "list"
	InteractiveLink            InteractiveType = "cta_url"
	InteractiveLocationRequest InteractiveType = "location_request_message"
	InteractiveContactRequest  InteractiveType = "contact_request"
)

// Interactive is a message with something to tap. Which fields count follows
// from Type. A media header's file is the message's Media.
type Interactive struct {
	Type InteractiveType `json:"ty"`
	// Header is a line of text above the body, or empty.
	Header string `json:"h,omitempty"`
	Body   string `json:"b"`
	Footer string `json:"f,omitempty"`
	// Buttons are the reply buttons of a message of type button.
	Buttons []ReplyButton `json:"bt,omitempty"`
	// Button opens the list of a message of type list.
	Button   string        `json:"o,omitempty"`
	Sections []ListSection `json:"s,omitempty"`
	// Link is the button of a message of type cta_url.
	Link *LinkButton `json:"l,omitempty"`
}

// ReplyButton sends its title as an answer; ID comes back with it.
type ReplyButton struct {
	ID    string `json:"id"`
	Title string `json:"t"`
}

// ListSection is a group of rows of a list.
type ListSection struct {
	Title string    `json:"t,omitempty"`
	Rows  []ListRow `json:"r"`
}

// ListRow is one choice of a list; ID comes back when it is chosen.
type ListRow struct {
	ID          string `json:"id"`
	Title       string `json:"t"`
	Description string `json:"d,omitempty"`
}

// LinkButton opens a web page.
type LinkButton struct {
	Title string `json:"t"`
	URL   string `json:"u"`
}

// Limits of interactive messages, in characters. (Meta docs: Interactive messages.)
const (
	MaxInteractiveBody   = 1024
	MaxListBody          = 4096
	MaxInteractiveHeader = 60
	MaxInteractiveFooter = 60
	MaxButtonTitle       = 20
	MaxReplyButtons      = 3
	MaxSections          = 10
	MaxRows              = 10 // of all sections together
	MaxSectionTitle      = 24
	MaxRowTitle          = 24
	MaxRowDescription    = 72
	maxButtonID          = 256
	maxRowID             = 200
	maxLink              = 2000
)

// Check returns invalid, naming the field, if Meta would refuse the message.
func (i Interactive) Check() error {
	body := MaxInteractiveBody
	if i.Type == InteractiveList {
		body = MaxListBody
	}
	for _, f := range []struct {
		name, text string
		least, max int
	}{{"body", i.Body, 1, body}, {"header", i.Header, 0, MaxInteractiveHeader}, {"footer", i.Footer, 0, MaxInteractiveFooter}} {
		if !fits(f.text, f.least, f.max) {
			return InvalidField(f.name, "empty, too long or not text")
		}
	}
	switch i.Type {
	case InteractiveButtons:
		return i.checkButtons()
	case InteractiveList:
		return i.checkList()
	case InteractiveLink:
		return i.checkLink()
	case InteractiveLocationRequest, InteractiveContactRequest:
		return nil
	}
	return InvalidField("type", "unknown interactive type")
}

// fits counts characters as people do; only spaces count as nothing.
func fits(text string, least, most int) bool {
	n := utf8.RuneCountInString(text)
	return utf8.ValidString(text) && n <= most && (least == 0 || strings.TrimSpace(text) != "")
}

func (i Interactive) checkButtons() error {
	if len(i.Buttons) < 1 || len(i.Buttons) > MaxReplyButtons {
		return InvalidField("buttons", "one to three buttons")
	}
	ids, titles := map[string]bool{}, map[string]bool{}
	for _, b := range i.Buttons {
		title := strings.TrimSpace(b.Title)
		if !fits(b.ID, 1, maxButtonID) || !fits(b.Title, 1, MaxButtonTitle) || ids[b.ID] || titles[title] {
			return InvalidField("buttons", "empty, too long or twice the same")
		}
		ids[b.ID], titles[title] = true, true
	}
	return nil
}

func (i Interactive) checkList() error {
	if !fits(i.Button, 1, MaxButtonTitle) {
		return InvalidField("button", "empty or too long")
	}
	if len(i.Sections) < 1 || len(i.Sections) > MaxSections {
		return InvalidField("sections", "one to ten sections")
	}
	ids, rows := map[string]bool{}, 0
	for _, s := range i.Sections {
		least := 0
		if len(i.Sections) > 1 {
			least = 1
		}
		if !fits(s.Title, least, MaxSectionTitle) || len(s.Rows) == 0 {
			return InvalidField("sections", "a section needs a title of its own and a row")
		}
		for _, r := range s.Rows {
			if !fits(r.ID, 1, maxRowID) || !fits(r.Title, 1, MaxRowTitle) || !fits(r.Description, 0, MaxRowDescription) || ids[r.ID] {
				return InvalidField("rows", "empty, too long or twice the same")
			}
			ids[r.ID] = true
			rows++
		}
	}
	if rows > MaxRows {
		return InvalidField("rows", "more than ten rows")
	}
	return nil
}

func (i Interactive) checkLink() error {
	if i.Link == nil || !fits(i.Link.Title, 1, MaxButtonTitle) {
		return InvalidField("link", "the button's words are empty or too long")
	}
	if !IsWebAddress(i.Link.URL) {
		return InvalidField("link", "not a web address")
	}
	return nil
}

// IsWebAddress reports whether s is the address of a page on the web as a
// button may open it: with a scheme and a host, without a password or spaces.
func IsWebAddress(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(s, "http://")
	}
	host, _, _ := strings.Cut(rest, "/")
	return ok && utf8.ValidString(s) && len(s) <= maxLink && strings.Trim(host, ".:?#") != "" &&
		!strings.ContainsAny(host, "@\\") && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f })
}

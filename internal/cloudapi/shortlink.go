package cloudapi

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"tresen/internal/inbox"
)

// ShortLink is a wa.me/message link whose text can be changed after it was
// printed. (Meta docs: QR codes and short links, message_qrdls.)
type ShortLink struct {
	Code string
	// Text stands in the customer's input field before he sends it.
	Text string
	// URL is the link itself. It is always https://wa.me/message/ and the code:
	// what is printed must not come from anywhere else.
	URL string
}

// Limits of short links. (Meta docs: QR codes.)
const (
	MaxShortLinkText = 140 // characters
	MaxShortLinks    = 2000
)

// Meta's OpenAPI names a narrower pattern that its own samples break.
var shortLinkCode = regexp.MustCompile(`^[A-Z0-9]{10,20}$`)

const shortLinkHost = "https://wa.me/message/"

// CreateShortLink makes a new link. It asks for no picture: Meta's would expire,
// and the program draws its own.
func (c *Client) CreateShortLink(ctx context.Context, text string) (ShortLink, error) {
	return c.writeShortLink(ctx, "create short link", "", text)
}

// UpdateShortLink changes the text of a link that may hang on a wall already.
// An unknown code is CodeNotFound.
func (c *Client) UpdateShortLink(ctx context.Context, code, text string) (ShortLink, error) {
	if !shortLinkCode.MatchString(code) {
		return ShortLink{}, inbox.InvalidField("code", "not a short link's code")
	}
	return c.writeShortLink(ctx, "update short link", code, text)
}

func (c *Client) writeShortLink(ctx context.Context, doing, code, text string) (ShortLink, error) {
	text = strings.TrimSpace(text)
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		return ShortLink{}, inbox.InvalidField("text", "missing")
	case n > MaxShortLinkText:
		return ShortLink{}, inbox.InvalidField("text", "longer than 140 characters")
	case !utf8.ValidString(text):
		return ShortLink{}, inbox.InvalidField("text", "not valid text")
	}
	payload := map[string]any{"prefilled_message": text}
	if code != "" {
		payload["code"] = code
	}
	answer, err := c.postJSON(ctx, doing, c.numberPath("message_qrdls"), payload)
	if err != nil {
		return ShortLink{}, shortLinkError(code, err)
	}
	link, ok := readShortLink(answer)
	if !ok {
		return ShortLink{}, unreadable(doing, http.MethodPost, http.StatusOK, errors.New("answer has no code"))
	}
	return link, nil
}

// shortLinkError turns "no such object" about a code into CodeNotFound.
func shortLinkError(code string, err error) error {
	if code == "" {
		return err
	}
	return notFound(err)
}

func readShortLink(v value) (ShortLink, bool) {
	code := v.get("code").text()
	if !shortLinkCode.MatchString(code) {
		return ShortLink{}, false
	}
	return ShortLink{Code: code, Text: inbox.CleanText(v.get("prefilled_message").text(), maxName), URL: shortLinkHost + code}, true
}

// ShortLinks lists all links of the number, in Meta's order.
func (c *Client) ShortLinks(ctx context.Context) ([]ShortLink, error) {
	links := []ShortLink{}
	query := url.Values{"fields": {"code,prefilled_message,deep_link_url"}, "limit": {"100"}}
	for range maxPages {
		answer, err := c.get(ctx, "list short links", c.numberPath("message_qrdls"), query)
		if err != nil {
			return nil, err
		}
		for v := range answer.get("data").items() {
			if link, ok := readShortLink(v); ok {
				links = append(links, link)
			}
		}
		after := opaqueID(answer.get("paging").get("cursors").get("after"))
		if after == "" || !answer.get("paging").get("next").exists() {
			break
		}
		query.Set("after", after)
	}
	return links, nil
}

// ShortLink reads one link. An unknown code is CodeNotFound.
func (c *Client) ShortLink(ctx context.Context, code string) (ShortLink, error) {
	const doing = "read short link"
	if !shortLinkCode.MatchString(code) {
		return ShortLink{}, inbox.InvalidField("code", "not a short link's code")
	}
	answer, err := c.get(ctx, doing, c.numberPath("message_qrdls", code), nil)
	if err != nil {
		return ShortLink{}, notFound(err)
	}
	if link, ok := readShortLink(answer); ok {
		return link, nil
	}
	for v := range answer.get("data").items() {
		if link, ok := readShortLink(v); ok {
			return link, nil
		}
	}
	return ShortLink{}, inbox.NewError(inbox.CodeNotFound, "no such short link")
}

// DeleteShortLink makes a link useless for ever; a printed one cannot be saved.
// An unknown code is CodeNotFound.
func (c *Client) DeleteShortLink(ctx context.Context, code string) error {
	const doing = "delete short link"
	if !shortLinkCode.MatchString(code) {
		return inbox.InvalidField("code", "not a short link's code")
	}
	answer, err := c.call(ctx, request{doing: doing, method: http.MethodDelete, path: c.numberPath("message_qrdls", code)})
	if err != nil {
		return notFound(err)
	}
	return succeeded(doing, http.MethodDelete, answer)
}

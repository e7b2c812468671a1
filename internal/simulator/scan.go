package simulator

import (
	"context"
	"fmt"
	"net/url"
	"strings"
)

// Scan does what a phone does with a click-to-chat link, scanned or tapped: it
// opens the chat with the number or the short link's owner, with the link's
// text typed, and the customer sends it. It returns the text. It fails if the
// link leads nowhere, or if it types nothing that could be sent. (§5, §4.6)
func (c *Customer) Scan(ctx context.Context, link string) (text string, err error) {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" || !strings.EqualFold(u.Host, "wa.me") {
		return "", fmt.Errorf("not a wa.me link")
	}
	to, text, err := c.opens(u)
	if err != nil {
		return "", err
	}
	if strings.TrimSpace(text) == "" {
		return "", fmt.Errorf("the link types nothing")
	}
	_, err = c.Send(ctx, Message{PhoneNumberID: to, Type: "text", Text: text})
	return text, err
}

// opens finds the business number a link leads to and what it types.
func (c *Customer) opens(u *url.URL) (phoneNumberID, text string, err error) {
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	path := strings.Trim(u.Path, "/")
	if code, short := strings.CutPrefix(path, "message/"); short {
		for _, n := range c.sim.numbers {
			if q := n.qrByCode(code); q != nil {
				return n.id, q.text, nil
			}
		}
		return "", "", fmt.Errorf("the short link does not exist any more")
	}
	for _, n := range c.sim.numbers {
		if n.digits == path {
			// WhatsApp shows "+" as it is: only percent-encoding counts.
			text, err := url.PathUnescape(strings.TrimPrefix(queryText(u.RawQuery), "text="))
			return n.id, text, err
		}
	}
	return "", "", fmt.Errorf("the number is not on WhatsApp")
}

func queryText(raw string) string {
	for _, part := range strings.Split(raw, "&") {
		if strings.HasPrefix(part, "text=") {
			return part
		}
	}
	return ""
}

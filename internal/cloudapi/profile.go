package cloudapi

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"tresen/internal/inbox"
)

// BusinessProfile is what customers see about the shop in WhatsApp. Any field
// may be empty.
type BusinessProfile struct {
	About       string
	Address     string
	Description string
	Email       string
	Websites    []string
	// Vertical is Meta's word for the line of business, as RETAIL. Words this
	// program does not know are kept as they came.
	Vertical string
	// PictureURL is where Meta shows the picture; it expires.
	PictureURL string
}

// ProfileChange says what to write. A nil field stays as it is.
type ProfileChange struct {
	About       *string
	Address     *string
	Description *string
	Email       *string
	Websites    *[]string
	Vertical    *string
	// PictureHandle is what UploadHandle returned, or empty.
	PictureHandle string
}

const profileFields = "about,address,description,email,profile_picture_url,websites,vertical"

// maxProfileText is far above every limit Meta names, so that a longer text
// somebody wrote elsewhere is shown whole.
const maxProfileText = 2000

// BusinessProfile reads the number's profile. (Meta docs: Business profiles;
// Meta's OpenAPI nests the same fields one level deeper, both are read.)
func (c *Client) BusinessProfile(ctx context.Context) (BusinessProfile, error) {
	const doing = "read business profile"
	answer, err := c.get(ctx, doing, c.numberPath("whatsapp_business_profile"), url.Values{"fields": {profileFields}})
	if err != nil {
		return BusinessProfile{}, err
	}
	found := answer.get("data")
	for first := range found.items() {
		found = first
		break
	}
	if inner := found.get("business_profile"); inner.is(kindObject) {
		found = inner
	}
	if !found.is(kindObject) {
		if answer.get("data").is(kindArray) { // an empty list: nothing was ever set
			return BusinessProfile{}, nil
		}
		return BusinessProfile{}, unreadable(doing, http.MethodGet, http.StatusOK, errors.New("answer has no profile"))
	}
	return readProfile(found), nil
}

func readProfile(v value) BusinessProfile {
	text := func(key string) string { return inbox.CleanText(v.get(key).text(), maxProfileText) }
	p := BusinessProfile{
		About: text("about"), Address: text("address"), Description: text("description"), Email: text("email"),
		Vertical: line(v.get("vertical"), maxTypeName), PictureURL: opaqueAddress(v.get("profile_picture_url")),
	}
	for site := range v.get("websites").items() {
		if s := line(site, maxProfileText); s != "" {
			p.Websites = append(p.Websites, s)
		}
	}
	return p
}

// opaqueAddress returns an https address, or http on this computer (the
// simulator's), and nothing else: the window shows it as a picture.
func opaqueAddress(v value) string {
	u, err := url.Parse(v.text())
	if err != nil || u.Host == "" || u.User != nil {
		return ""
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())) {
		return ""
	}
	return u.String()
}

// UpdateBusinessProfile writes what change names. Writing the same twice does
// no harm, so after an unclear outcome reading the profile tells what became
// of it. Meta's own refusals are CodeInvalid. (Meta docs: Business profiles.)
func (c *Client) UpdateBusinessProfile(ctx context.Context, change ProfileChange) error {
	payload := map[string]any{"messaging_product": "whatsapp"}
	texts := map[string]*string{
		"about": change.About, "address": change.Address, "description": change.Description,
		"email": change.Email, "vertical": change.Vertical,
	}
	for key, text := range texts {
		if text != nil {
			payload[key] = *text
		}
	}
	if change.Websites != nil {
		payload["websites"] = append([]string{}, *change.Websites...)
	}
	if change.PictureHandle != "" {
		payload["profile_picture_handle"] = change.PictureHandle
	}
	if len(payload) == 1 {
		return nil
	}
	return c.expectSuccess(ctx, "write business profile", c.numberPath("whatsapp_business_profile"), payload)
}

// expectSuccess posts a payload whose answer is {"success":true}.
func (c *Client) expectSuccess(ctx context.Context, doing string, path []string, payload any) error {
	answer, err := c.postJSON(ctx, doing, path, payload)
	if err != nil {
		return err
	}
	return succeeded(doing, http.MethodPost, answer)
}

// succeeded accepts an answer without the word, because some carry more
// telling fields instead, and refuses only one that says no.
func succeeded(doing, method string, answer value) error {
	if s := answer.get("success"); s.exists() && !s.bool() {
		e := &Error{Doing: doing, HTTPStatus: http.StatusOK, Class: ClassNever, Err: errors.New("answer says no success")}
		return coded(inbox.CodeInvalid, e)
	}
	return nil
}

// Username is the business's public name and where Meta is with it. (Meta
// docs: Business-scoped user IDs, business usernames.)
type Username struct {
	// Name is empty if there is none.
	Name string
	// Status is approved, reserved, deleted, or a newer word.
	Status string
}

// Username reads the number's username. Accounts to which Meta has not yet
// opened usernames get an error; its code is for the caller to show.
func (c *Client) Username(ctx context.Context) (Username, error) {
	answer, err := c.get(ctx, "read username", c.numberPath("username"), nil)
	if err != nil {
		return Username{}, err
	}
	for first := range answer.get("data").items() {
		answer = first
		break
	}
	return Username{
		Name:   line(answer.get("username"), maxName),
		Status: strings.ToLower(line(answer.get("status"), maxTypeName)),
	}, nil
}

// SetUsername asks Meta for a username and returns what it says about it.
func (c *Client) SetUsername(ctx context.Context, name string) (status string, err error) {
	const doing = "set username"
	name = strings.TrimPrefix(strings.TrimSpace(name), "@")
	if name == "" {
		return "", inbox.InvalidField("username", "missing")
	}
	answer, err := c.postJSON(ctx, doing, c.numberPath("username"), map[string]any{"username": name})
	if err != nil {
		return "", err
	}
	return strings.ToLower(line(answer.get("status"), maxTypeName)), succeeded(doing, http.MethodPost, answer)
}

// DeleteUsername gives the username up. Repeating it does no harm.
func (c *Client) DeleteUsername(ctx context.Context) error {
	const doing = "delete username"
	answer, err := c.call(ctx, request{doing: doing, method: http.MethodDelete, path: c.numberPath("username")})
	if err != nil {
		return err
	}
	return succeeded(doing, http.MethodDelete, answer)
}

package cloudapi

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"tresen/internal/inbox"
)

// PhoneNumber is what Meta says about one of the shop's numbers. Everything
// but ID may be empty. The words are Meta's and may be new ones.
type PhoneNumber struct {
	ID inbox.PhoneNumberID
	// DisplayNumber is written for people, as "+49 171 3920000".
	DisplayNumber string
	VerifiedName  string
	// Status is CONNECTED, PENDING, BANNED, … (Meta docs: Phone numbers.)
	Status string
	// Quality is GREEN, YELLOW, RED, UNKNOWN or NA.
	Quality string
	// NameStatus is APPROVED, PENDING_REVIEW, DECLINED, …
	NameStatus string
	// Platform is CLOUD_API once the number is registered.
	Platform string
	// Throughput is STANDARD or HIGH.
	Throughput string
	// OnPhoneApp is true for a number that is also used with the WhatsApp Business app.
	OnPhoneApp bool
}

// Every number has the first fields. The others came and go with versions and
// accounts, and one unknown name makes Meta refuse the whole request (error 100).
const numberFields = "id,display_phone_number,verified_name"

func optionalNumberFields() []string {
	return []string{"status", "quality_rating", "name_status", "platform_type", "throughput", "is_on_biz_app"}
}

// PhoneNumber asks about the client's own number.
func (c *Client) PhoneNumber(ctx context.Context) (PhoneNumber, error) {
	if c.config.PhoneNumberID == "" {
		return PhoneNumber{}, inbox.InvalidField("phoneNumberId", "missing")
	}
	path := c.objectPath(string(c.config.PhoneNumberID))
	var number PhoneNumber
	read := func(v value) { number.read(v) }
	if err := c.fields(ctx, "read phone number", path, read); err != nil {
		return PhoneNumber{}, err
	}
	return number, nil
}

// fields asks for all fields at once, and if Meta does not know one of them,
// for the sure ones and then for each of the others alone.
func (c *Client) fields(ctx context.Context, doing string, path []string, read func(value)) error {
	optional := optionalNumberFields()
	all := numberFields + "," + strings.Join(optional, ",")
	answer, err := c.get(ctx, doing, path, url.Values{"fields": {all}})
	if err == nil {
		read(answer)
		return nil
	}
	if !isUnknownField(err) {
		return err
	}
	if answer, err = c.get(ctx, doing, path, url.Values{"fields": {numberFields}}); err != nil {
		return err
	}
	read(answer)
	for _, field := range optional {
		answer, err := c.get(ctx, doing, path, url.Values{"fields": {"id," + field}})
		if err == nil {
			read(answer)
		} else if !isUnknownField(err) {
			return err
		}
	}
	return nil
}

func isUnknownField(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Number == 100 && e.Subcode != 33
}

// read takes over what v says and keeps what it does not.
func (n *PhoneNumber) read(v value) {
	set := func(field *string, v value) {
		if s := line(v, maxName); s != "" {
			*field = s
		}
	}
	if id := opaqueID(v.get("id")); id != "" {
		n.ID = inbox.PhoneNumberID(id)
	}
	set(&n.DisplayNumber, v.get("display_phone_number"))
	set(&n.VerifiedName, v.get("verified_name"))
	set(&n.Status, v.get("status"))
	set(&n.Quality, v.get("quality_rating"))
	set(&n.NameStatus, v.get("name_status"))
	set(&n.Platform, v.get("platform_type"))
	set(&n.Throughput, v.get("throughput").get("level"))
	n.OnPhoneApp = n.OnPhoneApp || v.get("is_on_biz_app").bool()
}

// maxPages bounds how far a list is followed.
const maxPages = 20

// PhoneNumbers lists the numbers of the configured WABA, with the sure fields only.
func (c *Client) PhoneNumbers(ctx context.Context) ([]PhoneNumber, error) {
	const doing = "list phone numbers"
	if c.config.WABAID == "" {
		return nil, inbox.InvalidField("wabaId", "missing")
	}
	numbers := []PhoneNumber{}
	query := url.Values{"fields": {numberFields}, "limit": {"100"}}
	for range maxPages {
		answer, err := c.get(ctx, doing, c.objectPath(c.config.WABAID, "phone_numbers"), query)
		if err != nil {
			return nil, err
		}
		for v := range answer.get("data").items() {
			var number PhoneNumber
			number.read(v)
			if number.ID != "" {
				numbers = append(numbers, number)
			}
		}
		after := opaqueID(answer.get("paging").get("cursors").get("after"))
		if after == "" || !answer.get("paging").get("next").exists() {
			break
		}
		query.Set("after", after)
	}
	return numbers, nil
}

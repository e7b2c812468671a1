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
	// Verification is VERIFIED, NOT_VERIFIED or EXPIRED: whether somebody proved
	// with a code that the number is theirs.
	Verification string
	// Limit is how many customers the business may write to first in a day,
	// "TIER_250" and the like.
	Limit string
	// PIN is true if the number has a two-step PIN.
	PIN bool
	// Health says what keeps messages from being sent, by Meta's own account.
	Health []HealthEntity
}

// HealthEntity is one of the things a message depends on. (Meta docs: Health status.)
type HealthEntity struct {
	// Type is PHONE_NUMBER, WABA, BUSINESS or APP.
	Type string
	ID   string
	// CanSend is AVAILABLE, LIMITED or BLOCKED.
	CanSend string
	// Problems are Meta's error numbers.
	Problems []int
}

// Registered reports whether the number can be used with the Cloud API.
func (n PhoneNumber) Registered() bool {
	return n.Status == "CONNECTED" && (n.Platform == "" || n.Platform == "CLOUD_API")
}

// Every number has the first fields. The others came and go with versions and
// accounts, and one unknown name makes Meta refuse the whole request (error 100).
const numberFields = "id,display_phone_number,verified_name"

func optionalNumberFields() []string {
	return []string{"status", "quality_rating", "name_status", "platform_type", "throughput", "is_on_biz_app",
		"code_verification_status", "whatsapp_business_manager_messaging_limit", "is_pin_enabled", "health_status"}
}

// PhoneNumber asks about the client's own number. With 360dialog the key says
// which one that is. (360dialog docs: Health status.)
func (c *Client) PhoneNumber(ctx context.Context) (PhoneNumber, error) {
	if c.config.Style == D360 {
		var number PhoneNumber
		err := c.fields(ctx, "read phone number", []string{"health_status"}, func(v value) { number.read(v) })
		if number.ID == "" {
			number.ID = inbox.PhoneNumberID(number.entity("PHONE_NUMBER"))
		}
		return number, err
	}
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
	set(&n.Verification, v.get("code_verification_status"))
	set(&n.Limit, v.get("whatsapp_business_manager_messaging_limit"))
	n.PIN = n.PIN || v.get("is_pin_enabled").bool()
	n.readHealth(v.get("health_status"))
}

// maxEntities bounds what a strange answer can make us keep.
const maxEntities = 16

func (n *PhoneNumber) readHealth(v value) {
	for e := range v.get("entities").items() {
		if len(n.Health) == maxEntities {
			return
		}
		entity := HealthEntity{
			Type: line(e.get("entity_type"), maxTypeName), ID: opaqueID(e.get("id")), CanSend: line(e.get("can_send_message"), maxTypeName),
		}
		for problem := range e.get("errors").items() {
			if len(entity.Problems) < maxEntities {
				entity.Problems = append(entity.Problems, int(min(max(problem.get("error_code").int(), 0), 1<<31-1)))
			}
		}
		n.Health = append(n.Health, entity)
	}
}

func (n PhoneNumber) entity(kind string) string {
	for _, e := range n.Health {
		if e.Type == kind {
			return e.ID
		}
	}
	return ""
}

// WABAID returns the account the number belongs to, as far as its health tells.
func (n PhoneNumber) WABAID() string { return n.entity("WABA") }

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

package cloudapi

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"tresen/internal/inbox"
)

var errNoSuccess = errors.New("answer says it did not succeed")

// Storage is where Meta keeps the contents of messages at rest. (Meta docs:
// Local storage.)
type Storage struct {
	// Region is "DE" and the like, or empty for Meta's own choice.
	Region string
	// None says that Meta keeps contents for an hour only.
	None bool
}

// Storage reads where the number's messages are kept.
func (c *Client) Storage(ctx context.Context) (Storage, error) {
	answer, err := c.get(ctx, "read storage region", c.numberPath("settings"), url.Values{})
	if err != nil {
		return Storage{}, err
	}
	v := answer.get("storage_configuration")
	switch strings.ToUpper(v.get("status").text()) {
	case "IN_COUNTRY_STORAGE_ENABLED":
		return Storage{Region: line(v.get("data_localization_region"), maxTypeName)}, nil
	case "NO_STORAGE_ENABLED":
		return Storage{None: true}, nil
	}
	return Storage{}, nil
}

// SetStorageRegion chooses the region; the number must not be registered. An
// empty region is Meta's own choice.
func (c *Client) SetStorageRegion(ctx context.Context, region string) error {
	storage := map[string]string{"status": "IN_COUNTRY_STORAGE_DISABLED"}
	if region != "" {
		storage = map[string]string{"status": "IN_COUNTRY_STORAGE_ENABLED", "data_localization_region": region}
	}
	return c.set(ctx, "set storage region", c.numberPath("settings"), map[string]any{"storage_configuration": storage})
}

// Register makes the number usable with the Cloud API. The PIN is set if the
// number has none, otherwise it must be the one it has: a wrong one fails with
// invalid and Field "pin". Meta allows ten tries in 72 hours. (Meta docs:
// Register a phone number.)
func (c *Client) Register(ctx context.Context, pin string) error {
	err := c.set(ctx, "register number", c.numberPath("register"), map[string]string{"messaging_product": "whatsapp", "pin": pin})
	var e *Error
	if errors.As(err, &e) && e.Number == 133005 {
		return &inbox.Error{Code: inbox.CodeInvalid, Field: "pin", Err: err}
	}
	return err
}

// Deregister takes the number away from the Cloud API and ends local storage.
// Nothing can be sent or received until it is registered again.
func (c *Client) Deregister(ctx context.Context) error {
	return c.set(ctx, "deregister number", c.numberPath("deregister"), struct{}{})
}

// RequestCode lets WhatsApp send a code to the number itself, by SMS or, with
// voice, by a call.
func (c *Client) RequestCode(ctx context.Context, voice bool, language string) error {
	method := "SMS"
	if voice {
		method = "VOICE"
	}
	return c.set(ctx, "request code", c.numberPath("request_code"), map[string]string{"code_method": method, "language": language})
}

// VerifyCode proves with that code that the number is the shop's. A wrong one
// fails with invalid and Field "code".
func (c *Client) VerifyCode(ctx context.Context, code string) error {
	err := c.set(ctx, "verify code", c.numberPath("verify_code"), map[string]string{"code": code})
	var e *Error
	if errors.As(err, &e) && e.Class == ClassNever && e.HTTPStatus == 400 {
		return &inbox.Error{Code: inbox.CodeInvalid, Field: "code", Err: err}
	}
	return err
}

package cloudapi

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"tresen/internal/inbox"
)

// WebhookFields are what the app subscribes to: everything the program reads.
// (Meta docs: Webhooks, fields.)
const WebhookFields = "messages,message_echoes,smb_message_echoes,calls,user_preferences," +
	"message_template_status_update,message_template_quality_update,template_category_update," +
	"phone_number_quality_update,phone_number_name_update,business_capability_update," +
	"account_update,account_review_update,account_alerts,account_settings_update,security"

// Callbacks are the addresses deliveries for the number go to, as far as they
// are set; the number's own comes first, then the account's, then the app's.
// (Meta docs: Webhook overrides.)
type Callbacks struct{ Number, WABA, App string }

// Effective is the address messages go to, or empty.
func (c Callbacks) Effective() string {
	for _, address := range []string{c.Number, c.WABA, c.App} {
		if address != "" {
			return address
		}
	}
	return ""
}

// Callbacks reads where deliveries for the client's number go.
func (c *Client) Callbacks(ctx context.Context) (Callbacks, error) {
	const doing = "read callback"
	if c.config.Style == D360 {
		answer, err := c.get(ctx, doing, []string{"v1", "configs", "webhook"}, nil)
		if err != nil {
			return Callbacks{}, err
		}
		return Callbacks{Number: webAddress(answer.get("url"))}, nil
	}
	if c.config.PhoneNumberID == "" {
		return Callbacks{}, inbox.InvalidField("phoneNumberId", "missing")
	}
	answer, err := c.get(ctx, doing, c.numberPath(), url.Values{"fields": {"webhook_configuration"}})
	if err != nil {
		return Callbacks{}, err
	}
	v := answer.get("webhook_configuration")
	return Callbacks{
		Number: webAddress(v.get("phone_number")), WABA: webAddress(v.get("whatsapp_business_account")), App: webAddress(v.get("application")),
	}, nil
}

func webAddress(v value) string { return line(v, maxProfileText) }

// SetCallback sends the number's deliveries to an address, which is asked for
// the verify token while Meta waits. An empty address removes the override.
// (Meta docs: Webhook overrides.)
func (c *Client) SetCallback(ctx context.Context, to, verifyToken string) error {
	if c.config.Style != Meta {
		return inbox.InvalidField("style", "only Meta asks for a verify token")
	}
	override := map[string]string{"override_callback_uri": to}
	if to != "" {
		override["verify_token"] = verifyToken
	}
	return c.set(ctx, "set callback", c.numberPath(), map[string]any{"webhook_configuration": override})
}

// SetCallbackHeader sends the number's deliveries to an address, with a header
// of our own that proves where they come from. (360dialog docs: Webhooks.)
func (c *Client) SetCallbackHeader(ctx context.Context, to, header, secret string) error {
	if c.config.Style != D360 {
		return inbox.InvalidField("style", "only 360dialog sends headers of ours")
	}
	return c.set(ctx, "set callback", []string{"v1", "configs", "webhook"},
		map[string]any{"url": to, "headers": map[string]string{header: secret}})
}

// Subscribed reports whether an app gets the account's deliveries at all.
// Without an app id, whether any app does. (Meta docs: Subscribed apps API.)
func (c *Client) Subscribed(ctx context.Context, appID string) (bool, error) {
	if c.config.WABAID == "" {
		return false, inbox.InvalidField("wabaId", "missing")
	}
	answer, err := c.get(ctx, "read subscriptions", c.objectPath(c.config.WABAID, "subscribed_apps"), nil)
	if err != nil {
		return false, err
	}
	for v := range answer.get("data").items() {
		if id := opaqueID(v.get("whatsapp_business_api_data").get("id")); id != "" && (appID == "" || id == appID) {
			return true, nil
		}
	}
	return false, nil
}

// Subscribe lets the token's app get the account's deliveries. It takes away an
// override of the account, so look at Subscribed first.
func (c *Client) Subscribe(ctx context.Context) error {
	if c.config.WABAID == "" {
		return inbox.InvalidField("wabaId", "missing")
	}
	return c.set(ctx, "subscribe", c.objectPath(c.config.WABAID, "subscribed_apps"), struct{}{})
}

// AppSubscription is what a Meta app itself is subscribed to.
type AppSubscription struct {
	Callback string
	// Messages is false if the app would never hear of a customer's message.
	Messages bool
}

// AppSubscription reads it. The client's token must be the app's: "id|secret";
// so this also proves that id and secret belong together. (Meta docs: App
// subscriptions.)
func (c *Client) AppSubscription(ctx context.Context, appID string) (AppSubscription, error) {
	answer, err := c.get(ctx, "read app subscription", c.objectPath(appID, "subscriptions"), nil)
	if err != nil {
		return AppSubscription{}, err
	}
	var s AppSubscription
	for v := range answer.get("data").items() {
		if v.get("object").text() != "whatsapp_business_account" {
			continue
		}
		s.Callback = webAddress(v.get("callback_url"))
		for field := range v.get("fields").items() {
			s.Messages = s.Messages || field.get("name").text() == "messages" || field.text() == "messages"
		}
	}
	return s, nil
}

// SetAppSubscription subscribes the app to everything the program reads. The
// client's token must be the app's.
func (c *Client) SetAppSubscription(ctx context.Context, appID, to, verifyToken string) error {
	return c.set(ctx, "subscribe app", c.objectPath(appID, "subscriptions"), map[string]any{
		"object": "whatsapp_business_account", "callback_url": to, "verify_token": verifyToken,
		"fields": WebhookFields, "include_values": true,
	})
}

// set posts something that does no harm twice, so an answer that got lost is
// only a missing connection. It fails with conflict if Meta's own check of the
// address failed.
func (c *Client) set(ctx context.Context, doing string, path []string, payload any) error {
	answer, err := c.postJSON(ctx, doing, path, payload)
	if IsAmbiguous(err) {
		return &inbox.Error{Code: inbox.CodeOffline, Err: err}
	}
	if err != nil {
		return err
	}
	if v := answer.get("success"); v.exists() && !v.bool() {
		return unreadable(doing, http.MethodGet, http.StatusOK, errNoSuccess)
	}
	return nil
}

// SameAddress reports whether two addresses are the same place.
func SameAddress(a, b string) bool {
	return a != "" && strings.TrimRight(a, "/") == strings.TrimRight(b, "/")
}

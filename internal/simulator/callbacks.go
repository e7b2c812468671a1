package simulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"unicode/utf8"
)

// callback is where webhooks go. The zero value stands for Config.Deliver or, if
// there is none, for Drain.
type callback struct {
	url         string
	verifyToken string
	// headers replace Meta's signature for 360dialog callbacks.
	headers map[string]string
}

func (c callback) same(other callback) bool {
	return c.url == other.url && (c.headers == nil) == (other.headers == nil)
}

// account is the WhatsApp Business Account.
type account struct {
	id, name   string
	subscribed bool
	app        callback // of the app's subscription
	appFields  string
	override   callback // of the WABA's subscription
}

// targetOf picks the callback of an update: number, then WABA, then app. Only
// some fields can be overridden (§1.11).
func (s *Simulator) targetOf(u update) callback {
	if overridable(u.field) {
		if u.number != nil && u.number.hook.url != "" {
			return u.number.hook
		}
		if s.waba.override.url != "" {
			return s.waba.override
		}
	}
	if s.cfg.Deliver != nil {
		return callback{}
	}
	return s.waba.app
}

func overridable(field string) bool {
	return contains([]string{
		"messages", "message_echoes", "calls", "consumer_profile", "messaging_handovers",
		"group_lifecycle_update", "group_participants_update", "group_settings_update", "group_status_update",
		"smb_message_echoes", "smb_app_state_sync", "history", "account_settings_update",
	}, field)
}

// checkCallbackURL refuses URLs the simulator would not post to.
func checkCallbackURL(raw string, allowRemote bool) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return errors.New("check callback: not an http or https URL")
	}
	if !allowRemote && !isLoopbackHost(u.Hostname()) {
		return errors.New("check callback: host is not this machine")
	}
	return nil
}

// VerifyCallback does the handshake with the app's callback, as Meta does when it
// is entered in the dashboard. It fails when the callback does not echo the
// challenge.
func (s *Simulator) VerifyCallback(ctx context.Context) error {
	s.mu.Lock()
	target := s.waba.app
	s.mu.Unlock()
	return s.handshake(ctx, target)
}

// SetCallback changes the app's callback, without a handshake. An empty URL lets
// webhooks go to Config.Deliver or Drain. It fails for hosts that are not allowed.
func (s *Simulator) SetCallback(target, verifyToken string) error {
	if target != "" {
		if err := checkCallbackURL(target, s.cfg.AllowRemote); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waba.app = callback{url: target, verifyToken: verifyToken}
	return nil
}

// handshake asks a callback to echo a challenge (§1.1).
func (s *Simulator) handshake(ctx context.Context, target callback) error {
	s.mu.Lock()
	challenge := s.ids.digits(10)
	s.mu.Unlock()
	u, err := url.Parse(target.url)
	if err != nil {
		return fmt.Errorf("verify callback: %w", err)
	}
	q := u.Query()
	q.Set("hub.mode", "subscribe")
	q.Set("hub.challenge", challenge)
	q.Set("hub.verify_token", target.verifyToken)
	u.RawQuery = q.Encode()
	ctx, cancel := context.WithTimeout(ctx, s.cfg.DeliveryTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return fmt.Errorf("verify callback: %w", err)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return errors.New("verify callback: no answer")
	}
	defer drain(resp)
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1024))
	if err != nil || resp.StatusCode != http.StatusOK || string(body) != challenge {
		return fmt.Errorf("verify callback: answer %d does not echo the challenge", resp.StatusCode)
	}
	return nil
}

// newOverride checks and verifies an override given by API.
func (s *Simulator) newOverride(ctx context.Context, uri, verifyToken string) (callback, *apiError) {
	if utf8.RuneCountInString(uri) > 200 {
		return callback{}, plain(100, 0, "(#100) Param override_callback_uri must be at most 200 characters long.")
	}
	if checkCallbackURL(uri, s.cfg.AllowRemote) != nil {
		return callback{}, plain(100, 0, "(#100) Param override_callback_uri must be a valid URI")
	}
	target := callback{url: uri, verifyToken: verifyToken}
	if verifyToken == "" {
		return callback{}, plain(100, 0, "(#100) The parameter verify_token is required.")
	}
	if err := s.handshake(ctx, target); err != nil {
		return callback{}, plain(2200, 0, "(#2200) Callback verification failed with the following errors: %v", err)
	}
	return target, nil
}

func (s *Simulator) appData() object {
	return object{
		"id": s.cfg.AppID, "name": s.cfg.AppName,
		"link": "https://www.facebook.com/games/?app_id=" + s.cfg.AppID,
	}
}

// showSubscribedApps answers GET /{WABA}/subscribed_apps.
func (s *Simulator) showSubscribedApps(*call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	data := []any{}
	if s.waba.subscribed {
		entry := object{"whatsapp_business_api_data": s.appData()}
		if s.waba.override.url != "" {
			entry["override_callback_uri"] = s.waba.override.url
		}
		data = append(data, entry)
	}
	return object{"data": data}, nil
}

// subscribeApp answers POST /{WABA}/subscribed_apps; without an override URI it
// takes an existing override away.
func (s *Simulator) subscribeApp(c *call) (any, *apiError) {
	var override callback
	if uri := c.params.text("override_callback_uri"); uri != "" {
		var err *apiError
		override, err = s.newOverride(c.r.Context(), uri, c.params.text("verify_token"))
		if err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waba.subscribed, s.waba.override = true, override
	return object{"success": true}, nil
}

// unsubscribeApp answers DELETE /{WABA}/subscribed_apps.
func (s *Simulator) unsubscribeApp(*call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waba.subscribed, s.waba.override = false, callback{}
	return object{"success": true}, nil
}

// setNumberHook changes the override of one number from webhook_configuration.
func (s *Simulator) setNumberHook(c *call, hook doc) *apiError {
	var override callback
	if uri := hook.text("override_callback_uri"); uri != "" {
		var err *apiError
		override, err = s.newOverride(c.r.Context(), uri, hook.text("verify_token"))
		if err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c.number.hook = override
	return nil
}

// webhookConfiguration is what GET /{PNID}?fields=webhook_configuration shows.
func (s *Simulator) webhookConfiguration(n *number) object {
	out := object{"application": s.waba.app.url}
	if n.hook.url != "" {
		out["phone_number"] = n.hook.url
	}
	if s.waba.override.url != "" {
		out["whatsapp_business_account"] = s.waba.override.url
	}
	return out
}

// showSubscriptions answers GET /{APP_ID}/subscriptions.
func (s *Simulator) showSubscriptions(c *call) (any, *apiError) {
	if !c.caller.isApp {
		return nil, plain(15, 0, "(#15) This method must be called with an app access_token.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return object{"data": []any{object{
		"object": "whatsapp_business_account", "callback_url": s.waba.app.url, "active": true,
		"fields": []any{object{"name": "messages", "version": s.cfg.WebhookVersion}},
	}}}, nil
}

// editSubscriptions answers POST /{APP_ID}/subscriptions (app access token).
func (s *Simulator) editSubscriptions(c *call) (any, *apiError) {
	if !c.caller.isApp {
		return nil, plain(15, 0, "(#15) This method must be called with an app access_token.")
	}
	if c.params.text("object") != "whatsapp_business_account" {
		return nil, plain(100, 0, "(#100) Param object must be one of {WHATSAPP_BUSINESS_ACCOUNT}.")
	}
	target, err := s.newOverride(c.r.Context(), c.params.text("callback_url"), c.params.text("verify_token"))
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waba.app, s.waba.appFields = target, c.params.text("fields")
	return object{"success": true}, nil
}

// edit360Webhook answers 360dialog's webhook set-up: no handshake, no signature,
// headers of the client's choice (§6.1).
func (s *Simulator) edit360Webhook(c *call) (any, *apiError) {
	uri := c.params.text("url")
	if checkCallbackURL(uri, s.cfg.AllowRemote) != nil {
		return nil, plain(100, 0, "(#100) Param url must be a valid URI")
	}
	headers := map[string]string{}
	if given, ok := c.params.child("headers"); ok {
		for k := range given {
			headers[k] = given.text(k)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.numbers[0].hook = callback{url: uri, headers: headers}
	return object{"url": uri, "headers": headers}, nil
}

// show360Health answers GET /health_status: always the health, and further
// fields of the number as they are asked for.
func (s *Simulator) show360Health(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out, err := s.numberObject(s.numbers[0], append([]string{"health_status"}, fieldList(c)...))
	if err != nil {
		return nil, err
	}
	delete(out, "id") // 360dialog names it among the entities only
	return out, nil
}

// show360Webhook answers GET /v1/configs/webhook.
func (s *Simulator) show360Webhook(*call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	hook := s.numbers[0].hook
	return object{"url": hook.url, "headers": hook.headers}, nil
}

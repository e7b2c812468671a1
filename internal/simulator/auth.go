package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"strings"
	"time"
)

const (
	scopeMessaging  = "whatsapp_business_messaging"
	scopeManagement = "whatsapp_business_management"
)

var allScopes = []string{scopeManagement, scopeMessaging}

// token is a system user's access token.
type token struct {
	expires time.Time // zero: never
	revoked bool
	scopes  []string
}

func (t *token) valid(now time.Time) bool {
	return !t.revoked && (t.expires.IsZero() || now.Before(t.expires))
}

// AddToken makes a further access token; zero expires never. Without scopes it
// may do everything.
func (s *Simulator) AddToken(value string, expires time.Time, scopes ...string) {
	if len(scopes) == 0 {
		scopes = allScopes
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[value] = &token{expires: expires, scopes: scopes}
}

// ExpireToken ends a token now: calls with it are answered 401, code 190.
func (s *Simulator) ExpireToken(value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.tokens[value]; t != nil {
		t.expires = s.clock.now()
	}
}

// RevokeToken makes a token worthless, as when the system user's access is
// withdrawn.
func (s *Simulator) RevokeToken(value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.tokens[value]; t != nil {
		t.revoked = true
	}
}

// RestoreToken makes an expired or revoked token good again, for ever.
func (s *Simulator) RestoreToken(value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.tokens[value]; t != nil {
		t.expires, t.revoked = time.Time{}, false
	}
}

// caller is who makes an API call.
type caller struct {
	key    string // identifies the caller for rate limits
	token  *token
	isApp  bool // the app access token APP_ID|APP_SECRET
	is360  bool
	scopes []string
}

// authenticate reads the credentials of a call. Bearer (or OAuth, as resumable
// uploads say) is Meta's way, D360-API-KEY is 360dialog's.
func (s *Simulator) authenticate(r *http.Request) (*caller, *apiError) {
	if key := r.Header.Get("D360-API-KEY"); key != "" {
		if subtle.ConstantTimeCompare([]byte(key), []byte(s.cfg.D360Key)) != 1 {
			return nil, plain(190, 0, "Invalid api key")
		}
		return &caller{key: "d360", is360: true, scopes: allScopes}, nil
	}
	value := bearer(r)
	if value == "" {
		return nil, plain(2500, 0, "An active access token must be used to query information about the current user.").withStatus(401)
	}
	if value == s.cfg.AppID+"|"+s.cfg.AppSecret {
		return &caller{key: "app", isApp: true, scopes: allScopes}, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tokens[value]
	switch {
	case t == nil:
		return nil, plain(190, 0, "Invalid OAuth access token - Cannot parse access token")
	case t.revoked:
		return nil, plain(190, 460, "Error validating access token: The session has been invalidated")
	case !t.valid(s.clock.now()):
		return nil, plain(190, 463, "Error validating access token: Session has expired. The current time is %s.",
			s.clock.now().UTC().Format(time.RFC1123))
	}
	if err := s.checkProof(r, value); err != nil {
		return nil, err
	}
	return &caller{key: value, token: t, scopes: t.scopes}, nil
}

func (e *apiError) withStatus(status int) *apiError {
	e.status = status
	return e
}

func bearer(r *http.Request) string {
	header := r.Header.Get("Authorization")
	for _, scheme := range []string{"Bearer ", "OAuth "} {
		if len(header) > len(scheme) && strings.EqualFold(header[:len(scheme)], scheme) {
			return strings.TrimSpace(header[len(scheme):])
		}
	}
	return ""
}

// checkProof judges appsecret_proof, the HMAC of the token under the app secret.
func (s *Simulator) checkProof(r *http.Request, value string) *apiError {
	given := r.URL.Query().Get("appsecret_proof")
	if given == "" {
		if s.cfg.RequireAppSecretProof {
			return plain(100, 0, "API calls from the server require an appsecret_proof argument")
		}
		return nil
	}
	mac := hmac.New(sha256.New, []byte(s.cfg.AppSecret))
	mac.Write([]byte(value))
	want := hex.EncodeToString(mac.Sum(nil))
	if subtle.ConstantTimeCompare([]byte(strings.ToLower(given)), []byte(want)) != 1 {
		return plain(100, 0, "Invalid appsecret_proof provided in the API argument")
	}
	return nil
}

// need refuses a caller that lacks a permission.
func (c *caller) need(scope string) *apiError {
	for _, have := range c.scopes {
		if have == scope {
			return nil
		}
	}
	return fail(10, "Application does not have permission for this action")
}

// debugToken answers GET /debug_token (§4.1).
func (s *Simulator) debugToken(c *call) (any, *apiError) {
	input := c.query("input_token")
	if input == "" {
		return nil, plain(100, 0, "The parameter input_token is required.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tokens[input]
	if t == nil {
		return object{"data": object{
			"error":    object{"code": 190, "message": "Invalid OAuth access token - Cannot parse access token"},
			"is_valid": false, "scopes": []string{},
		}}, nil
	}
	granular := []object{}
	for _, scope := range t.scopes {
		granular = append(granular, object{"scope": scope, "target_ids": []string{s.waba.id}})
	}
	var expires int64
	if !t.expires.IsZero() {
		expires = t.expires.Unix()
	}
	data := object{
		"app_id": s.cfg.AppID, "type": "SYSTEM_USER", "application": s.cfg.AppName,
		"is_valid": t.valid(s.clock.now()), "expires_at": expires, "data_access_expires_at": 0,
		"scopes": t.scopes, "granular_scopes": granular, "user_id": "122102" + s.cfg.AppID[:9],
	}
	if !t.valid(s.clock.now()) {
		data["error"] = object{"code": 190, "subcode": 463, "message": "Error validating access token: Session has expired"}
	}
	return object{"data": data}, nil
}

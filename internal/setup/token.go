package setup

import (
	"context"
	"slices"
	"time"

	"tresen/internal/cloudapi"
)

// TokenFacts is what a token is good for.
type TokenFacts struct {
	AppID string `json:"appId"`
	// ExpiresAt is zero for a token without an end.
	ExpiresAt time.Time `json:"expiresAt,omitzero"`
	// WABAIDs are the accounts it may use.
	WABAIDs []string `json:"wabaIds"`
}

// A token that ends sooner than this is one for trying out, or about to end.
const shortToken = 7 * 24 * time.Hour

// CheckToken asks Meta what the client's token is good for. (Meta docs: Access
// tokens, debug_token.)
func CheckToken(ctx context.Context, api *cloudapi.Client, now time.Time) (TokenFacts, Findings) {
	var f Findings
	info, err := api.DebugToken(ctx)
	if err != nil {
		f.refuse("token.valid", err)
		return TokenFacts{}, f
	}
	if !info.Valid {
		f.fail("token.valid")
		return TokenFacts{}, f
	}
	f.pass("token.valid")
	f.tokenScopes(info)
	f.tokenLife("token.life", info, now)
	if info.Type != "SYSTEM_USER" {
		f.warn("token.kind", "")
	} else {
		f.pass("token.kind")
	}
	facts := TokenFacts{AppID: info.AppID, ExpiresAt: info.ExpiresAt, WABAIDs: info.WABAIDs}
	if len(info.WABAIDs) == 0 {
		f.fail("token.accounts")
	}
	return facts, f
}

func (f *Findings) tokenScopes(info cloudapi.TokenInfo) {
	for _, scope := range []string{cloudapi.ScopeMessaging, cloudapi.ScopeManagement} {
		if slices.Contains(info.Scopes, scope) {
			f.passWith("token.scope", scope)
		} else {
			*f = append(*f, Finding{Word: "token.scope", State: Failed, Value: scope})
		}
	}
}

func (f *Findings) tokenLife(word string, info cloudapi.TokenInfo, now time.Time) {
	switch {
	case info.ExpiresAt.IsZero():
		f.pass(word)
	case info.ExpiresAt.Sub(now) <= 0:
		*f = append(*f, Finding{Word: word, State: Failed, At: info.ExpiresAt})
	case info.ExpiresAt.Sub(now) < shortToken:
		*f = append(*f, Finding{Word: word, State: Warn, At: info.ExpiresAt})
	default:
		*f = append(*f, Finding{Word: word + "Until", State: Passed, At: info.ExpiresAt})
	}
}

// CheckKey asks 360dialog which number the client's key belongs to.
func CheckKey(ctx context.Context, api *cloudapi.Client) (NumberFacts, Findings) {
	var f Findings
	number, err := api.PhoneNumber(ctx)
	if err != nil {
		f.refuse("key.valid", err)
		return NumberFacts{}, f
	}
	if number.ID == "" {
		f.fail("key.number")
		return NumberFacts{}, f
	}
	f.pass("key.valid")
	return numberFacts(number, number.WABAID()), f
}

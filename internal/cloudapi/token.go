package cloudapi

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"tresen/internal/inbox"
)

// TokenInfo is what Meta says about the client's token.
type TokenInfo struct {
	Valid bool
	// AppID is the Meta app the token belongs to.
	AppID string
	// Type is SYSTEM_USER for tokens made for a program, USER for a person's.
	Type string
	// ExpiresAt is zero for a token without an end.
	ExpiresAt time.Time
	Scopes    []string
	// WABAIDs are the accounts the token may use.
	WABAIDs []string
}

// Permissions the program needs. (Meta docs: Permissions.)
const (
	ScopeMessaging  = "whatsapp_business_messaging"
	ScopeManagement = "whatsapp_business_management"
)

// DebugToken asks Meta about the token itself. This is the one documented call
// that carries the token in the address; it goes to the base host over TLS
// like every other. (Meta docs: Access tokens, debug_token.)
func (c *Client) DebugToken(ctx context.Context) (TokenInfo, error) {
	const doing = "inspect token"
	if c.config.Style != Meta {
		return TokenInfo{}, inbox.InvalidField("style", "only Meta can inspect its tokens")
	}
	token, err := c.config.Token()
	if err != nil {
		return TokenInfo{}, tokenError(doing, err)
	}
	answer, err := c.get(ctx, doing, c.objectPath("debug_token"), url.Values{"input_token": {token}})
	if err != nil {
		return TokenInfo{}, err
	}
	data := answer.get("data")
	if !data.is(kindObject) {
		return TokenInfo{}, unreadable(doing, http.MethodGet, http.StatusOK, errors.New("answer has no data"))
	}
	info := TokenInfo{
		Valid: data.get("is_valid").bool(),
		AppID: opaqueID(data.get("app_id")),
		Type:  line(data.get("type"), maxTypeName),
	}
	if at := data.get("expires_at").int(); at > 0 {
		info.ExpiresAt = time.Unix(at, 0).UTC()
	}
	for v := range data.get("scopes").items() {
		info.Scopes = append(info.Scopes, line(v, maxTypeName))
	}
	for v := range data.get("granular_scopes").items() {
		if !strings.HasPrefix(v.get("scope").text(), "whatsapp_business_") {
			continue
		}
		for id := range v.get("target_ids").items() {
			if waba := opaqueID(id); waba != "" && !slices.Contains(info.WABAIDs, waba) {
				info.WABAIDs = append(info.WABAIDs, waba)
			}
		}
	}
	return info, nil
}

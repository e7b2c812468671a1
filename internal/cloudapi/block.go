package cloudapi

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"tresen/internal/inbox"
)

// Block keeps a person from writing to the shop, who sees no sign of it, and
// the shop from writing to them. It fails with window_closed unless they wrote
// within the last 24 hours. (Meta docs: Block users.)
func (c *Client) Block(ctx context.Context, who inbox.Identity) error {
	return c.changeBlock(ctx, "block user", http.MethodPost, who)
}

// Unblock takes back Block. Repeating either does no harm.
func (c *Client) Unblock(ctx context.Context, who inbox.Identity) error {
	return c.changeBlock(ctx, "unblock user", http.MethodDelete, who)
}

func (c *Client) changeBlock(ctx context.Context, doing, method string, who inbox.Identity) error {
	user := map[string]string{}
	switch {
	case who.BSUID != "":
		user["user_id"] = who.BSUID
	case who.WAID != "":
		user["user"] = "+" + who.WAID
	default:
		return inbox.InvalidField("recipient", "missing")
	}
	body, err := json.Marshal(map[string]any{"messaging_product": "whatsapp", "block_users": []any{user}})
	if err != nil {
		return inbox.WrapError(inbox.CodeInternal, doing, err)
	}
	_, err = c.call(ctx, request{
		doing: doing, method: method, path: c.numberPath("block_users"),
		contentType: "application/json; charset=utf-8", body: bytes.NewReader(body), length: int64(len(body)),
	})
	return err
}

// blockFailure returns why the one person asked for could not be blocked; the
// error around it only says that somebody could not.
func blockFailure(body value) (code value, ok bool) {
	for user := range body.get("block_users").get("failed_users").items() {
		for problem := range user.get("errors").items() {
			code = problem.get("code")
			return code, code.text() != ""
		}
	}
	return code, false
}

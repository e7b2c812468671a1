package cloudapi

import (
	"context"
	"net/http"
	"net/url"

	"tresen/internal/inbox"
)

// DeleteContactBook removes a person from the contact book Meta keeps for the
// business, as part of an erasure (Art. 17 GDPR). deleted is false if Meta says
// that nothing was there. Repeating it does no harm. (Meta docs:
// Business-scoped user IDs, contact book.)
func (c *Client) DeleteContactBook(ctx context.Context, bsuid string) (deleted bool, err error) {
	if bsuid == "" {
		return false, inbox.InvalidField("bsuid", "missing")
	}
	answer, err := c.call(ctx, request{
		doing: "delete contact book entry", method: http.MethodDelete, path: c.numberPath("contact_book"),
		query: url.Values{"messaging_product": {"whatsapp"}, "bsuid": {bsuid}},
	})
	if err != nil {
		return false, err
	}
	// The form of "deleted" is not documented beyond its name.
	d := answer.get("deleted")
	switch {
	case d.is(kindBool):
		return d.bool(), nil
	case d.is(kindNumber):
		return d.int() > 0, nil
	}
	return answer.get("success").bool(), nil
}

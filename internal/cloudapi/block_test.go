package cloudapi

import (
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"testing"

	"tresen/internal/inbox"
)

func TestBlock(t *testing.T) {
	for name, c := range map[string]struct {
		who    inbox.Identity
		want   map[string]any
		status int
		body   string
		code   inbox.Code
	}{
		"by BSUID": {
			who: inbox.Identity{WAID: "491713920011", BSUID: "DE.1001"}, want: map[string]any{"user_id": "DE.1001"}, status: 200,
			body: `{"messaging_product":"whatsapp","block_users":{"added_users":[{"input":"DE.1001","user_id":"DE.1001"}]}}`,
		},
		"by number": {
			who: inbox.Identity{WAID: "491713920011"}, want: map[string]any{"user": "+491713920011"}, status: 200, body: `{"success":true}`,
		},
		"not within 24 hours": {
			who: inbox.Identity{BSUID: "DE.1001"}, want: map[string]any{"user_id": "DE.1001"}, status: 400, code: inbox.CodeWindowClosed,
			body: `{"messaging_product":"whatsapp","block_users":{"failed_users":[{"input":"DE.1001","errors":[{"message":"Re-engagement message","code":131047}]}]},
				"error":{"message":"Failed to block/unblock some users","type":"OAuthException","code":139100}}`,
		},
		"not said who failed": {
			who: inbox.Identity{BSUID: "DE.1001"}, want: map[string]any{"user_id": "DE.1001"}, status: 400, code: inbox.CodeConflict,
			body: `{"error":{"message":"Failed","code":139100}}`,
		},
	} {
		for _, method := range []string{http.MethodPost, http.MethodDelete} {
			client := startClient(t, func(w http.ResponseWriter, r *http.Request) {
				var got map[string]any
				body, err := io.ReadAll(r.Body)
				if err != nil || json.Unmarshal(body, &got) != nil {
					t.Errorf("%s: body %s, %v", name, body, err)
				}
				want := map[string]any{"messaging_product": "whatsapp", "block_users": []any{c.want}}
				if r.Method != method || r.URL.Path != "/v25.0/106540352242922/block_users" || !reflect.DeepEqual(got, want) {
					t.Errorf("%s: request %s %s %v", name, r.Method, r.URL.Path, got)
				}
				answer(w, c.status, c.body)
			})
			change := client.Block
			if method == http.MethodDelete {
				change = client.Unblock
			}
			if err := change(t.Context(), c.who); (err != nil) != (c.code != "") || err != nil && inbox.CodeOf(err) != c.code {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
		}
	}
	client := startClient(t, func(http.ResponseWriter, *http.Request) { t.Error("asked for nobody") })
	if err := client.Block(t.Context(), inbox.Identity{}); inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Errorf("nobody: %v", err)
	}
}

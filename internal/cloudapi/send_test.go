package cloudapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
)

const testToken = "EAAtesttoken"

// startClient serves handler and returns a client for it.
func startClient(t *testing.T, handler http.HandlerFunc, change ...func(*Config)) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return newClient(t, server.URL, change...)
}

func newClient(t *testing.T, base string, change ...func(*Config)) *Client {
	t.Helper()
	config := Config{
		BaseURL: base, PhoneNumberID: "106540352242922", WABAID: "102290129340398",
		Token: func() (string, error) { return testToken, nil },
	}
	for _, f := range change {
		f(&config)
	}
	client, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.http.CloseIdleConnections)
	return client
}

func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	io.WriteString(w, body)
}

const accepted = `{"messaging_product":"whatsapp","contacts":[{"input":"+491713920034","wa_id":"491713920034",` +
	`"user_id":"DE.1001"}],"messages":[{"id":"wamid.OUT1"}]}`

var toAnna = inbox.Identity{WAID: "491713920034", BSUID: "DE.1001"}

func TestSendMessageRequest(t *testing.T) {
	tests := []struct {
		name    string
		message OutgoingMessage
		want    string
	}{
		{"number gets a plus", OutgoingMessage{To: toAnna, Body: Text{Body: "Hallo"}},
			`{"messaging_product":"whatsapp","recipient_type":"individual","text":{"body":"Hallo"},"to":"+491713920034","type":"text"}`},
		{"user id only", OutgoingMessage{To: inbox.Identity{BSUID: "DE.1001"}, Body: Text{Body: "Hallo"}},
			`{"messaging_product":"whatsapp","recipient":"DE.1001","recipient_type":"individual","text":{"body":"Hallo"},"type":"text"}`},
		{"reply, preview and our id",
			OutgoingMessage{To: toAnna, Body: Text{"http://x.example", true}, ReplyTo: "wamid.Q", CallbackData: "0192"},
			`{"biz_opaque_callback_data":"0192","context":{"message_id":"wamid.Q"},"messaging_product":"whatsapp",` +
				`"recipient_type":"individual","text":{"body":"http://x.example","preview_url":true},"to":"+491713920034","type":"text"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			client := startClient(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if got := string(body); got != tt.want {
					t.Errorf("body\n got %s\nwant %s", got, tt.want)
				}
				if got := r.Method + " " + r.URL.String(); got != "POST /v25.0/106540352242922/messages" {
					t.Errorf("request %s", got)
				}
				if got := r.Header.Get("Authorization"); got != "Bearer "+testToken {
					t.Errorf("Authorization %q", got)
				}
				answer(w, 200, accepted)
			})
			got, err := client.SendMessage(t.Context(), tt.message)
			want := SendResult{WAMID: "wamid.OUT1", WAID: "491713920034", BSUID: "DE.1001"}
			if err != nil || got != want {
				t.Errorf("SendMessage = %+v, %v, want %+v", got, err, want)
			}
		})
	}
}

func TestSendMessageRefusesBadInput(t *testing.T) {
	client := startClient(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	tests := map[string]OutgoingMessage{
		"text": {To: toAnna, Body: Text{Body: " \n"}},
		"to":   {Body: Text{Body: "Hallo"}},
		"body": {To: toAnna},
	}
	for field, m := range tests {
		_, err := client.SendMessage(t.Context(), m)
		var e *inbox.Error
		if !errors.As(err, &e) || e.Code != inbox.CodeInvalid || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, text := range []string{strings.Repeat("ä", 4097), "\xff"} {
		if _, err := client.SendMessage(t.Context(), OutgoingMessage{To: toAnna, Body: Text{Body: text}}); inbox.CodeOf(err) != inbox.CodeInvalid {
			t.Errorf("long or broken text: %v", err)
		}
	}
}

func TestMarkRead(t *testing.T) {
	var bodies []map[string]any
	client := startClient(t, func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		bodies = append(bodies, body)
		answer(w, 200, `{"success":true}`)
	})
	for _, typing := range []bool{false, true} {
		if err := client.MarkRead(t.Context(), "wamid.IN1", typing); err != nil {
			t.Fatal(err)
		}
	}
	if bodies[0]["status"] != "read" || bodies[0]["message_id"] != "wamid.IN1" || bodies[0]["typing_indicator"] != nil {
		t.Errorf("read: %v", bodies[0])
	}
	if bodies[1]["typing_indicator"] == nil {
		t.Errorf("typing: %v", bodies[1])
	}
}

// Each answer of the Graph API says whether to try again, and all of them prove
// that the message was not sent; only the gateway's silence and a success that
// cannot be read prove nothing. (Meta docs: Error codes.)
func TestSendMessageAnswers(t *testing.T) {
	meta := func(number string) string {
		return `{"error":{"message":"(#1) to +491713920034","type":"OAuthException","code":` + number +
			`,"error_data":{"details":"491713920034"},"fbtrace_id":"AbC-1"}}`
	}
	tests := []struct {
		name      string
		status    int
		body      string
		code      inbox.Code
		class     Class
		ambiguous bool
	}{
		{"token dead", 401, meta("190"), inbox.CodeTokenExpired, ClassAuth, false},
		{"token of code 0", 401, meta("0"), inbox.CodeTokenExpired, ClassAuth, false},
		{"code as string", 400, meta(`"131056"`), inbox.CodeRateLimited, ClassPair, false},
		{"permission", 403, meta("10"), inbox.CodePermission, ClassAccount, false},
		{"permission range", 403, meta("273"), inbox.CodePermission, ClassAccount, false},
		{"throughput comes as 400", 400, meta("130429"), inbox.CodeRateLimited, ClassBackoff, false},
		{"app limit", 400, meta("80007"), inbox.CodeRateLimited, ClassSlow, false},
		{"window", 400, meta("131047"), inbox.CodeWindowClosed, ClassNever, false},
		{"not on WhatsApp", 400, meta("131026"), inbox.CodeUndeliverable, ClassNever, false},
		{"payment", 400, meta("131042"), inbox.CodePayment, ClassAccount, false},
		{"opted out", 400, meta("131050"), inbox.CodeNoOptIn, ClassNever, false},
		{"service down", 503, meta("2"), inbox.CodeOffline, ClassBackoff, false},
		{"object of somebody else", 400, `{"error":{"code":100,"error_subcode":33}}`, inbox.CodePermission, ClassAccount, false},
		{"invalid parameter", 400, meta("100"), inbox.CodeInvalid, ClassNever, false},
		{"unknown number", 400, meta("999999"), inbox.CodeInvalid, ClassNever, false},
		{"unknown number, server's fault", 500, meta("999999"), inbox.CodeOffline, ClassBackoff, false},
		{"errors array", 400, `{"errors":[{"code":131026}]}`, inbox.CodeUndeliverable, ClassNever, false},
		{"HTML from the edge", 502, "<html>bad gateway</html>", inbox.CodeOffline, ClassBackoff, false},
		{"HTML limit", 429, "slow down", inbox.CodeRateLimited, ClassBackoff, false},
		{"key refused without JSON", 401, "", inbox.CodeTokenExpired, ClassAuth, false},
		{"redirect", 302, "", inbox.CodeOffline, ClassBackoff, false},
		{"gateway timeout", 504, "<html>", inbox.CodeUnclear, ClassNever, true},
		{"success without JSON", 200, "<html>", inbox.CodeUnclear, ClassNever, true},
		{"success without id", 200, `{"messages":[{}]}`, inbox.CodeUnclear, ClassNever, true},
		{"success as array", 200, `[]`, inbox.CodeUnclear, ClassNever, true},
		{"success too large", 200, `"` + strings.Repeat("x", maxAnswer) + `"`, inbox.CodeUnclear, ClassNever, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			calls := 0
			client := startClient(t, func(w http.ResponseWriter, r *http.Request) {
				calls++
				w.Header().Set("Location", "https://elsewhere.example/")
				answer(w, tt.status, tt.body)
			})
			_, err := client.SendMessage(t.Context(), OutgoingMessage{To: toAnna, Body: Text{Body: "geheim"}})
			if inbox.CodeOf(err) != tt.code || ClassOf(err) != tt.class || IsAmbiguous(err) != tt.ambiguous {
				t.Errorf("code %s class %d ambiguous %v: %v", inbox.CodeOf(err), ClassOf(err), IsAmbiguous(err), err)
			}
			if calls != 1 {
				t.Errorf("%d requests", calls)
			}
			checkPrivate(t, err)
		})
	}
}

// checkPrivate fails if an error names a person, a message or the token.
func checkPrivate(t *testing.T, err error) {
	t.Helper()
	for _, secret := range []string{"713920034", "DE.1001", "geheim", testToken, "wamid", "106540352242922"} {
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("error names %q: %v", secret, err)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	tests := map[string]time.Duration{
		"":                              0,
		"7":                             7 * time.Second,
		"-7":                            0,
		"soon":                          0,
		"999999":                        time.Hour,
		"Sun, 22 Nov 2026 12:00:30 GMT": 30 * time.Second,
		"Sun, 22 Nov 2026 11:00:00 GMT": 0,
	}
	for header, want := range tests {
		if got := retryAfter(header, now); got != want {
			t.Errorf("retryAfter(%q) = %v, want %v", header, got, want)
		}
	}
}

func TestNoTokenSendsNothing(t *testing.T) {
	client := startClient(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") }, func(c *Config) {
		c.Token = func() (string, error) { return "", inbox.NewError(inbox.CodeKeychain, "locked") }
	})
	_, err := client.SendMessage(context.Background(), OutgoingMessage{To: toAnna, Body: Text{Body: "Hallo"}})
	if inbox.CodeOf(err) != inbox.CodeKeychain || ClassOf(err) != ClassAuth || IsAmbiguous(err) {
		t.Errorf("%v", err)
	}
}

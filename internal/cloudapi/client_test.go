package cloudapi

import (
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
)

func TestNewChecksConfig(t *testing.T) {
	token := func() (string, error) { return testToken, nil }
	good := Config{BaseURL: MetaBaseURL, PhoneNumberID: "1", Token: token}
	tests := []struct {
		name   string
		change func(*Config)
		field  string
	}{
		{"Meta", func(*Config) {}, ""},
		{"loopback", func(c *Config) { c.BaseURL = "http://127.0.0.1:8080" }, ""},
		{"loopback IPv6", func(c *Config) { c.BaseURL = "http://[::1]:8080" }, ""},
		{"localhost", func(c *Config) { c.BaseURL = "http://localhost:8080/" }, ""},
		{"proxy with path", func(c *Config) { c.BaseURL = "https://bsp.example/meta/" }, ""},
		{"360dialog without id", func(c *Config) { c.Style, c.PhoneNumberID = D360, "" }, ""},
		{"plain http", func(c *Config) { c.BaseURL = "http://graph.facebook.com" }, "baseUrl"},
		{"looks like loopback", func(c *Config) { c.BaseURL = "http://127.0.0.1.evil.example" }, "baseUrl"},
		{"no host", func(c *Config) { c.BaseURL = "https://" }, "baseUrl"},
		{"other scheme", func(c *Config) { c.BaseURL = "ftp://127.0.0.1" }, "baseUrl"},
		{"user in address", func(c *Config) { c.BaseURL = "https://a:b@graph.facebook.com" }, "baseUrl"},
		{"query in address", func(c *Config) { c.BaseURL = "https://graph.facebook.com?x=1" }, "baseUrl"},
		{"empty", func(c *Config) { c.BaseURL = "" }, "baseUrl"},
		{"path in id", func(c *Config) { c.PhoneNumberID = "../1" }, "phoneNumberId"},
		{"no id", func(c *Config) { c.PhoneNumberID = "" }, "phoneNumberId"},
		{"path in WABA", func(c *Config) { c.WABAID = "a/b" }, "wabaId"},
		{"path in version", func(c *Config) { c.Version = "v25.0/x" }, "version"},
		{"no token", func(c *Config) { c.Token = nil }, "token"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			config := good
			tt.change(&config)
			_, err := New(config)
			var field string
			if e, ok := err.(*inbox.Error); ok {
				field = e.Field
			}
			if (err == nil) != (tt.field == "") || field != tt.field {
				t.Errorf("New: %v, want field %q", err, tt.field)
			}
		})
	}
}

func TestHosts(t *testing.T) {
	token := func() (string, error) { return testToken, nil }
	tests := []struct {
		config Config
		want   []string
	}{
		{Config{BaseURL: MetaBaseURL, PhoneNumberID: "1", Token: token},
			[]string{"graph.facebook.com", "lookaside.fbsbx.com", ".fbcdn.net", ".whatsapp.net"}},
		{Config{BaseURL: "https://waba-v2.360dialog.io", Style: D360, Token: token}, []string{"waba-v2.360dialog.io"}},
		{Config{BaseURL: "http://127.0.0.1:9", PhoneNumberID: "1", Token: token, MediaHosts: []string{"127.0.0.1:9"}}, []string{"127.0.0.1:9"}},
	}
	for _, tt := range tests {
		client, err := New(tt.config)
		if err != nil {
			t.Fatal(err)
		}
		if got := client.Hosts(); !slices.Equal(got, tt.want) {
			t.Errorf("Hosts = %v, want %v", got, tt.want)
		}
	}
}

func TestPathStyles(t *testing.T) {
	tests := []struct {
		name         string
		change       func(*Config)
		path, header string
		value        string
	}{
		{"Meta", func(*Config) {}, "/v25.0/106540352242922/messages", "Authorization", "Bearer " + testToken},
		{"version", func(c *Config) { c.Version = "v26.0" }, "/v26.0/106540352242922/messages", "Authorization", "Bearer " + testToken},
		{"360dialog", func(c *Config) { c.Style = D360 }, "/messages", "D360-API-KEY", testToken},
		{"proxy", func(c *Config) { c.BaseURL += "/meta/"; c.AuthHeader = "X-API-Key" }, "/meta/v25.0/106540352242922/messages", "X-Api-Key", testToken},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			client := startClient(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != tt.path || r.Header.Get(tt.header) != tt.value {
					t.Errorf("path %s, header %q", r.URL.Path, r.Header.Get(tt.header))
				}
				if tt.header != "Authorization" && r.Header.Get("Authorization") != "" {
					t.Error("Authorization is sent too")
				}
				answer(w, 200, accepted)
			}, tt.change)
			if err := sendHello(t.Context(), client); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	calls := 0
	client := startClient(t, func(w http.ResponseWriter, r *http.Request) {
		calls++
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	})
	if err := sendHello(t.Context(), client); err == nil || IsAmbiguous(err) || calls != 1 {
		t.Errorf("%d requests, %v", calls, err)
	}
}

const unknownField = `{"error":{"message":"(#100) Tried accessing nonexisting field","code":100}}`

func TestPhoneNumber(t *testing.T) {
	client := startClient(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v25.0/106540352242922" {
			t.Errorf("path %s", r.URL.Path)
		}
		answer(w, 200, `{"id":"106540352242922","display_phone_number":"+49 171 3920000","verified_name":"Bäckerei","status":"CONNECTED",
			"quality_rating":"GREEN","name_status":"APPROVED","platform_type":"CLOUD_API","throughput":{"level":"STANDARD"},"is_on_biz_app":true,
			"whatsapp_business_manager_messaging_limit":"TIER_250","health_status":{"can_send_message":"BLOCKED","entities":[
			{"entity_type":"WABA","id":"7","can_send_message":"BLOCKED","errors":[{"error_code":141006,"error_description":"x"}]}]}}`)
	})
	got, err := client.PhoneNumber(t.Context())
	want := PhoneNumber{
		ID: "106540352242922", DisplayNumber: "+49 171 3920000", VerifiedName: "Bäckerei", Status: "CONNECTED", Quality: "GREEN",
		NameStatus: "APPROVED", Platform: "CLOUD_API", Throughput: "STANDARD", OnPhoneApp: true,
		Limit: "TIER_250", Health: []HealthEntity{{Type: "WABA", ID: "7", CanSend: "BLOCKED", Problems: []int{141006}}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("PhoneNumber = %+v, %v", got, err)
	}
}

// An unknown field name makes Meta refuse the whole request; the others must
// still be learned. (Meta docs: Phone numbers; error 100.)
func TestPhoneNumberWithoutUnknownFields(t *testing.T) {
	client := startClient(t, func(w http.ResponseWriter, r *http.Request) {
		fields := r.URL.Query().Get("fields")
		switch {
		case strings.Contains(fields, "throughput") || strings.Contains(fields, "is_on_biz_app"):
			answer(w, 400, unknownField)
		case fields == "id,status":
			answer(w, 200, `{"id":"1","status":"CONNECTED"}`)
		case fields == numberFields:
			answer(w, 200, `{"id":"1","display_phone_number":"+49 171 3920000"}`)
		default:
			answer(w, 200, `{"id":"1"}`)
		}
	})
	got, err := client.PhoneNumber(t.Context())
	want := PhoneNumber{ID: "1", DisplayNumber: "+49 171 3920000", Status: "CONNECTED"}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("PhoneNumber = %+v, %v", got, err)
	}
}

func TestPhoneNumberOfSomebodyElse(t *testing.T) {
	calls := 0
	client := startClient(t, func(w http.ResponseWriter, r *http.Request) {
		calls++
		answer(w, 400, `{"error":{"code":100,"error_subcode":33}}`)
	})
	if _, err := client.PhoneNumber(t.Context()); inbox.CodeOf(err) != inbox.CodePermission || calls != 1 {
		t.Errorf("%d requests, %v", calls, err)
	}
}

func TestPhoneNumbersFollowsPages(t *testing.T) {
	client := startClient(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v25.0/102290129340398/phone_numbers" {
			t.Errorf("path %s", r.URL.Path)
		}
		if r.URL.Query().Get("after") == "" {
			answer(w, 200, `{"data":[{"id":"1"},{"id":2}],"paging":{"cursors":{"after":"QX"},"next":"https://elsewhere.example/"}}`)
			return
		}
		answer(w, 200, `{"data":[{"id":"3"},{}],"paging":{"cursors":{"after":"QY"}}}`)
	})
	got, err := client.PhoneNumbers(t.Context())
	want := []PhoneNumber{{ID: "1"}, {ID: "2"}, {ID: "3"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("PhoneNumbers = %+v, %v", got, err)
	}
}

func TestDebugToken(t *testing.T) {
	client := startClient(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v25.0/debug_token" || r.URL.Query().Get("input_token") != testToken {
			t.Errorf("request %s", r.URL)
		}
		answer(w, 200, `{"data":{"app_id":"42","type":"SYSTEM_USER","is_valid":true,"expires_at":1795341600,"scopes":["whatsapp_business_messaging"],
			"granular_scopes":[{"scope":"whatsapp_business_messaging","target_ids":["7","8"]},{"scope":"whatsapp_business_management","target_ids":["7"]},
			{"scope":"business_management","target_ids":["9"]}]}}`)
	})
	got, err := client.DebugToken(t.Context())
	want := TokenInfo{Valid: true, AppID: "42", Type: "SYSTEM_USER", ExpiresAt: time.Unix(1795341600, 0).UTC(),
		Scopes: []string{ScopeMessaging}, WABAIDs: []string{"7", "8"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("DebugToken = %+v, %v", got, err)
	}
}

func TestDeleteContactBook(t *testing.T) {
	for body, want := range map[string]bool{
		`{"success":true,"deleted":true}`:  true,
		`{"success":true,"deleted":false}`: false,
		`{"success":true,"deleted":1}`:     true,
		`{"success":true,"deleted":0}`:     false,
		`{"success":true}`:                 true,
		`{"success":false}`:                false,
	} {
		client := startClient(t, func(w http.ResponseWriter, r *http.Request) {
			query := url.Values{"messaging_product": {"whatsapp"}, "bsuid": {"DE.1001"}}
			if r.Method != http.MethodDelete || r.URL.Path != "/v25.0/106540352242922/contact_book" || r.URL.RawQuery != query.Encode() {
				t.Errorf("request %s %s", r.Method, r.URL)
			}
			answer(w, 200, body)
		})
		if got, err := client.DeleteContactBook(t.Context(), "DE.1001"); err != nil || got != want {
			t.Errorf("%s: %v, %v", body, got, err)
		}
	}
}

func TestMessageHistory(t *testing.T) {
	client := startClient(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("message_id") != "wamid.OUT1" {
			t.Errorf("request %s", r.URL)
		}
		answer(w, 200, `{"data":[{"id":"1","message_id":"wamid.OUT1","events":{"data":[{"delivery_status":"SENT","timestamp":1795341600},
			{"delivery_status":"READ","timestamp":"1795341660"},{"delivery_status":"DELETED","timestamp":1795341700}]}},
			{"message_id":"wamid.OTHER","events":{"data":[{"delivery_status":"FAILED","timestamp":1}]}}]}`)
	})
	got, err := client.MessageHistory(t.Context(), "wamid.OUT1")
	want := []HistoryEvent{{inbox.StatusSent, time.Unix(1795341600, 0).UTC()}, {inbox.StatusRead, time.Unix(1795341660, 0).UTC()}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("MessageHistory = %+v, %v", got, err)
	}
}

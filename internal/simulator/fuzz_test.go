package simulator

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzSend: whatever a client posts, the simulator answers with JSON and a status
// the Cloud API has.
func FuzzSend(f *testing.F) {
	for _, seed := range []string{
		`{"messaging_product":"whatsapp","to":"+491713920011","type":"text","text":{"body":"x"}}`,
		`{"messaging_product":"whatsapp","recipient":"DE.1","type":"interactive","interactive":{"type":"list","body":{"text":"x"},"action":{"button":"x","sections":[{"rows":[{"id":"1","title":"x"}]}]}}}`,
		`{"messaging_product":"whatsapp","to":"+491713920011","type":"template","template":{"name":"bestellung_abholbereit","language":{"code":"de"},"components":[{"type":"body","parameters":[{"type":"text","text":"x"},{"type":"text","text":"y"}]}]}}`,
		`{"messaging_product":"whatsapp","to":"+491713920011","type":"contacts","contacts":[{"name":{"formatted_name":"x","first_name":"x"}}]}`,
		`{"messaging_product":"whatsapp","status":"read","message_id":"wamid.x","typing_indicator":{"type":"text"}}`,
		`{"messaging_product":"whatsapp","to":"","type":"carousel","interactive":[]}`, `[]`, `{"text":null}`, `{`, "\xff",
	} {
		f.Add(seed)
	}
	sim, err := New(Config{Now: noon, Seed: 1, Limits: Limits{Throughput: -1, PairBurst: -1, DeliveryLog: -1}})
	if err != nil {
		f.Fatal(err)
	}
	defer sim.Close()
	if _, err := sim.Perform(f.Context(), PlayShop(), Performance{}); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequestWithContext(t.Context(), "POST", messagesPath, strings.NewReader(body))
		r.Header = owner.Clone()
		w := httptest.NewRecorder()
		sim.ServeHTTP(w, r)
		if w.Code != 200 && w.Code != 400 && w.Code != 403 && w.Code != 404 && w.Code != 500 {
			t.Errorf("status %d", w.Code)
		}
		if !json.Valid(w.Body.Bytes()) {
			t.Errorf("answer is not JSON: %s", w.Body)
		}
		if _, err := sim.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzEscape: escaping as Meta does changes bytes, never meaning.
func FuzzEscape(f *testing.F) {
	for _, seed := range []string{"", "äöü/ß", "🌷\u2028\x00", "<script>&%@"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip()
		}
		escaped := escapeLikeMeta(encode(object{text: text}))
		for _, c := range escaped {
			if c >= utf8.RuneSelf {
				t.Fatalf("not ASCII: %s", escaped)
			}
		}
		var back map[string]string
		if err := json.Unmarshal(escaped, &back); err != nil || back[text] != text {
			t.Errorf("%q came back as %v, %v", text, back, err)
		}
	})
}

// FuzzControl: nonsense at the control paths never stops the simulator.
func FuzzControl(f *testing.F) {
	f.Add("POST", "customers", `{"phone":"+491713920011"}`)
	f.Add("POST", "customers/DE.13491208655302741901/messages", `{"type":"text","text":"x"}`)
	f.Add("PATCH", "faults", `{"batch":1}`)
	f.Add("POST", "customers/DE.13491208655302741901/actions", `{"do":"tap"}`)
	f.Fuzz(func(t *testing.T, method, path, body string) {
		if strings.HasPrefix(path, "changes") || strings.ContainsAny(method+path, " \r\n\t?#%") || method == "" {
			t.Skip()
		}
		sim, err := New(Config{Now: noon, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer sim.Close()
		if _, err := sim.AddCustomer(Person{BSUID: "DE.13491208655302741901"}); err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequestWithContext(t.Context(), method, "http://127.0.0.1/_simulator/"+path, strings.NewReader(body))
		if err != nil {
			t.Skip()
		}
		w := httptest.NewRecorder()
		sim.ServeHTTP(w, r)
		if w.Code < 200 || w.Code > 599 {
			t.Errorf("status %d", w.Code)
		}
	})
}

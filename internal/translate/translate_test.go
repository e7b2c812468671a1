package translate

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"tresen/internal/inbox"
)

// service answers like a translation service and remembers what it was asked.
type service struct {
	*httptest.Server
	status  int
	answer  string
	asked   int
	path    string
	header  http.Header
	request map[string]any
}

func newService(t *testing.T) *service {
	s := &service{status: http.StatusOK}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked++
		s.path, s.header, s.request = r.URL.Path, r.Header, nil
		body, err := io.ReadAll(r.Body)
		if err != nil || r.URL.RawQuery != "" || json.Unmarshal(body, &s.request) != nil {
			t.Errorf("request %q %q %v", r.URL.RawQuery, body, err)
		}
		if s.status == http.StatusFound {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(s.status)
		io.WriteString(w, s.answer)
	}))
	t.Cleanup(s.Close)
	return s
}

// RoundTrip brings what is meant for DeepL's host here.
func (s *service) RoundTrip(r *http.Request) (*http.Response, error) {
	here, err := url.Parse(s.URL)
	if err != nil {
		return nil, err
	}
	if r.URL.Scheme != "https" {
		return nil, errors.New("not over https")
	}
	clone := r.Clone(r.Context())
	clone.URL.Scheme, clone.URL.Host = here.Scheme, here.Host
	answer, err := http.DefaultTransport.RoundTrip(clone)
	if answer != nil {
		answer.Request = r
	}
	return answer, err
}

func TestLibreTranslate(t *testing.T) {
	s := newService(t)
	s.answer = `{"translatedText":"Guten Tag","detectedLanguage":{"confidence":92,"language":"fr"}}`
	c, err := New(Config{Provider: LibreTranslate, BaseURL: s.URL + "/uebersetzer/", Key: "schluessel"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Translate(context.Background(), "Bonjour", "", "de")
	if err != nil || got != (Result{"Guten Tag", "fr"}) {
		t.Errorf("%+v %v", got, err)
	}
	want := map[string]any{"q": "Bonjour", "source": "auto", "target": "de", "format": "text", "api_key": "schluessel"}
	if s.path != "/uebersetzer/translate" || !equal(s.request, want) {
		t.Errorf("asked %s %v", s.path, s.request)
	}
	s.answer = `{"translatedText":"Bonjour"}`
	if got, err := c.Translate(context.Background(), "Guten Tag", "de", "fr"); err != nil || got != (Result{"Bonjour", "de"}) || s.request["source"] != "de" {
		t.Errorf("%+v %v, asked %v", got, err, s.request)
	}
}

func TestDeepL(t *testing.T) {
	s := newService(t)
	s.answer = `{"translations":[{"detected_source_language":"EN","text":"Guten Tag"}]}`
	c, err := New(Config{Provider: DeepL, Key: "279a2e9d-83b3-c416-7e2d-f721593e42a0:fx", Transport: s})
	if err != nil {
		t.Fatal(err)
	}
	if c.Host() != "api-free.deepl.com" {
		t.Errorf("host %s", c.Host())
	}
	got, err := c.Translate(context.Background(), "Hello", "", "de")
	if err != nil || got != (Result{"Guten Tag", "en"}) {
		t.Errorf("%+v %v", got, err)
	}
	if s.path != "/v2/translate" || !equal(s.request, map[string]any{"text": []any{"Hello"}, "target_lang": "DE"}) {
		t.Errorf("asked %s %v", s.path, s.request)
	}
	if s.header.Get("Authorization") != "DeepL-Auth-Key 279a2e9d-83b3-c416-7e2d-f721593e42a0:fx" {
		t.Errorf("header %v", s.header)
	}
	if _, err := c.Translate(context.Background(), "Guten Tag", "de", "en"); err != nil || s.request["target_lang"] != "EN-GB" || s.request["source_lang"] != "DE" {
		t.Errorf("asked %v, %v", s.request, err)
	}
	if pro, err := New(Config{Provider: DeepL, Key: "279a2e9d-83b3-c416"}); err != nil || pro.Host() != "api.deepl.com" {
		t.Errorf("a paid key goes to %v, %v", pro, err)
	}
}

func equal(a, b map[string]any) bool {
	left, errLeft := json.Marshal(a)
	right, errRight := json.Marshal(b)
	return errLeft == nil && errRight == nil && string(left) == string(right)
}

func TestRefusalsHaveCodes(t *testing.T) {
	const secret = "Meine Diagnose"
	for name, test := range map[string]struct {
		status int
		answer string
		want   inbox.Code
	}{
		"key":              {403, `{"message":"Wrong endpoint. Meine Diagnose"}`, inbox.CodeTranslateKey},
		"no key":           {400, `{"error":"Please contact the server operator to get an API key"}`, inbox.CodeTranslateKey},
		"quota":            {456, `{"message":"Quota exceeded"}`, inbox.CodeTranslateQuota},
		"too fast":         {429, `{"error":"Slowdown: 20 per 1 minute"}`, inbox.CodeTranslateQuota},
		"language":         {400, `{"error":"tlh is not supported"}`, inbox.CodeTranslateLanguage},
		"too long":         {413, ``, inbox.CodeInvalid},
		"down":             {503, `<html>`, inbox.CodeTranslateOffline},
		"redirect":         {302, ``, inbox.CodeTranslateOffline},
		"somebody else":    {200, `<html>Router</html>`, inbox.CodeTranslateOffline},
		"nothing":          {200, `{}`, inbox.CodeTranslateOffline},
		"only a direction": {200, "{\"translatedText\":\"\u202e\"}", inbox.CodeTranslateOffline},
	} {
		s := newService(t)
		s.status, s.answer = test.status, test.answer
		c, err := New(Config{Provider: LibreTranslate, BaseURL: s.URL})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Translate(context.Background(), secret, "", "de")
		if inbox.CodeOf(err) != test.want || err == nil {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "Diagnose") {
			t.Errorf("%s: the error tells the text: %v", name, err)
		}
		if s.asked != 1 {
			t.Errorf("%s: asked %d times", name, s.asked)
		}
	}
}

func TestUnreachable(t *testing.T) {
	s := newService(t)
	s.Close()
	c, err := New(Config{Provider: LibreTranslate, BaseURL: s.URL})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Translate(context.Background(), "a", "", "de"); inbox.CodeOf(err) != inbox.CodeTranslateOffline || strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("%v", err)
	}
}

func TestConfigurations(t *testing.T) {
	for name, test := range map[string]struct {
		config Config
		field  string
	}{
		"https":             {Config{Provider: LibreTranslate, BaseURL: "https://translate.example.org/x"}, ""},
		"this computer":     {Config{Provider: LibreTranslate, BaseURL: "http://localhost:5000"}, ""},
		"this computer, v6": {Config{Provider: LibreTranslate, BaseURL: "http://[::1]:5000"}, ""},
		"readable":          {Config{Provider: LibreTranslate, BaseURL: "http://192.168.1.5:5000"}, "baseUrl"},
		"looks local":       {Config{Provider: LibreTranslate, BaseURL: "http://localhost.example.org"}, "baseUrl"},
		"with a password":   {Config{Provider: LibreTranslate, BaseURL: "https://a:b@example.org"}, "baseUrl"},
		"with a query":      {Config{Provider: LibreTranslate, BaseURL: "https://example.org?to=elsewhere"}, "baseUrl"},
		"a file":            {Config{Provider: LibreTranslate, BaseURL: "file:///etc/passwd"}, "baseUrl"},
		"nothing":           {Config{Provider: LibreTranslate}, "baseUrl"},
		"DeepL without key": {Config{Provider: DeepL}, "key"},
		"a key in lines":    {Config{Provider: DeepL, Key: "abcdefgh\r\nHost: x"}, "key"},
		"another provider":  {Config{Provider: "papago", Key: "abcdefgh"}, "provider"},
	} {
		_, err := New(test.config)
		var e *inbox.Error
		if errors.As(err, &e) != (test.field != "") || e != nil && e.Field != test.field {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTextsAreChecked(t *testing.T) {
	s := newService(t)
	c, err := New(Config{Provider: LibreTranslate, BaseURL: s.URL})
	if err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][3]string{
		"empty": {" \n", "", "de"}, "too long": {strings.Repeat("ä", MaxText+1), "", "de"}, "no target": {"a", "", ""},
		"strange target": {"a", "", "de/../x"}, "strange source": {"a", "DE", "de"},
	} {
		if _, err := c.Translate(context.Background(), args[0], args[1], args[2]); inbox.CodeOf(err) != inbox.CodeInvalid || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if s.asked != 0 {
		t.Errorf("asked %d times", s.asked)
	}
}

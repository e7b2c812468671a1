package cloudapi

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"
	"testing"
)

func sign(secret, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return signaturePrefix + hex.EncodeToString(mac.Sum(nil))
}

func TestVerifySignature(t *testing.T) {
	const ascii, escaped, raw = `{"a":"x@y\/z"}`, `{"name":"J\u00f6rg \ud83d\udc4d"}`, `{"name":"Jörg 👍"}`
	secrets := Secrets{[]byte("new"), []byte("old")}
	long := `{"t":"` + strings.Repeat("ä👍x", 5000) + `"}`
	longEscaped := `{"t":"` + strings.Repeat(`\u00e4\ud83d\udc4dx`, 5000) + `"}`
	tests := []struct {
		name    string
		secrets Secrets
		header  string
		body    string
		want    bool
	}{
		{"current secret", secrets, sign("new", ascii), ascii, true},
		{"previous secret", secrets, sign("old", ascii), ascii, true},
		{"upper case hex", secrets, signaturePrefix + strings.ToUpper(sign("new", ascii)[7:]), ascii, true},
		{"escaped body signed as sent", secrets, sign("new", escaped), escaped, true},
		{"raw body signed as sent", secrets, sign("new", raw), raw, true},
		{"raw body signed over its escaped form", secrets, sign("old", escaped), raw, true},
		{"escaped form across buffers", secrets, sign("new", longEscaped), long, true},
		{"unknown secret", secrets, sign("other", ascii), ascii, false},
		{"changed body", secrets, sign("new", ascii), ascii + " ", false},
		{"escaped body signed over its raw form", secrets, sign("new", raw), escaped, false},
		{"invalid UTF-8 is never escaped", secrets, sign("new", `\ufffd`), "\xff", false},
		{"no prefix", secrets, sign("new", ascii)[7:], ascii, false},
		{"upper case prefix", secrets, "SHA256=" + sign("new", ascii)[7:], ascii, false},
		{"sha1", secrets, "sha1=" + sign("new", ascii)[7:47], ascii, false},
		{"too short", secrets, sign("new", ascii)[:70], ascii, false},
		{"not hex", secrets, signaturePrefix + strings.Repeat("zz", 32), ascii, false},
		{"absent", secrets, "", ascii, false},
		{"no secret", nil, sign("", ascii), ascii, false},
		{"empty secret", Secrets{nil, {}}, sign("", ascii), ascii, false},
		{"empty secret beside a good one", Secrets{{}, []byte("new")}, sign("new", ascii), ascii, true},
		{"empty body", secrets, sign("new", ""), "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := VerifySignature(tt.secrets, tt.header, []byte(tt.body)); got != tt.want {
				t.Errorf("VerifySignature = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestHandshake(t *testing.T) {
	query := func(mode, token, challenge string) url.Values {
		return url.Values{"hub.mode": {mode}, "hub.verify_token": {token}, "hub.challenge": {challenge}}
	}
	tests := []struct {
		name  string
		query url.Values
		token string
		want  string
		ok    bool
	}{
		{"right", query("subscribe", "secret", "1158201444"), "secret", "1158201444", true},
		{"leading zeros stay", query("subscribe", "secret", "0007"), "secret", "0007", true},
		{"wrong token", query("subscribe", "guess", "1"), "secret", "", false},
		{"token of other length", query("subscribe", "secre", "1"), "secret", "", false},
		{"wrong mode", query("unsubscribe", "secret", "1"), "secret", "", false},
		{"nothing configured", query("subscribe", "", "1"), "", "", false},
		{"no challenge", query("subscribe", "secret", ""), "secret", "", false},
		{"markup", query("subscribe", "secret", "<script>"), "secret", "", false},
		{"too long", query("subscribe", "secret", strings.Repeat("1", 257)), "secret", "", false},
		{"empty query", url.Values{}, "secret", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := Handshake(tt.query, tt.token)
			if got != tt.want || ok != tt.ok {
				t.Errorf("Handshake = %q, %v, want %q, %v", got, ok, tt.want, tt.ok)
			}
		})
	}
}

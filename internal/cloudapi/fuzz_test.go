package cloudapi

import (
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"tresen/internal/inbox"
)

// FuzzParse holds what every caller relies on: no panic, no error, no event
// without its ids, no more output than a bounded multiple of the input.
func FuzzParse(f *testing.F) {
	for _, name := range webhooks(f) {
		f.Add(read(f, name))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		events, err := Parse(body, received)
		if err != nil || len(events) > maxEvents+1 {
			t.Fatalf("%d events, %v", len(events), err)
		}
		raw := 0
		for _, e := range events {
			raw += checkEvent(t, e)
		}
		// Every part is kept once; an account notice rewrites its JSON, where one
		// byte can become an escape of six.
		if raw > 6*len(body)+2 {
			t.Errorf("%d raw bytes from %d", raw, len(body))
		}
	})
}

// checkEvent returns how many raw bytes the event carries.
func checkEvent(t *testing.T, e inbox.Event) int {
	t.Helper()
	switch e := e.(type) {
	case inbox.MessageReceived:
		checkIDs(t, e.PhoneNumberID, e.WAMID, e.From, e.At.IsZero())
		checkContent(t, e.Kind, e.Content, e.Raw)
		return len(e.Raw)
	case inbox.MessageEchoed:
		checkIDs(t, e.PhoneNumberID, e.WAMID, e.To, e.At.IsZero())
		checkContent(t, e.Kind, e.Content, e.Raw)
		return len(e.Raw)
	case inbox.ReactionChanged:
		checkIDs(t, e.PhoneNumberID, e.WAMID, e.From, e.At.IsZero() || e.Target == "")
	case inbox.MessageEdited:
		checkIDs(t, e.PhoneNumberID, e.WAMID, e.From, e.At.IsZero() || e.Target == "")
		checkContent(t, e.Kind, e.Content, nil)
	case inbox.MessageRevoked:
		checkIDs(t, e.PhoneNumberID, e.WAMID, e.From, e.At.IsZero() || e.Target == "")
	case inbox.StatusChanged:
		if e.PhoneNumberID == "" || e.WAMID == "" || !isReported(e.Status) || e.At.IsZero() ||
			(e.Failure != "") != (e.Status == inbox.StatusFailed) {
			t.Errorf("status %+v", e)
		}
	case inbox.IdentityChanged:
		checkIDs(t, e.PhoneNumberID, e.WAMID, e.Old, e.New.Empty())
	case inbox.PreferenceChanged:
		checkIDs(t, e.PhoneNumberID, inbox.WAMID(e.Key), e.From, e.At.IsZero())
	case inbox.AccountNotice:
		if e.Field == "" || len(e.Key) != 64 || e.At.IsZero() {
			t.Errorf("notice %+v", e)
		}
		return len(e.Detail)
	case inbox.TemplateChanged:
		if e.ID == "" || e.At.IsZero() || e.Status == "" && e.Category == "" && e.Quality == "" && e.NextCategory == "" {
			t.Errorf("template %+v", e)
		}
	case inbox.UnknownPart:
		if e.Reason == "" || e.At.IsZero() {
			t.Errorf("unknown part %+v", e)
		}
		return len(e.Raw)
	default:
		t.Errorf("unexpected %T", e)
	}
	return 0
}

func checkIDs(t *testing.T, number inbox.PhoneNumberID, wamid inbox.WAMID, who inbox.Identity, broken bool) {
	t.Helper()
	if number == "" || wamid == "" || who.Empty() || broken {
		t.Errorf("number %q, wamid %q, %+v, broken %v", number, wamid, who, broken)
	}
	if _, ok := inbox.NormalizeWAID(who.WAID); who.WAID != "" && !ok {
		t.Errorf("wa_id %q", who.WAID)
	}
	checkLine(t, who.ProfileName, maxName)
	checkLine(t, who.Username, 64)
}

func checkContent(t *testing.T, kind inbox.MessageKind, c inbox.Content, raw []byte) {
	t.Helper()
	if len(c.Text) > maxText || !utf8.ValidString(c.Text) {
		t.Errorf("text of %d bytes", len(c.Text))
	}
	checkLine(t, c.TypeName, maxTypeName)
	known := false
	for _, k := range inbox.MessageKinds() {
		known = known || k == kind
	}
	if !known || raw != nil && kind != inbox.KindUnknown {
		t.Errorf("kind %q, %d raw bytes", kind, len(raw))
	}
	if m := c.Media; m != nil {
		checkLine(t, m.FileName, maxFileName)
		if strings.ContainsAny(m.FileName, `/\:`) || strings.HasPrefix(m.FileName, ".") || m.SHA256 != nil && len(m.SHA256) != 32 {
			t.Errorf("media %+v", m)
		}
	}
	if len(c.Contacts) > maxCards || c.Order != nil && len(c.Order.Items) > maxOrderItems {
		t.Error("list too long")
	}
}

func checkLine(t *testing.T, s string, limit int) {
	t.Helper()
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > limit || strings.ContainsFunc(s, unicode.IsControl) {
		t.Errorf("line %q", s)
	}
}

// FuzzSignature holds that only the right HMAC passes, and a changed body never does.
func FuzzSignature(f *testing.F) {
	for _, name := range webhooks(f) {
		f.Add("secret", sign("secret", string(read(f, name))), read(f, name))
	}
	f.Add("", "sha256=", []byte(nil))
	f.Fuzz(func(t *testing.T, secret, header string, body []byte) {
		secrets := Secrets{[]byte("other"), []byte(secret)}
		raw := sign(secret, string(body))
		if VerifySignature(secrets, header, body) && strings.EqualFold(header, raw) == false && isASCII(body) {
			t.Error("a foreign signature passed")
		}
		if VerifySignature(secrets, raw, body) != (secret != "") {
			t.Error("the right signature")
		}
		if secret != "" && VerifySignature(secrets, raw, append(body[:len(body):len(body)], ' ')) {
			t.Error("a changed body passed")
		}
		if VerifySignature(nil, raw, body) {
			t.Error("passed without a secret")
		}
	})
}

// FuzzHandshake holds that only the configured token passes and only harmless
// characters come back.
func FuzzHandshake(f *testing.F) {
	f.Add("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=token", "token")
	f.Add("hub.mode=subscribe&hub.challenge=<b>&hub.verify_token=token", "token")
	f.Add("hub.mode=subscribe&hub.challenge=1&hub.verify_token=", "")
	f.Fuzz(func(t *testing.T, query, token string) {
		values, _ := url.ParseQuery(query)
		challenge, ok := Handshake(values, token)
		if !ok {
			if challenge != "" {
				t.Errorf("refused, but echoes %q", challenge)
			}
			return
		}
		if token == "" || values.Get("hub.verify_token") != token || challenge != values.Get("hub.challenge") ||
			url.QueryEscape(challenge) != challenge || len(challenge) > maxChallenge {
			t.Errorf("passed %q with %q", query, token)
		}
	})
}

// FuzzIdentifiers holds that ids come out as they went in or not at all.
func FuzzIdentifiers(f *testing.F) {
	for _, s := range []string{"491713920034", "+491713920034", "DE.13491208655302741918", "CC.ENT.1", "", " ", "wamid.HBg=", "ä", "\x00", "12345678901234567890"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v := value{doc: &document{data: quoteJSON(s)}}
		v.doc.nodes = []node{{end: int32(len(v.doc.data)), next: 1, kind: kindString}}
		if id := opaqueID(v); id != "" && (id != s || len(id) > maxID || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r >= 0x7F })) {
			t.Errorf("opaqueID(%q) = %q", s, id)
		}
		if id := waid(v); id != "" && (id != strings.TrimPrefix(s, "+") || digitsOf(id) != id) {
			t.Errorf("waid(%q) = %q", s, id)
		}
		if name := cleanFileName(s); strings.ContainsAny(name, `/\:*?"<>|`) || strings.HasPrefix(name, ".") || utf8.RuneCountInString(name) > maxFileName {
			t.Errorf("cleanFileName(%q) = %q", s, name)
		}
		if sum := readSHA256(s); sum != nil && len(sum) != 32 {
			t.Errorf("readSHA256(%q) has %d bytes", s, len(sum))
		}
	})
}

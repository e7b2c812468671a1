package simulator

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

const numberPath = "/v25.0/" + DefaultPhoneNumberID

// registerNumber takes an unregistered number through verification and PIN.
func (b *bench) registerNumber() {
	b.t.Helper()
	b.call("POST", numberPath+"/request_code", m{"code_method": "SMS", "language": "de"})
	b.call("POST", numberPath+"/verify_code", m{"code": b.VerificationCode("")})
	if a := b.call("POST", numberPath+"/register", m{"messaging_product": "whatsapp", "pin": "123456"}); a.status != 200 {
		b.t.Fatalf("register: %v", a.body)
	}
}

// expect makes a call and compares the error code, 0 meaning success.
func (b *bench) expect(name, method, path string, body any, code int) answer {
	b.t.Helper()
	a := b.call(method, path, body)
	if a.code() != code || (code == 0) != (a.status == 200) {
		b.t.Errorf("%s: HTTP %d, code %d, want %d: %v", name, a.status, a.code(), code, a.body)
	}
	return a
}

func TestRegistration(t *testing.T) {
	b := open(t, Config{Unregistered: true})
	register := func(pin string) m { return m{"messaging_product": "whatsapp", "pin": pin} }
	b.expect("unverified", "POST", numberPath+"/register", register("123456"), 133006)
	b.expect("bad method", "POST", numberPath+"/request_code", m{"code_method": "FAX", "language": "de"}, 100)
	b.expect("code", "POST", numberPath+"/request_code", m{"code_method": "SMS", "language": "de"}, 0)
	b.expect("wrong code", "POST", numberPath+"/verify_code", m{"code": "0"}, 136025)
	b.expect("right code", "POST", numberPath+"/verify_code", m{"code": b.VerificationCode("")}, 0)
	b.expect("short pin", "POST", numberPath+"/register", register("12"), 100)
	old := register("123456")
	old["data_localization_region"] = "DE"
	b.expect("old region parameter", "POST", numberPath+"/register", old, 12)
	storage := m{"storage_configuration": m{"status": "IN_COUNTRY_STORAGE_ENABLED", "data_localization_region": "DE"}}
	b.expect("unknown region", "POST", numberPath+"/settings", m{"storage_configuration": m{"status": "IN_COUNTRY_STORAGE_ENABLED", "data_localization_region": "FR"}}, 100)
	b.expect("storage", "POST", numberPath+"/settings", storage, 0)
	b.expect("register", "POST", numberPath+"/register", register("123456"), 0)
	b.expect("storage while registered", "POST", numberPath+"/settings", storage, 100)
	a := b.call("GET", numberPath+"/settings", nil)
	if at(t, a.body, "storage_configuration", "data_localization_region") != "DE" {
		t.Errorf("settings %v", a.body)
	}
	b.expect("deregister", "POST", numberPath+"/deregister", nil, 0)
	if a := b.call("GET", numberPath+"/settings", nil); at(t, a.body, "storage_configuration", "status") != "DEFAULT" {
		t.Errorf("local storage survives deregistering: %v", a.body)
	}
	b.expect("wrong pin", "POST", numberPath+"/register", register("000000"), 133005)
	b.expect("new pin", "POST", numberPath, m{"pin": "654321"}, 0)
	b.expect("register again", "POST", numberPath+"/register", register("654321"), 0)
}

func TestRegistrationLimits(t *testing.T) {
	b := open(t, Config{})
	b.registerAgain("111111", 0)
	for range 5 {
		b.registerAgain("222222", 133005)
	}
	b.registerAgain("222222", 133008)
	for range 3 {
		b.registerAgain("222222", 133008)
	}
	b.registerAgain("111111", 133016)
	b.Advance(72 * time.Hour)
	b.expect("pin", "POST", numberPath, m{"pin": "333333"}, 0)
	b.registerAgain("333333", 0)
}

func (b *bench) registerAgain(pin string, code int) {
	b.t.Helper()
	b.expect("register "+pin, "POST", numberPath+"/register", m{"messaging_product": "whatsapp", "pin": pin}, code)
}

func TestNodesAndFields(t *testing.T) {
	b := open(t, Config{})
	a := b.expect("number", "GET", numberPath+"?fields=id,display_phone_number,status,throughput,health_status{can_send_message},username", nil, 0)
	if a.body["display_phone_number"] != DefaultDisplayPhoneNumber || a.body["status"] != "CONNECTED" ||
		at(t, a.body, "health_status", "can_send_message") != "AVAILABLE" {
		t.Errorf("number %v", a.body)
	}
	if _, has := a.body["username"]; has {
		t.Error("a number without a username shows one")
	}
	b.expect("unknown field", "GET", numberPath+"?fields=colour", nil, 100)
	a = b.expect("list", "GET", "/v25.0/"+DefaultWABAID+"/phone_numbers?fields=id,verified_name", nil, 0)
	if at(t, a.body, "data", 0, "verified_name") != DefaultVerifiedName {
		t.Errorf("list %v", a.body)
	}
	a = b.expect("account", "GET", "/v26.0/"+DefaultWABAID+"?fields=name,country,health_status", nil, 0)
	if a.body["country"] != "DE" {
		t.Errorf("account %v", a.body)
	}
	b.expect("unknown field of account", "GET", "/v25.0/"+DefaultWABAID+"?fields=x", nil, 100)
}

func TestDebugToken(t *testing.T) {
	b := open(t, Config{})
	a := b.expect("own", "GET", "/v25.0/debug_token?input_token="+DefaultToken, nil, 0)
	if at(t, a.body, "data", "is_valid") != true || at(t, a.body, "data", "granular_scopes", 0, "target_ids", 0) != DefaultWABAID {
		t.Errorf("token %v", a.body)
	}
	b.AddToken("old", noon.Add(-time.Hour))
	if a := b.call("GET", "/v25.0/debug_token?input_token=old", nil); at(t, a.body, "data", "is_valid") != false {
		t.Errorf("expired token %v", a.body)
	}
	if a := b.call("GET", "/v25.0/debug_token?input_token=none", nil); at(t, a.body, "data", "is_valid") != false {
		t.Errorf("unknown token %v", a.body)
	}
}

func TestAppSecretProof(t *testing.T) {
	b := open(t, Config{RequireAppSecretProof: true})
	path := "/v25.0/" + DefaultWABAID
	b.expect("without", "GET", path, nil, 100)
	b.expect("wrong", "GET", path+"?appsecret_proof=00", nil, 100)
	b.expect("right", "GET", path+"?appsecret_proof="+sign(DefaultAppSecret, []byte(DefaultToken)), nil, 0)
}

func TestProfile(t *testing.T) {
	b := open(t, Config{})
	path := numberPath + "/whatsapp_business_profile"
	with := func(key string, value any) m { return m{"messaging_product": "whatsapp", key: value} }
	for _, bad := range []m{
		{"about": "x"}, with("about", strings.Repeat("x", 140)), with("address", strings.Repeat("x", 257)),
		with("email", strings.Repeat("x", 129)), with("vertical", "FLOWERS"), with("websites", []any{"ftp://x"}),
		with("websites", []any{"https://a.de", "https://b.de", "https://c.de"}), with("colour", "red"),
		with("profile_picture_handle", "4::unknown"),
	} {
		b.expect("bad profile", "POST", path, bad, 100)
	}
	b.expect("empty about", "POST", path, with("about", ""), 131008)
	b.expect("profile", "POST", path, m{
		"messaging_product": "whatsapp", "about": "Frische Blumen", "vertical": "RETAIL", "websites": []any{"https://example.com"},
	}, 0)
	a := b.expect("read", "GET", path+"?fields=about,vertical,websites,email", nil, 0)
	if at(t, a.body, "data", 0, "about") != "Frische Blumen" || at(t, a.body, "data", 0, "websites", 0) != "https://example.com" {
		t.Errorf("profile %v", a.body)
	}
}

func TestResumableUploadOfAProfilePicture(t *testing.T) {
	b := open(t, Config{})
	picture := Picture("x").Bytes
	a := b.expect("start", "POST", fmt.Sprintf("/v25.0/%s/uploads?file_name=x.png&file_length=%d&file_type=image/png", DefaultAppID, len(picture)), nil, 0)
	id := a.body["id"].(string)
	if !strings.HasPrefix(id, "upload:") {
		t.Fatalf("id %s", id)
	}
	write := func(offset int, part []byte) answer {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), "POST", b.URL()+"/v25.0/"+id, bytes.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "OAuth "+DefaultToken)
		req.Header.Set("file_offset", fmt.Sprint(offset))
		return b.do(req)
	}
	write(0, picture[:100])
	if a := b.call("GET", "/v25.0/"+id, nil); a.body["file_offset"] != 100.0 {
		t.Errorf("offset %v", a.body)
	}
	if a := write(50, picture[50:]); a.status != 400 {
		t.Errorf("wrong offset: %v", a.body)
	}
	handle, _ := write(100, picture[100:]).body["h"].(string)
	b.expect("set", "POST", numberPath+"/whatsapp_business_profile", m{"messaging_product": "whatsapp", "profile_picture_handle": handle}, 0)
	a = b.call("GET", numberPath+"/whatsapp_business_profile?fields=profile_picture_url", nil)
	if _, got, _ := b.get(at(t, a.body, "data", 0, "profile_picture_url").(string), owner); !bytes.Equal(got, picture) {
		t.Error("another picture came back")
	}
}

func (b *bench) do(req *http.Request) answer {
	b.t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	out, err := readAnswer(resp)
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

func TestQRCodes(t *testing.T) {
	b := open(t, Config{})
	path := numberPath + "/message_qrdls"
	a := b.expect("create", "POST", path, m{"prefilled_message": "Hallo!", "generate_qr_image": "PNG"}, 0)
	code := a.body["code"].(string)
	if len(code) != 14 || a.body["deep_link_url"] != "https://wa.me/message/"+code {
		t.Errorf("created %v", a.body)
	}
	if status, _, mimeType := b.get(a.body["qr_image_url"].(string), owner); status != 200 || mimeType != "image/png" {
		t.Errorf("image: %d %s", status, mimeType)
	}
	b.expect("long", "POST", path, m{"prefilled_message": strings.Repeat("x", 141)}, 100)
	b.expect("empty", "POST", path, m{}, 131008)
	b.expect("update", "POST", path, m{"code": code, "prefilled_message": "Moin!"}, 0)
	b.expect("update unknown", "POST", path, m{"code": "X", "prefilled_message": "Moin!"}, 100)
	a = b.expect("get", "GET", path+"/"+code+"?fields=code,prefilled_message,qr_image_url.format(SVG)", nil, 0)
	if at(t, a.body, "data", 0, "prefilled_message") != "Moin!" {
		t.Errorf("got %v", a.body)
	}
	if _, _, mimeType := b.get(at(t, a.body, "data", 0, "qr_image_url").(string), owner); mimeType != "image/svg+xml" {
		t.Errorf("image is %s", mimeType)
	}
	b.expect("delete", "DELETE", path+"/"+code, nil, 0)
	b.expect("get deleted", "GET", path+"/"+code, nil, 100)
}

func TestQRCodePagingAndLimit(t *testing.T) {
	b := open(t, Config{})
	path := numberPath + "/message_qrdls"
	n := b.Simulator.numberByID(DefaultPhoneNumberID)
	for i := range maxQRCodes {
		n.qr = append(n.qr, &qrCode{code: fmt.Sprint(i), text: "x"})
	}
	b.expect("too many", "POST", path, m{"prefilled_message": "x"}, 100)
	seen, next := 0, path+"?limit=700"
	for next != "" {
		a := b.expect("page", "GET", next, nil, 0)
		seen += len(a.body["data"].([]any))
		paging, _ := a.body["paging"].(m)
		next, _ = paging["next"].(string)
		next = strings.TrimPrefix(next, b.URL())
	}
	if seen != maxQRCodes {
		t.Errorf("%d codes seen", seen)
	}
	b.expect("stale cursor", "GET", path+"?after=bm9uc2Vuc2U", nil, 131059)
}

func TestConversationalAutomationAndUsername(t *testing.T) {
	b := open(t, Config{})
	path := numberPath + "/conversational_automation"
	b.expect("long prompt", "POST", path, m{"prompts": []any{strings.Repeat("x", 81)}}, 100)
	b.expect("five prompts", "POST", path, m{"prompts": []any{"1", "2", "3", "4", "5"}}, 100)
	b.expect("set", "POST", path, m{"prompts": []any{"Öffnungszeiten?"}, "commands": []any{m{"command_name": "a", "command_description": "b"}}}, 0)
	a := b.call("GET", numberPath+"?fields=conversational_automation", nil)
	if at(t, a.body, "conversational_automation", "prompts", 0) != "Öffnungszeiten?" {
		t.Errorf("automation %v", a.body)
	}
	b.customer(Person{Username: "vergeben"})
	b.expect("bad name", "POST", numberPath+"/username", m{"username": "Ä"}, 147002)
	b.expect("taken name", "POST", numberPath+"/username", m{"username": "vergeben"}, 147001)
	b.expect("name", "POST", numberPath+"/username", m{"username": "wiesengrund"}, 0)
	if a := b.call("GET", numberPath+"/username", nil); a.body["username"] != "wiesengrund" {
		t.Errorf("username %v", a.body)
	}
	b.expect("delete name", "DELETE", numberPath+"/username", nil, 0)
	if n := len(b.idle()); n != 2 {
		t.Errorf("%d webhooks about the username", n)
	}
}

func TestMessageHistory(t *testing.T) {
	b := open(t, Config{})
	b.guest()
	b.refuse(-1, 500)
	id := b.post("+491713920011", text("x")).wamid(t)
	b.idle()
	a := b.expect("history", "GET", numberPath+"/message_history?message_id="+strings.ReplaceAll(id, "=", "%3D"), nil, 0)
	events := at(t, a.body, "data", 0, "events", "data").([]any)
	if len(events) != 2 || at(t, events[0], "delivery_status") != "SENT" || at(t, events[0], "webhook_update_state") != "RETRYING" {
		t.Errorf("events %v", events)
	}
	a = b.expect("events", "GET", "/v25.0/"+at(t, a.body, "data", 0, "id").(string)+"/events", nil, 0)
	if at(t, a.body, "data", 1, "delivery_status") != "DELIVERED" {
		t.Errorf("events %v", a.body)
	}
	a = b.expect("unknown", "GET", numberPath+"/message_history?message_id=wamid.x", nil, 0)
	if len(a.body["data"].([]any)) != 0 {
		t.Errorf("history of an unknown message %v", a.body)
	}
}

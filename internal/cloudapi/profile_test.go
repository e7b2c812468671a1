package cloudapi

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
)

// simulated returns a client of a simulated number, and the simulator.
func simulated(t *testing.T) (*Client, *simulator.Simulator) {
	t.Helper()
	sim, err := simulator.New(simulator.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	client := newClient(t, server.URL, func(c *Config) {
		c.PhoneNumberID, c.WABAID = simulator.DefaultPhoneNumberID, simulator.DefaultWABAID
		c.Token = func() (string, error) { return simulator.DefaultToken, nil }
	})
	return client, sim
}

func pointer[T any](v T) *T { return &v }

func TestBusinessProfileComesBackAsWritten(t *testing.T) {
	client, _ := simulated(t)
	change := ProfileChange{
		About: pointer("Blumen aus der Wiese"), Address: pointer("Am Markt 3\n12345 Musterstadt"), Email: pointer("laden@example.de"),
		Description: pointer("Impressum: wiesengrund.example/impressum"), Vertical: pointer("RETAIL"),
		Websites: &[]string{"https://wiesengrund.example/impressum", "https://wiesengrund.example"},
	}
	if err := client.UpdateBusinessProfile(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	if err := client.UpdateBusinessProfile(t.Context(), ProfileChange{About: pointer("Neu")}); err != nil {
		t.Fatal(err)
	}
	got, err := client.BusinessProfile(t.Context())
	want := BusinessProfile{
		About: "Neu", Address: *change.Address, Description: *change.Description, Email: *change.Email,
		Websites: *change.Websites, Vertical: "RETAIL",
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("BusinessProfile = %+v, %v\nwant %+v", got, err, want)
	}
	if err := client.UpdateBusinessProfile(t.Context(), ProfileChange{About: pointer(strings.Repeat("x", 140))}); inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Errorf("a text Meta refuses: %v", err)
	}
	if err := client.UpdateBusinessProfile(t.Context(), ProfileChange{Websites: &[]string{}}); err != nil {
		t.Fatal(err)
	}
	if got, err = client.BusinessProfile(t.Context()); err != nil || len(got.Websites) != 0 {
		t.Errorf("after emptying the websites: %+v, %v", got, err)
	}
}

func TestBusinessProfileReadsBothShapes(t *testing.T) {
	want := BusinessProfile{About: "Offen", Websites: []string{"https://a.example"}, PictureURL: "https://pps.whatsapp.net/x"}
	const inner = `"about":"Offen","websites":["https://a.example",null,""],"profile_picture_url":"https://pps.whatsapp.net/x"`
	shapes := map[string]string{
		"flat":   `{"data":[{"messaging_product":"whatsapp",` + inner + `}]}`,
		"nested": `{"data":[{"business_profile":{` + inner + `}}]}`,
		"bare":   `{"data":{` + inner + `}}`,
	}
	for name, body := range shapes {
		client := startClient(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, body) })
		if got, err := client.BusinessProfile(t.Context()); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	client := startClient(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, `{"data":[]}`) })
	if got, err := client.BusinessProfile(t.Context()); err != nil || !reflect.DeepEqual(got, BusinessProfile{}) {
		t.Errorf("empty: %+v, %v", got, err)
	}
	client = startClient(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, `{"hello":1}`) })
	if _, err := client.BusinessProfile(t.Context()); inbox.CodeOf(err) != inbox.CodeOffline {
		t.Errorf("nonsense: %v", err)
	}
}

func TestProfilePictureAddressIsSafeToShow(t *testing.T) {
	for _, address := range []string{"javascript:alert(1)", "http://pps.whatsapp.net/x", "https://a@b.example/", "file:///etc/passwd", "x"} {
		client := startClient(t, func(w http.ResponseWriter, _ *http.Request) {
			answer(w, 200, `{"data":[{"profile_picture_url":"`+address+`"}]}`)
		})
		if got, err := client.BusinessProfile(t.Context()); err != nil || got.PictureURL != "" {
			t.Errorf("%s: %+v, %v", address, got, err)
		}
	}
}

func TestUpdateBusinessProfileSendsOnlyWhatChanged(t *testing.T) {
	var bodies []string
	client := startClient(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies = append(bodies, string(body))
		answer(w, 200, `{"success":true}`)
	})
	for _, change := range []ProfileChange{{}, {Email: pointer("")}, {PictureHandle: "4::h"}} {
		if err := client.UpdateBusinessProfile(t.Context(), change); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{`{"email":"","messaging_product":"whatsapp"}`, `{"messaging_product":"whatsapp","profile_picture_handle":"4::h"}`}
	if !reflect.DeepEqual(bodies, want) {
		t.Errorf("bodies %q", bodies)
	}
	client = startClient(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, `{"success":false}`) })
	if err := client.UpdateBusinessProfile(t.Context(), ProfileChange{Email: pointer("")}); inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Errorf("success false: %v", err)
	}
}

func TestProfilePictureTravelsAsAHandle(t *testing.T) {
	client, _ := simulated(t)
	picture := simulator.Picture("rose").Bytes
	handle, err := client.UploadHandle(t.Context(), simulator.DefaultAppID, "profile.png", "image/png", picture)
	if err != nil {
		t.Fatal(err)
	}
	if err := client.UpdateBusinessProfile(t.Context(), ProfileChange{PictureHandle: handle}); err != nil {
		t.Fatal(err)
	}
	got, err := client.BusinessProfile(t.Context())
	if err != nil || got.PictureURL == "" {
		t.Errorf("no picture: %+v, %v", got, err)
	}
}

// flakyUpload takes uploads and breaks the connection of the first tries after
// half of what was sent.
type flakyUpload struct {
	t      *testing.T
	mu     sync.Mutex // a broken request may still be ending when the next comes
	breaks int
	taken  []byte
	log    []string
}

func (f *flakyUpload) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.log = append(f.log, r.Method+" "+r.URL.String()+" "+r.Header.Get("file_offset"))
	switch {
	case strings.HasSuffix(r.URL.Path, "/uploads"):
		answer(w, 200, `{"id":"upload:MTphdHRh==?sig=ARZq"}`)
	case r.Header.Get("Authorization") != "OAuth "+testToken:
		f.t.Errorf("Authorization %q", r.Header.Get("Authorization"))
	case r.Method == http.MethodGet:
		answer(w, 200, `{"id":"upload:MTphdHRh==","file_offset":`+strconv.Itoa(len(f.taken))+`}`)
	case f.breaks > 0:
		f.breaks--
		part := make([]byte, r.ContentLength/2)
		if _, err := io.ReadFull(r.Body, part); err != nil {
			f.t.Error(err)
		}
		f.taken = append(f.taken, part...)
		panic(http.ErrAbortHandler)
	default:
		rest, err := io.ReadAll(r.Body)
		if err != nil {
			f.t.Error(err)
		}
		f.taken = append(f.taken, rest...)
		answer(w, 200, `{"h":"4::aW1h"}`)
	}
}

func TestUploadGoesOnWhereItBrokeOff(t *testing.T) {
	f := &flakyUpload{t: t, breaks: 2}
	client := startClient(t, f.ServeHTTP)
	content := []byte(strings.Repeat("0123456789", 400))
	handle, err := client.UploadHandle(t.Context(), "670843887433847", "laden.jpg", "image/jpeg", content)
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil || handle != "4::aW1h" || string(f.taken) != string(content) {
		t.Errorf("UploadHandle = %q, %v, %d bytes taken\n%s", handle, err, len(f.taken), strings.Join(f.log, "\n"))
	}
	want := []string{
		"POST /v25.0/670843887433847/uploads?file_length=4000&file_name=laden.jpg&file_type=image%2Fjpeg ",
		"POST /v25.0/upload:MTphdHRh==?sig=ARZq 0", "GET /v25.0/upload:MTphdHRh==?sig=ARZq 0",
		"POST /v25.0/upload:MTphdHRh==?sig=ARZq 2000", "GET /v25.0/upload:MTphdHRh==?sig=ARZq 0",
		"POST /v25.0/upload:MTphdHRh==?sig=ARZq 3000",
	}
	if !reflect.DeepEqual(f.log, want) {
		t.Errorf("requests\n%s", strings.Join(f.log, "\n"))
	}
}

func TestUploadGivesUpInTheEnd(t *testing.T) {
	f := &flakyUpload{t: t, breaks: 100}
	client := startClient(t, f.ServeHTTP)
	_, err := client.UploadHandle(t.Context(), "670843887433847", "laden.jpg", "image/jpeg", make([]byte, 4000))
	f.mu.Lock()
	defer f.mu.Unlock()
	if !IsAmbiguous(err) || len(f.log) != 1+2*maxResumes+1 {
		t.Errorf("%v after %d requests", err, len(f.log))
	}
	refused := startClient(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/uploads") {
			answer(w, 200, `{"id":"upload:x"}`)
			return
		}
		answer(w, 400, `{"error":{"code":100}}`)
	})
	if _, err := refused.UploadHandle(t.Context(), "1", "a.jpg", "image/jpeg", []byte("x")); inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Errorf("refused: %v", err)
	}
}

func TestUploadStaysOnItsPath(t *testing.T) {
	for _, id := range []string{"upload:../../1/messages", "upload:a/b", "upload:", "4711", "upload:a%2fb", `upload:a\\b`} {
		requests := 0
		client := startClient(t, func(w http.ResponseWriter, _ *http.Request) {
			requests++
			answer(w, 200, `{"id":"`+id+`"}`)
		})
		if _, err := client.UploadHandle(t.Context(), "1", "a.jpg", "image/jpeg", []byte("x")); err == nil || requests != 1 {
			t.Errorf("%s: %v after %d requests", id, err, requests)
		}
	}
	client := startClient(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	for field, call := range map[string]func() (string, error){
		"appId": func() (string, error) { return client.UploadHandle(t.Context(), "../1", "a", "image/png", []byte("x")) },
		"file":  func() (string, error) { return client.UploadHandle(t.Context(), "1", "a", "image/png", nil) },
	} {
		_, err := call()
		if e := new(inbox.Error); !errors.As(err, &e) || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestUsernameIsSetReadAndDeleted(t *testing.T) {
	client, _ := simulated(t)
	if got, err := client.Username(t.Context()); err != nil || got != (Username{}) {
		t.Errorf("before: %+v, %v", got, err)
	}
	if status, err := client.SetUsername(t.Context(), " @wiesengrund"); err != nil || status != "approved" {
		t.Errorf("SetUsername = %q, %v", status, err)
	}
	if got, err := client.Username(t.Context()); err != nil || got != (Username{"wiesengrund", "approved"}) {
		t.Errorf("after: %+v, %v", got, err)
	}
	if _, err := client.SetUsername(t.Context(), "ÄÖ"); err == nil {
		t.Error("a bad name was accepted")
	}
	if err := client.DeleteUsername(t.Context()); err != nil {
		t.Error(err)
	}
	if got, err := client.Username(t.Context()); err != nil || got.Name != "" {
		t.Errorf("deleted: %+v, %v", got, err)
	}
}

func TestAutomationComesBackAsWritten(t *testing.T) {
	client, _ := simulated(t)
	want := Automation{
		Welcome: true, Prompts: []string{"Haben Sie heute offen?", "Wo finde ich Sie?"},
		Commands: []Command{{"zeiten", "Öffnungszeiten"}, {"weg", "Anfahrt"}},
	}
	if err := client.UpdateAutomation(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	if got, err := client.Automation(t.Context()); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Automation = %+v, %v", got, err)
	}
	if err := client.UpdateAutomation(t.Context(), Automation{}); err != nil {
		t.Fatal(err)
	}
	if got, err := client.Automation(t.Context()); err != nil || !reflect.DeepEqual(got, Automation{}) {
		t.Errorf("emptied: %+v, %v", got, err)
	}
	if err := client.UpdateAutomation(t.Context(), Automation{Prompts: []string{strings.Repeat("x", 81)}}); inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Errorf("a prompt Meta refuses: %v", err)
	}
}

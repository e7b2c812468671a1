package profile

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/simulator"
)

const imprintURL = "https://wiesengrund.example/impressum"

func sample() Profile {
	return Profile{
		About: "Blumen aus der Wiese", Address: "Am Markt 3\n12345 Musterstadt", Description: "Impressum: wiesengrund.example/impressum",
		Email: "laden@wiesengrund.example", Websites: []string{imprintURL, "https://wiesengrund.example"}, Vertical: "RETAIL",
	}
}

// shop is a client of a simulated number; broken counts down profile writes
// whose connection breaks after they were carried out.
type shop struct {
	client *cloudapi.Client
	broken atomic.Int32
	writes atomic.Int32
}

func open(t *testing.T) *shop {
	t.Helper()
	sim, err := simulator.New(simulator.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	s := &shop{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		isWrite := r.Method == http.MethodPost && (strings.HasSuffix(r.URL.Path, "_profile") || strings.HasSuffix(r.URL.Path, "_automation"))
		if isWrite {
			s.writes.Add(1)
		}
		if isWrite && s.broken.Add(-1) >= 0 {
			sim.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		sim.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	s.client, err = cloudapi.New(cloudapi.Config{
		BaseURL: server.URL, PhoneNumberID: simulator.DefaultPhoneNumberID, WABAID: simulator.DefaultWABAID,
		Token: func() (string, error) { return simulator.DefaultToken, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func load(t *testing.T, s *shop) Profile {
	t.Helper()
	shown, err := Load(t.Context(), s.client)
	if err != nil {
		t.Fatal(err)
	}
	return shown.Profile
}

func TestSaveWritesOnlyDifferencesAndReadsBack(t *testing.T) {
	s := open(t)
	seen := load(t, s)
	saved, err := Save(t.Context(), s.client, Edit{Seen: seen, New: sample(), ImprintURL: imprintURL})
	if err != nil || len(saved.NotTaken) != 0 || !reflect.DeepEqual(saved.Shown.Profile, sample()) {
		t.Fatalf("%+v, %v", saved, err)
	}
	next := sample()
	next.About = "  Tulpen und mehr "
	saved, err = Save(t.Context(), s.client, Edit{Seen: sample(), New: next, ImprintURL: imprintURL})
	want := []Change{{FieldAbout, "Blumen aus der Wiese", "Tulpen und mehr"}}
	if err != nil || !reflect.DeepEqual(saved.Changes, want) || saved.Shown.Profile.About != "Tulpen und mehr" {
		t.Errorf("%+v, %v", saved, err)
	}
	before := s.writes.Load()
	if saved, err = Save(t.Context(), s.client, Edit{Seen: next, New: next, ImprintURL: imprintURL}); err != nil || len(saved.Changes) != 0 || s.writes.Load() != before {
		t.Errorf("nothing to do, but %+v, %v after %d writes", saved, err, s.writes.Load()-before)
	}
}

func TestSaveDoesNotOverwriteWhatOthersChanged(t *testing.T) {
	s := open(t)
	seen := load(t, s)
	about := "Von anderswo"
	if err := s.client.UpdateBusinessProfile(t.Context(), cloudapi.ProfileChange{About: &about}); err != nil {
		t.Fatal(err)
	}
	_, err := Save(t.Context(), s.client, Edit{Seen: seen, New: sample(), ImprintURL: imprintURL})
	if !errors.Is(err, ErrChangedElsewhere) || inbox.CodeOf(err) != inbox.CodeConflict || load(t, s).About != about {
		t.Errorf("%v", err)
	}
}

func TestSaveSettlesAnUnclearWriteByReading(t *testing.T) {
	s := open(t)
	seen := load(t, s)
	s.broken.Store(1)
	saved, err := Save(t.Context(), s.client, Edit{Seen: seen, New: sample(), ImprintURL: imprintURL})
	if err != nil || !reflect.DeepEqual(saved.Shown.Profile, sample()) {
		t.Errorf("%+v, %v", saved, err)
	}
	s.broken.Store(1)
	want := cloudapi.Automation{Prompts: []string{"Wann haben Sie offen?"}, Commands: []cloudapi.Command{{Name: "weg", Hint: "Anfahrt"}}}
	if got, err := SaveAutomation(t.Context(), s.client, want); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestSaveNamesWhatWasNotTaken(t *testing.T) {
	profile := `{"data":[{"about":"Alt"}]}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w.Write([]byte(`{"success":true}`))
			return
		}
		w.Write([]byte(profile))
	}))
	t.Cleanup(server.Close)
	client, err := cloudapi.New(cloudapi.Config{BaseURL: server.URL, PhoneNumberID: "1", Token: func() (string, error) { return "t", nil }})
	if err != nil {
		t.Fatal(err)
	}
	saved, err := Save(t.Context(), client, Edit{Seen: Profile{About: "Alt"}, New: Profile{About: "Neu", Email: "a@b.example"}})
	if err != nil || !slices.Equal(saved.NotTaken, []Field{FieldAbout, FieldEmail}) {
		t.Errorf("%+v, %v", saved, err)
	}
}

func TestSavePutsThePictureThere(t *testing.T) {
	s := open(t)
	picture, err := Crop(quarters(t, 1), Square{Side: 400})
	if err != nil {
		t.Fatal(err)
	}
	seen := load(t, s)
	saved, err := Save(t.Context(), s.client, Edit{Seen: seen, New: sample(), Picture: picture, ImprintURL: imprintURL})
	if err != nil || saved.Shown.PictureURL == "" || saved.Changes[len(saved.Changes)-1].Field != FieldPicture {
		t.Errorf("%+v, %v", saved, err)
	}
}

func TestLimitsHoldInCharacters(t *testing.T) {
	long := func(n int) string { return strings.Repeat("ü", n) }
	for _, l := range Limits() {
		fits, over := sample(), sample()
		name := string(l.Field)
		switch l.Field {
		case FieldAbout:
			fits.About, over.About = long(l.Max), long(l.Max+1)
		case FieldAddress:
			fits.Address, over.Address = long(l.Max), long(l.Max+1)
		case FieldDescription:
			fits.Description, over.Description = long(l.Max), long(l.Max+1)
		case FieldEmail:
			fits.Email, over.Email = "a@"+strings.Repeat("b", l.Max-10)+".example", "a@"+strings.Repeat("b", l.Max-9)+".example"
		case FieldWebsites:
			fits.Websites = []string{imprintURL, "https://w.example/" + strings.Repeat("x", l.Max-18)}
			over.Websites = []string{imprintURL, "https://w.example/" + strings.Repeat("x", l.Max-17)}
			name = "websites.1"
		}
		if err := fits.Validate(imprintURL); err != nil {
			t.Errorf("%s at its limit: %v", l.Field, err)
		}
		expectField(t, over.Validate(imprintURL), name)
	}
}

func expectField(t *testing.T, err error, field string) {
	t.Helper()
	var e *inbox.Error
	if !errors.As(err, &e) || e.Code != inbox.CodeInvalid || e.Field != field {
		t.Errorf("%v, want the field %s", err, field)
	}
}

func TestValidateNamesTheField(t *testing.T) {
	tests := []struct {
		field  string
		change func(*Profile)
	}{
		{"about", func(p *Profile) { p.About = " " }},
		{"about", func(p *Profile) { p.About = "a\nb" }},
		{"address", func(p *Profile) { p.Address = "a\x00b" }},
		{"email", func(p *Profile) { p.Email = "laden" }},
		{"vertical", func(p *Profile) { p.Vertical = "FLOWERS" }},
		{"websites", func(p *Profile) { p.Websites = append(p.Websites, "https://c.example") }},
		{"websites.0", func(p *Profile) { slices.Reverse(p.Websites) }},
		{"websites.0", func(p *Profile) { p.Websites = nil }},
		{"websites.1", func(p *Profile) { p.Websites[1] = "javascript:alert(1)" }},
		{"websites.1", func(p *Profile) { p.Websites[1] = "wiesengrund.example" }},
	}
	for _, tt := range tests {
		p := sample()
		p.Websites = slices.Clone(p.Websites)
		tt.change(&p)
		expectField(t, p.Validate(imprintURL), tt.field)
	}
	noImprint := sample()
	noImprint.Websites = nil
	if err := noImprint.Validate(""); err != nil {
		t.Errorf("without an imprint: %v", err)
	}
}

func TestAdvice(t *testing.T) {
	if got := sample().Advise(imprintURL); len(got) != 0 {
		t.Errorf("a good profile gets %v", got)
	}
	p := Profile{Websites: []string{"http://wiesengrund.example/info"}}
	if got := p.Advise("http://wiesengrund.example/info"); !slices.Equal(got, []Advice{AdviceImprintWord, AdviceImprintInDescription, AdviceHTTPS}) {
		t.Errorf("%v", got)
	}
	if got := p.Advise(""); !slices.Equal(got, []Advice{AdviceNoImprint, AdviceHTTPS}) {
		t.Errorf("%v", got)
	}
}

func TestWhatNobodySeesIsNoDifference(t *testing.T) {
	a, b := sample(), sample()
	b.Address = " Am Markt 3\r\n12345 Musterstadt\n"
	b.Websites = append([]string{" "}, b.Websites...)
	if got := Diff(a, b); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestAutomationLimits(t *testing.T) {
	command := cloudapi.Command{Name: "zeiten", Hint: "Öffnungszeiten"}
	good := cloudapi.Automation{Prompts: []string{"Was kostet ein Strauß (15 €)?"}, Commands: []cloudapi.Command{command}}
	if err := ValidateAutomation(good); err != nil {
		t.Error(err)
	}
	tests := []struct {
		field string
		a     cloudapi.Automation
	}{
		{"prompts", cloudapi.Automation{Prompts: []string{"a", "b", "c", "d"}}},
		{"prompts.1", cloudapi.Automation{Prompts: []string{"a", " "}}},
		{"prompts.0", cloudapi.Automation{Prompts: []string{strings.Repeat("ß", 81)}}},
		{"prompts.0", cloudapi.Automation{Prompts: []string{"Tulpen 🌷?"}}},
		{"prompts.0", cloudapi.Automation{Prompts: []string{"Herz ❤️"}}},
		{"commands", cloudapi.Automation{Commands: slices.Repeat([]cloudapi.Command{command}, 31)}},
		{"commands.1.name", cloudapi.Automation{Commands: []cloudapi.Command{command, {Name: "ZEITEN", Hint: "x"}}}},
		{"commands.0.name", cloudapi.Automation{Commands: []cloudapi.Command{{Name: "/zeiten", Hint: "x"}}}},
		{"commands.0.name", cloudapi.Automation{Commands: []cloudapi.Command{{Name: strings.Repeat("x", 31), Hint: "x"}}}},
		{"commands.0.hint", cloudapi.Automation{Commands: []cloudapi.Command{{Name: "x", Hint: strings.Repeat("x", 257)}}}},
	}
	for _, tt := range tests {
		expectField(t, ValidateAutomation(tt.a), tt.field)
	}
}

func TestAnAboutThatWasNeverSetMayStayEmpty(t *testing.T) {
	empty := sample()
	empty.About = " "
	if err := (Edit{Seen: empty, New: empty, ImprintURL: imprintURL}).Validate(); err != nil {
		t.Error(err)
	}
	expectField(t, Edit{Seen: sample(), New: empty, ImprintURL: imprintURL}.Validate(), "about")
}

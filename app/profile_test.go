package app

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
)

func TestProfileIsReviewedSavedAndReadBack(t *testing.T) {
	d, shop, desk := shopDesk(t)
	b := &Profile{d.app}
	got, err := b.GetProfile()
	do(d, got, err)
	if len(got.Limits) != 5 || len(got.Verticals) < 20 || got.Proposal.Email != "laden@wiesengrund.example" || got.Number == "" {
		t.Errorf("%+v", got)
	}
	edit := ProfileEdit{Seen: got.Profile, New: got.Proposal}
	edit.New.About = "Blumen aus der Wiese"
	review, err := b.ReviewProfile(edit)
	if do(d, review, err); len(review.Changes) < 3 || len(review.Advice) != 0 {
		t.Errorf("review %+v", review)
	}
	saved, err := b.SaveProfile(edit)
	if do(d, saved, err); saved.Profile.About != edit.New.About || len(saved.NotTaken) != 0 || len(saved.Changes) != len(review.Changes) {
		t.Errorf("saved %+v", saved)
	}
	reminders, err := (&Imprint{d.app}).ListReminders()
	if do(d, reminders, err); len(reminders) != 0 {
		t.Errorf("reminders %+v", reminders)
	}
	details := desk.Details
	details.Imprint.Street = "Am Markt 3"
	d.check(shop.SaveDetails(details))
	reminders, err = (&Imprint{d.app}).ListReminders()
	if do(d, reminders, err); len(reminders) != 1 || reminders[0].Kind != "profile" {
		t.Errorf("after moving: %+v", reminders)
	}
	_, err = b.SaveProfile(edit) // begins with what is no longer there
	d.refused("an edit of an older profile", err, inbox.CodeConflict, "")
	edit.Seen, edit.New.Websites = saved.Profile, []string{"https://wiesengrund.example"}
	_, err = b.ReviewProfile(edit)
	d.refused("website 1 is not the imprint", err, inbox.CodeInvalid, "websites.0")
}

func TestProfilePictureIsCutSentAndKeptSealed(t *testing.T) {
	d, _, _ := shopDesk(t)
	b := &Profile{d.app}
	var file bytes.Buffer
	d.check(jpeg.Encode(&file, image.NewGray(image.Rect(0, 0, 900, 700)), nil))
	cut, err := b.CropPicture(CropRequest{File: base64.StdEncoding.EncodeToString(file.Bytes()), X: 100, Y: 0, Side: 700})
	do(d, cut, err)
	got, err := b.GetProfile()
	if do(d, got, err); got.HasPicture || got.Picture != "" {
		t.Error("there was a picture before")
	}
	_, err = b.SaveProfile(ProfileEdit{Seen: got.Profile, New: got.Proposal, Picture: base64.StdEncoding.EncodeToString(file.Bytes())})
	d.refused("a picture that was not cut", err, inbox.CodeInvalid, "picture")
	saved, err := b.SaveProfile(ProfileEdit{Seen: got.Profile, New: got.Proposal, Picture: cut})
	if do(d, saved, err); !saved.HasPicture || !slices.ContainsFunc(saved.Changes, func(c ProfileChange) bool { return c.Field == "picture" }) {
		t.Errorf("%+v", saved)
	}
	again, err := b.GetProfile()
	if do(d, again, err); again.Picture != cut {
		t.Error("the kept picture is another one")
	}
	picture, err := base64.StdEncoding.DecodeString(cut)
	d.check(err)
	if bytes.Contains(contents(t, d.cfg.DemoDir), picture[100:200]) {
		t.Error("the picture lies readable on the disk")
	}
	_, err = b.CropPicture(CropRequest{File: "%%%", Side: 200})
	d.refused("no picture", err, inbox.CodeInvalid, "picture")
}

func TestUsernameAndAutomation(t *testing.T) {
	d, _, _ := shopDesk(t)
	b := &Profile{d.app}
	row, err := b.SetUsername("@wiesengrund")
	if do(d, row, err); row.Name != "wiesengrund" || row.Status == "" {
		t.Errorf("%+v", row)
	}
	row, err = b.SetUsername(" ")
	if do(d, row, err); row.Name != "" {
		t.Errorf("given up, but %+v", row)
	}
	want := Automation{Prompts: []string{"Haben Sie heute offen?"}, Commands: []AutomationCommand{{"termin", "Einen Termin anfragen"}}}
	saved, err := b.SaveAutomation(want)
	do(d, saved, err)
	desk, err := b.GetAutomation()
	if do(d, desk, err); len(desk.Automation.Prompts) != 1 || desk.Automation.Commands[0].Name != "termin" || desk.Limits.Prompts != 3 {
		t.Errorf("%+v", desk)
	}
	_, err = b.SaveAutomation(Automation{Prompts: []string{"Hallo 🌷"}})
	d.refused("an emoji", err, inbox.CodeInvalid, "prompts.0")
}

func TestImprintIsADraftUntilExactlyThatTextIsConfirmed(t *testing.T) {
	d, shop, desk := shopDesk(t)
	b := &Imprint{d.app}
	german := TextRequest{Kind: "imprint", Language: "de"}
	text, err := b.GetText(german)
	if do(d, text, err); !strings.HasPrefix(text.Draft, "Entwurf") || text.Confirmed || !strings.Contains(text.Plain, "Rosa Wiesengrund") || len(text.Sections) < 2 {
		t.Errorf("%+v", text)
	}
	_, err = b.Confirm(ConfirmRequest{Kind: "imprint", Language: "de", Fingerprint: "another"})
	d.refused("another text", err, inbox.CodeConflict, "")
	text, err = b.Confirm(ConfirmRequest{Kind: "imprint", Language: "de", Fingerprint: text.Fingerprint})
	if do(d, text, err); text.Draft != "" || !text.Confirmed {
		t.Errorf("after confirming: %+v", text)
	}
	file := filepath.Join(t.TempDir(), "impressum.html")
	d.app.cfg.SaveFile = func(name, _ string) (string, error) {
		if name != "impressum.html" {
			t.Errorf("offered as %q", name)
		}
		return file, nil
	}
	page, err := b.SavePage(german)
	do(d, page, err)
	html, err := os.ReadFile(file)
	if d.check(err); !page.Saved || !bytes.Contains(html, []byte("Rosa Wiesengrund")) || bytes.Contains(html, []byte("Entwurf")) {
		t.Errorf("%s", html)
	}
	desk.Details.Imprint.Street = "Am Markt 3"
	d.check(shop.SaveDetails(desk.Details))
	text, err = b.GetText(german)
	if do(d, text, err); text.Draft == "" || !text.ChangedSinceConfirmed || !text.ChangedSinceSaved {
		t.Errorf("after moving: %+v", text)
	}
	reminders, err := b.ListReminders()
	if do(d, reminders, err); len(reminders) != 1 || reminders[0] != (Reminder{"imprint", "de", "saved"}) {
		t.Errorf("reminders %+v", reminders)
	}
	desk.Details.Imprint.Phone, desk.Details.Privacy.Authority = "", ""
	d.check(shop.SaveDetails(desk.Details))
	text, err = b.GetText(german)
	if do(d, text, err); text.Plain != "" || len(text.Problems) != 1 || text.Problems[0].Field != "phone" || text.Problems[0].Norm == "" {
		t.Errorf("without a phone: %+v", text)
	}
	_, err = b.GetText(TextRequest{Kind: "agb", Language: "de"})
	d.refused("another kind", err, inbox.CodeInvalid, "kind")
}

func TestPrivacyTextSaysWhatIsMissing(t *testing.T) {
	d, shop, desk := shopDesk(t)
	b := &Imprint{d.app}
	text, err := b.GetText(TextRequest{Kind: "privacy", Language: "en"})
	if do(d, text, err); text.Plain == "" || text.Draft == "" || len(text.Problems) != 0 {
		t.Errorf("%+v", text)
	}
	desk.Details.Privacy.Authority = ""
	d.check(shop.SaveDetails(desk.Details))
	text, err = b.GetText(TextRequest{Kind: "privacy", Language: "en"})
	if do(d, text, err); len(text.Problems) != 1 || text.Problems[0].Field != "privacy.authority" {
		t.Errorf("%+v", text.Problems)
	}
	desk.Details.ImprintURL = ""
	d.check(shop.SaveDetails(desk.Details))
	_, err = b.Check("imprint")
	d.refused("no page is known", err, inbox.CodeInvalid, "address")
}

func TestTakenNoticeIsRecognisedInTheCustomersMessage(t *testing.T) {
	d, _, _ := shopDesk(t)
	b := &Website{d.app}
	desk, err := b.GetForm()
	do(d, desk, err)
	built, err := b.Build(desk.Form)
	if do(d, built, err); built.Bytes > desk.MaxWidget || built.Bytes != len(built.Snippet) || built.SignatureText == "" || !strings.HasPrefix(built.VCard, "BEGIN:VCARD") {
		t.Errorf("%+v", built)
	}
	marked := built.Text + " (Hinweis " + built.NoticeID + ")"
	anna, err := d.app.play.simulator.AddCustomer(simulator.Person{Phone: "+491713920099", Name: "Anna Neu"})
	d.check(err)
	row := d.say(anna, marked)
	rows, err := b.ListShownNotices(row.CustomerID)
	if do(d, rows, err); len(rows) != 1 || rows[0].ID != built.NoticeID || rows[0].Text != "" || rows[0].AtMs == 0 {
		t.Errorf("before anybody took the text: %+v", rows)
	}
	taken, err := b.Take(desk.Form)
	do(d, taken, err)
	rows, err = b.ListShownNotices(row.CustomerID)
	if do(d, rows, err); len(rows) != 1 || rows[0].Text != taken.Notice || rows[0].Version == "" {
		t.Errorf("afterwards: %+v", rows)
	}
	desk.Form.Label = strings.Repeat("x", desk.MaxLabel+1)
	_, err = b.Build(desk.Form)
	d.refused("a long label", err, inbox.CodeInvalid, "label")
}

func TestWebsiteFilesAndForm(t *testing.T) {
	d, _, _ := shopDesk(t)
	b := &Website{d.app}
	desk, err := b.GetForm()
	form := do(d, desk, err).Form
	form.Language, form.Colour, form.Floating, form.Left, form.Person = "en", "#a8281b", true, true, "Rosa"
	d.check(b.SaveForm(form))
	again, err := b.GetForm()
	if do(d, again, err); again.Form != form {
		t.Errorf("%+v", again.Form)
	}
	dir := t.TempDir()
	d.savesInto(dir)
	for file, holds := range map[string]string{"html": "<details", "style": "position:fixed", "script": "showModal", "landing": "<!doctype html>", "vcard": "VERSION:4.0"} {
		saved, err := b.SaveFile(WebsiteExport{Form: form, File: file})
		if do(d, saved, err); !saved.Saved {
			t.Errorf("%s was not saved", file)
		}
		if !strings.Contains(string(contents(t, dir)), holds) {
			t.Errorf("%s does not hold %s", file, holds)
		}
	}
	_, err = b.SaveFile(WebsiteExport{Form: form, File: "exe"})
	d.refused("another file", err, inbox.CodeInvalid, "file")
}

func TestPreviewPageHasAPolicyOfItsOwn(t *testing.T) {
	d, _, _ := shopDesk(t)
	b := &Website{d.app}
	desk, err := b.GetForm()
	built, err2 := b.Build(do(d, desk, err).Form)
	do(d, built, err2)
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		d.app.ServePreview(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w
	}
	page := get(built.PreviewPath)
	policy := page.Header().Get("Content-Security-Policy")
	if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), built.Snippet) {
		t.Fatalf("%d", page.Code)
	}
	if !strings.Contains(policy, "sandbox allow-scripts") || strings.Contains(policy, "unsafe") || len(regexp.MustCompile(`'sha256-`).FindAllString(policy, -1)) != 3 {
		t.Errorf("policy %q", policy)
	}
	for _, path := range []string{"/", PreviewPrefix, PreviewPrefix + "0000000000000000.html", "/website-preview/../tresen.db"} {
		if w := get(path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

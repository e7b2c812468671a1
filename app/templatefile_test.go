package app

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/media"
	"tresen/internal/simulator"
)

// headed adds an approved template whose header is a file or a place.
func (d *desk) headed(name, format string) string {
	d.Helper()
	id, err := d.sim.AddTemplate(simulator.Template{Name: name, Language: "de", Category: "UTILITY", Components: []any{
		map[string]any{"type": "HEADER", "format": format},
		map[string]any{"type": "BODY", "text": "Guten Tag {{1}}, hier ist alles zu Ihrer Bestellung."}}})
	d.check(err)
	_, err = bound[*Templates](d).Refresh()
	d.check(err)
	return id
}

// A picture stands above a template's text: chosen, checked, uploaded, on the
// phone, in the window, and gone with the person.
func TestTemplateWithAPicture(t *testing.T) {
	d := open(t)
	templates, b := bound[*Templates](d), bound[*Sending](d)
	id := d.headed("strauss", "IMAGE")
	anna := d.anna()
	row := d.say(anna, "Wie sieht er aus?")
	ben := d.say(d.customer(simulator.Person{Phone: "+491713920012", Name: "Ben"}), "Hallo")
	task, err := templates.Prepare(TemplateUse{TemplateID: id, ConversationID: row.ID, Language: "de"})
	if got := do(d, task, err); len(got.FileTypes) != 2 || got.Template.Obstacle != "" {
		t.Errorf("task %+v", got)
	}
	photo := simulator.Photo("a")
	photo.Name = "a.jpg"
	picture := d.stage(b, row.ID, photo)
	paper := d.stage(b, row.ID, simulator.Paper("Angebot.pdf", "Für Sie"))
	foreign := d.stage(b, ben.ID, photo)
	use := TemplateUse{TemplateID: id, ConversationID: row.ID, Language: "de", Values: map[string]string{"body.1": "Anna"}}
	for file, want := range map[string]struct {
		code  inbox.Code
		field string
	}{
		"": {inbox.CodeInvalid, fieldHeaderFile}, paper.ID: {inbox.CodeInvalid, fieldHeaderImage}, foreign.ID: {inbox.CodeConflict, ""}, "x": {inbox.CodeNotFound, ""},
	} {
		use.FileID = file
		_, err := templates.Send(use)
		d.refused("file "+file, err, want.code, want.field)
	}
	d.sim.Advance(25 * time.Hour)
	use.FileID = picture.ID
	sent, err := templates.Send(use)
	d.awaitStatus(do(d, sent, err), inbox.StatusRead)
	got := anna.Received()
	if len(got) != 1 || got[0].Type != "template" || got[0].Media == nil || got[0].Media.MIME != "image/jpeg" || got[0].Text != sent.Text {
		t.Errorf("phone shows %+v", got)
	}
	if sent.Content == nil || sent.Content.Frame.HeaderKind != "image" || sent.File == nil || sent.File.State != "stored" || !sent.File.Inline {
		t.Errorf("the window shows %+v, %+v", sent.Content, sent.File)
	}
	if w := d.get("/media/"+sent.ID, ""); w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/jpeg" {
		t.Errorf("the picture: %d %s", w.Code, w.Header().Get("Content-Type"))
	}
	_, err = templates.Send(use)
	d.refused("the same file again", err, inbox.CodeNotFound, "")
	d.check(b.DiscardFile(paper.ID))
	d.check(b.DiscardFile(foreign.ID))
	report, err := d.customers.Erase(row.CustomerID)
	do(d, report, err)
	d.await("erasure", func() bool {
		report, err = d.customers.GetErasure(report.JobID)
		return do(d, report, err).State == "done"
	})
	files, err := filepath.Glob(filepath.Join(d.cfg.DataDir, "media", "*", "*"))
	if err != nil || report.Media != 1 || report.ScanHits != 0 || len(files) != 0 || report.UploadsDeleted != 1 {
		t.Errorf("left %v, %v; report %+v", files, err, report)
	}
}

// The provider has lost the file: the message fails, and sent again it uploads
// the file once more.
func TestTemplateWhosePictureExpired(t *testing.T) {
	d := open(t)
	templates, b := bound[*Templates](d), bound[*Sending](d)
	id := d.headed("rechnung", "DOCUMENT")
	anna := d.anna()
	row := d.say(anna, "Die Rechnung bitte")
	d.sim.ChangeFaults(func(f *simulator.Faults) { f.RefuseSends, f.RefuseCode = 1, 131053 })
	paper := d.stage(b, row.ID, simulator.Paper("Rechnung.pdf", "100 Euro"))
	sent, err := templates.Send(TemplateUse{TemplateID: id, ConversationID: row.ID, Values: map[string]string{"body.1": "Anna"}, FileID: paper.ID})
	do(d, sent, err)
	var failed MessageRow
	d.await("failure", func() bool {
		failed = d.message(row.ID, sent.ID)
		return failed.Status == string(inbox.StatusFailed)
	})
	if failed.FailureNumber != 131053 {
		t.Errorf("failed with %+v", failed)
	}
	again, err := d.inbox.Retry(sent.ID)
	d.awaitStatus(do(d, again, err), inbox.StatusRead)
	if got := anna.Received(); len(got) != 1 || got[0].Media == nil || got[0].Media.Name != paper.Name {
		t.Errorf("phone shows %+v", got)
	}
}

func TestTemplateWithAPlace(t *testing.T) {
	d := open(t)
	templates := bound[*Templates](d)
	d.check(bound[*Sending](d).SaveSettings(SendingSettings{Place: ShopPlace{Set: true, Latitude: 52.5, Longitude: 13.4, Name: "Laden", Address: "Markt 3"}}))
	id := d.headed("weg", "LOCATION")
	anna := d.anna()
	row := d.say(anna, "Wo sind Sie?")
	use := TemplateUse{TemplateID: id, ConversationID: row.ID, Values: map[string]string{"body.1": "Anna"}}
	task, err := templates.Prepare(use)
	if got := do(d, task, err).Place; got == nil || *got != (LocationInput{Latitude: 52.5, Longitude: 13.4, Name: "Laden", Address: "Markt 3"}) {
		t.Errorf("place %+v", got)
	}
	_, err = templates.Send(use)
	d.refused("no place", err, inbox.CodeInvalid, "place")
	use.Place = task.Place
	sent, err := templates.Send(use)
	d.awaitStatus(do(d, sent, err), inbox.StatusRead)
	if got := anna.Received(); len(got) != 1 || got[0].Location == nil || got[0].Location.Latitude != 52.5 || got[0].Location.Address != "Markt 3" {
		t.Errorf("phone shows %+v", got)
	}
	if sent.Content == nil || sent.Content.Location == nil || sent.Content.Location.Name != "Laden" {
		t.Errorf("the window shows %+v", sent.Content)
	}
}

// A sample goes to Meta with what it says about its place removed; the template
// with it is created and can be sent once approved.
func TestTemplateIsCreatedWithASample(t *testing.T) {
	d := open(t)
	picked := ""
	d.app.cfg.PickFiles = func() ([]string, error) {
		if picked == "" {
			return nil, nil
		}
		return []string{picked}, nil
	}
	templates := bound[*Templates](d)
	pick := func(kind string) TemplateSample {
		sample, err := templates.PickSample(kind)
		return do(d, sample, err)
	}
	write := func(name string, content []byte) {
		picked = filepath.Join(t.TempDir(), name)
		d.check(os.WriteFile(picked, content, 0o600))
	}
	if got := pick("image"); got != (TemplateSample{}) {
		t.Errorf("nothing chosen: %+v", got)
	}
	for name, tt := range map[string]struct {
		content       []byte
		kind, problem string
	}{
		"leer.jpg": {nil, "image", media.FieldEmpty}, "text.txt": {[]byte("Hallo"), "document", media.FieldType},
		"bild.jpg": {simulator.Photo("a").Bytes, "document", fieldHeaderPaper}, "a.pdf": {simulator.Paper("a", "b").Bytes, "video", fieldHeaderVideo},
		"groß.pdf": {make([]byte, media.MaxSample+1), "document", media.FieldSize},
	} {
		write(name, tt.content)
		if got := pick(tt.kind); got.Problem != tt.problem || got.Handle != "" || got.Name != name {
			t.Errorf("%s: %+v", name, got)
		}
	}
	form := TemplateForm{Name: "strauss", Language: "de", Category: "UTILITY", HeaderKind: "image", Body: "So sieht Ihr bestellter Strauß aus."}
	_, err := templates.Create(form)
	d.refused("no sample", err, inbox.CodeInvalid, "header")
	write("strauss.jpg", simulator.Photo("a").Bytes)
	sample := pick("image")
	if sample.Handle == "" || sample.Problem != "" || sample.Name != "strauss.jpg" {
		t.Fatalf("sample %+v", sample)
	}
	form.HeaderHandle = sample.Handle
	made, err := templates.Create(form)
	if got := do(d, made, err); got.Status != "PENDING" || got.Frame.HeaderKind != "image" {
		t.Errorf("created %+v", got)
	}
	d.check(d.sim.ReviewTemplate(made.ID, "APPROVED", ""))
	row := d.say(d.anna(), "Wie sieht er aus?")
	picture := d.stage(bound[*Sending](d), row.ID, simulator.Photo("b"))
	d.await("approval", func() bool {
		task, err := templates.Prepare(TemplateUse{TemplateID: made.ID, ConversationID: row.ID})
		return do(d, task, err).Template.Obstacle == ""
	})
	sent, err := templates.Send(TemplateUse{TemplateID: made.ID, ConversationID: row.ID, FileID: picture.ID})
	d.awaitStatus(do(d, sent, err), inbox.StatusRead)
}

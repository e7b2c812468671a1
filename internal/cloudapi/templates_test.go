package cloudapi

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
)

func fullTemplate() inbox.Template {
	return inbox.Template{
		Name: "order_ready", Language: "de", Category: inbox.CategoryUtility, Named: true,
		Header: &inbox.TemplateHeader{Format: inbox.HeaderText, Text: "Auftrag {{number}}", Example: "4711"},
		Body:   "Guten Tag {{name}}, Ihre Bestellung ist fertig und liegt bis {{until}} für Sie bereit.",
		Footer: "Blumen Wiesengrund",
		Buttons: []inbox.TemplateButton{
			{Type: inbox.ButtonQuickReply, Text: "Ich komme"},
			{Type: inbox.ButtonURL, Text: "Ansehen", URL: "https://wiesengrund.example/o/{{1}}", Example: "https://wiesengrund.example/o/4711"},
			{Type: inbox.ButtonPhone, Text: "Anrufen", Phone: "+493012345678"},
		},
		Examples: map[string]string{"name": "Frau Beispiel", "until": "Freitag"},
	}
}

func TestTemplateComesBackAsCreated(t *testing.T) {
	client, sim := simulated(t)
	want := fullTemplate()
	made, err := client.CreateTemplate(t.Context(), want)
	if err != nil || made.ID == "" || made.Status != inbox.TemplatePending || made.Category != inbox.CategoryUtility {
		t.Fatalf("CreateTemplate = %+v, %v", made, err)
	}
	if err := sim.ReviewTemplate(string(made.ID), "APPROVED", ""); err != nil {
		t.Fatal(err)
	}
	list, err := client.ListTemplates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want.ID, want.Status, want.Quality = made.ID, inbox.TemplateApproved, "UNKNOWN"
	want.Header.Example = "" // Meta's list is not asked for it
	for _, got := range list {
		if got.ID == made.ID && !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
	if err := client.DeleteTemplate(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	after, err := client.ListTemplates(t.Context())
	if err != nil || len(after) != len(list)-1 {
		t.Errorf("%d templates after deleting one of %d, %v", len(after), len(list), err)
	}
}

// A picture, a film or a paper above the text needs a sample, brought to Meta before.
func TestTemplateWithASample(t *testing.T) {
	client, _ := simulated(t)
	token, err := client.DebugToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	samples := map[string]string{}
	for mime, f := range map[string]simulator.File{"image/jpeg": simulator.Photo("a"), "video/mp4": simulator.Clip(), "application/pdf": simulator.Paper("a", "b")} {
		if samples[mime], err = client.UploadHandle(t.Context(), token.AppID, "sample", mime, f.Bytes); err != nil {
			t.Fatal(mime, err)
		}
	}
	for format, mime := range map[inbox.HeaderFormat]string{
		inbox.HeaderImage: "image/jpeg", inbox.HeaderVideo: "video/mp4", inbox.HeaderDocument: "application/pdf",
	} {
		for of, handle := range samples {
			asked := fullTemplate()
			asked.Name, asked.Header = "with_"+strings.ToLower(string(format)), &inbox.TemplateHeader{Format: format, Handle: handle}
			made, err := client.CreateTemplate(t.Context(), asked)
			if of != mime && inbox.CodeOf(err) != inbox.CodeTemplateRejected || of == mime && (err != nil || made.ID == "") {
				t.Errorf("%s with %s: %+v, %v", format, of, made, err)
			}
		}
	}
	list, err := client.ListTemplates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range list {
		if want, ok := strings.CutPrefix(got.Name, "with_"); ok && (got.Header == nil || string(got.Header.Format) != strings.ToUpper(want)) {
			t.Errorf("%s has the header %+v", got.Name, got.Header)
		}
	}
}

func TestTemplateMetaRefuses(t *testing.T) {
	client, _ := simulated(t)
	bad := fullTemplate()
	bad.Body = "{{name}}"
	if _, err := client.CreateTemplate(t.Context(), bad); inbox.CodeOf(err) != inbox.CodeTemplateRejected {
		t.Errorf("a body that is one variable: %v", err)
	}
}

// Every shape this program sends is one the simulator, which read Meta's pages
// on its own, takes.
func TestInteractiveAndTemplateSends(t *testing.T) {
	client, sim := simulated(t)
	anna, err := sim.AddCustomer(simulator.Person{Phone: "+491713920034", Name: "Anna"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := anna.SendText(t.Context(), "Hallo"); err != nil {
		t.Fatal(err)
	}
	made, err := client.CreateTemplate(t.Context(), fullTemplate())
	if err != nil {
		t.Fatal(err)
	}
	if err := sim.ReviewTemplate(string(made.ID), "APPROVED", ""); err != nil {
		t.Fatal(err)
	}
	buttons := []inbox.ReplyButton{{ID: "1", Title: "Ja"}, {ID: "2", Title: "Nein"}}
	rows := []inbox.ListRow{{ID: "1", Title: "Montag", Description: "9 bis 12 Uhr"}, {ID: "2", Title: "Dienstag"}}
	bodies := map[string]Body{
		"buttons": Interactive{Interactive: inbox.Interactive{Type: inbox.InteractiveButtons, Header: "Termin", Body: "Passt das?", Footer: "Wiesengrund", Buttons: buttons}},
		"list": Interactive{Interactive: inbox.Interactive{Type: inbox.InteractiveList, Body: "Wann?", Button: "Tage",
			Sections: []inbox.ListSection{{Title: "Woche", Rows: rows}}}},
		"link":     Interactive{Interactive: inbox.Interactive{Type: inbox.InteractiveLink, Body: "Mehr:", Link: &inbox.LinkButton{Title: "Öffnen", URL: "https://wiesengrund.example"}}},
		"location": Interactive{Interactive: inbox.Interactive{Type: inbox.InteractiveLocationRequest, Body: "Wo sind Sie?"}},
		"contact":  Interactive{Interactive: inbox.Interactive{Type: inbox.InteractiveContactRequest, Body: "Wie erreichen wir Sie?"}},
		"template": Template{TemplateMessage: inbox.TemplateMessage{
			Name: "order_ready", Language: "de", HeaderFormat: inbox.HeaderText,
			Values: []inbox.TemplateValue{
				{Part: inbox.PartHeader, Name: "number", Text: "4711"},
				{Part: inbox.PartBody, Name: "name", Text: "Anna"}, {Part: inbox.PartBody, Name: "until", Text: "Freitag"},
				{Part: inbox.PartButton, Button: 1, Type: inbox.ButtonURL, Text: "4711"},
			},
		}},
	}
	for name, body := range bodies {
		if _, err := client.SendMessage(t.Context(), OutgoingMessage{To: toAnna, Body: body}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, item := range anna.Received() {
		if item.Header == "Auftrag 4711" && item.Text != "Guten Tag Anna, Ihre Bestellung ist fertig und liegt bis Freitag für Sie bereit." {
			t.Errorf("the customer reads %q", item.Text)
		}
	}
}

func TestTemplatePayload(t *testing.T) {
	tests := map[string]struct {
		template Template
		want     string
	}{
		"no variables": {Template{TemplateMessage: inbox.TemplateMessage{Name: "a", Language: "de"}},
			`{"language":{"code":"de"},"name":"a"}`},
		"file": {Template{TemplateMessage: inbox.TemplateMessage{Name: "a", Language: "de", HeaderFormat: inbox.HeaderDocument},
			File: &HeaderFile{Type: "document", MediaID: "7", FileName: "a.pdf"}},
			`{"components":[{"parameters":[{"document":{"filename":"a.pdf","id":"7"},"type":"document"}],"type":"header"}],"language":{"code":"de"},"name":"a"}`},
		"image": {Template{TemplateMessage: inbox.TemplateMessage{Name: "a", Language: "de", HeaderFormat: inbox.HeaderImage},
			File: &HeaderFile{Type: "image", MediaID: "7", FileName: "a.jpg"}},
			`{"components":[{"parameters":[{"image":{"id":"7"},"type":"image"}],"type":"header"}],"language":{"code":"de"},"name":"a"}`},
		"video": {Template{TemplateMessage: inbox.TemplateMessage{Name: "a", Language: "de", HeaderFormat: inbox.HeaderVideo},
			File: &HeaderFile{Type: "video", MediaID: "7"}},
			`{"components":[{"parameters":[{"type":"video","video":{"id":"7"}}],"type":"header"}],"language":{"code":"de"},"name":"a"}`},
		"place": {Template{TemplateMessage: inbox.TemplateMessage{Name: "a", Language: "de", HeaderFormat: inbox.HeaderLocation},
			Place: &inbox.Location{Latitude: 52.5, Longitude: 13.4, Name: "Laden", Address: "Markt 3"}},
			`{"components":[{"parameters":[{"location":{"address":"Markt 3","latitude":"52.5","longitude":"13.4","name":"Laden"},"type":"location"}],` +
				`"type":"header"}],"language":{"code":"de"},"name":"a"}`},
		"buttons": {Template{TemplateMessage: inbox.TemplateMessage{Name: "a", Language: "de", Values: []inbox.TemplateValue{
			{Part: inbox.PartButton, Button: 0, Type: inbox.ButtonQuickReply, Text: "ja"},
			{Part: inbox.PartButton, Button: 1, Type: inbox.ButtonCopyCode, Text: "SAVE"},
			{Part: inbox.PartButton, Button: 2, Type: inbox.ButtonFlow, Text: "t"}}}},
			`{"components":[{"index":"0","parameters":[{"payload":"ja","type":"payload"}],"sub_type":"quick_reply","type":"button"},` +
				`{"index":"1","parameters":[{"coupon_code":"SAVE","type":"coupon_code"}],"sub_type":"copy_code","type":"button"},` +
				`{"index":"2","parameters":[{"action":{"flow_token":"t"},"type":"action"}],"sub_type":"flow","type":"button"}],"language":{"code":"de"},"name":"a"}`},
	}
	for name, tt := range tests {
		_, object, err := tt.template.payload()
		if err != nil {
			t.Fatal(name, err)
		}
		got, err := json.Marshal(object)
		if err != nil || string(got) != tt.want {
			t.Errorf("%s\n got %s\nwant %s", name, got, tt.want)
		}
	}
	for _, format := range []inbox.HeaderFormat{inbox.HeaderImage, inbox.HeaderLocation} {
		bad := Template{TemplateMessage: inbox.TemplateMessage{Name: "a", Language: "de", HeaderFormat: format}}
		if _, _, err := bad.payload(); inbox.CodeOf(err) != inbox.CodeInvalid {
			t.Errorf("%s header without its content: %v", format, err)
		}
		bad.File = &HeaderFile{Type: "video", MediaID: "7"}
		if _, _, err := bad.payload(); inbox.CodeOf(err) != inbox.CodeInvalid {
			t.Errorf("%s header with a film: %v", format, err)
		}
	}
}

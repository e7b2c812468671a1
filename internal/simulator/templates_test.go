package simulator

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

const templatesPath = "/v25.0/" + DefaultWABAID + "/message_templates"

func bodyTemplate(name, text string) m {
	body := m{"type": "BODY", "text": text}
	if names := placeholdersIn(text); len(names) > 0 {
		samples := make([]any, len(names))
		for i := range samples {
			samples[i] = "Muster"
		}
		body["example"] = m{"body_text": []any{samples}}
	}
	return m{"name": name, "language": "de", "category": "UTILITY", "components": []any{body}}
}

func TestTemplateLife(t *testing.T) {
	b := open(t, Config{TemplateReview: time.Minute})
	a := b.expect("create", "POST", templatesPath, bodyTemplate("fertig", "Guten Tag {{1}}, Ihre Bestellung {{2}} ist fertig."), 0)
	id, _ := a.body["id"].(string)
	if a.body["status"] != "PENDING" || id == "" {
		t.Fatalf("created %v", a.body)
	}
	b.expect("twice", "POST", templatesPath, bodyTemplate("fertig", "x y z"), 100)
	b.Advance(time.Minute)
	h := b.idle()[0]
	v := h.value(t)
	if v["event"] != "APPROVED" || v["message_template_name"] != "fertig" || !strings.Contains(string(h.body), `"message_template_id":`+id) {
		t.Errorf("webhook %s", h.body)
	}
	a = b.expect("list", "GET", templatesPath+"?fields=id,name,status,quality_score&name=fertig", nil, 0)
	if at(t, a.body, "data", 0, "status") != "APPROVED" || at(t, a.body, "data", 0, "id") != id {
		t.Errorf("list %v", a.body)
	}
	b.expect("edit", "POST", "/v25.0/"+id, m{"components": []any{m{"type": "BODY", "text": "Neuer Text"}}}, 0)
	b.Advance(time.Minute)
	b.idle()
	b.expect("edit on the same day", "POST", "/v25.0/"+id, m{"components": []any{m{"type": "BODY", "text": "Noch einer"}}}, 100)
	b.expect("delete", "DELETE", templatesPath+"?name=fertig&hsm_id="+id, nil, 0)
	b.expect("delete again", "DELETE", templatesPath+"?name=fertig", nil, 100)
}

func TestTemplatesThatAreRefused(t *testing.T) {
	b := open(t, Config{})
	for name, bad := range map[string]m{
		"name":              bodyTemplate("Groß", "x"),
		"no body":           {"name": "x", "language": "de", "category": "UTILITY", "components": []any{m{"type": "FOOTER", "text": "x"}}},
		"category":          {"name": "x", "language": "de", "category": "FUN", "components": []any{m{"type": "BODY", "text": "x"}}},
		"language":          {"name": "x", "category": "UTILITY", "components": []any{m{"type": "BODY", "text": "x"}}},
		"no components":     {"name": "x", "language": "de", "category": "UTILITY"},
		"leading variable":  bodyTemplate("x", "{{1}} ist fertig und bereit"),
		"trailing variable": bodyTemplate("x", "Fertig und bereit ist {{1}}"),
		"too many":          bodyTemplate("x", "a {{1}} {{2}} {{3}} b"),
		"long body":         bodyTemplate("x", strings.Repeat("x", 1025)),
	} {
		b.expect(name, "POST", templatesPath, bad, 100)
	}
}

// What a review form must have beyond its lengths.
func TestTemplateFormsThatAreRefused(t *testing.T) {
	b := open(t, Config{TemplateReview: -1})
	button := func(fields m) []any { return []any{m{"type": "BUTTONS", "buttons": []any{fields}}} }
	quick, link := m{"type": "QUICK_REPLY", "text": "Ja"}, m{"type": "URL", "text": "Sehen", "url": "https://a.example"}
	for name, bad := range map[string][]any{
		"no header sample":    {m{"type": "HEADER", "format": "TEXT", "text": "Nr. {{1}}"}},
		"two header vars":     {m{"type": "HEADER", "format": "TEXT", "text": "{{1}} {{2}}", "example": m{"header_text": []any{"a", "b"}}}},
		"header format":       {m{"type": "HEADER", "format": "SONG"}},
		"no picture sample":   {m{"type": "HEADER", "format": "IMAGE"}},
		"unknown upload":      {m{"type": "HEADER", "format": "IMAGE", "example": m{"header_handle": []any{"4::x"}}}},
		"footer variable":     {m{"type": "FOOTER", "text": "Von {{1}}"}},
		"button type":         button(m{"type": "DANCE", "text": "x"}),
		"button text":         button(m{"type": "QUICK_REPLY"}),
		"no phone":            button(m{"type": "PHONE_NUMBER", "text": "x"}),
		"no code":             button(m{"type": "COPY_CODE"}),
		"no address":          button(m{"type": "URL", "text": "x", "url": "sehen"}),
		"variable inside":     button(m{"type": "URL", "text": "x", "url": "https://a.example/{{1}}/b", "example": []any{"a"}}),
		"no address sample":   button(m{"type": "URL", "text": "x", "url": "https://a.example/{{1}}"}),
		"replies not grouped": {m{"type": "BUTTONS", "buttons": []any{quick, link, m{"type": "QUICK_REPLY", "text": "Nein"}}}},
	} {
		form := bodyTemplate("form", "Guten Tag")
		form["components"] = append(form["components"].([]any), bad...)
		b.expect(name, "POST", templatesPath, form, 100)
	}
	for name, text := range map[string]string{"gap": "Guten Tag {{1}}, wir haben {{3}} für Sie da.", "name": "Guten Tag {{name}}, schön dass Sie da sind.", "unreadable": "Guten Tag {{ä}}, schön dass Sie da sind."} {
		b.expect(name, "POST", templatesPath, bodyTemplate("form", text), 100)
	}
	sampleless := bodyTemplate("form", "Guten Tag {{1}}, Ihre Bestellung ist da.")
	delete(sampleless["components"].([]any)[0].(m), "example")
	b.expect("no body sample", "POST", templatesPath, sampleless, 100)
	whole := bodyTemplate("form", "Guten Tag {{1}}, Ihre Bestellung ist da.")
	whole["components"] = append(whole["components"].([]any), m{"type": "HEADER", "format": "LOCATION"}, m{"type": "BUTTONS", "buttons": []any{
		quick, m{"type": "URL", "text": "Sehen", "url": "https://a.example/{{1}}", "example": []any{"https://a.example/7"}},
		m{"type": "PHONE_NUMBER", "text": "Anrufen", "phone_number": "+493012345"}, m{"type": "COPY_CODE", "example": "SAVE10"},
	}})
	b.expect("whole", "POST", templatesPath, whole, 0)
}

func TestTemplateChangesAreTold(t *testing.T) {
	b := open(t, Config{TemplateReview: -1})
	shelf(t, b)
	id := formatUnix(b.templates[0].ID)
	for _, err := range []error{b.RateTemplate(id, "RED"), b.AnnounceCategory(id, "MARKETING")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	b.Advance(24 * time.Hour)
	var told []string
	for _, h := range b.idle() {
		v := h.value(t)
		told = append(told, fmt.Sprintf("%v %v %v %v", v["new_quality_score"], v["correct_category"], v["previous_category"], v["new_category"]))
	}
	want := []string{"RED <nil> <nil> <nil>", "<nil> MARKETING <nil> UTILITY", "<nil> <nil> UTILITY MARKETING"}
	if !reflect.DeepEqual(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	if err := b.RecategorizeTemplate(id, "UTILITY"); err != nil {
		t.Fatal(err)
	}
	a := b.expect("list", "GET", templatesPath+"?fields=name,category,quality_score&name=pos", nil, 0)
	if at(t, a.body, "data", 0, "category") != "UTILITY" || at(t, a.body, "data", 0, "quality_score", "score") != "RED" {
		t.Errorf("list %v", a.body)
	}
	for _, err := range []error{b.RateTemplate("1", "RED"), b.AnnounceCategory("1", "x"), b.RecategorizeTemplate("1", "x")} {
		if err == nil {
			t.Error("an unknown template was changed")
		}
	}
}

func TestTemplateCreationsPerHour(t *testing.T) {
	b := open(t, Config{TemplateReview: -1})
	for i := range 100 {
		b.expect("create", "POST", templatesPath, bodyTemplate(fmt.Sprint("t", i), "Ein Text"), 0)
	}
	b.expect("hundred and first", "POST", templatesPath, bodyTemplate("t100", "Ein Text"), 80007)
	b.Advance(time.Hour)
	b.expect("an hour later", "POST", templatesPath, bodyTemplate("t100", "Ein Text"), 0)
}

// shelf has one template of each sort.
func shelf(t *testing.T, b *bench) {
	t.Helper()
	for _, template := range []Template{
		{Name: "pos", Language: "de", Category: "UTILITY", Components: []any{
			m{"type": "HEADER", "format": "TEXT", "text": "Nr. {{1}} da"},
			m{"type": "BODY", "text": "Guten Tag {{1}}, es kostet {{2}} zusammen."},
			m{"type": "FOOTER", "text": "Ihr Laden"},
			m{"type": "BUTTONS", "buttons": []any{
				m{"type": "URL", "text": "Sehen", "url": "https://example.com/{{1}}"}, m{"type": "QUICK_REPLY", "text": "Danke"},
			}},
		}},
		{Name: "named", Language: "de", Category: "UTILITY", Format: "NAMED", Components: []any{
			m{"type": "BODY", "text": "Guten Tag {{vorname}}, alles ist fertig."},
		}},
		{Name: "bild", Language: "de", Category: "MARKETING", Components: []any{
			m{"type": "HEADER", "format": "IMAGE"}, m{"type": "BODY", "text": "Schauen Sie!"},
		}},
		{Name: "code", Language: "de", Category: "AUTHENTICATION", Components: []any{
			m{"type": "BODY", "add_security_recommendation": true},
			m{"type": "BUTTONS", "buttons": []any{m{"type": "OTP", "otp_type": "COPY_CODE", "text": "Kopieren"}}},
		}},
		{Name: "pause", Language: "de", Category: "UTILITY", Status: "PAUSED", Components: []any{m{"type": "BODY", "text": "x"}}},
		{Name: "aus", Language: "de", Category: "UTILITY", Status: "DISABLED", Components: []any{m{"type": "BODY", "text": "x"}}},
		{Name: "neu", Language: "de", Category: "UTILITY", Status: "PENDING", Components: []any{m{"type": "BODY", "text": "x"}}},
	} {
		if _, err := b.AddTemplate(template); err != nil {
			t.Fatal(template.Name, err)
		}
	}
}

func words2(texts ...string) []any {
	out := []any{}
	for _, text := range texts {
		out = append(out, m{"type": "text", "text": text})
	}
	return out
}

func sending(name, language string, components ...any) m {
	return m{"type": "template", "template": m{"name": name, "language": m{"code": language}, "components": components}}
}

func TestTemplateSends(t *testing.T) {
	b := open(t, Config{})
	shelf(t, b)
	anna := b.customer(Person{Phone: "+491713920011"}) // has never written: templates need no window
	header := m{"type": "header", "parameters": words2("7")}
	body := m{"type": "body", "parameters": words2("Anna", "5 €")}
	button := m{"type": "button", "sub_type": "url", "index": "0", "parameters": words2("abc")}
	otp := m{"type": "button", "sub_type": "url", "index": "0", "parameters": words2("4711")}
	named := m{"type": "text", "parameter_name": "vorname", "text": "Anna"}
	bsuid := anna.Person().BSUID
	for name, test := range map[string]struct {
		to   string
		body m
		code int
	}{
		"good":            {"+491713920011", sending("pos", "de", header, body, button), 0},
		"good by BSUID":   {bsuid, sending("pos", "de", header, body, button), 0},
		"named":           {"+491713920011", sending("named", "de", m{"type": "body", "parameters": []any{named}}), 0},
		"picture":         {"+491713920011", sending("bild", "de", m{"type": "header", "parameters": []any{m{"type": "image", "image": m{"link": "https://example.com/a.png"}}}}), 0},
		"code":            {"+491713920011", sending("code", "de", m{"type": "body", "parameters": words2("4711")}, otp), 0},
		"code by BSUID":   {bsuid, sending("code", "de", m{"type": "body", "parameters": words2("4711")}, otp), 131062},
		"other language":  {"+491713920011", sending("pos", "de_DE", header, body, button), 132001},
		"pending":         {"+491713920011", sending("neu", "de"), 132001},
		"paused":          {"+491713920011", sending("pause", "de"), 132015},
		"disabled":        {"+491713920011", sending("aus", "de"), 132016},
		"too few":         {"+491713920011", sending("pos", "de", header, m{"type": "body", "parameters": words2("Anna")}, button), 132000},
		"too many":        {"+491713920011", sending("pos", "de", header, m{"type": "body", "parameters": words2("1", "2", "3")}, button), 132000},
		"no button value": {"+491713920011", sending("pos", "de", header, body), 131008},
		"wrong button":    {"+491713920011", sending("pos", "de", header, body, m{"type": "button", "sub_type": "url", "index": "5", "parameters": words2("x")}), 132018},
		"name missing":    {"+491713920011", sending("named", "de", m{"type": "body", "parameters": words2("Anna")}), 132012},
		"name surplus":    {"+491713920011", sending("pos", "de", header, m{"type": "body", "parameters": []any{named, named}}, button), 132012},
		"text for image":  {"+491713920011", sending("bild", "de", header), 132012},
		"no picture":      {"+491713920011", sending("bild", "de", m{"type": "header", "parameters": []any{m{"type": "image"}}}), 131008},
		"unknown picture": {"+491713920011", sending("bild", "de", m{"type": "header", "parameters": []any{m{"type": "image", "image": m{"id": "7"}}}}), 131009},
	} {
		t.Run(name, func(t *testing.T) {
			a := b.post(test.to, test.body)
			if a.code() != test.code {
				t.Fatalf("code %d, want %d: %v", a.code(), test.code, a.body)
			}
			hooks := b.idle()
			if test.code != 0 {
				return
			}
			if at(t, a.body, "messages", 0, "message_status") != "accepted" {
				t.Errorf("answer %v", a.body)
			}
			if got := statuses(t, hooks); !reflect.DeepEqual(got, []string{"sent", "delivered"}) {
				t.Errorf("statuses %v", got)
			}
		})
	}
}

func TestTemplateOnThePhoneAndItsQuickReply(t *testing.T) {
	b := open(t, Config{})
	shelf(t, b)
	anna := b.customer(Person{Phone: "+491713920011"})
	b.post("+491713920011", sending("pos", "de",
		m{"type": "header", "parameters": words2("7")}, m{"type": "body", "parameters": words2("Anna", "5 €")},
		m{"type": "button", "sub_type": "url", "index": "0", "parameters": words2("abc")},
		m{"type": "button", "sub_type": "quick_reply", "index": "1", "parameters": []any{m{"type": "payload", "payload": "DANKE"}}})).wamid(t)
	b.idle()
	item := anna.Received()[0]
	if item.Header != "Nr. 7 da" || item.Text != "Guten Tag Anna, es kostet 5 € zusammen." || item.Footer != "Ihr Laden" || len(item.Buttons) != 2 {
		t.Fatalf("phone shows %+v", item)
	}
	if _, err := anna.TapButton(t.Context(), item.ID, item.Buttons[1]); err != nil {
		t.Fatal(err)
	}
	message := b.lastMessage()
	if message["type"] != "button" || at(t, message, "button", "payload") != "DANKE" {
		t.Errorf("answer %v", message)
	}
}

func TestReviewByHand(t *testing.T) {
	b := open(t, Config{TemplateReview: -1})
	id := b.expect("create", "POST", templatesPath, bodyTemplate("x", "Ein Text"), 0).body["id"].(string)
	b.Advance(1000 * time.Hour)
	if n := len(b.idle()); n != 0 {
		t.Errorf("%d webhooks without a review", n)
	}
	if err := b.ReviewTemplate(id, "REJECTED", "PROMOTIONAL"); err != nil {
		t.Fatal(err)
	}
	if v := b.idle()[0].value(t); v["event"] != "REJECTED" || v["reason"] != "PROMOTIONAL" {
		t.Errorf("webhook %v", v)
	}
	if err := b.ReviewTemplate("1", "APPROVED", ""); err == nil {
		t.Error("reviewed an unknown template")
	}
}

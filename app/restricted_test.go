package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
)

// whom are the ways in which a call can name somebody.
type whom struct {
	phone        *simulator.Customer
	name, word   string
	customer     string
	conversation int64
	message      string
	request      int64
	file         string
}

// nobody is named by ids that are well formed.
var nobody = whom{customer: "00000000-0000-7000-8000-000000000000", conversation: 900, message: "7916483719987201", request: 900, file: "none"}

// guestBook is somebody with a bit of everything the shop can keep.
func (d *desk) guestBook(p simulator.Person, word string) whom {
	d.Helper()
	w := whom{phone: d.customer(p), name: p.Name, word: word}
	row := d.say(w.phone, word+" für Samstag")
	w.customer, w.conversation = row.CustomerID, row.ID
	_, err := w.phone.SendFile(d.ctx, simulator.Photo(word), "")
	d.check(err)
	d.await("her file", func() bool {
		m := d.newest(row.ID)
		w.message = m.ID
		return m.File != nil && m.File.State == string(inbox.FileStored) && !m.File.Arriving
	})
	work := bound[*Work](d)
	d.check(work.SetReminder(ReminderRequest{ConversationID: row.ID, AtMs: time.Now().Add(-time.Minute).UnixMilli(), Why: word + " bestellen"}))
	_, err = work.SaveNote(NoteRequest{CustomerID: row.CustomerID, Text: "mag " + word})
	d.check(err)
	d.check(d.inbox.SaveDraft(DraftRequest{ConversationID: row.ID, Text: word + " ist da"}))
	d.agree(row.CustomerID)
	d.awaitStatus(d.send(SendTextRequest{ConversationID: row.ID, Text: "Gern, " + word}), inbox.StatusRead)
	w.file = d.stage(bound[*Sending](d), row.ID, simulator.Paper(word, "Für Sie")).ID
	w.request = d.asks(row.CustomerID, "restriction").ID
	return w
}

// openFor are the bound methods that may be used about somebody whose data are
// only stored, and what for (Art. 18(2) GDPR). All others have to refuse.
var openFor = map[string]string{
	"Cases.Get": "her request is answered", "Cases.Tell": "her request is answered", "Cases.Of": "her request is answered; dates only", "Cases.Take": "her request is answered", "Cases.Restrict": "her request is answered",
	"Cases.Lift": "her request is answered", "Cases.View": "says why her data are looked at", "Cases.PreviewLetter": "her request is answered",
	"Cases.SaveLetter": "her request is answered", "Cases.SendLetter": "her request is answered", "Cases.SendCode": "her request is answered",
	"Cases.Open":        "her request is taken down",
	"Rights.SaveAccess": "her own copy", "Rights.ProposeRedactions": "her own copy",
	"Customers.PreviewErasure": "erasure stays possible", "Customers.Erase": "erasure stays possible", "Erasing.Plan": "erasure stays possible",
	"Erasing.Start": "erasure stays possible", "Erasing.Refuse": "her request is answered",
}

// ends are those of them that end her data.
var ends = []string{"Customers.Erase", "Erasing.Start", "Erasing.Refuse"}

// silentAbout are those that answer as if she were not there.
var silentAbout = []string{"Search.Find"}

// without are methods that name a person and yet look up nothing about her.
var without = map[string]string{
	"Templates.Preview":   "fills a template with what the call says",
	"Snippets.AttachFile": "the number of a snippet", "Snippets.RemoveFile": "the number of a snippet", "Snippets.Delete": "the number of a snippet",
	"Snippets.StageFile":  "needs a snippet with a file",
	"Attention.SetView":   "keeps what the window shows",
	"Consents.Preview":    "words a question for anybody",
	"ChatImports.Preview": "needs a file chosen before", "ChatImports.Run": "needs a file chosen before", "ChatImports.Remove": "takes back an import",
	"Demo.Say": "the play shop's own people", "Demo.Scan": "the play shop's own people",
}

// steering are the types that are about the program and not about people; called
// at random they would close the shop.
var steering = []string{"Setup", "Guide", "Relay", "Wiping", "Backups", "Counter", "Exports", "Profile"}

// personal are the fields of requests that name a person.
var personal = []string{"CustomerID", "OtherID", "ConversationID", "MessageID", "MessageIDs", "CaseID", "Plan"}

// fill makes a request about somebody that a method has no reason to call invalid.
func (d *desk) fill(v reflect.Value, w whom, other whom, use map[string]any) (names bool) {
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		names = names || slices.Contains(personal, name)
		value, known := map[string]any{
			"CustomerID": w.customer, "OtherID": other.customer, "ConversationID": w.conversation, "MessageID": w.message, "MessageIDs": []string{w.message},
			"CaseID": w.request, "Text": "Guten Tag", "Emoji": "👍", "Language": "de", "Target": "en", "Why": "anrufen", "Kind": "enquiry", "Class": "letter",
			"Act": "withdrawn", "Origin": "oral", "Purpose": "news", "Topics": "Blumen", "Frequency": "monatlich", "Letter": "receipt", "Trigger": "user", "AtMs": time.Now().Add(-time.Minute).UnixMilli(),
			"Done": true, "Pinned": true, "Blocked": true, "Sensitive": true, "On": true, "Name": "a.pdf", "Size": int64(5), "Limit": 20, "Frame": "iVBORw0KGgo=", "Original": "Hello",
			"Files": []FileToSend{{ID: w.file}}, "ShopName": "Frau " + fmt.Sprint(w.conversation), "Warned": true, "Reason": "Auftrag",
		}[name]
		if special, ok := use[name]; ok {
			value, known = special, true
		}
		switch {
		case f.Kind() == reflect.Struct:
			d.fill(f, w, other, use)
		case known && reflect.TypeOf(value).ConvertibleTo(f.Type()) && reflect.TypeOf(value).Kind() == f.Kind():
			f.Set(reflect.ValueOf(value).Convert(f.Type()))
		}
	}
	return names
}

// about are the calls a method allows about somebody.
func (d *desk) about(name string, method reflect.Type, w, other whom, use map[string]any) (calls [][]reflect.Value, names bool) {
	if method.NumIn() != 1 {
		return nil, false
	}
	in := method.In(0)
	switch in.Kind() {
	case reflect.String:
		return [][]reflect.Value{{reflect.ValueOf(w.customer)}, {reflect.ValueOf(w.message)}}, false
	case reflect.Int64:
		return [][]reflect.Value{{reflect.ValueOf(w.conversation)}, {reflect.ValueOf(w.request)}}, false
	case reflect.Struct:
		v := reflect.New(in).Elem()
		if names = d.fill(v, w, other, use); names {
			return [][]reflect.Value{{v}}, true
		}
	}
	return nil, false
}

// outcome is what a call says, for comparing.
func outcome(method reflect.Value, args []reflect.Value) (code inbox.Code, result string) {
	out := method.Call(args)
	if err, _ := out[len(out)-1].Interface().(error); err != nil {
		code = inbox.CodeOf(err)
	}
	if len(out) > 1 {
		text, _ := json.Marshal(out[0].Interface())
		result = string(text)
	}
	return code, result
}

// TestRestrictedPeopleAreOnlyStored calls every method of the window about
// somebody whose data are only stored. Whatever makes a difference for somebody
// else has to refuse her, unless it is in openFor, and nothing anywhere may say
// who she is or what she wrote.
func TestRestrictedPeopleAreOnlyStored(t *testing.T) {
	d := open(t)
	d.details()
	d.savesInto(t.TempDir())
	d.app.cfg.OpenFile = func(string) error { return nil }
	anna := d.guestBook(simulator.Person{Phone: "+491713920011", Name: "Anna Äpfel", AutoRead: true}, "Rotkohl")
	ben := d.guestBook(simulator.Person{Phone: "+491713920012", Name: "Ben Birne", AutoRead: true}, "Grünkohl")
	cleo := d.guestBook(simulator.Person{Phone: "+491713920013", Name: "Cleo Citron", AutoRead: true}, "Rosenkohl")
	interpreter := newInterpreter(t)
	translation, err := bound[*Translation](d).Save(TranslationForm{Provider: "libretranslate", BaseURL: interpreter.URL, Key: "geheim-geheim"})
	d.check(err)
	_, err = bound[*Translation](d).Agree(translation.Host)
	d.check(err)
	d.check(bound[*Sending](d).SaveSettings(SendingSettings{Place: ShopPlace{Set: true, Latitude: 52.5, Longitude: 13.4, Name: "Laden"}}))
	for n := range 5 { // more than a call with somebody's numbers deletes
		_, err := bound[*Snippets](d).Save(SnippetForm{Name: fmt.Sprint("Satz ", n), Text: "Bis 18 Uhr."})
		d.check(err)
	}
	snippets, err := bound[*Snippets](d).Find("")
	if do(d, snippets, err); len(snippets) == 0 {
		t.Fatal("no snippet")
	}
	use := map[string]any{"SnippetID": snippets[len(snippets)-1].ID, "TemplateID": d.tulips(), "Values": map[string]string{"body.name": "Gast"}}
	d.await("search", func() bool { return len(d.find(SearchRequest{Text: "rotkohl"}).Messages) > 0 })
	_, err = bound[*Cases](d).Restrict(RestrictRequest{CaseID: anna.request, Ground: "claims"})
	d.check(err)
	copyOf := func() string {
		record, err := d.app.open.accessRecord(AccessRequest{CustomerID: anna.customer, Case: "-", Language: "de"})
		d.check(err)
		record.CreatedAt = time.Time{}
		for i := range record.Notes {
			record.Notes[i].At = time.Time{} // of a draft, that is now
		}
		text, err := json.Marshal(record)
		return string(do(d, text, err))
	}
	before, got := copyOf(), len(anna.phone.Received())
	tells := func(what, text string) {
		t.Helper()
		for _, secret := range []string{anna.name, anna.word, "491713920011", "1713920011"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s says %q of somebody whose data are only stored", what, secret)
			}
		}
	}
	walk := func(only func(reflect.Type) bool) {
		boundMethods(d.app, func(name string, method reflect.Value) {
			name = strings.NewReplacer("tresen/app.(*", "", ")", "").Replace(name)
			receiver, _ := splitMethod(name)
			if _, open := openFor[name]; open || slices.Contains(steering, receiver) || !only(method.Type()) {
				return
			}
			hers, names := d.about(name, method.Type(), anna, cleo, use)
			his, _ := d.about(name, method.Type(), ben, cleo, use)
			none, _ := d.about(name, method.Type(), nobody, nobody, use)
			differs := false
			for i := range hers {
				code, result := outcome(method, hers[i])
				tells(name, result)
				hisCode, hisResult := outcome(method, his[i])
				noCode, noResult := outcome(method, none[i])
				if _, known := without[name]; known || hisCode == noCode && hisResult == noResult {
					continue
				}
				differs = true
				if code != inbox.CodeRestricted && !slices.Contains(silentAbout, name) {
					t.Errorf("%s answers %q about somebody whose data are only stored; let it name no purpose, or say in openFor what for", name, code)
				}
			}
			if _, known := without[name]; names && !differs && !known {
				if code, _ := outcome(method, hers[0]); code == inbox.CodeRestricted {
					return
				}
				code, _ := outcome(method, his[0])
				t.Errorf("%s makes no difference (%s); fill its request so that it does", name, code)
			}
		})
	}
	walk(func(m reflect.Type) bool { return m.NumIn() == 1 })
	boundMethods(d.app, func(name string, method reflect.Value) { // and what needs no name
		_, verb := splitMethod(name)
		reads := strings.HasPrefix(verb, "List") || strings.HasPrefix(verb, "Get") || strings.HasPrefix(verb, "Count") || strings.HasPrefix(verb, "Proposals")
		if method.Type().NumIn() == 0 && reads {
			_, result := outcome(method, nil)
			tells(name, result)
		}
	})
	for _, view := range []string{"", "unread", "waiting", "soon", "done"} {
		page := d.view(ConversationQuery{View: view, Limit: 50})
		if tells("view "+view, fmt.Sprint(names(page.Rows))); page.Total != len(page.Rows) {
			t.Errorf("view %q counts %d of %d", view, page.Total, len(page.Rows))
		}
	}
	for _, text := range []string{"rotkohl", "anna", "samstag"} {
		found, err := json.Marshal(d.find(SearchRequest{Text: text}))
		tells("search", string(do(d, found, err)))
	}
	for _, path := range []string{anna.message, anna.message + "/thumb"} {
		if code := d.get(MediaPath+path, "").Code; code != http.StatusForbidden {
			t.Errorf("%s answers %d", path, code)
		}
	}
	tells("what went to the translator", strings.Join(interpreter.was(), "\n"))
	d.check(d.sim.WaitIdle(d.ctx))
	if after := copyOf(); after != before {
		at := 0
		for at < min(len(before), len(after)) && before[at] == after[at] {
			at++
		}
		t.Errorf("what is only stored was changed: %.200s became %.200s", before[at:], after[at:])
	}
	if len(anna.phone.Received()) != got {
		t.Error("something was sent to somebody whose data are only stored")
	}
	boundMethods(d.app, func(name string, method reflect.Value) { // what is open has to be
		name = strings.NewReplacer("tresen/app.(*", "", ")", "").Replace(name)
		if calls, _ := d.about(name, method.Type(), anna, cleo, use); openFor[name] != "" && !slices.Contains(ends, name) {
			for _, args := range calls {
				if code, _ := outcome(method, args); code == inbox.CodeRestricted {
					t.Errorf("%s refuses, although %s", name, openFor[name])
				}
			}
		}
	})
	report, err := d.customers.Erase(anna.customer)
	d.check(err)
	d.await("her erasure", func() bool {
		report, err = d.customers.GetErasure(report.JobID)
		return do(d, report, err).State == "done"
	})
}

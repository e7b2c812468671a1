package access_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	aeszip "github.com/yeka/zip"

	"tresen/internal/access"
	"tresen/internal/consent"
	"tresen/internal/inbox"
	"tresen/internal/print"
	"tresen/internal/store"
	"tresen/internal/storetest"
)

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// world is a shop with one person who left a bit of everything, and another one.
type world struct {
	*testing.T
	*storetest.Folder
	press    *print.Press
	customer inbox.CustomerID
	picture  inbox.MessageID
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, Folder: storetest.Open(t)}
	var err error
	if w.press, err = print.NewPress(); err != nil {
		t.Fatal(err)
	}
	w.other()
	w.person()
	return w
}

func (w *world) update(fn func(*store.Tx) error) {
	w.Helper()
	if err := w.Store.Update(context.Background(), fn); err != nil {
		w.Fatal(err)
	}
}

func (w *world) other() {
	w.update(func(tx *store.Tx) error {
		c, err := tx.InsertCustomer(inbox.Profile{ProfileName: "Bernd Bleibt"}, start)
		if err != nil {
			return err
		}
		ref, err := tx.EnsureConversation(c, "1")
		if err != nil {
			return err
		}
		_, err = tx.InsertMessage(store.NewMessage{Conversation: ref, PhoneNumberID: "1", WAMID: "wamid.other", Kind: inbox.KindText, SentAt: start,
			Content: inbox.Content{Text: "Das geht nur Bernd etwas an"}})
		return err
	})
}

func (w *world) person() {
	var ref store.ConversationRef
	w.update(func(tx *store.Tx) error {
		c, err := tx.InsertCustomer(inbox.Profile{ShopName: "=Frau Müßig", ProfileName: "Käthe <b>Müßig</b>"}, start)
		if err != nil {
			return err
		}
		w.customer = c.ID
		if err := tx.NoteIdentity(c, inbox.Identity{WAID: "491713920077", BSUID: "DE.4711"}, start); err != nil {
			return err
		}
		d := consent.Declaration{Purpose: consent.PurposeNews, Act: consent.ActConfirmed, At: start, Wording: consent.Wording{Text: "Ja, ich möchte …"}}
		d.Origin, d.Witness = consent.OriginPaper, "Frau Müller"
		if err := consent.New(make([]byte, 32)).Declare(tx, c, d); err != nil {
			return err
		}
		if ref, err = tx.EnsureConversation(c, "1"); err != nil {
			return err
		}
		for i, content := range []inbox.Content{
			{Text: "=HYPERLINK(\"http://boese.example\")"}, {Text: "<script>alert(1)</script> Größe 38"},
			{Location: &inbox.Location{Latitude: 49.79, Longitude: 9.95, Name: "Würzburg"}},
			{Contacts: []inbox.Card{{Name: "Ihre Schwester", Phones: []string{"+491700000000"}}}},
		} {
			kind := []inbox.MessageKind{inbox.KindText, inbox.KindText, inbox.KindLocation, inbox.KindContacts}[i]
			m := store.NewMessage{Conversation: ref, PhoneNumberID: "1", WAMID: inbox.WAMID("wamid." + string(rune('a'+i))), Kind: kind,
				SentAt: start.Add(time.Duration(i) * time.Minute), Content: content}
			if i == 1 {
				m.Direction = inbox.Outbound
			}
			if _, err := tx.InsertMessage(m); err != nil {
				return err
			}
		}
		in, err := tx.InsertMessage(store.NewMessage{Conversation: ref, PhoneNumberID: "1", WAMID: "wamid.file", Kind: inbox.KindImage, SentAt: start.Add(time.Hour),
			Content: inbox.Content{Media: &inbox.Media{ID: "1", MIME: "image/jpeg", FileName: "../../etc/passwd.exe", Caption: "Strauß"}}})
		w.picture = in.ID
		return err
	})
	f, err := w.Store.CreateFile(w.customer)
	if err != nil {
		w.Fatal(err)
	}
	defer f.Discard()
	if _, err := io.WriteString(f, "JPEG-Bytes"); err != nil {
		w.Fatal(err)
	}
	if err := f.Finish(); err != nil {
		w.Fatal(err)
	}
	w.update(func(tx *store.Tx) error { return w.furnish(tx, ref) })
	w.update(func(tx *store.Tx) error {
		kept, err := tx.KeepFetchedFile(w.picture, store.Sealed{File: f, Facts: inbox.FileFacts{MIME: "image/jpeg"}, At: start})
		if err == nil && !kept {
			w.Error("file was not kept")
		}
		return err
	})
}

// furnish adds what hangs on messages and people.
func (w *world) furnish(tx *store.Tx, ref store.ConversationRef) error {
	edited, err := tx.InsertMessage(store.NewMessage{Conversation: ref, PhoneNumberID: "1", WAMID: "wamid.edited", Kind: inbox.KindText,
		SentAt: start.Add(2 * time.Hour), Content: inbox.Content{Text: "Rufen Sie meinen Bruder an: 0171 / 392 00 55 oder bruder@example.org"}})
	if err != nil {
		return err
	}
	label, err := tx.InsertLabel(inbox.Label{Name: "Hochzeit", Colour: "blue"})
	if err != nil {
		return err
	}
	notice := inbox.WebsiteNotice{ID: "W1-K7QF", Version: "W1", Language: "de", Text: "Mit „Chat öffnen“ verlassen Sie diese Seite.", KeptAt: start}
	for _, err := range []error{
		tx.InsertVersion(ref, edited.ID, start.Add(2*time.Hour), inbox.Content{Text: "die alte Fassung"}),
		tx.SetEditedAt(edited.ID, start.Add(3*time.Hour)),
		tx.SaveTranslation(ref, edited.ID, inbox.Translation{Text: "Please call my brother", From: "de", To: "en"}),
		tx.SetLabels(w.customer, []inbox.LabelID{label}),
		tx.KeepWebsiteNotice(notice),
		tx.RecordShownNotice(ref.Customer, inbox.ShownNotice{ID: "W1-K7QF", At: start}),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *world) collect(redact map[inbox.MessageID]bool) access.Record {
	w.Helper()
	named := map[string]bool{}
	for id := range redact {
		named[fmt.Sprint(int64(id))] = true
	}
	return w.collectWithout(named)
}

// kept is an entry of the archive about her: a letter with its file.
func (w *world) kept() access.Kept {
	return access.NewKept(7, access.Kept{Class: "letter", From: start, Until: start.AddDate(6, 0, 0)}, []access.KeptMessage{
		{WAMID: "wamid.file", Direction: "out", Kind: "document", SentAt: start,
			Content: inbox.Content{Media: &inbox.Media{MIME: "application/pdf", Caption: "Rechnung aus dem Archiv an meine Schwägerin"}},
			Open:    func(ctx context.Context) (*store.StoredFile, error) { return w.Store.OpenFile(ctx, w.picture) }},
	})
}

func (w *world) collectWithout(redact map[string]bool) access.Record {
	w.Helper()
	until := start.AddDate(6, 0, 0)
	r, err := access.Collect(context.Background(), w.Store, access.Request{
		Customer: w.customer, Case: "AK-2026-0001", CreatedAt: start, Redact: redact, Language: "de",
		Controller: access.Controller{Name: "Blumen Müller", Address: "Gasse 1, 97070 Würzburg", Authority: "BayLDA, Ansbach"},
		Notes:      []access.Note{{Kind: "note", At: start, Text: "zahlt immer bar"}},
		Archive:    []access.Kept{w.kept()},
		Cases: []access.Case{{Number: "AK-2025-0007", Kind: "access", State: "closed", At: start.AddDate(-1, 0, 0),
			Events: []access.Event{
				{At: start.AddDate(-1, 0, 0), Kind: "opened", What: "chat 4711", Text: "AUSKUNFT"},
				{At: start.AddDate(-1, 0, 1), Kind: "state", What: "checked"},
				{At: start.AddDate(-1, 0, 2), Kind: "letter", What: "answer"},
			}}},
		Recipients: []access.Recipient{{Who: "WhatsApp Ireland Limited", What: "Auftragsverarbeiter"}},
		Transfers:  []access.Recipient{{Who: "USA", What: "Angemessenheitsbeschluss"}},
		Periods:    []access.Period{{Class: "letter", Basis: "§ 147 AO", Until: &until, Restricted: true}},
	}, func(int) {})
	if err != nil {
		w.Fatal(err)
	}
	return r
}

func (w *world) pack(r access.Record, language, passphrase string) ([]byte, access.Manifest) {
	w.Helper()
	var b bytes.Buffer
	m, err := access.Write(context.Background(), &b, w.press, r, access.Options{Language: language, Passphrase: passphrase, Open: w.Store.OpenFile})
	if err != nil {
		w.Fatal(err)
	}
	return b.Bytes(), m
}

func unpack(t *testing.T, b []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(content)
	}
	return files
}

func TestPackageHoldsEverythingAboutOnePerson(t *testing.T) {
	w := newWorld(t)
	b, m := w.pack(w.collect(nil), "de", "")
	files := unpack(t, b)
	for _, name := range []string{
		"00_LIESMICH_README.html", "01_Auskunft.pdf", "02_Stammdaten.json", "02_Stammdaten.csv", "03_Chatverlauf.json", "05_Notizen_intern.json",
		"06_Einwilligungen.json", "07_Protokoll.csv", "08_Aufbewahrung.csv", "portability/portability.json", "manifest.json", "schema.json",
	} {
		if files[name] == "" {
			t.Errorf("%s is missing", name)
		}
	}
	all := ""
	for name, content := range files {
		all += content
		if strings.Contains(name, "..") || strings.Contains(name, "exe") || strings.Contains(name, "49171") {
			t.Errorf("file name %s comes from outside", name)
		}
	}
	for _, want := range []string{"491713920077", "DE.4711", "Größe 38", "Würzburg", "Ihre Schwester", "JPEG-Bytes", "zahlt immer bar", "Ja, ich möchte …"} {
		if !strings.Contains(all, want) {
			t.Errorf("the package lacks %q", want)
		}
	}
	if strings.Contains(all, "Bernd") {
		t.Error("the package holds something of another person")
	}
	if len(m.Files) != len(files)-1 {
		t.Errorf("manifest of %d files for %d", len(m.Files), len(files))
	}
}

func TestPageOpensWithoutAnyRequestAndEscapes(t *testing.T) {
	w := newWorld(t)
	b, _ := w.pack(w.collect(nil), "de", "")
	html := unpack(t, b)["00_LIESMICH_README.html"]
	if strings.Contains(html, "<script") || strings.Contains(html, "<b>Müßig") {
		t.Error("text of a message is markup")
	}
	for _, m := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(html, -1) {
		if strings.Contains(m[1], ":") || strings.HasPrefix(m[1], "/") || strings.Contains(m[1], "..") {
			t.Errorf("the page points to %s", m[1])
		}
	}
	if !strings.Contains(html, "default-src 'none'") || !strings.Contains(html, `lang="de"`) {
		t.Error("no policy or no language")
	}
}

func TestJSONMatchesItsSchema(t *testing.T) {
	w := newWorld(t)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(access.Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	b, _ := w.pack(w.collect(map[inbox.MessageID]bool{w.picture: true}), "en", "")
	files := unpack(t, b)
	for _, name := range []string{"03_Chatverlauf.json", "portability/portability.json"} {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(files[name]))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken, err := jsonschema.UnmarshalJSON(strings.NewReader(`{"schema": 1}`))
	if err != nil || schema.Validate(broken) == nil {
		t.Error("the schema accepts anything")
	}
}

func TestPortablePartIsWhatThePersonGave(t *testing.T) {
	w := newWorld(t)
	b, _ := w.pack(w.collect(nil), "de", "")
	portable := unpack(t, b)["portability/portability.json"]
	for _, not := range []string{"zahlt immer bar", "Größe 38", "Frau Müßig", "§ 147"} {
		if strings.Contains(portable, not) {
			t.Errorf("the portable part holds %q", not)
		}
	}
	if !strings.Contains(portable, "Strauß") {
		t.Error("the portable part lacks what she sent")
	}
}

func TestRightsOfOthersAreBlackedOut(t *testing.T) {
	w := newWorld(t)
	full := w.collect(nil)
	var card inbox.MessageID
	for _, m := range full.Conversations[0].Messages {
		if m.Type == "contacts" {
			if err := json.Unmarshal([]byte(m.ID), &card); err != nil {
				t.Fatal(err)
			}
		}
	}
	b, _ := w.pack(w.collect(map[inbox.MessageID]bool{card: true, w.picture: true}), "de", "")
	all := ""
	for _, content := range unpack(t, b) {
		all += content
	}
	if strings.Contains(all, "Schwester") || strings.Contains(all, "JPEG-Bytes") || !strings.Contains(all, "geschwärzt: Rechte Dritter") {
		t.Error("somebody else's data is in the package")
	}
}

func TestArchiveIsBlackedOutToo(t *testing.T) {
	w := newWorld(t)
	for redact, want := range map[bool]bool{false: true, true: false} {
		b, _ := w.pack(w.collectWithout(map[string]bool{"a7-0": redact}), "de", "")
		files := unpack(t, b)
		if strings.Contains(files["00_LIESMICH_README.html"], "Schwägerin") != want {
			t.Errorf("redacted %t: archive there %t", redact, !want)
		}
		if _, there := files["04_Medien/20261122T090000Z_a7-0.pdf"]; there != want {
			t.Errorf("redacted %t: its file there %t", redact, there)
		}
	}
}

func TestEverythingThatHangsOnMessagesIsInIt(t *testing.T) {
	w := newWorld(t)
	b, _ := w.pack(w.collect(nil), "de", "")
	files := unpack(t, b)
	for name, parts := range map[string][]string{
		"03_Chatverlauf.html": {"die alte Fassung", "Please call my brother", "bearbeitet"},
		"03_Chatverlauf.json": {"die alte Fassung", "Please call my brother", "AK-2025-0007", "Hochzeit"},
		"00_LIESMICH_README.html": {"Mit „Chat öffnen“ verlassen Sie diese Seite.", "Hinweis auf der Website", "AK-2025-0007", "Auskunft", "Hochzeit",
			"WhatsApp Ireland Limited", "nicht", "03_Chatverlauf.html"},
		"04_Medien/media.csv":     {"a7-0.pdf", "SHA-256"},
		"07_Protokoll.csv":        {"AK-2025-0007", "W1-K7QF"},
		"portability/contact.vcf": {"VERSION:4.0", "tel:+491713920077", "FN:Käthe <b>Müßig</b>"},
		"manifest.json":           {`"signature": "none"`},
	} {
		for _, part := range parts {
			if !strings.Contains(files[name], part) {
				t.Errorf("%s lacks %q", name, part)
			}
		}
	}
	if strings.Contains(files["portability/portability.json"], "Rechnung aus dem Archiv") || strings.Contains(files["portability/portability.json"], "AK-2025-0007") {
		t.Error("the portable part holds what the shop keeps")
	}
}

// Whoever asked reads words, not the program's codes.
func TestHistoryOfACaseIsInWords(t *testing.T) {
	w := newWorld(t)
	r := w.collect(nil)
	for language, want := range map[string][]string{
		"de": {"Anfrage eingegangen (im Chat): <bdi>AUSKUNFT</bdi>", "Identität geprüft</li>", "Schreiben erstellt (Antwort)"},
		"en": {"request received (in the chat): <bdi>AUSKUNFT</bdi>", "identity checked</li>", "letter made (answer)"},
	} {
		b, _ := w.pack(r, language, "")
		page := unpack(t, b)["00_LIESMICH_README.html"]
		for _, words := range want {
			if !strings.Contains(page, words) {
				t.Errorf("%s: %q is missing", language, words)
			}
		}
	}
}

func TestProposalsNameWhatSaysSomethingOfOthers(t *testing.T) {
	record := access.Record{
		Controller: access.Controller{Phone: "+49 931 12345", Mail: "post@blumen.example"},
		Person:     access.Person{Identifiers: []access.Identifier{{Kind: "wa_id", Value: "491713920077"}}},
	}
	message := func(id string, m access.Message) { // in the order they are given
		m.ID, m.SentAt, m.Direction = id, start.Add(time.Duration(len(record.Archive))*time.Minute), "in"
		record.Archive = append(record.Archive, access.Kept{Messages: []access.Message{m}})
	}
	cards := func(phone string) *access.Details {
		return &access.Details{Contacts: []inbox.Card{{Name: "Jemand", Phones: []string{phone}}}}
	}
	message("1", access.Message{Text: "Am 01.03.2026 um 14:00, 34,90 €, Postleitzahl 97070"})
	message("2", access.Message{Text: "Meine Nummer: 0171/3920077, Ihre: (0931) 12345, post@blumen.example"})
	message("3", access.Message{Text: "Mein Bruder: +49 (0)171 392 00 55"})
	message("4", access.Message{Text: "schreiben Sie an schwester@müßig.example"})
	message("5", access.Message{Details: cards("+49 171 3920055")})
	message("6", access.Message{Details: cards("+49 171 3920077")})
	message("7", access.Message{File: &access.File{Type: "text/x-vcard"}})
	message("8", access.Message{Text: "nichts", Versions: []access.Version{{Text: "ruf 0151 23456789 an"}}})
	got := map[string][]access.Ground{}
	for _, p := range access.Propose(record) {
		got[p.ID] = p.Grounds
	}
	want := map[string][]access.Ground{"3": {access.GroundPhone}, "4": {access.GroundMail}, "5": {access.GroundCard}, "7": {access.GroundCard}, "8": {access.GroundPhone}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestSpreadsheetsExecuteNothing(t *testing.T) {
	w := newWorld(t)
	b, _ := w.pack(w.collect(nil), "de", "")
	files := unpack(t, b)
	if !strings.Contains(files["02_Stammdaten.csv"], "'=Frau Müßig") || !strings.Contains(files["portability/messages.csv"], "'=HYPERLINK") {
		t.Error("a cell begins with a formula")
	}
}

func TestCellsAreGuarded(t *testing.T) {
	for cell, want := range map[string]string{
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\t=1": "'\t=1", "\r=1": "'\r=1", "\n=1": "'\n=1", "＝1": "'＝1",
		"1=1": "1=1", "Anna": "Anna", "": "",
	} {
		var out bytes.Buffer
		if err := access.Table(&out, [][]string{{cell, "Ende"}}); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(out.Bytes(), []byte("\ufeff")))).ReadAll()
		// A carriage return does not survive writing: lines end in CRLF.
		if got := strings.ReplaceAll(want, "\r=", "="); err != nil || len(rows) != 1 || strings.ReplaceAll(rows[0][0], "\r=", "=") != got {
			t.Errorf("%q became %q, %v", cell, rows, err)
		}
	}
}

func TestSealedPackage(t *testing.T) {
	w := newWorld(t)
	const passphrase = "vier Wörter am Telefon"
	b, _ := w.pack(w.collect(nil), "de", passphrase)
	if bytes.Contains(b, []byte("Größe 38")) || bytes.Contains(b, []byte("JPEG-Bytes")) {
		t.Error("the sealed package is readable")
	}
	for pass, readable := range map[string]bool{passphrase: true, "etwas ganz anderes": false} {
		z, err := aeszip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		content := ""
		for _, f := range z.File {
			f.SetPassword(pass)
			if r, err := f.Open(); err == nil {
				if c, err := io.ReadAll(r); err == nil {
					content += string(c)
				}
			}
		}
		if strings.Contains(content, "Größe 38") != readable {
			t.Errorf("readable with this passphrase: %v", !readable)
		}
	}
	var short bytes.Buffer
	_, err := access.Write(context.Background(), &short, w.press, w.collect(nil), access.Options{Language: "de", Passphrase: "kurz", Open: w.Store.OpenFile})
	if inbox.CodeOf(err) != inbox.CodeInvalid || short.Len() != 0 {
		t.Errorf("short passphrase: %v", err)
	}
}

func TestPackingCanBeCancelled(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := access.Write(ctx, io.Discard, w.press, w.collect(nil), access.Options{Language: "de", Open: w.Store.OpenFile})
	if err == nil {
		t.Error("went on")
	}
}

// What was sent by itself is listed: the privacy notice word for word, the
// others by what they were for, also when the message itself is gone.
func TestAutomaticMessagesAreListed(t *testing.T) {
	w := newWorld(t)
	w.update(func(tx *store.Tx) error {
		c, err := tx.FindCustomer(w.customer)
		if err != nil {
			return err
		}
		text, err := tx.KeepAutomaticText(store.AutomaticText{At: start, Text: "Verantwortlich ist Blumen Müller.", Version: "2026-11", Generation: 1})
		if err != nil {
			return err
		}
		ref, err := tx.EnsureConversation(c, "1")
		if err != nil {
			return err
		}
		for kind, id := range map[string]int64{"notice": text, "greeting": 0, "absence": 0} {
			in, err := tx.InsertMessage(store.NewMessage{Conversation: ref, PhoneNumberID: "1", WAMID: inbox.WAMID("wamid." + kind), Kind: inbox.KindText, SentAt: start,
				Content: inbox.Content{Text: kind, Automatic: true}})
			if err != nil {
				return err
			}
			if err := tx.NoteAutomaticSend(c, store.AutomaticSend{Kind: kind, At: start, Message: in.ID, Text: id}); err != nil {
				return err
			}
		}
		return nil
	})
	got := map[string]string{}
	for _, n := range w.collectWithout(nil).Notices {
		got[n.Kind] = n.Text
	}
	if len(got) != 4 || got["notice"] != "Verantwortlich ist Blumen Müller." || got["website"] == "" {
		t.Errorf("listed %v", got)
	}
}

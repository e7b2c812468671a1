package store

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"

	"tresen/internal/inbox"
)

// secrets is what a test writes in every place that takes personal data.
var secrets = []string{
	"Rotkohlrezept", "Erika Mustermann", "erika.muster", "Frau Mustermann von gegenüber", "491713920077", "DE.1998877665544",
	"DE.ENT.5544332211", "wamid.HBgNNDkxNzEzOTIwMDc3FQIAEhgUM0E", "Quittung-Mustermann.pdf", "Entwurfsgedanke", "Vorversion",
	"🥨", "Rohteilgeheimnis", "Warteteilgeheimnis", "Einstellungsgeheimnis", "Kontohinweis", "wamid.Reaktion77", "Einwilligungswortlaut",
	"Bausteingeheimnis", "Vorlagengeheimnis",
	"W1-SEHR", "Hinweistextgeheimnis",
	"Vertragsgeheimnis",
	"Erinnerungsgrund", "Notizgeheimnis", "Etikettwort", "Kollegenname",
	"Übersetzungsgeheimnis", "Anfragegrund", "Prüfzahl 482913", "Berichtigungswort",
	"Vorabantwort", "Hinweis im Wortlaut",
	"Rundnachrichtgeheimnis",
}

func writeSecrets(t *testing.T, f *folder) {
	t.Helper()
	f.update(t, func(tx *Tx) error {
		c, err := tx.InsertCustomer(inbox.Profile{ShopName: secrets[3]}, at(0))
		if err != nil {
			return err
		}
		if err := tx.NoteIdentity(c, inbox.Identity{WAID: secrets[4], BSUID: secrets[5], ParentBSUID: secrets[6]}, at(0)); err != nil {
			return err
		}
		if err := tx.AnnounceIdentifier(c, inbox.KindWAID, secrets[4], at(1)); err != nil {
			return err
		}
		ref, err := tx.EnsureConversation(c, shopNumber)
		if err != nil {
			return err
		}
		m := text(ref, 1, secrets[0])
		m.WAMID, m.ProfileName, m.Username = inbox.WAMID(secrets[7]), secrets[1], secrets[2]
		in, err := tx.InsertMessage(m)
		if err != nil {
			return err
		}
		file := text(ref, 2, secrets[0])
		file.WAMID, file.Kind = "wamid.file", inbox.KindDocument
		file.Content = inbox.Content{Media: &inbox.Media{ID: "1", FileName: secrets[8], Caption: secrets[0]}, Context: &inbox.Context{WAMID: m.WAMID}}
		if _, err := tx.InsertMessage(file); err != nil {
			return err
		}
		if err := tx.QueueReaction(ref, ReactionSend{MessageID: in.ID, Callback: CallbackID{1}, Emoji: secrets[11], At: at(3)}); err != nil {
			return err
		}
		if err := tx.SaveTranslation(ref, in.ID, inbox.Translation{Text: "Übersetzungsgeheimnis", From: "en", To: "de"}); err != nil {
			return err
		}
		if err := tx.SetInterpreting(ref, inbox.Interpreting{On: true, Language: "Übersetzungsgeheimnis"}); err != nil {
			return err
		}
		if err := tx.SaveDraft(ref, inbox.Draft{Text: secrets[9]}); err != nil {
			return err
		}
		if err := tx.InsertVersion(ref, in.ID, at(1), inbox.Content{Text: secrets[10]}); err != nil {
			return err
		}
		if err := tx.SetReaction(ref, in.ID, shopNumber, inbox.WAMID(secrets[16]), inbox.Reaction{Emoji: secrets[11], At: at(3)}); err != nil {
			return err
		}
		if err := tx.InsertRawPart(RawPart{Customer: &c, Reason: "type", Expires: at(9), Content: []byte(secrets[12])}); err != nil {
			return err
		}
		pending := Pending{Target: inbox.WAMID(secrets[7] + "x"), Digest: secrets[13], At: at(1), Expires: at(9), Content: []byte(secrets[13])}
		if err := tx.InsertPending(shopNumber, pending); err != nil {
			return err
		}
		if err := tx.InsertConsent(c, "news", "confirmed", at(1), secrets[17]); err != nil {
			return err
		}
		request, err := tx.InsertCase(c, Case{Kind: "access", State: "received", ReceivedAt: at(1), DueAt: at(9), ActedAt: at(1)})
		if err != nil {
			return err
		}
		if err := tx.AppendCaseEvent(c, CaseEvent{Case: request.ID, At: at(1), Kind: "opened", Content: CaseContent{By: "Kollegenname", Text: "Anfragegrund"}}); err != nil {
			return err
		}
		if err := tx.SetChallenge(c, request.ID, "Prüfzahl 482913"); err != nil {
			return err
		}
		if err := tx.RecordCorrection(c, Correction{At: at(2), Field: "shopName", Old: secrets[3], New: "Berichtigungswort"}); err != nil {
			return err
		}
		if err := tx.SetReminder(ref, at(4), "Erinnerungsgrund"); err != nil {
			return err
		}
		if _, err := tx.InsertNote(c.ID, at(4), "Notizgeheimnis"); err != nil {
			return err
		}
		if _, err := tx.InsertLabel(inbox.Label{Name: "Etikettwort", Colour: "blue"}); err != nil {
			return err
		}
		if _, err := tx.InsertColleague("Kollegenname"); err != nil {
			return err
		}
		if _, err := tx.InsertPaper(PaperContract, at(4), "Vertragsgeheimnis", []byte("Vertragsgeheimnis")); err != nil {
			return err
		}
		if err := tx.SetSetting("shop", []byte(secrets[14])); err != nil {
			return err
		}
		if _, err := tx.InsertSnippet(inbox.Snippet{Name: secrets[18], Text: secrets[18]}); err != nil {
			return err
		}
		if err := tx.PutTemplate(inbox.Template{ID: "77", Name: secrets[19], Body: secrets[19]}); err != nil {
			return err
		}
		if err := tx.RecordShownNotice(c, inbox.ShownNotice{ID: secrets[20], At: at(1)}); err != nil {
			return err
		}
		if err := tx.KeepWebsiteNotice(inbox.WebsiteNotice{ID: "W1-ABCD", Text: secrets[21], KeptAt: at(1)}); err != nil {
			return err
		}
		if err := tx.SaveIntake(c, at(4), "Vorabantwort"); err != nil {
			return err
		}
		if _, err := tx.KeepAutomaticText(AutomaticText{At: at(4), Text: "Hinweis im Wortlaut"}); err != nil {
			return err
		}
		rundnachricht := BroadcastContent{Name: "Rundnachrichtgeheimnis", Text: "Rundnachrichtgeheimnis"}
		if _, err := tx.InsertBroadcast(Broadcast{State: BroadcastRunning, MadeAt: at(1), NextAt: at(1), Content: rundnachricht}, []CustomerRef{c}); err != nil {
			return err
		}
		return tx.InsertNotice(inbox.AccountNotice{Event: secrets[15], At: at(1), Key: "k"})
	})
}

func TestNothingReadableOnDisk(t *testing.T) {
	f := openFolder(t)
	writeSecrets(t, f)
	id, ref := f.picture(t, 7, 1)
	secret := f.newFile(t, ref, strings.Repeat(secrets[0]+secrets[1], 10_000))
	f.update(t, func(tx *Tx) error {
		_, err := tx.KeepFetchedFile(id, Sealed{File: secret, Thumb: f.newFile(t, ref, secrets[1]), At: at(9)})
		return err
	})
	for _, moment := range []string{"open", "closed"} {
		if moment == "closed" {
			f.close()
		}
		err := filepath.WalkDir(f.dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, secret := range secrets {
				for form, b := range forms(secret) {
					if bytes.Contains(content, b) {
						t.Errorf("%s: %s holds %q as %s", moment, filepath.Base(path), secret, form)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func forms(s string) map[string][]byte {
	var utf16le []byte
	for _, u := range utf16.Encode([]rune(s)) {
		utf16le = append(utf16le, byte(u), byte(u>>8))
	}
	return map[string][]byte{
		"UTF-8": []byte(s), "UTF-16": utf16le, "hex": []byte(hex.EncodeToString([]byte(s))),
		"base64": []byte(base64.StdEncoding.EncodeToString([]byte(s))),
	}
}

// Without this the packed form could silently drop a field that is added later.
func TestPackedFormKeepsEveryField(t *testing.T) {
	content := reflect.TypeFor[inbox.Content]()
	for i := range content.NumField() {
		m := sealedMessage{WAMID: "wamid.1"}
		fill(reflect.ValueOf(&m.Content).Elem().Field(i))
		b, err := m.encode()
		if err != nil {
			t.Fatal(err)
		}
		var got sealedMessage
		if err := got.decode(b); err != nil || !reflect.DeepEqual(got, m) {
			t.Errorf("%s: got %+v, %v", content.Field(i).Name, got, err)
		}
		if isPacked := b[0] == packed; isPacked != (content.Field(i).Name == "Text") {
			t.Errorf("%s: packed is %v", content.Field(i).Name, isPacked)
		}
	}
	var p inbox.Profile
	for i := range reflect.TypeFor[inbox.Profile]().NumField() {
		fill(reflect.ValueOf(&p).Elem().Field(i))
		if got, err := decodeProfile(encodeProfile(p)); err != nil || got != p {
			t.Errorf("profile %+v: got %+v, %v", p, got, err)
		}
	}
}

// fill puts something other than the zero value into v.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("ä\x00🥨")
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Struct:
		fill(v.Field(0))
	case reflect.Float64:
		v.SetFloat(1.5)
	case reflect.Uint8:
		v.SetUint(7)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Bool:
		v.SetBool(true)
	}
}

func FuzzDecodePacked(f *testing.F) {
	whole, err := (&sealedMessage{WAMID: "wamid.1", Content: inbox.Content{Text: "Guten Tag"}}).encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(encodeProfile(inbox.Profile{ShopName: "a", ProfileName: "b", Username: "c", Number: "d"}))
	f.Add([]byte(`{"t":"Guten Tag","m":{"id":"1"}}`))
	f.Add([]byte{packed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		var m sealedMessage
		if m.decode(b) == nil {
			again, err := m.encode()
			var second sealedMessage
			if err != nil || second.decode(again) != nil || !reflect.DeepEqual(m, second) {
				t.Errorf("%+v became %+v, %v", m, second, err)
			}
		}
		if p, err := decodeProfile(b); err == nil {
			if again, err := decodeProfile(encodeProfile(p)); err != nil || again != p {
				t.Errorf("%+v became %+v, %v", p, again, err)
			}
		}
	})
}

package app

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
)

func TestSendingSettings(t *testing.T) {
	d := open(t)
	b := &Sending{d.app}
	got, err := b.GetSettings()
	if err != nil || got.Undo || got.Place.Set || got.UndoSeconds != 5 {
		t.Fatalf("at first %+v, %v", got, err)
	}
	want := SendingSettings{Undo: true, UndoSeconds: 5, Place: ShopPlace{Set: true, Latitude: 52.5, Longitude: 13.4, Name: "Salon"}}
	d.check(b.SaveSettings(want))
	if got, err := b.GetSettings(); err != nil || got != want {
		t.Errorf("kept %+v, %v", got, err)
	}
	for field, place := range map[string]ShopPlace{
		"latitude": {Set: true, Latitude: 91}, "longitude": {Set: true, Longitude: -181},
	} {
		d.refused(field, b.SaveSettings(SendingSettings{Place: place}), inbox.CodeInvalid, field)
	}
	if got, _ := b.GetSettings(); got != want {
		t.Errorf("a refused place changed %+v", got)
	}
}

func TestReactAndSendThePlace(t *testing.T) {
	d := open(t)
	b := &Sending{d.app}
	anna := d.anna()
	c := d.say(anna, "Wo sind Sie?")
	asked := d.messages(c.ID)[0]
	_, err := b.SendPlace(SendPlaceRequest{ConversationID: c.ID})
	d.refused("no place", err, inbox.CodeInvalid, "place")
	d.check(b.SaveSettings(SendingSettings{Place: ShopPlace{Set: true, Latitude: 52.5, Longitude: 13.4, Name: "Salon"}}))
	sent, err := b.SendPlace(SendPlaceRequest{ConversationID: c.ID, ReplyTo: asked.ID})
	d.check(err)
	d.awaitStatus(sent, inbox.StatusDelivered)
	d.check(b.React(ReactRequest{MessageID: asked.ID, Emoji: "👍"}))
	d.await("reaction", func() bool {
		r := d.message(c.ID, asked.ID).Reactions
		return len(r) == 1 && r[0] == ReactionRow{Emoji: "👍", FromShop: true}
	})
	phone := anna.Inbox()
	if phone[0].Reaction != "👍" || phone[1].Location == nil || phone[1].Location.Name != "Salon" {
		t.Errorf("phone shows %+v", phone)
	}
}

// What is held can be taken back, and then it was never there.
func TestTakeBack(t *testing.T) {
	d := open(t)
	b := &Sending{d.app}
	d.check(b.SaveSettings(SendingSettings{Undo: true}))
	anna := d.anna()
	c := d.say(anna, "Hallo")
	row := d.send(SendTextRequest{ConversationID: c.ID, Text: "Falsch"})
	if row.Status != "queued" || row.HeldUntilMs == 0 {
		t.Errorf("row %+v", row)
	}
	got, err := b.Withdraw(row.ID)
	if err != nil || got != (Withdrawn{ConversationID: c.ID, Text: "Falsch"}) {
		t.Errorf("took back %+v, %v", got, err)
	}
	if list := d.messages(c.ID); len(list) != 1 || len(anna.Received()) != 0 {
		t.Errorf("there are %d messages", len(list))
	}
	_, err = b.Withdraw(row.ID)
	d.refused("twice", err, inbox.CodeNotFound, "")
}

func (d *desk) stage(b *Sending, conversation int64, f simulator.File) StagedRow {
	d.Helper()
	id, err := b.BeginFile(BeginFileRequest{ConversationID: conversation, Name: f.Name, Size: int64(len(f.Bytes))})
	d.check(err)
	for part := range slices.Chunk(f.Bytes, 10_000) {
		d.check(b.AppendFile(AppendFileRequest{ID: id, Data: base64.StdEncoding.EncodeToString(part)}))
	}
	row, err := b.FinishFile(FinishFileRequest{ID: id})
	d.check(err)
	return row
}

func TestSendFiles(t *testing.T) {
	d := open(t)
	b := &Sending{d.app}
	anna := d.anna()
	c := d.say(anna, "Haben Sie ein Bild?")
	photo := simulator.Photo("a")
	photo.Name = "a.jpg"
	picture := d.stage(b, c.ID, photo)
	offer := d.stage(b, c.ID, simulator.Paper("Angebot", "Für Sie"))
	if picture.Kind != "image" || picture.Preview == "" || picture.Problem != "" || offer.Kind != "document" {
		t.Fatalf("staged %+v, %+v", picture, offer)
	}
	_, err := b.SendFiles(SendFilesRequest{ConversationID: c.ID + 1, Files: []FileToSend{{ID: picture.ID}}})
	d.refused("another conversation", err, inbox.CodeConflict, "")
	_, err = b.SendFiles(SendFilesRequest{ConversationID: c.ID, Files: []FileToSend{{ID: picture.ID}, {ID: picture.ID}}})
	d.refused("twice the same", err, inbox.CodeInvalid, "files")
	rows, err := b.SendFiles(SendFilesRequest{ConversationID: c.ID, Files: []FileToSend{{ID: picture.ID, Caption: "Bitte"}, {ID: offer.ID}}})
	d.check(err)
	for _, row := range rows {
		d.awaitStatus(row, inbox.StatusDelivered)
	}
	got := anna.Received()
	if len(got) != 2 || got[0].Type != "image" || got[0].Text != "Bitte" || got[1].Type != "document" || got[1].Media.Name != offer.Name || offer.Name == "" {
		t.Errorf("phone shows %+v", got)
	}
	_, err = b.SendFiles(SendFilesRequest{ConversationID: c.ID, Files: []FileToSend{{ID: offer.ID}}})
	d.refused("sent twice", err, inbox.CodeNotFound, "")
	if told := d.told(); !slices.ContainsFunc(told, func(e string) bool { return strings.Contains(e, string(EventUploadProgress)) }) {
		t.Errorf("no progress was told: %v", told)
	}
}

func TestFilesThatCannotBeSent(t *testing.T) {
	d := open(t)
	b := &Sending{d.app}
	c := d.say(d.anna(), "Hallo")
	if row := d.stage(b, c.ID, simulator.File{Name: "a.exe", Bytes: []byte("MZ\x90")}); row.Problem != "fileType" {
		t.Errorf("program: %+v", row)
	}
	_, err := b.BeginFile(BeginFileRequest{ConversationID: c.ID, Name: "a", Size: 101 << 20})
	d.refused("huge", err, inbox.CodeInvalid, "fileSize")
	clip := simulator.Clip()
	clip.Bytes = bytes.ReplaceAll(clip.Bytes, []byte("avc1"), []byte("hvc1"))
	film := d.stage(b, c.ID, clip)
	if film.Problem != "fileFilm" {
		t.Fatalf("film %+v", film)
	}
	again, err := b.FinishFile(FinishFileRequest{ID: film.ID, AsDocument: true})
	if err != nil || again.Kind != "document" || again.Problem != "" {
		t.Errorf("as a document %+v, %v", again, err)
	}
	d.check(b.DiscardFile(film.ID))
	_, err = b.SendFiles(SendFilesRequest{ConversationID: c.ID, Files: []FileToSend{{ID: film.ID}}})
	d.refused("discarded", err, inbox.CodeNotFound, "")
	entries, err := os.ReadDir(filepath.Join(d.cfg.DataDir, "media"))
	if err != nil || len(entries) != 0 {
		t.Errorf("%d files are left, %v", len(entries), err)
	}
}

func TestPickFiles(t *testing.T) {
	d := newDesk(t)
	dir := t.TempDir()
	pdf, exe := filepath.Join(dir, "Angebot.pdf"), filepath.Join(dir, "a.exe")
	d.check(os.WriteFile(pdf, simulator.Paper("a", "b").Bytes, 0o600))
	d.check(os.WriteFile(exe, []byte("MZ"), 0o600))
	d.cfg.PickFiles = func() ([]string, error) { return []string{pdf, exe, filepath.Join(dir, "gone"), dir}, nil }
	d.start()
	d.connect(d.request())
	rows, err := (&Sending{d.app}).PickFiles(d.say(d.anna(), "Hallo").ID)
	d.check(err)
	var got []string
	for _, r := range rows {
		got = append(got, r.Name+" "+r.Kind+r.Problem)
	}
	want := []string{"Angebot.pdf document", "a.exe fileType", "gone fileUnreadable", filepath.Base(dir) + " fileUnreadable"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestVoiceNote(t *testing.T) {
	d := open(t)
	b := &Sending{d.app}
	anna := d.anna()
	c := d.say(anna, "Hallo")
	record := func(samples int) VoiceRow {
		id, err := b.BeginVoice(c.ID)
		d.check(err)
		for part := range slices.Chunk(make([]byte, 2*samples), 48_000) {
			d.check(b.AppendFile(AppendFileRequest{ID: id, Data: base64.StdEncoding.EncodeToString(part)}))
		}
		row, err := b.FinishVoice(id)
		d.check(err)
		return row
	}
	if row := record(10_000); row.File.Problem != "fileEmpty" {
		t.Errorf("a slip of the finger: %+v", row.File)
	}
	note := record(96_000)
	if wav, err := base64.StdEncoding.DecodeString(note.Preview); err != nil || len(wav) < 60_000 || !note.File.Voice {
		t.Errorf("preview of %d bytes, %v, %+v", len(wav), err, note.File)
	}
	rows, err := b.SendFiles(SendFilesRequest{ConversationID: c.ID, Files: []FileToSend{{ID: note.File.ID}}})
	d.check(err)
	d.awaitStatus(rows[0], inbox.StatusDelivered)
	got := anna.Received()
	if len(got) != 1 || got[0].Type != "audio" || !got[0].Media.Voice || !bytes.HasPrefix(got[0].Media.Bytes[28:], []byte("OpusHead\x01\x01")) {
		t.Errorf("phone shows %d", len(got))
	}
}

package app

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
	"tresen/internal/store"
)

// file lets a customer send a file and returns its message once the file is in a state.
func (d *desk) file(c *simulator.Customer, f simulator.File, state inbox.FileState) MessageRow {
	d.Helper()
	newest := func() (row MessageRow) {
		if list := d.list().Rows; len(list) > 0 {
			messages := d.messages(list[0].ID)
			row = messages[len(messages)-1]
		}
		return row
	}
	before := newest().ID
	_, err := c.SendFile(d.ctx, f, "")
	d.check(err)
	var found MessageRow
	d.await(string(state)+" file", func() bool {
		found = newest()
		return found.ID != before && found.File != nil && found.File.State == string(state) && !found.File.Arriving
	})
	return found
}

func (d *desk) mediaCalls() *Media {
	d.Helper()
	for _, b := range d.app.Bound() {
		if m, ok := b.(*Media); ok {
			return m
		}
	}
	d.Fatal("no Media")
	return nil
}

func (d *desk) get(path, ranges string) *httptest.ResponseRecorder {
	d.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if ranges != "" {
		r.Header.Set("Range", ranges)
	}
	w := httptest.NewRecorder()
	d.app.ServeMedia(w, r)
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"} {
		if got := w.Header().Get(name); got != want {
			d.Errorf("%s: %s is %q", path, name, got)
		}
	}
	if !strings.HasPrefix(w.Header().Get("Content-Security-Policy"), "sandbox") {
		d.Errorf("%s: policy %q", path, w.Header().Get("Content-Security-Policy"))
	}
	return w
}

func TestPictureFromTheWindow(t *testing.T) {
	d := open(t)
	photo := simulator.Photo("a")
	row := d.file(d.anna(), photo, inbox.FileStored)
	want := FileRow{State: "stored", Bytes: int64(len(photo.Bytes)), ExpiresAtMs: row.File.ExpiresAtMs, Thumb: true,
		Type: "image/jpeg", Inline: true, Width: 640, Height: 480}
	if *row.File != want {
		t.Errorf("row %+v, want %+v", *row.File, want)
	}
	whole := d.get("/media/"+row.ID, "")
	if whole.Code != http.StatusOK || whole.Header().Get("Content-Type") != "image/jpeg" || !bytes.Equal(whole.Body.Bytes(), photo.Bytes) {
		t.Errorf("whole: %d, %d bytes", whole.Code, whole.Body.Len())
	}
	part := d.get("/media/"+row.ID, "bytes=100-199")
	if part.Code != http.StatusPartialContent || !bytes.Equal(part.Body.Bytes(), photo.Bytes[100:200]) ||
		part.Header().Get("Content-Range") != fmt.Sprintf("bytes 100-199/%d", len(photo.Bytes)) {
		t.Errorf("part: %d, %s", part.Code, part.Header().Get("Content-Range"))
	}
	thumb := d.get("/media/"+row.ID+"/thumb", "")
	if thumb.Code != http.StatusOK || thumb.Header().Get("Content-Type") != "image/jpeg" || !bytes.HasPrefix(thumb.Body.Bytes(), []byte("\xff\xd8\xff")) {
		t.Errorf("thumb: %d %s", thumb.Code, thumb.Header().Get("Content-Type"))
	}
	for path, code := range map[string]int{"/media/": 404, "/media/x": 404, "/media/1": 404, "/media/../tresen.db": 404, "/media/" + row.ID + "/x": 404} {
		if got := d.get(path, ""); got.Code != code || got.Body.Len() > 1 {
			t.Errorf("%s: %d %q", path, got.Code, got.Body)
		}
	}
}

func TestPagesAreNotServed(t *testing.T) {
	d := open(t)
	row := d.file(d.anna(), simulator.File{MIME: "image/png", Name: "Bild.svg", Bytes: []byte("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")}, inbox.FileStored)
	if row.File.Inline || row.File.Risk != "page" {
		t.Errorf("row %+v", row.File)
	}
	if got := d.get("/media/"+row.ID, ""); got.Code != http.StatusUnsupportedMediaType || strings.Contains(got.Body.String(), "svg") {
		t.Errorf("%d %q", got.Code, got.Body)
	}
}

func TestOpeningFiles(t *testing.T) {
	d := newDesk(t)
	var opened []string
	var marked int
	d.cfg.OpenFile = func(path string) error { opened = append(opened, path); return nil }
	d.cfg.MarkForeign = func(string) { marked++ }
	d.start()
	d.connect(d.request())
	anna := d.anna()
	paper := simulator.Paper("Angebot.pdf", "Zeile")
	row := d.file(anna, paper, inbox.FileStored)
	calls := d.mediaCalls()
	d.check(calls.Open(FileRequest{MessageID: row.ID}))
	if b, err := os.ReadFile(opened[0]); err != nil || !bytes.Equal(b, paper.Bytes) || filepath.Ext(opened[0]) != ".pdf" || marked != 1 {
		t.Errorf("copy %d bytes, %v, marked %d", len(b), err, marked)
	}
	macro := d.file(anna, simulator.File{MIME: "application/vnd.ms-excel", Name: "Preise.xlsm", Bytes: []byte("PK\x03\x04")}, inbox.FileStored)
	d.refused("macro", calls.Open(FileRequest{MessageID: macro.ID}), inbox.CodeConflict, "risk")
	d.check(calls.Open(FileRequest{MessageID: macro.ID, Warned: true}))
	program := d.file(anna, simulator.File{MIME: "application/pdf", Name: "Angebot.pdf.exe", Bytes: []byte("MZ")}, inbox.FileStored)
	d.refused("program", calls.Open(FileRequest{MessageID: program.ID, Warned: true}), inbox.CodePermission, "risk")
	if len(opened) != 2 {
		t.Errorf("opened %d", len(opened))
	}
	d.stop()
	if _, err := os.Stat(opened[0]); !os.IsNotExist(err) {
		t.Errorf("copy stays: %v", err)
	}
}

func TestSavingFiles(t *testing.T) {
	d := newDesk(t)
	target, proposed := filepath.Join(t.TempDir(), "ohne Ende"), ""
	d.cfg.SaveFile = func(name, _ string) (string, error) { proposed = name; return target, nil }
	d.start()
	d.connect(d.request())
	photo := simulator.Photo("a")
	row := d.file(d.anna(), photo, inbox.FileStored)
	saved, err := d.mediaCalls().SaveAs(FileRequest{MessageID: row.ID, FileName: "Bild: Anna"})
	do(d, saved, err)
	if b, err := os.ReadFile(target + ".jpg"); err != nil || !bytes.Equal(b, photo.Bytes) || proposed != "Bild Anna.jpg" || !saved.Saved {
		t.Errorf("proposed %q, %d bytes, %v", proposed, len(b), err)
	}
	target = ""
	saved, err = d.mediaCalls().SaveAs(FileRequest{MessageID: row.ID})
	if do(d, saved, err).Saved {
		t.Error("saved without a place")
	}
	_, err = d.mediaCalls().SaveAs(FileRequest{MessageID: "1"})
	d.refused("unknown", err, inbox.CodeNotFound, "")
}

func TestKeepingFiles(t *testing.T) {
	d := open(t)
	calls := d.mediaCalls()
	photo := simulator.Photo("a")
	d.file(d.anna(), photo, inbox.FileStored)
	k, err := calls.GetKeeping()
	if do(d, k, err) != (Keeping{Days: -1, Files: 1, Bytes: int64(len(photo.Bytes))}) {
		t.Errorf("keeping %+v", k)
	}
	_, err = calls.SetKeeping(-2)
	d.refused("days", err, inbox.CodeInvalid, "days")
	d.ahead.Store(int64(40 * 24 * time.Hour))
	k, err = calls.SetKeeping(90)
	if do(d, k, err).Files != 1 {
		t.Errorf("keeping %+v", k)
	}
}

func TestPosterFromTheWindow(t *testing.T) {
	d := open(t)
	row := d.file(d.anna(), simulator.Clip(), inbox.FileStored)
	calls := d.mediaCalls()
	d.refused("no picture", calls.SetPoster(PosterRequest{MessageID: row.ID, Frame: "eA=="}), inbox.CodeInvalid, "frame")
	frame := base64.StdEncoding.EncodeToString(simulator.Photo("b").Bytes)
	d.check(calls.SetPoster(PosterRequest{MessageID: row.ID, Frame: frame}))
	if got := d.message(row.ConversationID, row.ID).File; !got.Thumb || got.Width != 640 {
		t.Errorf("%+v", got)
	}
}

// An erased person's files are gone from the disk, from addresses and from
// copies other programs were given.
func TestErasureTakesFilesAlong(t *testing.T) {
	d := newDesk(t)
	var copied string
	d.cfg.OpenFile = func(path string) error { copied = path; return nil }
	d.start()
	d.connect(d.request())
	row := d.file(d.anna(), simulator.Photo("a"), inbox.FileStored)
	d.check(d.mediaCalls().Open(FileRequest{MessageID: row.ID}))
	who := d.list().Rows[0].CustomerID
	preview, err := d.customers.PreviewErasure(who)
	if do(d, preview, err).Media != 1 {
		t.Errorf("preview %+v", preview)
	}
	report, err := d.customers.Erase(who)
	d.check(err)
	d.await("erasure", func() bool {
		report, err = d.customers.GetErasure(report.JobID)
		return do(d, report, err).State == "done"
	})
	if report.Media != 1 || report.ScanHits != 0 {
		t.Errorf("report %+v", report)
	}
	left, err := os.ReadDir(filepath.Join(d.cfg.DataDir, store.MediaDir))
	if len(left) != 0 || err != nil {
		t.Errorf("%d sealed files left, %v", len(left), err)
	}
	if _, err := os.Stat(copied); !os.IsNotExist(err) {
		t.Errorf("copy: %v", err)
	}
	for _, path := range []string{"/media/" + row.ID, "/media/" + row.ID + "/thumb"} {
		if got := d.get(path, ""); got.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.Code)
		}
	}
}

func TestReadRange(t *testing.T) {
	for _, c := range []struct {
		header    string
		from, to  int64
		ok, there bool
	}{
		{"", 0, 99, false, true}, {"bytes=0-", 0, 99, true, true}, {"bytes=10-19", 10, 19, true, true}, {"bytes=-5", 95, 99, true, true},
		{"bytes=90-500", 90, 99, true, true}, {"bytes=100-", 0, 0, false, false}, {"bytes=0-1,5-6", 0, 99, false, true},
		{"bytes=9-3", 0, 99, false, true}, {"items=0-1", 0, 99, false, true}, {"bytes=x-", 0, 99, false, true}, {"bytes=-500", 0, 99, true, true},
	} {
		from, to, ok, there := readRange(c.header, 100)
		if from != c.from || to != c.to || ok != c.ok || there != c.there {
			t.Errorf("%q: %d-%d %v %v", c.header, from, to, ok, there)
		}
	}
}

func TestFilesOfThePlayShopArrive(t *testing.T) {
	d := newDesk(t)
	d.start()
	d.check(d.setup.StartDemo())
	d.await("every file of the play", func() bool {
		found, waiting := 0, 0
		for _, c := range d.list().Rows {
			for _, m := range d.messages(c.ID) {
				if m.File != nil {
					found++
				}
				if m.File != nil && m.File.State != "stored" {
					waiting++
				}
			}
		}
		return found >= 5 && waiting == 0
	})
}

// A file beyond what WhatsApp passes on comes as error 131052 without an id.
func TestFileThatNeverArrives(t *testing.T) {
	d := open(t)
	row := d.file(d.anna(), simulator.File{MIME: "video/mp4", Name: "Hochzeit.mp4", Bytes: []byte("x"), Size: 101 << 20}, "lost")
	if row.File.Arriving || row.File.ExpiresAtMs != 0 || row.File.Inline {
		t.Errorf("row %+v", row.File)
	}
	d.refused("fetch", d.mediaCalls().Fetch(row.ID), inbox.CodeNotFound, "")
}

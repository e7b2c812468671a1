package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/receive"
	"tresen/internal/simulator"
	"tresen/internal/store"
	"tresen/internal/vault"
)

// shop is a store that receives from a simulator and fetches files from a
// source, which is the simulator's API unless a test puts another before it.
type shop struct {
	*testing.T
	ctx     context.Context
	dir     string
	vault   *vault.Vault
	store   *store.Store
	sim     *simulator.Simulator
	anna    *simulator.Customer
	fetcher *Fetcher
	policy  Policy
	changed chan inbox.MessageID
	now     atomic.Int64
	ended   chan struct{}
}

func newShop(t *testing.T, wrap func(Source) Source) *shop {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	s := &shop{T: t, ctx: ctx, dir: t.TempDir(), policy: Policy{Days: KeepForever}, changed: make(chan inbox.MessageID, 64), ended: make(chan struct{})}
	var err error
	s.vault, err = vault.Create(s.dir, vault.WithKeychain(vault.NewMemoryKeychain()))
	s.check(err)
	s.store, err = store.Open(ctx, s.dir, s.vault)
	s.check(err)
	receiver := receive.New(s.store, receive.Signed([]byte(simulator.DefaultAppSecret)), nil)
	s.sim, err = simulator.Start(simulator.Config{Deliver: func(ctx context.Context, body []byte, h http.Header) int {
		if receiver.Handle(ctx, receive.Delivery{Body: body, Header: h, ReceivedAt: time.Now()}) != nil {
			return http.StatusServiceUnavailable
		}
		return http.StatusOK
	}})
	s.check(err)
	s.anna, err = s.sim.AddCustomer(simulator.Person{Phone: "+491713920011", Name: "Anna"})
	s.check(err)
	client, err := cloudapi.New(cloudapi.Config{BaseURL: s.sim.URL(), PhoneNumberID: simulator.DefaultPhoneNumberID,
		MediaHosts: []string{strings.TrimPrefix(s.sim.URL(), "http://")}, Token: func() (string, error) { return simulator.DefaultToken, nil }})
	s.check(err)
	var source Source = client
	if wrap != nil {
		source = wrap(client)
	}
	s.fetcher = New(Config{Store: s.store, Source: source, Now: func() time.Time { return time.Now().Add(time.Duration(s.now.Load())) },
		Policy:   func(context.Context) (Policy, error) { return s.policy, nil },
		Changed:  func(id inbox.MessageID) { s.changed <- id },
		Progress: func(inbox.MessageID, int64, int64) {}})
	t.Cleanup(func() { cancel(); s.sim.Close(); s.store.Close(); s.vault.Close() })
	return s
}

func (s *shop) check(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// run lets the fetcher work until the test ends.
func (s *shop) run() {
	s.Helper()
	ctx, cancel := context.WithCancel(s.ctx)
	go func() {
		defer close(s.ended)
		if err := s.fetcher.Run(ctx); err != nil {
			s.Error(err)
		}
	}()
	s.Cleanup(func() { cancel(); <-s.ended })
}

// send lets Anna send a file and returns its message.
func (s *shop) send(f simulator.File) inbox.MessageID {
	s.Helper()
	_, err := s.anna.SendFile(s.ctx, f, "")
	s.check(err)
	s.check(s.sim.WaitIdle(s.ctx))
	s.fetcher.Wake()
	return s.newest().ID
}

func (s *shop) newest() inbox.Message {
	s.Helper()
	list, err := s.store.ListConversations(s.ctx, store.Position{}, 1)
	s.check(err)
	messages, err := s.store.ListMessages(s.ctx, store.Span{Conversation: list[0].ID, Limit: 1})
	s.check(err)
	return messages[0]
}

// wait returns once the file is in one of the states.
func (s *shop) wait(id inbox.MessageID, want inbox.FileState) inbox.File {
	s.Helper()
	for {
		m, err := s.store.Message(s.ctx, id)
		s.check(err)
		if _, _, busy := s.fetcher.Arriving(id); !busy && m.File.State == want {
			return *m.File
		}
		select {
		case <-s.changed:
		case <-s.ctx.Done():
			s.Fatalf("file stays %+v, want %s", m.File, want)
		}
	}
}

func (s *shop) read(id inbox.MessageID) []byte {
	s.Helper()
	f, err := s.store.OpenFile(s.ctx, id)
	s.check(err)
	defer f.Close()
	b, err := io.ReadAll(f)
	s.check(err)
	return b
}

func (s *shop) sealedFiles() int {
	s.Helper()
	list, err := os.ReadDir(filepath.Join(s.dir, store.MediaDir))
	if err != nil && !os.IsNotExist(err) {
		s.Fatal(err)
	}
	return len(list)
}

func TestEveryKindArrives(t *testing.T) {
	s := newShop(t, nil)
	s.run()
	for _, c := range []struct {
		file  simulator.File
		mime  string
		thumb bool
		risk  Risk
	}{
		{simulator.Photo("a"), jpegType, true, RiskNone},
		{simulator.Clip(), mp4Type, false, RiskNone},
		{simulator.VoiceNote(2 * time.Second), oggType, false, RiskNone},
		{simulator.Sticker(), webpType, true, RiskNone},
		{simulator.Paper("Angebot.pdf", "Zeile"), pdfType, false, RiskNone},
		{simulator.File{MIME: "application/pdf", Name: "Rechnung.pdf.exe", Bytes: []byte("MZ\x90\x00")}, programType, false, RiskProgram},
		{simulator.File{MIME: "image/jpeg", Name: "x", Bytes: []byte("<html><script>alert(1)</script>")}, htmlType, false, RiskPage},
	} {
		id := s.send(c.file)
		got := s.wait(id, inbox.FileStored)
		m := s.newest()
		if got.Facts.MIME != c.mime || got.Bytes != int64(len(c.file.Bytes)) || got.Thumb != c.thumb {
			t.Errorf("%s: %+v", c.mime, got)
		}
		if risk := RiskOf(m.Content.Media.FileName, got.Facts); risk != c.risk {
			t.Errorf("%s: risk %q", c.mime, risk)
		}
		if !bytes.Equal(s.read(id), c.file.Bytes) {
			t.Errorf("%s: other bytes", c.mime)
		}
	}
}

func TestLargeFileWaitsForAClick(t *testing.T) {
	s := newShop(t, nil)
	s.run()
	large := simulator.File{MIME: "application/pdf", Name: "Katalog.pdf", Bytes: append([]byte("%PDF-1.7\n"), make([]byte, AutoLimit)...)}
	id := s.send(large)
	if got := s.wait(id, inbox.FileHeld); got.Bytes != int64(len(large.Bytes)) || got.ExpiresAt.IsZero() {
		t.Errorf("held %+v", got)
	}
	s.check(s.fetcher.Fetch(s.ctx, id))
	if got := s.wait(id, inbox.FileStored); got.Facts.MIME != pdfType {
		t.Errorf("stored %+v", got)
	}
}

func TestDamagedFileIsNotKept(t *testing.T) {
	s := newShop(t, nil)
	s.sim.SetFaults(simulator.Faults{BadMedia: true})
	s.run()
	id := s.send(simulator.Photo("a"))
	for tried := 1; tried <= 2; tried++ {
		for s.attempts(id) < tried {
			<-s.changed
		}
		s.now.Add(int64(3 * time.Hour))
		s.fetcher.Wake()
	}
	if got := s.wait(id, inbox.FileFailed); got.Failure != inbox.CodeInvalid {
		t.Errorf("failed with %+v", got)
	}
	if s.sealedFiles() != 0 {
		t.Errorf("%d files kept", s.sealedFiles())
	}
	s.sim.SetFaults(simulator.Faults{})
	s.check(s.fetcher.Fetch(s.ctx, id))
	s.wait(id, inbox.FileStored)
}

// attempts is how often a file was tried while it is due.
func (s *shop) attempts(id inbox.MessageID) int {
	s.Helper()
	due, err := s.store.ListDueMedia(s.ctx, 9)
	s.check(err)
	for _, d := range due {
		if d.MessageID == id {
			return d.Attempts
		}
	}
	return -1
}

func TestForgottenFileIsExpired(t *testing.T) {
	s := newShop(t, nil)
	id := s.send(simulator.Photo("a"))
	s.now.Store(int64(8 * 24 * time.Hour))
	s.fetcher.upkeep(s.ctx)
	s.wait(id, inbox.FileExpired)
	if err := s.fetcher.Fetch(s.ctx, id); inbox.CodeOf(err) != inbox.CodeNotFound {
		t.Errorf("fetch: %v", err)
	}
}

// slow is a source whose files arrive only as far as a test lets them.
type slow struct {
	Source
	begun chan struct{}
	half  chan struct{}
	parts atomic.Int32
}

func (s *slow) DownloadMedia(ctx context.Context, address string, w io.Writer, limit int64) (string, int64, error) {
	var whole bytes.Buffer
	mimeType, size, err := s.Source.DownloadMedia(ctx, address, &whole, limit)
	if err != nil {
		return mimeType, size, err
	}
	s.parts.Add(1)
	half := whole.Next(whole.Len() / 2)
	if _, err := w.Write(half); err != nil {
		return "", 0, err
	}
	s.begun <- struct{}{}
	select {
	case <-s.half:
	case <-ctx.Done():
		return "", 0, ctx.Err()
	}
	_, err = w.Write(whole.Bytes())
	return mimeType, size, err
}

func slowShop(t *testing.T) (*shop, *slow) {
	t.Helper()
	var source *slow
	s := newShop(t, func(real Source) Source {
		source = &slow{Source: real, begun: make(chan struct{}), half: make(chan struct{})}
		return source
	})
	return s, source
}

func TestStoppedFileWaits(t *testing.T) {
	s, source := slowShop(t)
	s.run()
	id := s.send(simulator.Photo("a"))
	<-source.begun
	if done, total, arriving := s.fetcher.Arriving(id); !arriving || done == 0 || total <= done {
		t.Errorf("arriving %v, %d of %d", arriving, done, total)
	}
	s.check(s.fetcher.Stop(s.ctx, id))
	s.wait(id, inbox.FileHeld)
	if s.sealedFiles() != 0 {
		t.Errorf("%d files left", s.sealedFiles())
	}
}

func TestEndedProgramFetchesAgain(t *testing.T) {
	s, source := slowShop(t)
	ctx, end := context.WithCancel(s.ctx)
	first := make(chan error)
	go func() { first <- s.fetcher.Run(ctx) }()
	id := s.send(simulator.Photo("a"))
	<-source.begun
	end()
	s.check(<-first)
	if s.sealedFiles() != 0 {
		t.Errorf("%d files left", s.sealedFiles())
	}
	s.run()
	<-source.begun
	source.half <- struct{}{}
	s.wait(id, inbox.FileStored)
}

// An erasure must not wait for the network, and nothing of what was under way may stay.
func TestErasureWhileAFileArrives(t *testing.T) {
	s, source := slowShop(t)
	s.run()
	s.send(simulator.Photo("a"))
	<-source.begun
	if s.sealedFiles() != 1 {
		t.Fatalf("%d files under way", s.sealedFiles())
	}
	list, err := s.store.ListConversations(s.ctx, store.Position{}, 1)
	s.check(err)
	job, err := s.store.BeginErasure(s.ctx, list[0].CustomerID, time.Now())
	s.check(err)
	note, err := s.store.ErasureNote(s.ctx, job)
	s.check(err)
	_, err = s.store.DestroyKeys(s.ctx, job.Key, note.OldRaw)
	s.check(err)
	s.check(s.store.DeleteCustomerRows(s.ctx, job, func() {}))
	s.check(s.store.RemoveOrphans(s.ctx))
	if s.sealedFiles() != 0 {
		t.Errorf("%d files left", s.sealedFiles())
	}
	source.half <- struct{}{}
	for {
		if _, _, busy := s.fetcher.Arriving(0); !busy {
			break
		}
	}
	<-s.changed
	if s.sealedFiles() != 0 || source.parts.Load() != 1 {
		t.Errorf("%d files left after %d attempts", s.sealedFiles(), source.parts.Load())
	}
}

func TestShopThatKeepsNothing(t *testing.T) {
	s := newShop(t, nil)
	s.policy = Policy{Days: 0}
	s.run()
	id := s.send(simulator.Photo("a"))
	s.wait(id, inbox.FileHeld)
	s.check(s.fetcher.Fetch(s.ctx, id))
	s.wait(id, inbox.FileStored)
	s.now.Store(int64(25 * time.Hour))
	s.check(s.fetcher.Apply(s.ctx))
	s.wait(id, inbox.FileHeld)
	if s.sealedFiles() != 0 {
		t.Errorf("%d files left", s.sealedFiles())
	}
}

// scripted is a source that fails as told.
type scripted struct{ errs chan error }

func (s scripted) MediaURL(context.Context, string) (cloudapi.MediaInfo, error) {
	return cloudapi.MediaInfo{}, <-s.errs
}

func (s scripted) DownloadMedia(context.Context, string, io.Writer, int64) (string, int64, error) {
	return "", 0, errors.New("not reached")
}

func TestPauses(t *testing.T) {
	failure := func(code inbox.Code, class cloudapi.Class) error {
		return &inbox.Error{Code: code, Err: &cloudapi.Error{Class: class, HTTPStatus: 400}}
	}
	for _, c := range []struct {
		name    string
		err     error
		wait    time.Duration
		counted int
	}{
		{"offline", failure(inbox.CodeOffline, cloudapi.ClassNow), time.Second, 0},
		{"token", failure(inbox.CodeTokenExpired, cloudapi.ClassAuth), accountPause, 0},
		{"disk", inbox.NewError(inbox.CodeStorageFull, "full"), accountPause, 0},
		{"rate", failure(inbox.CodeRateLimited, cloudapi.ClassBackoff), 0, 1},
		{"unknown", errors.New("?"), 0, 1},
	} {
		source := scripted{errs: make(chan error, 1)}
		s := newShop(t, func(Source) Source { return source })
		id := s.send(simulator.Photo("a"))
		source.errs <- c.err
		d := store.DueMedia{MessageID: id, ExpiresAt: time.Now().Add(time.Hour)}
		s.fetcher.attempt(s.ctx, d)
		if got := s.attempts(id); got != c.counted {
			t.Errorf("%s: %d attempts", c.name, got)
		}
		wait := time.Until(s.fetcher.retryAt)
		if c.wait > 0 && (wait > c.wait || wait < c.wait-time.Second/2) || c.wait == 0 && wait > 0 {
			t.Errorf("%s: waits %v", c.name, wait)
		}
	}
}

func TestBigClaimsAreNotUnpacked(t *testing.T) {
	var small bytes.Buffer
	if err := jpeg.Encode(&small, image.NewRGBA(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	// A start-of-frame marker that claims 60,000 by 60,000 pixels.
	bomb := small.Bytes()
	at := bytes.Index(bomb, []byte{0xff, 0xc0})
	copy(bomb[at+5:], []byte{0xea, 0x60, 0xea, 0x60})
	file := bytes.NewReader(bomb)
	facts := inbox.FileFacts{MIME: jpegType}
	turn := measure(file, file.Size(), &facts)
	if facts.Width != 60000 || thumb(file, file.Size(), facts, turn) != nil {
		t.Errorf("unpacked %+v", facts)
	}
	if _, _, _, err := Poster(bomb); inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Errorf("poster: %v", err)
	}
}

func TestRiskOf(t *testing.T) {
	for _, c := range []struct {
		name, mime, claimed string
		want                Risk
	}{
		{"Angebot.pdf", pdfType, "application/pdf", RiskNone},
		{"Angebot.pdf", htmlType, "application/pdf", RiskPage},
		{"Angebot.pdf", zipType, "application/pdf", RiskDiffers},
		{"Liste.xlsm", xlsxType, "", RiskMacro},
		{"Liste.xls", oleType, "application/vnd.ms-excel", RiskMacro},
		{"Liste.xlsx", macroType, xlsxType, RiskMacro},
		{"Bild.jpg", pngType, "image/jpeg", RiskNone},
		{"Bild.jpg.lnk", unknownType, "", RiskProgram},
		{"start.SH ", textType, "", RiskScript},
		{"", programType, "image/png", RiskProgram},
		{"", unknownType, "image/png", RiskDiffers},
		{"Brief.pages", zipType, "application/x-iwork-pages-sffpages", RiskNone},
		{"Notiz", textType, "text/plain; charset=utf-8", RiskNone},
	} {
		facts := inbox.FileFacts{MIME: c.mime, Differs: differs(c.claimed, c.mime)}
		if got := RiskOf(c.name, facts); got != c.want {
			t.Errorf("%s as %s: %q, want %q", c.name, c.mime, got, c.want)
		}
	}
}

func TestPagesAndDrawingsAreNeverShown(t *testing.T) {
	for _, s := range []string{"<svg onload=alert(1)>", "<!DOCTYPE html>", "\xef\xbb\xbf<?xml version='1.0'?><svg>", "  <SCRIPT>", "plain", "", "MZ"} {
		kind, err := sniff(strings.NewReader(s), int64(len(s)))
		if err != nil || Inline(kind) {
			t.Errorf("%q is %s, %v", s, kind, err)
		}
	}
}

func FuzzInspect(f *testing.F) {
	for _, file := range []simulator.File{simulator.Photo("a"), simulator.Sticker(), simulator.Clip(), simulator.Paper("a", "b")} {
		f.Add(file.Bytes[:min(len(file.Bytes), 4096)], file.MIME)
	}
	fetcher := New(Config{})
	f.Fuzz(func(t *testing.T, b []byte, claimed string) {
		facts, _, err := fetcher.inspect(bytes.NewReader(b), int64(len(b)), claimed, claimed)
		if err != nil || facts.MIME == "" || facts.Width < 0 || facts.Height < 0 {
			t.Errorf("%+v, %v", facts, err)
		}
	})
}

// Waiting costs no attempt: a clock that stands still meets the same file again.
func TestRoundWaitsForWhatIsPutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := New(Config{Now: time.Now})
		f.pause(time.Minute, true)
		if next := f.round(t.Context(), nil); time.Until(next) != time.Minute {
			t.Errorf("looks again in %v", time.Until(next))
		}
		if f.countOffline() != 1 {
			t.Error(fmt.Sprint("offline ", f.countOffline()))
		}
	})
}

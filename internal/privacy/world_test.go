package privacy

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/receive"
	"tresen/internal/simulator"
	"tresen/internal/store"
	"tresen/internal/storetest"
	"tresen/internal/vault"
)

const (
	canaryName     = "Käthe Müßig-Çelik"
	canaryNumber   = "491713920077"
	canaryUsername = "kaethe.muessig"
	canaryShopName = "Frau Müßig (Hochzeit Würzburg)"
)

// canaryTexts are things only the canary and the shop say to each other.
var canaryTexts = []string{
	"Größe 38, bitte in Würzburg-Süd abgeben", "Straße und Hausnummer: Äußere Gasse 17", "meine Diagnose: Zöliakie",
	"die alte Fassung vor der Änderung", "die neue Fassung nach der Änderung", "Strauß für Käthe.jpg", "Brautstrauß mit Ölweide",
	"Gern, Frau Müßig, bis Samstag", "noch nicht abgeschickter Entwurf", "Notiz: heimliche Überraschungsfeier", "zurückrufen wegen Trauergesteck",
	"Auskunft für das Erbe meiner Tante", "Käthe statt Kathi",
}

// lockable is a keychain that can refuse, as a locked one does.
type lockable struct {
	*vault.MemoryKeychain
	locked atomic.Bool
}

func (k *lockable) Set(account string, value []byte) error {
	if k.locked.Load() {
		return &vault.KeychainError{Op: "set", Class: "locked"}
	}
	return k.MemoryKeychain.Set(account, value)
}

// world is a shop with a canary, whose every trace must go, and others, who must stay.
type world struct {
	*testing.T
	ctx      context.Context
	dir      string
	keychain *lockable
	vault    *vault.Vault
	store    *store.Store
	receiver atomic.Pointer[receive.Receiver]
	sim      *simulator.Simulator
	canary   *simulator.Customer
	other    *simulator.Customer
	now      time.Time
	progress int
	// forgotten are the customers dropped from memory.
	forgotten []inbox.CustomerID
}

// canaryPhoto is drawn once: that takes longer than a test does.
var canaryPhoto = sync.OnceValue(func() simulator.File { return simulator.Photo(canaryTexts[5]) })

func newWorld(t *testing.T) *world {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	w := &world{T: t, ctx: ctx, dir: t.TempDir(), keychain: &lockable{MemoryKeychain: vault.NewMemoryKeychain()}, now: time.Now().Truncate(time.Second)}
	v, err := vault.Create(w.dir, vault.WithKeychain(w.keychain))
	w.check(err)
	v.Close()
	storetest.Empty(t, w.dir)
	w.open(w.dir)
	t.Cleanup(func() { w.close() })
	w.sim, err = simulator.Start(simulator.Config{Now: w.now, Deliver: func(ctx context.Context, body []byte, h http.Header) int {
		if w.receiver.Load().Handle(ctx, receive.Delivery{Body: body, Header: h, ReceivedAt: w.now}) != nil {
			return http.StatusServiceUnavailable
		}
		return http.StatusOK
	}})
	w.check(err)
	t.Cleanup(func() { w.sim.Close() })
	w.populate()
	return w
}

func (w *world) check(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) open(dir string) {
	w.Helper()
	var err error
	w.dir = dir
	w.vault, err = vault.Open(dir, vault.WithKeychain(w.keychain))
	w.check(err)
	w.store, err = store.Open(w.ctx, dir, w.vault)
	w.check(err)
	w.receiver.Store(receive.New(w.store, receive.Signed([]byte(simulator.DefaultAppSecret)), nil))
}

func (w *world) close() {
	w.store.Close()
	w.vault.Close()
}

func (w *world) client() *cloudapi.Client {
	w.Helper()
	c, err := cloudapi.New(cloudapi.Config{BaseURL: w.sim.URL(), PhoneNumberID: simulator.DefaultPhoneNumberID,
		Token: func() (string, error) { return simulator.DefaultToken, nil }})
	w.check(err)
	return c
}

func (w *world) eraser() *Eraser {
	w.Helper()
	return New(Config{Store: w.store, ContactBook: w.client(), Now: func() time.Time { return w.now },
		Progress: func(int64) { w.progress++ },
		Forget:   func(id inbox.CustomerID) { w.forgotten = append(w.forgotten, id) }})
}

func (w *world) idle() {
	w.Helper()
	w.check(w.sim.WaitIdle(w.ctx))
}

func (w *world) send(c *simulator.Customer, m simulator.Message) string {
	w.Helper()
	id, err := c.Send(w.ctx, m)
	w.check(err)
	w.idle()
	return id
}

func text(s string) simulator.Message { return simulator.Message{Type: "text", Text: s} }

// populate lets the canary leave a trace of every kind, and another person too.
func (w *world) populate() {
	w.Helper()
	var err error
	w.other, err = w.sim.AddCustomer(simulator.Person{Phone: "+491713920088", Name: "Bernd Bleibt"})
	w.check(err)
	w.send(w.other, text("Ich bleibe hier"))
	w.canary, err = w.sim.AddCustomer(simulator.Person{Phone: "+" + canaryNumber, Name: canaryName, Username: canaryUsername, PhoneKnown: true})
	w.check(err)
	w.send(w.canary, text(canaryTexts[0]))
	quoted := w.send(w.canary, text(canaryTexts[1]))
	w.send(w.canary, simulator.Message{Type: "text", Text: canaryTexts[2], Quote: quoted})
	edited := w.send(w.canary, text(canaryTexts[3]))
	_, err = w.canary.Edit(w.ctx, edited, canaryTexts[4])
	w.check(err)
	photo := canaryPhoto()
	_, err = w.canary.SendFile(w.ctx, photo, canaryTexts[6])
	w.check(err)
	w.send(w.canary, simulator.Message{Type: "hologram", Raw: map[string]any{"hologram": map[string]any{"of": canaryTexts[2]}}})
	w.idle()
	w.shopAnswers()
	w.sealMedia(photo.Bytes)
	for _, number := range []string{canaryNumber, "491713920088"} { // parts of nobody known
		w.check(w.sim.Emit("unheard_of", map[string]any{"about": number, "metadata": map[string]any{"phone_number_id": simulator.DefaultPhoneNumberID}}))
	}
	w.idle()
}

// shopAnswers stores an answer with a reaction, a draft and a name of the shop's own.
func (w *world) shopAnswers() {
	w.Helper()
	c := w.conversation(canaryName)
	var answer inbox.WAMID = "wamid.HBgMNDkxNzEzOTIwMDc3FQIAERgSQUJDREVGR0hJSktMTU5P"
	w.check(w.store.Update(w.ctx, func(tx *store.Tx) error {
		ref, number, err := tx.FindConversation(c.ID)
		if err != nil {
			return err
		}
		if err := tx.SetShopName(c.CustomerID, canaryShopName); err != nil {
			return err
		}
		id, err := tx.QueueMessage(store.NewMessage{Conversation: ref, PhoneNumberID: number, Kind: inbox.KindText,
			SentAt: w.now, Content: inbox.Content{Text: canaryTexts[7]}}, store.CallbackID{1})
		if err != nil {
			return err
		}
		if err := tx.Accept(id, number, answer); err != nil {
			return err
		}
		if err := tx.SetReaction(ref, id, number, "wamid.REACTION", inbox.Reaction{Emoji: "💐", At: w.now}); err != nil {
			return err
		}
		if err := tx.RecordShownNotice(ref.Customer, inbox.ShownNotice{ID: "W1-K7QF", At: w.now}); err != nil {
			return err
		}
		label, err := tx.InsertLabel(inbox.Label{Name: "Hochzeit", Colour: "blue"})
		if err != nil {
			return err
		}
		if err := tx.SetLabels(c.CustomerID, []inbox.LabelID{label}); err != nil {
			return err
		}
		if _, err := tx.InsertNote(c.CustomerID, w.now, canaryTexts[9]); err != nil {
			return err
		}
		if err := tx.SetReminder(ref, w.now, canaryTexts[10]); err != nil {
			return err
		}
		request, err := tx.InsertCase(ref.Customer, store.Case{Kind: "access", State: "received", ReceivedAt: w.now, DueAt: w.now, ActedAt: w.now})
		if err != nil {
			return err
		}
		opened := store.CaseEvent{Case: request.ID, At: w.now, Kind: "opened", Content: store.CaseContent{Text: canaryTexts[11]}}
		if err := tx.AppendCaseEvent(ref.Customer, opened); err != nil {
			return err
		}
		if err := tx.SetChallenge(ref.Customer, request.ID, canaryTexts[11]); err != nil {
			return err
		}
		if err := tx.RecordCorrection(ref.Customer, store.Correction{At: w.now, Field: "statement", New: canaryTexts[12]}); err != nil {
			return err
		}
		if err := tx.SaveTranslation(ref, id, inbox.Translation{Text: canaryTexts[3], From: "en", To: "de"}); err != nil {
			return err
		}
		if err := tx.SetInterpreting(ref, inbox.Interpreting{On: true, Language: "en"}); err != nil {
			return err
		}
		return tx.SaveDraft(ref, inbox.Draft{Text: canaryTexts[8]})
	}))
}

// sealMedia stores the canary's picture and its small picture.
func (w *world) sealMedia(plain []byte) {
	w.Helper()
	c := w.conversation(canaryName)
	list, err := w.store.ListMessages(w.ctx, store.Span{Conversation: c.ID, Limit: 50})
	w.check(err)
	at := slices.IndexFunc(list, func(m inbox.Message) bool { return m.File != nil })
	file, thumb := w.newFile(c.CustomerID, plain), w.newFile(c.CustomerID, plain[:len(plain)/2])
	w.check(w.store.Update(w.ctx, func(tx *store.Tx) error {
		kept, err := tx.KeepFetchedFile(list[at].ID, store.Sealed{File: file, Thumb: thumb, At: w.now, Facts: inbox.FileFacts{MIME: "image/jpeg"}})
		if !kept {
			w.Error("picture not kept")
		}
		return err
	}))
}

func (w *world) newFile(owner inbox.CustomerID, plain []byte) *store.NewFile {
	w.Helper()
	file, err := w.store.CreateFile(owner)
	w.check(err)
	w.Cleanup(file.Discard)
	_, err = file.Write(plain)
	w.check(err)
	w.check(file.Finish())
	return file
}

// exec changes the database behind the program's back.
func (w *world) exec(query string, args ...any) {
	w.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, store.FileName)+"?_pragma=busy_timeout(5000)")
	w.check(err)
	defer db.Close()
	_, err = db.Exec(query, args...)
	w.check(err)
}

// blobs returns the values of a query over the database as it is.
func (w *world) blobs(query string, args ...any) (list [][]byte) {
	w.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, store.FileName)+"?_pragma=busy_timeout(5000)&_pragma=query_only(ON)")
	w.check(err)
	defer db.Close()
	rows, err := db.Query(query, args...)
	w.check(err)
	defer rows.Close()
	for rows.Next() {
		var b []byte
		w.check(rows.Scan(&b))
		list = append(list, b)
	}
	w.check(rows.Err())
	return list
}

func (w *world) count(query string, args ...any) int {
	w.Helper()
	return len(w.blobs(query, args...))
}

func (w *world) conversations() []inbox.Conversation {
	w.Helper()
	list, err := w.store.ListConversations(w.ctx, store.Position{}, 50)
	w.check(err)
	return list
}

func (w *world) conversation(name string) inbox.Conversation {
	w.Helper()
	for _, c := range w.conversations() {
		if c.Profile.ProfileName == name {
			return c
		}
	}
	w.Fatalf("no conversation with %s", name)
	return inbox.Conversation{}
}

func (w *world) erase() store.Erasure {
	w.Helper()
	job, err := w.eraser().Erase(w.ctx, w.conversation(canaryName).CustomerID)
	w.check(err)
	return job
}

func (w *world) run() error { return w.eraser().RunPending(w.ctx) }

func (w *world) job(id int64) store.Erasure {
	w.Helper()
	job, err := w.store.Erasure(w.ctx, id)
	w.check(err)
	return job
}

// evidence is what must not be found after the erasure, gathered before it by
// means of its own: not by what the program itself searches for.
type evidence map[string][]byte

func (w *world) evidence() evidence {
	w.Helper()
	e := evidence{}
	for _, s := range slices.Concat(canaryTexts, []string{canaryName, canaryShopName, canaryUsername, w.canary.Person().BSUID}, numbers()) {
		e["text "+s] = []byte(s)
		e["UTF-16LE "+s] = wide(s, 0)
		e["UTF-16BE "+s] = wide(s, 1)
	}
	for _, item := range w.canary.Inbox() {
		e["wamid "+item.ID] = []byte(item.ID)
	}
	customer := w.conversation(canaryName).CustomerID
	const hers = "(SELECT conversation_id FROM conversation WHERE customer_id = (SELECT customer_id FROM customer WHERE uuid = ?))"
	for _, query := range []string{
		"SELECT content FROM message WHERE message_id >> 43 IN " + hers,
		"SELECT wamid_lookup FROM message WHERE wamid_lookup IS NOT NULL AND message_id >> 43 IN " + hers,
		"SELECT content FROM message_version WHERE message_id >> 43 IN " + hers,
		"SELECT content FROM reaction WHERE content IS NOT NULL AND message_id >> 43 IN " + hers,
		"SELECT file FROM media WHERE message_id >> 43 IN " + hers,
		"SELECT thumb FROM media WHERE thumb IS NOT NULL AND message_id >> 43 IN " + hers,
		"SELECT content FROM media WHERE message_id >> 43 IN " + hers,
		"SELECT content FROM translation WHERE message_id >> 43 IN " + hers,
		"SELECT content FROM interpreting WHERE conversation_id IN " + hers,
		"SELECT content FROM draft WHERE conversation_id IN " + hers,
		"SELECT value FROM identifier WHERE customer_id = (SELECT customer_id FROM customer WHERE uuid = ?)",
		"SELECT lookup FROM identifier WHERE customer_id = (SELECT customer_id FROM customer WHERE uuid = ?)",
		"SELECT content FROM raw_part WHERE customer_id = (SELECT customer_id FROM customer WHERE uuid = ?)",
		"SELECT profile FROM customer WHERE uuid = ?",
		"SELECT uuid FROM customer WHERE uuid = ?",
	} {
		found := w.blobs(query, customer[:])
		if len(found) == 0 {
			w.Fatalf("the canary left nothing for %s", query)
		}
		for _, b := range found {
			e.slices(query, b)
		}
	}
	for _, b := range w.blobs("SELECT content FROM raw_part WHERE customer_id IS NULL") {
		e.slices("unattributed part", b)
	}
	entries, err := os.ReadDir(filepath.Join(w.dir, store.MediaDir))
	w.check(err)
	for _, entry := range entries {
		b, err := os.ReadFile(filepath.Join(w.dir, store.MediaDir, entry.Name()))
		w.check(err)
		e.slices("media file", b)
		e["media name "+entry.Name()] = []byte(entry.Name())
	}
	return e
}

// slices adds the value's start, middle and end.
func (e evidence) slices(what string, b []byte) {
	for _, from := range []int{0, len(b) / 2, len(b)} {
		from = min(from, max(0, len(b)-12))
		part := b[from:min(len(b), from+12)]
		e[what+" "+hex.EncodeToString(part)] = part
	}
}

// numbers is the canary's number as people and programs write it.
func numbers() []string {
	rest := strings.TrimPrefix(canaryNumber, "49")
	return []string{
		canaryNumber, "+" + canaryNumber, "00" + canaryNumber, "0" + rest, "+49 " + rest, "+49 171 3920077", "0171 3920077",
		"0171-3920077", "0171/3920077", "+49-171-3920077", "0171 392 00 77",
	}
}

func wide(s string, order int) []byte {
	var b []byte
	for _, r := range s { // the canary uses no character beyond U+FFFF
		pair := []byte{byte(r), byte(r >> 8)}
		b = append(b, pair[order], pair[1-order])
	}
	return b
}

// find returns what of the evidence any file in dir or its name still holds.
func (e evidence) find(t testing.TB, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		b, err := io.ReadAll(f)
		b = append(b, d.Name()...)
		for what, needle := range e {
			if bytes.Contains(b, needle) {
				found = append(found, d.Name()+": "+what)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	return found
}

// mustShow proves before the erasure that the search finds what is sealed, and
// that nothing lies about in clear even then.
func (e evidence) mustShow(t testing.TB, dir string) {
	t.Helper()
	found := strings.Join(e.find(t, dir), "\n")
	for what := range e {
		clear := strings.HasPrefix(what, "text ") || strings.HasPrefix(what, "UTF-16") || strings.HasPrefix(what, "wamid ")
		if strings.Contains(found, ": "+what) == clear {
			t.Errorf("%s: found %t", what, !clear)
		}
	}
}

var errCrash = errors.New("crash")

// crashAt returns an eraser that ends at a step.
func (w *world) crashAt(step string) *Eraser {
	e := w.eraser()
	e.crash = func(s string) error {
		if s == step {
			return errCrash
		}
		return nil
	}
	return e
}

// image copies the data folder as a kill or a backup at this moment would leave it.
func (w *world) image() string {
	w.Helper()
	dir := w.TempDir()
	w.check(os.CopyFS(dir, os.DirFS(w.dir)))
	return dir
}

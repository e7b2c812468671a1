package app

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
	"tresen/internal/vault"
)

const patience = time.Minute

// desk is a computer with the program on it and WhatsApp behind it.
type desk struct {
	*testing.T
	ctx context.Context
	cfg Config
	sim *simulator.Simulator

	app       *App
	inbox     *Inbox
	customers *Customers
	setup     *Setup
	system    *System
	demo      *Demo

	mu sync.Mutex
	// events are all that the window was told, as it would get them.
	events  []string
	changed chan struct{}
	// ahead is how far the program's clock is, as a time.Duration.
	ahead  atomic.Int64
	opened []string
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	d := &desk{T: t, ctx: ctx, changed: make(chan struct{}, 1)}
	dir := t.TempDir()
	d.cfg = Config{Version: "0.0.0-test", BackupWork: 8, DataDir: filepath.Join(dir, "shop"), DemoDir: filepath.Join(dir, "demo"), Keychain: vault.NewMemoryKeychain(),
		Emit: d.note, OpenURL: func(url string) { d.opened = append(d.opened, url) },
		Now: func() time.Time { return time.Now().Add(time.Duration(d.ahead.Load())) }}
	sim, err := simulator.Start(simulator.Config{DeliveryWorkers: 2})
	d.check(err)
	d.sim = sim
	t.Cleanup(func() { sim.Close() })
	return d
}

// start starts the program; calling it again is a restart.
func (d *desk) start() {
	d.Helper()
	d.stop()
	d.app = d.another()
	for _, b := range d.app.Bound() {
		switch b := b.(type) {
		case *Inbox:
			d.inbox = b
		case *Customers:
			d.customers = b
		case *Setup:
			d.setup = b
		case *System:
			d.system = b
		case *Demo:
			d.demo = b
		}
	}
	d.app.Start()
}

// another is the program once more on the same computer.
func (d *desk) another() *App {
	a := New(d.cfg)
	d.Cleanup(a.Stop)
	return a
}

func (d *desk) stop() {
	if d.app != nil {
		d.app.Stop()
	}
}

func (d *desk) note(name EventName, payload any) {
	b, err := json.Marshal([]any{name, payload})
	d.mu.Lock()
	d.events = append(d.events, string(b))
	d.mu.Unlock()
	if err != nil {
		d.Errorf("event %s cannot be sent: %v", name, err)
	}
	select {
	case d.changed <- struct{}{}:
	default:
	}
}

func (d *desk) told() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string(nil), d.events...)
}

func (d *desk) check(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

func do[T any](d *desk, v T, err error) T {
	d.Helper()
	d.check(err)
	noNil(d, reflect.ValueOf(v), reflect.TypeOf(v).Name())
	return v
}

// noNil fails for slices that would reach the window as null.
func noNil(t testing.TB, v reflect.Value, path string) {
	t.Helper()
	switch v.Kind() {
	case reflect.Slice:
		if v.IsNil() {
			t.Errorf("%s is null", path)
		}
		for i := range v.Len() {
			noNil(t, v.Index(i), path+"[]")
		}
	case reflect.Struct:
		for i := range v.NumField() {
			noNil(t, v.Field(i), path+"."+v.Type().Field(i).Name)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			noNil(t, v.Elem(), path)
		}
	}
}

// await waits until cond holds; it looks again after every event.
func (d *desk) await(what string, cond func() bool) {
	d.Helper()
	for !cond() {
		select {
		case <-d.changed:
		case <-d.ctx.Done():
			d.Fatalf("never: %s", what)
		}
	}
}

func (d *desk) state() SetupState {
	d.Helper()
	s, err := d.setup.State()
	return do(d, s, err)
}

func (d *desk) mustShow(p phase, code inbox.Code) {
	d.Helper()
	if s := d.state(); s.Phase != string(p) || s.Code != string(code) {
		d.Fatalf("the window shows %s %q, want %s %q", s.Phase, s.Code, p, code)
	}
}

func (d *desk) request() ConnectRequest {
	return ConnectRequest{
		Provider: providerCustom, BaseURL: d.sim.URL(), PhoneNumberID: simulator.DefaultPhoneNumberID, WABAID: simulator.DefaultWABAID,
		Token: simulator.DefaultToken, AppSecret: simulator.DefaultAppSecret, VerifyToken: simulator.DefaultVerifyToken, ListenAddr: "127.0.0.1:0",
	}
}

// connect connects the shop by hand and lets WhatsApp deliver to it.
func (d *desk) connect(r ConnectRequest) ConnectResult {
	d.Helper()
	result, err := d.setup.Connect(r)
	do(d, result, err)
	d.deliverTo(result.WebhookURL)
	return result
}

func (d *desk) deliverTo(url string) {
	d.Helper()
	d.check(d.sim.SetCallback(url, simulator.DefaultVerifyToken))
	d.check(d.sim.VerifyCallback(d.ctx))
}

// open starts the program with a connected shop.
func open(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.start()
	d.connect(d.request())
	return d
}

func (d *desk) customer(p simulator.Person) *simulator.Customer {
	d.Helper()
	c, err := d.sim.AddCustomer(p)
	d.check(err)
	return c
}

func (d *desk) anna() *simulator.Customer {
	d.Helper()
	return d.customer(simulator.Person{Phone: "+491713920011", Name: "Anna Äpfel", AutoRead: true})
}

// say lets a customer write and waits until the list shows it.
func (d *desk) say(c *simulator.Customer, text string) ConversationRow {
	d.Helper()
	_, err := c.SendText(d.ctx, text)
	d.check(err)
	var row ConversationRow
	d.await("message in the list", func() bool {
		for _, r := range d.list().Rows {
			if r.Preview == text && !r.PreviewFromShop {
				row = r
				return true
			}
		}
		return false
	})
	return row
}

func (d *desk) list() ConversationPage {
	d.Helper()
	page, err := d.inbox.ListConversations(ConversationQuery{Limit: 50})
	return do(d, page, err)
}

func (d *desk) messages(conversation int64) []MessageRow {
	d.Helper()
	page, err := d.inbox.ListMessages(MessageQuery{ConversationID: conversation, Limit: 50})
	return do(d, page, err).Messages
}

func (d *desk) message(conversation int64, id string) MessageRow {
	d.Helper()
	for _, m := range d.messages(conversation) {
		if m.ID == id {
			return m
		}
	}
	d.Fatal("the message is gone")
	return MessageRow{}
}

func (d *desk) send(r SendTextRequest) MessageRow {
	d.Helper()
	row, err := d.inbox.SendText(r)
	return do(d, row, err)
}

// awaitStatus waits until a message has come at least as far as want.
func (d *desk) awaitStatus(m MessageRow, want inbox.MessageStatus) MessageRow {
	d.Helper()
	way := []string{"queued", "sending", "accepted", "sent", "delivered", "read"}
	d.await("status "+string(want), func() bool {
		return slices.Index(way, d.message(m.ConversationID, m.ID).Status) >= slices.Index(way, string(want))
	})
	return d.message(m.ConversationID, m.ID)
}

func (d *desk) connection() ConnectionState {
	d.Helper()
	c, err := d.system.Connection()
	return do(d, c, err)
}

// refused fails unless err has the code, as the window would see it.
func (d *desk) refused(what string, err error, code inbox.Code, field string) {
	d.Helper()
	if err == nil {
		d.Errorf("%s: no error", what)
		return
	}
	var shown windowError
	d.check(json.Unmarshal([]byte(FormatError(err).(string)), &shown))
	if shown.Code != code || shown.Field != field {
		d.Errorf("%s: the window sees %s %q, want %s %q (%v)", what, shown.Code, shown.Field, code, field, err)
	}
}

// contents is everything in a folder, names included.
func contents(t testing.TB, dir string) []byte {
	t.Helper()
	var all []byte
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		all = append(append(all, entry.Name()...), b...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// noKeychain is a system without one.
type noKeychain struct{}

func (noKeychain) Get(string) ([]byte, error) { return nil, unavailable("get") }
func (noKeychain) Set(string, []byte) error   { return unavailable("set") }
func (noKeychain) Delete(string) error        { return unavailable("delete") }

func unavailable(op string) error { return &vault.KeychainError{Op: op, Class: "no_service"} }

// post sends a delivery that nobody signed.
func post(url string) (int, error) {
	answer, err := http.Post(url, "application/json", http.NoBody)
	if err != nil {
		return 0, err
	}
	return answer.StatusCode, errors.Join(answer.Body.Close())
}

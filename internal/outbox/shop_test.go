package outbox_test

import (
	"context"
	"net/http"
	"runtime"
	"sync"
	"testing"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/outbox"
	"tresen/internal/receive"
	"tresen/internal/simulator"
	"tresen/internal/store"
	"tresen/internal/storetest"
)

// patience bounds every wait; a test that needs it has failed.
const patience = 20 * time.Second

// shop is an outbox between a real store and a simulated WhatsApp. Its clock
// stands still until a test moves it.
type shop struct {
	*testing.T
	folder *storetest.Folder
	sim    *simulator.Simulator
	anna   *simulator.Customer
	outbox *outbox.Outbox
	ctx    context.Context

	// changed holds a token after anything was reported.
	changed chan struct{}
	mu      sync.Mutex
	now     time.Time
	token   string
}

type option func(*simulator.Config, *outbox.Config)

// open starts a shop to which Anna has just written.
func open(t *testing.T, options ...option) *shop {
	t.Helper()
	s := prepare(t, options...)
	s.start()
	return s
}

// prepare does all but start the outbox.
func prepare(t *testing.T, options ...option) *shop {
	t.Helper()
	s := &shop{
		T: t, folder: storetest.Open(t), changed: make(chan struct{}, 1),
		now: time.Now().Truncate(time.Second), token: simulator.DefaultToken,
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	s.ctx = ctx
	inlet := &receive.Inlet{}
	cfg := simulator.Config{Now: s.now, Deliver: inlet.Deliver}
	out := outbox.Config{
		Store: s.folder.Store, Now: s.clock,
		Notify: func(inbox.ConversationID) { s.tell() }, StateChanged: s.tell,
		Accepted: func(tx *store.Tx, number inbox.PhoneNumberID, wamid inbox.WAMID) error {
			return receive.ApplyPending(tx, number, wamid, s.clock())
		},
	}
	for _, o := range options {
		o(&cfg, &out)
	}
	s.sim = must(simulator.Start(cfg))(t)
	t.Cleanup(func() { s.sim.Close() })
	receiver := receive.New(s.folder.Store, receive.Signed([]byte(simulator.DefaultAppSecret)), func(receive.Change) { s.tell() })
	s.background(func(ctx context.Context) { inlet.Run(ctx, receiver.Handle) })
	for inlet.Deliver(ctx, nil, http.Header{}) == http.StatusServiceUnavailable {
		runtime.Gosched()
	}
	if out.Sender == nil {
		out.Sender = s.client(s.sim.URL())
	}
	if out.Uploader == nil {
		out.Uploader = s.client(s.sim.URL())
	}
	s.outbox = outbox.New(out)
	s.anna = s.customer(simulator.Person{Phone: "+491713920011", Name: "Anna"})
	s.say(s.anna, "Guten Tag")
	return s
}

func (s *shop) start() { s.background(func(ctx context.Context) { s.outbox.Run(ctx) }) }

// background runs fn until the test ends, before the store is closed.
func (s *shop) background(fn func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); fn(ctx) }()
	stop = func() { cancel(); <-done }
	s.Cleanup(stop)
	return stop
}

func (s *shop) client(url string) *cloudapi.Client {
	s.Helper()
	return must(cloudapi.New(cloudapi.Config{
		BaseURL: url, PhoneNumberID: simulator.DefaultPhoneNumberID,
		Token: func() (string, error) { s.mu.Lock(); defer s.mu.Unlock(); return s.token, nil },
	}))(s)
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (s *shop) tell() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

func (s *shop) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// advance moves both clocks and lets the outbox look.
func (s *shop) advance(d time.Duration) {
	s.mu.Lock()
	s.now = s.now.Add(d)
	s.mu.Unlock()
	s.sim.Advance(d)
	s.outbox.Wake()
}

func (s *shop) customer(p simulator.Person) *simulator.Customer {
	s.Helper()
	return must(s.sim.AddCustomer(p))(s)
}

func (s *shop) idle() {
	s.Helper()
	if err := s.sim.WaitIdle(s.ctx); err != nil {
		s.Fatal(err)
	}
}

// say lets a customer write and waits until the shop has it.
func (s *shop) say(c *simulator.Customer, text string) string {
	s.Helper()
	wamid := must(c.SendText(s.ctx, text))(s)
	s.idle()
	return wamid
}

// conversation returns the newest conversation, or the one of a customer.
func (s *shop) conversation(name string) inbox.Conversation {
	s.Helper()
	for _, c := range must(s.folder.Store.ListConversations(s.ctx, store.Position{}, 50))(s) {
		if got, _ := c.Profile.DisplayName(); got == name {
			return c
		}
	}
	s.Fatalf("nobody is called %s", name)
	return inbox.Conversation{}
}

func (s *shop) queue(r outbox.Reply) inbox.MessageID {
	s.Helper()
	if r.Conversation == 0 {
		r.Conversation = s.conversation("Anna").ID
	}
	return must(s.outbox.Queue(s.ctx, r))(s)
}

func (s *shop) message(id inbox.MessageID) inbox.Message {
	s.Helper()
	return must(s.folder.Store.Message(s.ctx, id))(s)
}

// await waits until cond holds; it looks again whenever something was reported.
func (s *shop) await(what string, cond func() bool) {
	s.Helper()
	for !cond() {
		select {
		case <-s.changed:
		case <-s.ctx.Done():
			s.Fatalf("never: %s", what)
		}
	}
}

func (s *shop) awaitStatus(id inbox.MessageID, want inbox.MessageStatus) inbox.Message {
	s.Helper()
	last := inbox.MessageStatus("")
	defer func() {
		if s.Failed() {
			s.Logf("last status was %s", last)
		}
	}()
	s.await("status "+string(want), func() bool { last = s.message(id).Status; return last == want })
	return s.message(id)
}

func (s *shop) update(fn func(*store.Tx) error) {
	s.Helper()
	if err := s.folder.Store.Update(s.ctx, fn); err != nil {
		s.Fatal(err)
	}
}

// texts is what a customer's phone shows of the shop's messages.
func texts(c *simulator.Customer) []string {
	var list []string
	for _, m := range c.Received() {
		list = append(list, m.Text)
	}
	return list
}

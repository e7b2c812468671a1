package receive_test

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/receive"
	"tresen/internal/simulator"
	"tresen/internal/store"
	"tresen/internal/storetest"
)

// history is what happened between a shop and its customers: what Meta
// delivers, one update per body, and what the shop's own program does.
type history struct {
	t   *testing.T
	rng *rand.Rand
	sim *simulator.Simulator

	people  []*simulator.Customer
	written map[*simulator.Customer][]string // wamids the customer wrote and did not revoke
	sent    map[*simulator.Customer][]string // wamids of the shop's answers

	opening []simulator.Delivery // everybody's first message, delivered cleanly in every run
	rest    []simulator.Delivery
	answers []answer
}

// answer is a message the shop sends with this program.
type answer struct {
	callback store.CallbackID
	to       string // bsuid
	wamid    inbox.WAMID
	at       time.Time
}

var start = time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC)

func newHistory(t *testing.T, seed uint64) *history {
	t.Helper()
	h := &history{
		t: t, rng: rand.New(rand.NewPCG(seed, 1)),
		written: map[*simulator.Customer][]string{}, sent: map[*simulator.Customer][]string{},
	}
	sim, err := simulator.New(simulator.Config{
		AppSecret: string(secret), Now: start, Seed: seed + 1,
		Statuses: simulator.StatusTiming{Sent: 3 * time.Second, Delivered: 20 * time.Second, Read: 90 * time.Second},
	})
	h.check(err)
	t.Cleanup(func() { sim.Close() })
	h.sim = sim
	return h
}

func (h *history) check(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *history) drain() []simulator.Delivery {
	list, err := h.sim.Drain(context.Background())
	h.check(err)
	return list
}

// meet brings in a person of one of several sorts. Nobody is known now by the
// number alone and now by the BSUID alone: whether those are one person, nobody
// can tell (that takes a person's decision).
func (h *history) meet(n int) *simulator.Customer {
	p := simulator.Person{Phone: fmt.Sprintf("+4917139200%02d", n), Name: fmt.Sprintf("Person %d", n), AutoRead: n%2 == 0}
	switch n % 4 {
	case 1:
		p.Username = fmt.Sprintf("person.%d", n)
	case 2:
		p.Phone, p.BSUID = "", fmt.Sprintf("DE.77%d", n)
	case 3:
		p.Username, p.PhoneKnown = fmt.Sprintf("person.%d", n), true
	}
	c, err := h.sim.AddCustomer(p)
	h.check(err)
	h.people = append(h.people, c)
	return c
}

// play lets random things happen, each in a second of its own.
func (h *history) play(people, steps int) {
	for n := range people {
		h.say(h.meet(n), fmt.Sprint("Guten Tag, hier ist ", n))
		h.sim.Advance(time.Minute)
	}
	h.opening = h.drain()
	for n := range steps {
		h.step(n)
		h.sim.Advance(time.Duration(2+h.rng.IntN(40)) * time.Second)
	}
	h.sim.Advance(time.Hour)
	h.rest = h.drain()
}

func (h *history) say(c *simulator.Customer, text string) {
	wamid, err := c.SendText(context.Background(), text)
	h.check(err)
	h.written[c] = append(h.written[c], wamid)
}

func pick[T any](h *history, list []T) (v T, ok bool) {
	if len(list) == 0 {
		return v, false
	}
	return list[h.rng.IntN(len(list))], true
}

func (h *history) step(n int) {
	ctx := context.Background()
	c, _ := pick(h, h.people)
	own, wrote := pick(h, h.written[c])
	ours, got := pick(h, h.sent[c])
	target := own
	if got && h.rng.IntN(2) == 0 {
		target = ours
	}
	var err error
	switch what := h.rng.IntN(20); {
	case what < 4:
		h.say(c, fmt.Sprintf("Nachricht %d mit \"Zeichen\" äöü🥨 </script>", n))
	case what < 6 && target != "":
		_, err = c.QuoteText(ctx, target, fmt.Sprint("Antwort ", n))
	case what < 8 && target != "":
		emoji, _ := pick(h, []string{"👍", "❤️", "", "🎉"})
		_, err = c.React(ctx, target, emoji)
	case what < 9 && wrote:
		_, err = c.Edit(ctx, own, fmt.Sprint("geändert ", n))
	case what < 10 && wrote && h.rng.IntN(2) == 0:
		h.written[c] = slices.DeleteFunc(h.written[c], func(w string) bool { return w == own })
		_, err = c.Revoke(ctx, own)
	case what < 14:
		h.answer(c, n)
	case what < 15:
		h.special(c, n)
	case what < 16:
		c.Echo(fmt.Sprint("vom Telefon ", n))
	case what < 17:
		name, user := fmt.Sprint("Name ", n), c.Person().Username
		c.Change(func(p *simulator.Person) { p.Name, p.Username = name, user })
		h.say(c, "mit neuem Namen")
	case what < 18:
		h.move(c, n)
	case what < 19:
		if h.rng.IntN(2) == 0 {
			c.StopMarketing()
		} else {
			c.ResumeMarketing()
		}
	default:
		err = c.MissedCall(ctx)
	}
	h.check(err)
}

// special sends what is not text, some of it of kinds nobody knows.
func (h *history) special(c *simulator.Customer, n int) {
	m, _ := pick(h, []simulator.Message{
		{Type: "location", Location: &simulator.Location{Latitude: 52.5, Longitude: 13.4, Name: "Tresen"}},
		{Type: "unsupported", Unsupported: "poll_creation"},
		{Type: "hologram", Raw: map[string]any{"hologram": map[string]any{"n": n}}},
		{Type: "order", Order: &simulator.Order{CatalogID: "1", Items: []simulator.OrderItem{{ProductID: "a", Quantity: 2, Price: 3.5, Currency: "EUR"}}}},
	})
	_, err := c.Send(context.Background(), m)
	h.check(err)
}

// move gives a customer another number; now and then somebody else gets the old one.
func (h *history) move(c *simulator.Customer, n int) {
	old := c.Person().Phone
	if old == "" {
		c.ChangeBSUID()
	} else {
		h.check(c.ChangeNumber(fmt.Sprintf("+49171393%04d", n)))
	}
	h.sim.Advance(5 * time.Second)
	h.say(c, fmt.Sprint("unter neuem Namen erreichbar ", n))
	if old != "" && h.rng.IntN(2) == 0 {
		h.sim.Advance(5 * time.Second)
		stranger, err := h.sim.AddCustomer(simulator.Person{Phone: old, Name: fmt.Sprint("Jemand anders ", n)})
		h.check(err)
		h.people = append(h.people, stranger)
		h.say(stranger, "Ist das die Bäckerei?")
	}
}

// answer sends a text the way this program does, with an id of our own.
func (h *history) answer(c *simulator.Customer, n int) {
	a := answer{to: c.Person().BSUID, at: h.sim.Now()}
	copy(a.callback[:], fmt.Sprintf("answer-%09d", n))
	body, err := json.Marshal(map[string]any{
		"messaging_product": "whatsapp", "recipient": a.to, "type": "text", "text": map[string]any{"body": fmt.Sprint("Unsere Antwort ", n)},
		"biz_opaque_callback_data": hex.EncodeToString(a.callback[:]),
	})
	h.check(err)
	request := httptest.NewRequest(http.MethodPost, "/v25.0/"+simulator.DefaultPhoneNumberID+"/messages", strings.NewReader(string(body)))
	request.Header.Set("Authorization", "Bearer "+simulator.DefaultToken)
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	h.sim.ServeHTTP(recorder, request)
	var result struct{ Messages []struct{ ID string } }
	if err := json.Unmarshal(recorder.Body.Bytes(), &result); err != nil || len(result.Messages) != 1 {
		return // moved on meanwhile: Meta refuses
	}
	a.wamid = inbox.WAMID(result.Messages[0].ID)
	h.answers = append(h.answers, a)
	h.sent[c] = append(h.sent[c], string(a.wamid))
}

// shop is one run: a data folder that receives.
type shop struct {
	t        *testing.T
	folder   *storetest.Folder
	receiver *receive.Receiver
	now      time.Time
}

// open makes a shop that knows everybody's first message and has queued its
// answers to those it knows.
func (h *history) open(t *testing.T) *shop {
	t.Helper()
	s := &shop{t: t, folder: storetest.Open(t), now: h.sim.Now().Add(time.Minute)}
	s.receiver = receive.New(s.folder.Store, receive.Signed(secret), nil)
	for _, d := range h.opening {
		s.deliver(d.Body)
	}
	for _, a := range h.answers {
		s.queue(a)
	}
	return s
}

func (s *shop) deliver(body []byte) {
	s.t.Helper()
	d := receive.Delivery{Body: body, Header: signed(body), ReceivedAt: s.now}
	if err := s.receiver.Handle(context.Background(), d); err != nil {
		s.t.Fatal(err)
	}
}

// queue puts an answer into the outbox, if its addressee is known yet.
func (s *shop) queue(a answer) {
	s.t.Helper()
	err := s.folder.Store.Update(context.Background(), func(tx *store.Tx) error {
		c, err := tx.FindCustomerByIdentifier(inbox.KindBSUID, a.to)
		if inbox.CodeOf(err) == inbox.CodeNotFound && err != nil {
			return nil
		}
		if err != nil {
			return err
		}
		ref, err := tx.EnsureConversation(c, simulator.DefaultPhoneNumberID)
		if err != nil {
			return err
		}
		_, err = tx.QueueMessage(store.NewMessage{
			Conversation: ref, PhoneNumberID: simulator.DefaultPhoneNumberID, Kind: inbox.KindText, SentAt: a.at.Add(time.Second),
			Content: inbox.Content{Text: hex.EncodeToString(a.callback[:])},
		}, a.callback)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// accept is the answer of the Graph API to a send.
func (s *shop) accept(a answer) {
	s.t.Helper()
	err := s.folder.Store.Update(context.Background(), func(tx *store.Tx) error {
		id, err := tx.FindByCallback(a.callback)
		if inbox.CodeOf(err) == inbox.CodeNotFound && err != nil {
			return nil // not queued, or named by a status already
		}
		if err != nil {
			return err
		}
		if err := tx.Accept(id, simulator.DefaultPhoneNumberID, a.wamid); err != nil {
			return err
		}
		return receive.ApplyPending(tx, simulator.DefaultPhoneNumberID, a.wamid, s.now)
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// changes takes a delivery apart into what it reports, one update each.
func changes(t *testing.T, body []byte) (list []map[string]any) {
	t.Helper()
	var root struct {
		Entry []map[string]any `json:"entry"`
	}
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.UseNumber()
	if err := decoder.Decode(&root); err != nil {
		t.Fatal(err)
	}
	for _, entry := range root.Entry {
		for _, change := range entry["changes"].([]any) {
			one := maps.Clone(entry)
			one["changes"] = []any{change}
			list = append(list, one)
		}
	}
	return list
}

func batch(t *testing.T, entries []map[string]any) []byte {
	t.Helper()
	body, err := json.Marshal(map[string]any{"object": "whatsapp_business_account", "entry": entries})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestDisorderlyDeliveriesGiveTheSameDatabase(t *testing.T) {
	seeds := 5
	if testing.Short() {
		seeds = 1
	}
	for seed := range uint64(seeds) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			h := newHistory(t, seed)
			h.play(8, 150)
			clean := h.open(t)
			for _, a := range h.answers {
				clean.accept(a)
			}
			for _, d := range h.rest {
				clean.deliver(d.Body)
			}
			want := dump(t, clean.folder)
			if n := strings.Count(want, "\n"); n < 100 {
				t.Fatalf("only %d lines: nothing much happened", n)
			}
			for run := range 3 {
				messy := h.open(t)
				messy.receiveMessily(h)
				if diff := difference(want, dump(t, messy.folder)); diff != "" {
					t.Fatalf("seed %d, run %d: -1 is only in the messy database, +1 only in the clean one:\n%s", seed, run, diff)
				}
			}
		})
	}
}

// receiveMessily takes the same updates shuffled, some repeatedly, in batches,
// with the answers of the Graph API anywhere in between.
func (s *shop) receiveMessily(h *history) {
	var entries []map[string]any
	for _, d := range slices.Concat(h.rest, h.opening) {
		entries = append(entries, changes(s.t, d.Body)...)
	}
	for range len(entries) / 3 {
		entries = append(entries, entries[h.rng.IntN(len(entries))])
	}
	h.rng.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
	accepts := slices.Clone(h.answers)
	h.rng.Shuffle(len(accepts), func(i, j int) { accepts[i], accepts[j] = accepts[j], accepts[i] })
	for len(entries) > 0 {
		n := min(1+h.rng.IntN(12), len(entries))
		s.deliver(batch(s.t, entries[:n]))
		entries = entries[n:]
		for len(accepts) > 0 && (h.rng.IntN(3) == 0 || len(entries) == 0) {
			s.accept(accepts[0])
			accepts = accepts[1:]
		}
	}
}

package shopyear

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"tresen/internal/consent"
	"tresen/internal/inbox"
	"tresen/internal/privacy"
	"tresen/internal/receive"
	"tresen/internal/simulator"
	"tresen/internal/store"
)

// Config says what kind of year it is.
type Config struct {
	Store *store.Store
	Seed  uint64
	// Customers is how many people write; those with a new number count once.
	Customers int
	// From is the first day; its location is where the shop is.
	From time.Time
}

// days is how long a year is lived.
const days = 365

// life is a year while it is being lived.
type life struct {
	cfg      Config
	ctx      context.Context
	sim      *simulator.Simulator
	receiver *receive.Receiver
	register *consent.Register
	keeper   *privacy.Keeper
	now      time.Time
	labels   []inbox.LabelID
	ledger   *Ledger
	customer map[*Person]*simulator.Customer
	events   []event
	// arrived are the messages of the day that the store has not named yet.
	arrived []arrival
	callers uint64
}

// event is something that happens at a time: a customer does it, or the shop.
type event struct {
	at       time.Time
	order    int
	customer func() error
	shop     func(*store.Tx) error
	// keep is done after the shop's transactions of the day.
	keep func() error
}

type arrival struct {
	person  *Person
	message *Message
}

// Live lives the year. It fails if the program refuses anything of it.
func Live(ctx context.Context, cfg Config) (*Ledger, error) {
	ctx = store.For(ctx, store.HerCase) // what the shop does with restricted people is about their requests
	l := &life{cfg: cfg, ctx: ctx, now: cfg.From, customer: map[*Person]*simulator.Customer{}, register: consent.New(make([]byte, 32))}
	l.ledger = &Ledger{Number: simulator.DefaultPhoneNumberID, From: cfg.From, End: cfg.From.AddDate(0, 0, days)}
	sim, err := simulator.New(simulator.Config{Now: cfg.From, Seed: cfg.Seed + 1, Limits: simulator.Limits{DeliveryLog: -1}})
	if err != nil {
		return nil, err
	}
	defer sim.Close()
	sim.SetFaults(simulator.Faults{Hold: true, Batch: 1000})
	l.sim = sim
	l.receiver = receive.New(cfg.Store, receive.Signed([]byte(simulator.DefaultAppSecret)), nil, l.hear)
	l.keeper = privacy.NewKeeper(privacy.KeeperConfig{Store: cfg.Store, Now: func() time.Time { return l.now }, Location: cfg.From.Location()})
	if err := l.open(); err != nil {
		return nil, err
	}
	for i := range cfg.Customers {
		if err := l.plan(i); err != nil {
			return nil, err
		}
	}
	return l.ledger, l.live()
}

// open furnishes the shop.
func (l *life) open() error {
	return l.cfg.Store.Update(l.ctx, func(tx *store.Tx) error {
		l.labels = nil
		for i, name := range []string{"Stammkundschaft", "Hochzeit", "Zahlt bar"} {
			id, err := tx.InsertLabel(inbox.Label{Name: name, Colour: []inbox.LabelColour{"blue", "green", "violet"}[i]})
			if err != nil {
				return err
			}
			l.labels = append(l.labels, id)
		}
		return tx.KeepWebsiteNotice(inbox.WebsiteNotice{ID: noticeID, KeptAt: l.now, Language: "de", Text: noticeText})
	})
}

const (
	noticeID   = "W1-K7QF"
	noticeText = "Mit „Chat öffnen“ verlassen Sie diese Seite. Wir nutzen Ihre Nachricht nur für Ihre Anfrage."
)

func (l *life) add(e event) {
	if e.at.Before(l.ledger.End) {
		e.order = len(l.events)
		l.events = append(l.events, e)
	}
}

// live takes the year day by day: first what customers do, brought in one
// delivery, then what the shop does in the evening.
func (l *life) live() error {
	slices.SortFunc(l.events, func(a, b event) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.order, b.order)) })
	rest := l.events
	for day := range days {
		end := l.cfg.From.AddDate(0, 0, day+1)
		n, _ := slices.BinarySearchFunc(rest, end, func(e event, t time.Time) int { return e.at.Compare(t) })
		if err := l.day(rest[:n], end); err != nil {
			return fmt.Errorf("live day %d: %w", day+1, err)
		}
		rest = rest[n:]
	}
	return nil
}

func (l *life) day(events []event, end time.Time) error {
	for _, e := range events {
		if e.customer == nil {
			continue
		}
		l.sim.SetClock(e.at)
		if err := e.customer(); err != nil {
			return err
		}
	}
	l.now = end.Add(-time.Second)
	l.sim.SetClock(l.now)
	if err := l.deliver(); err != nil {
		return err
	}
	err := l.cfg.Store.Update(l.ctx, func(tx *store.Tx) error {
		for _, e := range events {
			if e.shop != nil {
				if err := e.shop(tx); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, e := range events {
		if e.keep != nil {
			if err := e.keep(); err != nil {
				return err
			}
		}
	}
	return l.receiver.Tidy(l.ctx, l.now)
}

// deliver brings what the simulator has to report and notes under which ids the
// program keeps it.
func (l *life) deliver() error {
	l.sim.ChangeFaults(func(f *simulator.Faults) { f.Hold = false })
	posts, err := l.sim.Drain(l.ctx)
	l.sim.ChangeFaults(func(f *simulator.Faults) { f.Hold = true })
	if err != nil {
		return err
	}
	for _, p := range posts {
		if err := l.receiver.Handle(l.ctx, receive.Delivery{Body: p.Body, Header: p.Header, ReceivedAt: l.now}); err != nil {
			return err
		}
	}
	arrived := l.arrived
	l.arrived = nil
	if err := l.cfg.Store.Update(l.ctx, func(tx *store.Tx) error { return l.name(tx, arrived) }); err != nil {
		return err
	}
	for _, a := range arrived {
		if a.message.File != nil && !a.message.Revoked {
			if err := l.fetch(a); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *life) name(tx *store.Tx, arrived []arrival) error {
	for _, a := range arrived {
		m, ref, err := tx.FindMessageByWAMID(l.ledger.Number, a.message.WAMID)
		if err != nil {
			return err
		}
		if a.message.Out != (m.Direction != inbox.Inbound) || !m.SentAt.Equal(a.message.At) {
			return errors.New("a message was kept as another one")
		}
		a.message.ID, a.message.Kind = m.ID, m.Kind
		a.person.Customer, a.person.Conversation = ref.Customer.ID, ref.ID
	}
	return nil
}

// hear lets the customers' own words take effect.
func (l *life) hear(tx *store.Tx, a receive.Arrival) error {
	h := consent.Heard{
		Customer: a.Conversation.Customer, Message: a.Message, WAMID: a.WAMID, Text: a.Content.Text,
		Refused: a.Refused, At: a.SentAt, ReceivedAt: a.ReceivedAt,
	}
	if a.Content.Reply != nil {
		h.Payload = a.Content.Reply.ID
	}
	if _, err := l.register.Hear(tx, h); err != nil {
		return err
	}
	return l.hearRights(tx, a)
}

// seal makes a file of somebody's.
func (l *life) seal(owner inbox.CustomerID, plain []byte) (*store.NewFile, error) {
	f, err := l.cfg.Store.CreateFile(owner)
	if err != nil {
		return nil, err
	}
	if _, err := f.Write(plain); err != nil {
		f.Discard()
		return nil, err
	}
	if err := f.Finish(); err != nil {
		f.Discard()
		return nil, err
	}
	return f, nil
}

func (l *life) fetch(a arrival) error {
	f, err := l.seal(a.person.Customer, a.message.File)
	if err != nil {
		return err
	}
	defer f.Discard()
	return l.cfg.Store.Update(l.ctx, func(tx *store.Tx) error {
		kept, err := tx.KeepFetchedFile(a.message.ID, store.Sealed{File: f, At: l.now, Facts: inbox.FileFacts{MIME: "application/octet-stream"}})
		if err == nil && !kept {
			err = errors.New("a file was not wanted")
		}
		return err
	})
}

func (l *life) random(i int) *rand.Rand { return rand.New(rand.NewPCG(l.cfg.Seed, uint64(i))) }

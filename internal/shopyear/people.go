package shopyear

import (
	"fmt"
	"math/rand/v2"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
	"tresen/internal/store"
)

var (
	givenNames = []string{"Käthe", "Mehmet", "Anna", "Jörg", "Søren", "Zoë", "Łukasz", "Ольга", "ليلى", "Maximiliane", "Uwe", "Ines"}
	surnames   = []string{"Müßig", "Yılmaz", "Großkreutz", "von der Heyde", "Nowak", "O’Hara", "Jäger", "Schön", "Öztürk", "Krüger"}
	sentences  = []string{
		"Haben Sie am Samstag noch einen Termin frei?", "Bitte einen Strauß mit Ölweide, Größe mittel.", "Wann wäre das fertig?",
		"Die Lieferung kam leider beschädigt an.", "Danke, das hat sehr geholfen!", "Was kostet das ungefähr?", "Ich hole es gegen 17 Uhr ab.",
		"Könnten Sie mir das Angebot noch einmal schicken?",
	}
	answers = []string{"Gern, das geht.", "Am Samstag um zehn passt es.", "Das macht zusammen 34,90 €.", "Wir melden uns, sobald es da ist."}
)

// tale is one person's year while it is being planned.
type tale struct {
	*life
	*rand.Rand
	n int
	p *Person
	// at is when the next thing happens.
	at time.Time
	// said numbers the messages, so that no two read alike.
	said int
}

// plan decides what one person will do and lets the shop answer.
func (l *life) plan(i int) error {
	t := &tale{life: l, Rand: l.random(i), n: i}
	who := simulator.Person{Name: fmt.Sprintf("%s %s %05d", givenNames[i%len(givenNames)], surnames[i/3%len(surnames)], i)}
	if i%9 == 4 { // known by a BSUID only
		who.Username = fmt.Sprintf("kundin.%05d", i)
	} else {
		who.Phone = fmt.Sprintf("+4917%09d", i)
	}
	c, err := l.sim.AddCustomer(who)
	if err != nil {
		return err
	}
	t.p = t.meet(c)
	t.at = l.cfg.From.AddDate(0, 0, t.IntN(days)).Add(time.Duration(8+t.IntN(10))*time.Hour + time.Duration(t.IntN(3600))*time.Second)
	if i%50 == 7 { // as soon as the year begins here; it is last year still in UTC
		t.at = l.cfg.From.Add(10 * time.Minute)
	}
	t.write()
	t.change()
	t.declare()
	t.settle()
	t.care()
	t.atTheTurn()
	t.request()
	return nil
}

// meet opens a page of the ledger for a customer as she is known now.
func (t *tale) meet(c *simulator.Customer) *Person {
	who := c.Person()
	p := &Person{Name: who.Name, BSUIDs: []string{who.BSUID}}
	if who.Phone != "" {
		p.Phones = []string{who.Phone[1:]}
	}
	t.ledger.People = append(t.ledger.People, p)
	t.customer[p] = c
	return p
}

// outcomes are what becomes of conversations, as often as they stand here.
var outcomes = []string{"silence", "", "", "", "enquiry", "order", "order", "order", "complaint", "spam"}

// write lets the customer write and, mostly, the shop answer.
func (t *tale) write() {
	outcome := outcomes[t.IntN(len(outcomes))]
	answered := outcome != "silence" && outcome != "spam" || t.IntN(8) == 0
	n := 1 + t.IntN(5)
	if outcome == "order" || outcome == "complaint" {
		n += 2
	}
	for i := range n {
		t.says(t.at, t.p, t.anything(i == 0))
		if answered && t.IntN(3) > 0 {
			t.answers(t.at.Add(time.Duration(5+t.IntN(600))*time.Minute), t.p)
		}
		t.at = t.at.Add(time.Duration(30+t.IntN(6*24*60)) * time.Minute)
	}
	if outcome == "silence" || outcome == "" {
		return
	}
	p, hold, claims := t.p, t.IntN(25) == 0, t.IntN(4) == 0
	t.shopDoes(t.at, p, func(tx *store.Tx) error {
		p.Kind, p.Hold, p.Claims = outcome, hold, claims
		return tx.SetMatter(p.Conversation, store.Matter{Kind: outcome, Hold: hold, Claims: claims})
	})
}

// shopDoes lets the shop do something about somebody who has written before.
func (t *tale) shopDoes(at time.Time, p *Person, do func(*store.Tx) error) {
	t.add(event{at: at, shop: func(tx *store.Tx) error {
		if p.Conversation == 0 {
			return nil // she has not written yet, or with another number
		}
		return do(tx)
	}})
}

// says lets a customer send a message of her own.
func (t *tale) says(at time.Time, p *Person, m simulator.Message) *Message {
	at = at.Truncate(time.Second)
	kept := &Message{At: at, Text: m.Text}
	if m.Media != nil {
		kept.File = m.Media.Bytes
	}
	t.add(event{at: at, customer: func() error {
		m.At = at
		id, err := t.customer[p].Send(t.ctx, m)
		if err != nil {
			return err
		}
		kept.WAMID = inbox.WAMID(id)
		p.Messages = append(p.Messages, kept)
		t.arrived = append(t.arrived, arrival{p, kept})
		return nil
	}})
	return kept
}

func (t *tale) text(list []string) string {
	t.said++
	return fmt.Sprintf("%s (%05d/%d)", list[t.IntN(len(list))], t.n, t.said)
}

// bytes are a file nobody else has.
func (t *tale) bytes(kind string) []byte {
	t.said++
	return fmt.Appendf(nil, "%s of customer %05d, number %d: %064x", kind, t.n, t.said, t.Uint64())
}

// answers lets the shop write, with a file now and then.
func (t *tale) answers(at time.Time, p *Person) {
	content := inbox.Content{Text: t.text(answers)}
	t.shopDoes(at, p, func(tx *store.Tx) error { return t.send(tx, p, at, inbox.KindText, content, nil) })
}

// send is one message of the shop's: queued, accepted, delivered.
func (t *tale) send(tx *store.Tx, p *Person, at time.Time, kind inbox.MessageKind, content inbox.Content, used *Use) error {
	at = at.Truncate(time.Second)
	ref, number, err := tx.FindConversation(p.Conversation)
	if err != nil {
		return err
	}
	t.callers++
	m := &Message{At: at, Out: true, Kind: kind, Text: content.Text, WAMID: inbox.WAMID(fmt.Sprintf("wamid.HBgMT3V0%015d", t.callers))}
	m.ID, err = tx.QueueMessage(store.NewMessage{Conversation: ref, PhoneNumberID: number, Kind: kind, SentAt: at, Content: content}, callback(t.callers))
	if err != nil {
		return err
	}
	if err := tx.Accept(m.ID, number, m.WAMID); err != nil {
		return err
	}
	for i, s := range []inbox.MessageStatus{inbox.StatusSent, inbox.StatusDelivered, inbox.StatusRead} {
		if _, err := tx.RecordStatus(m.ID, store.StatusReport{Status: s, At: at.Add(time.Duration(i+1) * time.Second), Pricing: "service/regular"}); err != nil {
			return err
		}
	}
	p.Messages = append(p.Messages, m)
	if used == nil {
		return nil
	}
	p.Uses = append(p.Uses, *used)
	return tx.NoteConsentUse(ref.Customer, used.Purpose, used.At, m.ID)
}

func callback(n uint64) (id store.CallbackID) {
	for i := range 8 {
		id[i] = byte(n >> (8 * i))
	}
	return id
}

// change lets some people move to another number or user id, edit, take back and react.
func (t *tale) change() {
	p, at := t.p, t.at.Add(time.Hour).Truncate(time.Second)
	if t.n%60 == 11 || t.n%90 == 13 {
		t.moves(at)
		p = t.p
	}
	if t.IntN(6) == 0 {
		m := t.says(at.Add(15*time.Minute), p, simulator.Message{Type: "text", Text: t.text(sentences)})
		after := t.text(sentences)
		t.add(event{at: at.Add(16 * time.Minute), customer: func() error {
			_, err := t.customer[p].Edit(t.ctx, string(m.WAMID), after)
			m.Before, m.Text = m.Text, after
			return err
		}})
	}
	if t.IntN(15) == 0 {
		m := t.says(at.Add(17*time.Minute), p, t.anything(false))
		t.add(event{at: at.Add(25 * time.Hour), customer: func() error {
			_, err := t.customer[p].Revoke(t.ctx, string(m.WAMID))
			m.Text, m.File, m.Revoked = "", nil, true
			return err
		}})
	}
	if t.IntN(6) == 0 {
		m := t.says(at.Add(18*time.Minute), p, simulator.Message{Type: "text", Text: t.text(sentences)})
		t.add(event{at: at.Add(19 * time.Minute), customer: func() error {
			_, err := t.customer[p].React(t.ctx, string(m.WAMID), "💐")
			return err
		}})
	}
}

// moves gives somebody a new number, or, where she shows none, a new user id.
// Whoever writes from there is a new customer to the program, and only proposed
// to be the old one.
func (t *tale) moves(at time.Time) {
	before, after := t.p, &Person{Name: t.p.Name}
	c := t.customer[before]
	t.add(event{at: at, customer: func() error {
		if c.Person().Phone == "" {
			c.ChangeBSUID()
		} else if err := c.ChangeNumber(fmt.Sprintf("+4916%09d", t.n)); err != nil {
			return err
		}
		who := c.Person()
		after.BSUIDs = []string{who.BSUID}
		if who.Phone != "" {
			after.Phones = []string{who.Phone[1:]}
		}
		t.customer[after] = c
		t.ledger.People = append(t.ledger.People, after)
		before.Messages = append(before.Messages, &Message{At: at, Kind: inbox.KindSystem})
		return nil
	}})
	t.p = after
	t.says(at.Add(10*time.Minute), after, simulator.Message{Type: "text", Text: t.text(sentences)})
}

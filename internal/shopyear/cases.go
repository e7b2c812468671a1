package shopyear

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"tresen/internal/consent"
	"tresen/internal/inbox"
	"tresen/internal/receive"
	"tresen/internal/rights"
	"tresen/internal/simulator"
	"tresen/internal/store"
)

// words are what people write who know the word for their right; the other
// rights are taken down by hand.
var words = map[rights.Kind]string{rights.Access: "Auskunft", rights.Erasure: "Meine Daten löschen", rights.Objection: "Widerspruch"}

var wishes = map[consent.Wish]rights.Kind{
	consent.WishAccess: rights.Access, consent.WishErase: rights.Erasure, consent.WishObject: rights.Objection,
}

// hearRights is the rule by which a customer's own words open a case or prove
// who asks.
func (l *life) hearRights(tx *store.Tx, a receive.Arrival) error {
	if a.Refused || a.Kind != inbox.KindText {
		return nil
	}
	c := a.Conversation.Customer
	if _, _, err := rights.Hear(tx, c, a.Message, a.Content.Text, a.SentAt, l.now); err != nil {
		return err
	}
	kind, asked := wishes[consent.Recognise(a.Content.Text)]
	if !asked {
		return nil
	}
	one, opened, err := rights.Open(tx, c, rights.Opening{
		Kind: kind, Origin: rights.FromChat, ReceivedAt: a.SentAt.In(l.cfg.From.Location()), Country: rights.Germany, Words: a.Content.Text, Message: a.Message,
	}, l.now)
	if err != nil || !opened || kind != rights.Objection {
		return err
	}
	return rights.Note(tx, one.ID, rights.EventAdBlocked, store.CaseContent{}, l.now)
}

// courses are what becomes of requests, as often as they stand here. What does
// not end within the year stays as it is then.
var courses = []string{"closed", "answered", "refused", "extended", "closed", "void", "answered", "waiting", "closed", "checked", "refused", "working", "longer"}

// request is somebody's case while her year is being planned.
type request struct {
	*tale
	p    *Person
	c    *Case
	kind rights.Kind
	chat bool
	// first is the day it comes in.
	first time.Time
}

// by is who takes cases down and does what is to be done about them.
const by = "Frau Müller"

// request lets one person in seven exercise a right.
func (t *tale) request() {
	if t.n%7 != 2 {
		return
	}
	turn := t.n / 7
	q := &request{tale: t, p: t.p, kind: rights.Kinds()[turn%6], first: t.at.AddDate(0, 0, 3+t.IntN(60))}
	q.c = &Case{Kind: string(q.kind), State: string(rights.Received)}
	q.chat = words[q.kind] != "" && t.IntN(3) > 0
	if q.chat {
		q.asks()
	} else {
		q.comes()
	}
	course := courses[(turn+turn/6)%len(courses)]
	switch course {
	case "void":
		q.takes(2, rights.Closed, "Das war ein Versehen.")
		return
	case "waiting":
		q.again()
		if q.chat {
			q.sendsCode(2, "271828") // nobody answers it
		}
		return
	}
	q.proves()
	q.restricts()
	q.ends(course)
}

// ends brings a request to where its course leads.
func (q *request) ends(course string) {
	switch course {
	case "closed":
		q.takes(5, rights.InWork, "")
		q.writes(10, rights.Answer)
		q.takes(10, rights.Answered, "")
		q.takes(30, rights.Closed, "")
	case "answered":
		q.takes(12, rights.Answered, "")
	case "refused":
		q.writes(9, rights.Refusal)
		q.takes(9, rights.Refused, "Das haben wir nie gespeichert.")
	case "extended":
		q.takes(14, rights.Extended, "Sehr viele Bilder.")
		q.takes(50, rights.Answered, "")
		q.takes(60, rights.Closed, "")
	case "longer":
		q.takes(20, rights.Extended, "Wir warten auf eine Auskunft.")
	case "working":
		q.takes(5, rights.InWork, "")
	}
}

// on is an hour of one of the days after a request came in.
func (q *request) on(after, hour int) time.Time {
	y, m, d := q.first.Date()
	return time.Date(y, m, d+after, hour, 0, 0, 0, q.cfg.From.Location())
}

// asks lets her write the word for her right into the chat.
func (q *request) asks() {
	m := q.says(q.on(0, 10), q.p, simulator.Message{Type: "text", Text: words[q.kind]})
	if q.kind == rights.Objection {
		q.add(event{at: m.At, customer: func() error { q.withdraw(q.p, m.At); return nil }})
	}
	q.shopDoes(m.At, q.p, func(tx *store.Tx) error {
		list, err := tx.CasesOf(q.p.Customer)
		if err != nil {
			return err
		}
		if len(list) != 1 {
			return fmt.Errorf("%d cases of somebody who asked once", len(list))
		}
		q.opened(list[0].ID, m.At, q.now)
		if q.kind == rights.Objection {
			q.c.History++
		}
		return nil
	})
}

func (q *request) opened(number int64, received, acted time.Time) {
	q.c.Number, q.c.ReceivedAt, q.c.ActedAt = number, received, acted
	q.c.History++
	q.p.Cases = append(q.p.Cases, q.c)
}

// comes lets her ask in another way, and the shop take it down in the evening.
func (q *request) comes() {
	at, received := q.on(0, 19), q.on(0, 11)
	if q.kind != rights.Objection && q.IntN(2) == 0 { // the letter lay there for some days
		received = q.on(-3, 11)
	}
	origins := []rights.Origin{rights.FromLetter, rights.FromMail, rights.FromPhone, rights.FromCounter}
	o := rights.Opening{Kind: q.kind, Origin: origins[q.IntN(4)], ReceivedAt: received, Country: rights.Germany, By: by}
	o.Words = q.text([]string{"möchte wissen, was wir haben", "sagt, ihr Name sei falsch geschrieben"})
	q.c.Words = o.Words
	q.shopDoes(at, q.p, func(tx *store.Tx) error {
		c, err := tx.FindCustomer(q.p.Customer)
		if err != nil {
			return err
		}
		one, _, err := rights.Open(tx, c, o, at)
		if err != nil {
			return err
		}
		q.opened(one.ID, received, at)
		if q.kind != rights.Objection {
			return nil
		}
		return q.objects(tx, c, received, at)
	})
}

// objects takes down an objection that was not made in the chat.
func (q *request) objects(tx *store.Tx, c store.CustomerRef, received, at time.Time) error {
	purposes := q.p.open()
	if !slices.Contains(purposes, "news") {
		purposes = append(purposes, "news")
	}
	for _, purpose := range purposes {
		q.p.Declarations = append(q.p.Declarations, Declaration{Purpose: purpose, Act: "withdrawn", At: received})
	}
	if err := q.register.Object(tx, c, received, consent.Evidence{Origin: consent.OriginOral, Words: q.c.Words, Witness: by}); err != nil {
		return err
	}
	q.acted(at)
	return rights.Note(tx, q.c.Number, rights.EventAdBlocked, store.CaseContent{}, at)
}

func (q *request) acted(at time.Time) {
	q.c.ActedAt = at
	q.c.History++
}

// does lets the shop do something about the case in the evening.
func (q *request) does(day int, do func(*store.Tx, time.Time) error) {
	at := q.on(day, 20)
	q.shopDoes(at, q.p, func(tx *store.Tx) error {
		q.acted(at)
		return do(tx, at)
	})
}

func (q *request) takes(day int, to rights.State, reason string) {
	q.does(day, func(tx *store.Tx, at time.Time) error {
		q.c.State = string(to)
		switch to {
		case rights.Closed:
			q.c.ClosedAt = at
		case rights.Extended:
			q.c.Extended = true
		}
		step := rights.Step{Case: q.c.Number, To: to, By: by, Reason: reason, Country: rights.Germany, Location: q.cfg.From.Location()}
		_, err := rights.Take(tx, step, at)
		return err
	})
}

func (q *request) writes(day int, letter rights.LetterKind) {
	q.does(day, func(tx *store.Tx, at time.Time) error {
		return rights.Note(tx, q.c.Number, rights.EventLetter, store.CaseContent{By: by, What: string(letter)}, at)
	})
}

// again lets her ask once more while nothing was done.
func (q *request) again() {
	at := q.on(4, 19)
	if q.chat {
		m := q.says(at, q.p, simulator.Message{Type: "text", Text: words[q.kind]})
		if q.kind == rights.Objection {
			q.add(event{at: m.At, customer: func() error { q.withdraw(q.p, m.At); return nil }})
		}
		q.shopDoes(at, q.p, func(*store.Tx) error { q.c.History++; return nil })
		return
	}
	q.shopDoes(at, q.p, func(tx *store.Tx) error {
		c, err := tx.FindCustomer(q.p.Customer)
		if err != nil {
			return err
		}
		one, opened, err := rights.Open(tx, c, rights.Opening{Kind: q.kind, Origin: rights.FromPhone, ReceivedAt: at, Country: rights.Germany, By: by}, at)
		if err == nil && (opened || one.ID != q.c.Number) {
			err = errors.New("asking again opened another case")
		}
		q.c.History++
		return err
	})
}

// proves makes certain who asks: by a code in the chat, or at the counter.
func (q *request) proves() {
	if !q.chat {
		q.takes(1, rights.Checked, "Ausweis gesehen")
		return
	}
	code := fmt.Sprintf("%06d", 100_000+q.IntN(800_000))
	q.sendsCode(1, code)
	answers := []string{code[:3] + " " + code[3:]}
	if q.IntN(3) == 0 {
		answers = []string{"999 999", answers[0]}
	}
	for i, text := range answers {
		m := q.says(q.on(2, 8+i), q.p, simulator.Message{Type: "text", Text: text})
		q.shopDoes(m.At, q.p, func(*store.Tx) error {
			q.c.History++
			if text != "999 999" {
				q.c.State, q.c.ActedAt = string(rights.Checked), q.now
			}
			return nil
		})
	}
}

func (q *request) sendsCode(day int, code string) {
	q.does(day, func(tx *store.Tx, at time.Time) error {
		challenge := rights.Challenge{Code: code, SentAt: at, ExpiresAt: at.Add(24 * time.Hour)}
		text, err := rights.AskForCode("de", q.kind, challenge)
		if err != nil {
			return err
		}
		if err := rights.Ask(tx, q.c.Number, challenge, by); err != nil {
			return err
		}
		return q.send(tx, q.p, at, inbox.KindText, inbox.Content{Text: text}, nil)
	})
}

var grounds = map[rights.Kind]rights.Ground{rights.Restriction: rights.Claims, rights.Rectification: rights.Contested, rights.Objection: rights.Objecting}

// restricts stops the use of her data, and lifts that again for some.
func (q *request) restricts() {
	ground, may := grounds[q.kind]
	if !may || q.kind != rights.Restriction && q.IntN(2) == 0 {
		return
	}
	q.does(4, func(tx *store.Tx, at time.Time) error {
		q.p.Restricted = true
		_, err := rights.Restrict(tx, q.c.Number, ground, by, at)
		return err
	})
	if q.IntN(2) == 0 {
		q.does(7, func(tx *store.Tx, at time.Time) error {
			return rights.View(tx, q.c.Number, "claims", "Streit um die Rechnung", by, at)
		})
	}
	if q.IntN(5) < 2 {
		return
	}
	q.writes(40, rights.Lifting)
	q.does(41, func(tx *store.Tx, at time.Time) error {
		q.p.Restricted = false
		_, err := rights.Lift(tx, q.c.Number, by, at)
		return err
	})
}

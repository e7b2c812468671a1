package simulator

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Play is a story a play shop tells: people, and what they wrote before the
// curtain rises and what they write afterwards.
type Play struct {
	People    []Actor
	Before    []Step
	After     []Step
	Templates []Template
}

// Actor is a person of a play. Key names the person in the steps; Answers are
// what the person writes back, in turn, when the shop answers.
type Actor struct {
	Key     string
	Person  Person
	Answers []string
}

// Step is one message of a play. When is the time before the curtain for Before
// and after it for After. Label names the message for later steps: a Target or
// Quote of the form "#label" means it.
type Step struct {
	Who     string
	When    time.Duration
	Label   string
	Message Message
	// FromShop steps are answers the shop gave on its phone; they arrive as
	// smb_message_echoes and only if the performance wants them.
	FromShop bool
}

// Performance says how a play is performed.
type Performance struct {
	// Echoes also sends what the shop itself wrote on its phone.
	Echoes bool `json:"echoes"`
	// Live lets the people go on writing, and answer.
	Live bool `json:"live"`
	// Curtain is the moment Before counts back from, by default now. A demo that is
	// started again gives the moment of its first start: the ids and times of the
	// story are then the same as before.
	Curtain time.Time `json:"curtain,omitzero"`
	// Silent fills phones, windows and media without telling the business, for a
	// demo that has the story stored already.
	Silent bool `json:"silent"`
	// AnswerAfter is the time people take to answer, default 6 s.
	AnswerAfter time.Duration `json:"answer_after,omitempty"`
}

// Perform brings the people into the world and plays Before at once, with times
// in the past. With Live the rest follows on the simulator's clock. People who
// exist already, by BSUID, are taken as they are. It returns the customers by key,
// and fails at the first step that cannot be played.
func (s *Simulator) Perform(ctx context.Context, p Play, how Performance) (map[string]*Customer, error) {
	cast, err := s.engage(p)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if how.Curtain.IsZero() {
		how.Curtain = s.clock.now()
	}
	s.muted = how.Silent
	defer func() { s.muted = false }()
	labels := map[string]string{}
	for i, step := range p.Before {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if step.FromShop && !how.Echoes {
			continue
		}
		step.Message.At = how.Curtain.Add(-step.When)
		step.Message.ID = storyID(cast[step.Who], i, !step.FromShop)
		err := s.playStep(cast, labels, step)
		if errors.Is(err, errNoLabel) && !how.Echoes {
			continue // it is about something the shop said
		}
		if err != nil {
			return nil, err
		}
	}
	if how.Live {
		s.goOn(p, cast, labels, how)
	}
	return cast, nil
}

// engage adds the people and templates of a play.
func (s *Simulator) engage(p Play) (map[string]*Customer, error) {
	cast := map[string]*Customer{}
	for _, actor := range p.People {
		c, err := s.FindCustomer(actor.Person.BSUID)
		if err != nil {
			if c, err = s.AddCustomer(actor.Person); err != nil {
				return nil, fmt.Errorf("perform play: %w", err)
			}
		}
		cast[actor.Key] = c
	}
	for _, t := range p.Templates {
		s.mu.Lock()
		known := s.templateNamed(t.Name, t.Language) != nil
		s.mu.Unlock()
		if known {
			continue
		}
		if _, err := s.AddTemplate(t); err != nil {
			return nil, fmt.Errorf("perform play: %w", err)
		}
	}
	return cast, nil
}

// goOn plans the second half of a play; it runs in the background of WaitIdle.
func (s *Simulator) goOn(p Play, cast map[string]*Customer, labels map[string]string, how Performance) {
	setNumber(&how.AnswerAfter, 6*time.Second)
	for _, actor := range p.People {
		cast[actor.Key].answers, cast[actor.Key].answerAfter = actor.Answers, how.AnswerAfter
	}
	for _, step := range p.After {
		if step.FromShop {
			continue
		}
		s.schedule(step.When, true, func() {
			if err := s.playStep(cast, labels, step); err != nil {
				s.log.Debug("a step of the play was left out")
			}
		})
	}
}

// storyID is the wamid of a step of the story, the same at every performance.
func storyID(c *Customer, step int, inbound bool) string {
	if c == nil {
		return ""
	}
	party := c.waID
	setString(&party, c.p.BSUID)
	return wamidOf(party, inbound, strings.ToUpper(sha256Hex(fmt.Appendf(nil, "%s step %d", party, step))[:20]))
}

var errNoLabel = errors.New("no earlier step has this label")

func (s *Simulator) playStep(cast map[string]*Customer, labels map[string]string, step Step) error {
	c := cast[step.Who]
	if c == nil {
		return fmt.Errorf("perform play: nobody is called %q", step.Who)
	}
	m := step.Message
	for _, ref := range []*string{&m.Target, &m.Quote} {
		if len(*ref) > 1 && (*ref)[0] == '#' {
			id, known := labels[(*ref)[1:]]
			if !known {
				return fmt.Errorf("perform play: %w: %s", errNoLabel, *ref)
			}
			*ref = id
		}
	}
	var id string
	var err error
	if step.FromShop {
		id = s.echo(c, m)
	} else {
		id, err = c.say(m)
	}
	if err != nil {
		return err
	}
	if step.Label != "" {
		labels[step.Label] = id
	}
	return nil
}

// echo is a text the shop wrote on its phone app (coexistence).
func (s *Simulator) echo(c *Customer, m Message) string {
	n := s.numbers[0]
	id := m.ID
	if id == "" {
		id = s.ids.wamid(c.party(), false)
	}
	message := object{
		"from": n.digits, "to_user_id": c.p.BSUID, "id": id, "timestamp": formatUnix(m.At.Unix()),
		"type": "text", "text": object{"body": m.Text},
	}
	if c.showsPhone() {
		message["to"] = c.waID
	}
	item := &ChatItem{ID: id, Type: "text", Text: m.Text, At: m.At, Read: true}
	ch := c.chat(n)
	ch.items = append(ch.items, item)
	s.emit(update{field: "smb_message_echoes", number: n, value: object{
		"messaging_product": "whatsapp", "metadata": n.metadata(),
		"contacts": []any{c.contact(n)}, "message_echoes": []any{message},
	}})
	return id
}

// Echo lets the shop write to the customer with the phone app instead of the API;
// the business is told by smb_message_echoes. It returns the wamid.
func (c *Customer) Echo(text string) string {
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	return c.sim.echo(c, Message{Text: text, At: c.sim.clock.now()})
}

// AnswerWith lets the customer answer by itself: each arriving message of the
// business is answered with the next text until there is none left.
func (c *Customer) AnswerWith(after time.Duration, texts ...string) {
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	c.answers, c.answerAfter = texts, after
}

func (c *Customer) answerLater(m *sentMessage) {
	if len(c.answers) == 0 || m.kind == "reaction" {
		return
	}
	text := c.answers[0]
	c.answers = c.answers[1:]
	c.sim.schedule(c.answerAfter, true, func() {
		if _, err := c.say(Message{Type: "text", Text: text}); err != nil {
			c.sim.log.Debug("a customer's answer was left out")
		}
	})
}

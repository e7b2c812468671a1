// Package notify decides when the system shows a notification about new
// messages, and what it may say: by default nothing but that there are some,
// because a notification is read by whoever sees the screen (Art. 5(1)(f) and 25
// GDPR). It must not know where messages come from or how a system shows
// anything.
package notify

import (
	"context"
	"sync"
	"time"
)

// Show is how much a notification says.
type Show string

// How much a notification says.
const (
	ShowCount Show = "count" // that there are new messages, and how many
	ShowName  Show = "name"  // and who wrote
	ShowText  Show = "text"  // and what
)

// Valid reports whether s is one of the choices.
func (s Show) Valid() bool { return s == ShowCount || s == ShowName || s == ShowText }

// Rules are the shop's choices. The zero value shows nothing.
type Rules struct {
	On   bool
	Show Show
	// From and Until are the quiet hours in minutes after midnight; the same twice means none.
	From, Until int
	// Days are quiet all day, counted from Sunday.
	Days [7]bool
}

// Quiet reports whether nothing may be shown at a moment of the shop's day.
// Quiet hours may run past midnight.
func (r Rules) Quiet(at time.Time) bool {
	minute := at.Hour()*60 + at.Minute()
	if r.Days[at.Weekday()] {
		return true
	}
	if r.From <= r.Until {
		return minute >= r.From && minute < r.Until
	}
	return minute >= r.From || minute < r.Until
}

// Arrival is one new message.
type Arrival struct {
	Conversation int64
	// Name and Text are what may be shown if the shop wants it.
	Name, Text string
}

// News is what a notification is about: everything since somebody last looked.
type News struct {
	Messages int
	// Conversation is 0 if they are from more than one.
	Conversation  int64
	Conversations int
	// Name and Text are empty unless the rules allow them and one conversation is meant; Text is the newest.
	Name, Text string
}

// between is the shortest time between two notifications: a burst is one.
const between = 5 * time.Second

// Gatherer makes one notification of many messages. Its methods are safe for
// concurrent use.
type Gatherer struct {
	now     func() time.Time
	private func() bool
	show    func(News)

	mu      sync.Mutex
	rules   Rules
	focused bool
	viewed  int64
	news    map[int64]int
	newest  Arrival
	wake    chan struct{}
}

// New returns a gatherer that shows nothing until it gets rules. private says
// that the window is locked: names and texts are not shown then.
func New(now func() time.Time, private func() bool, show func(News)) *Gatherer {
	return &Gatherer{now: now, private: private, show: show, news: map[int64]int{}, wake: make(chan struct{}, 1)}
}

// SetRules changes the shop's choices.
func (g *Gatherer) SetRules(r Rules) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.rules = r
}

// SetView says whether somebody looks at the window, and at which conversation.
// What was gathered counts as seen once somebody looks.
func (g *Gatherer) SetView(focused bool, conversation int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if focused && !g.focused {
		clear(g.news)
	}
	delete(g.news, conversation)
	g.focused, g.viewed = focused, conversation
}

// Arrived notes a new message.
func (g *Gatherer) Arrived(a Arrival) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.rules.On || g.rules.Quiet(g.now()) || g.focused && g.viewed == a.Conversation {
		return
	}
	g.news[a.Conversation]++
	g.newest = a
	select {
	case g.wake <- struct{}{}:
	default:
	}
}

// Run shows what was gathered, at most once in five seconds, until ctx ends.
func (g *Gatherer) Run(ctx context.Context) error {
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-pause.C:
		}
		select {
		case <-ctx.Done():
			return nil
		case <-g.wake:
		}
		if news := g.gathered(); news.Messages > 0 {
			g.show(news)
		}
		pause.Reset(between)
	}
}

func (g *Gatherer) gathered() News {
	g.mu.Lock()
	defer g.mu.Unlock()
	var n News
	for conversation, messages := range g.news {
		n.Messages += messages
		n.Conversation = conversation
		n.Conversations++
	}
	if n.Conversations != 1 {
		n.Conversation = 0
		return n
	}
	if g.private() || g.newest.Conversation != n.Conversation {
		return n
	}
	if g.rules.Show == ShowName || g.rules.Show == ShowText {
		n.Name = g.newest.Name
	}
	if g.rules.Show == ShowText {
		n.Text = g.newest.Text
	}
	return n
}

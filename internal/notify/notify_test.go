package notify

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestQuietHours(t *testing.T) {
	night := Rules{From: 20 * 60, Until: 8 * 60, Days: [7]bool{time.Sunday: true}}
	noonBreak := Rules{From: 12 * 60, Until: 14*60 + 30}
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, time.Local) }
	for _, c := range []struct {
		rules Rules
		at    time.Time
		quiet bool
	}{
		{night, at(23, 7, 59), true}, // Monday
		{night, at(23, 8, 0), false},
		{night, at(23, 19, 59), false},
		{night, at(23, 20, 0), true},
		{night, at(22, 12, 0), true}, // Sunday
		{noonBreak, at(23, 11, 59), false},
		{noonBreak, at(23, 12, 0), true},
		{noonBreak, at(23, 14, 30), false},
		{Rules{}, at(23, 0, 0), false},
	} {
		if got := c.rules.Quiet(c.at); got != c.quiet {
			t.Errorf("%+v at %s: %v", c.rules, c.at.Format("Mon 15:04"), got)
		}
	}
}

// gathering runs a gatherer in a bubble of time and returns what it has shown.
func gathering(t *testing.T, locked bool, rules Rules, during func(g *Gatherer)) (shown []string) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		g := New(time.Now, func() bool { return locked }, func(n News) {
			shown = append(shown, fmt.Sprintf("%d/%d #%d %s%s", n.Messages, n.Conversations, n.Conversation, n.Name, n.Text))
		})
		g.SetRules(rules)
		done := make(chan error)
		go func() { done <- g.Run(ctx) }()
		during(g)
		time.Sleep(time.Minute) // in the bubble, at once
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return shown
}

func TestWhatIsShown(t *testing.T) {
	anna, ben := Arrival{1, "Anna", "Hallo"}, Arrival{2, "Ben", "Moin"}
	for name, c := range map[string]struct {
		rules  Rules
		during func(g *Gatherer)
		want   string
	}{
		"nothing unless it is on":           {Rules{Show: ShowText}, func(g *Gatherer) { g.Arrived(anna) }, "[]"},
		"no name and no text by default":    {Rules{On: true, Show: ShowCount}, func(g *Gatherer) { g.Arrived(anna) }, "[1/1 #1 ]"},
		"nothing personal without a choice": {Rules{On: true}, func(g *Gatherer) { g.Arrived(anna) }, "[1/1 #1 ]"},
		"the name":                          {Rules{On: true, Show: ShowName}, func(g *Gatherer) { g.Arrived(anna) }, "[1/1 #1 Anna]"},
		"the text":                          {Rules{On: true, Show: ShowText}, func(g *Gatherer) { g.Arrived(anna) }, "[1/1 #1 AnnaHallo]"},
		"neither while locked":              {Rules{On: true, Show: ShowText}, func(g *Gatherer) { g.Arrived(anna) }, "[1/1 #1 ]"},
		"a burst once, then the rest together": {Rules{On: true, Show: ShowText}, func(g *Gatherer) {
			g.Arrived(anna)
			synctest.Wait()
			for range 99 {
				g.Arrived(ben)
			}
		}, "[1/1 #1 AnnaHallo 100/2 #0 ]"},
		"not the conversation somebody looks at": {Rules{On: true}, func(g *Gatherer) {
			g.SetView(true, 1)
			g.Arrived(anna)
		}, "[]"},
		"that one too when nobody looks": {Rules{On: true, Show: ShowCount}, func(g *Gatherer) {
			g.SetView(false, 1)
			g.Arrived(anna)
		}, "[1/1 #1 ]"},
		"only what came since somebody looked": {Rules{On: true, Show: ShowCount}, func(g *Gatherer) {
			g.Arrived(anna)
			synctest.Wait()
			g.SetView(true, 0)
			g.SetView(false, 0)
			g.Arrived(ben)
		}, "[1/1 #1  1/1 #2 ]"},
		"nothing in quiet hours": {Rules{On: true, From: 0, Until: 24 * 60}, func(g *Gatherer) { g.Arrived(anna) }, "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := fmt.Sprint(gathering(t, name == "neither while locked", c.rules, c.during)); got != c.want {
				t.Errorf("shown %s instead of %s", got, c.want)
			}
		})
	}
}

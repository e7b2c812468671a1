package broadcast

import (
	"context"
	"errors"
	"maps"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

func TestAudienceSaysWhoIsLeftOutAndWhy(t *testing.T) {
	s := open(t, 3)
	s.guest("Nie gefragt", "")
	s.guest("Anderes gefragt", "reminders")
	s.refused[s.people[1].ID] = "withdrawn"
	s.update(func(tx *store.Tx) error {
		people, left, err := s.feeder.Audience(tx, "news")
		if len(people) != 2 || people[0].ID != s.people[0].ID || people[1].ID != s.people[2].ID {
			t.Errorf("audience %v", people)
		}
		if !maps.Equal(left, LeftOut{Never: 2, "withdrawn": 1}) {
			t.Errorf("left out %v", left)
		}
		return err
	})
}

func TestStartRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*shop, *Plan)
		code   inbox.Code
		field  string
	}{
		"another number of people": {func(_ *shop, p *Plan) { p.People = 3 }, inbox.CodeConflict, "people"},
		"nobody":                   {func(_ *shop, p *Plan) { p.Purpose, p.People = "feedback", 0 }, inbox.CodeConflict, "people"},
		"somebody withdrew meanwhile": {func(s *shop, _ *Plan) { s.refused[s.people[0].ID] = "withdrawn" },
			inbox.CodeConflict, "people"},
		"a second one":           {func(s *shop, _ *Plan) { s.start() }, inbox.CodeConflict, "running"},
		"one that is paused":     {func(s *shop, _ *Plan) { s.must(s.feeder.Pause(context.Background(), s.start())) }, inbox.CodeConflict, "running"},
		"an unknown template":    {func(_ *shop, p *Plan) { p.Content.TemplateID = "t9" }, inbox.CodeNotFound, ""},
		"a template in review":   {with(func(t *inbox.Template) { t.Status = inbox.TemplatePending }), inbox.CodeTemplateRejected, ""},
		"a template with a code": {with(func(t *inbox.Template) { t.Category = inbox.CategoryAuthentication }), inbox.CodeTemplateRejected, ""},
		"a picture above":        {with(func(t *inbox.Template) { t.Header = &inbox.TemplateHeader{Format: inbox.HeaderImage} }), inbox.CodeTemplateRejected, ""},
		"no word for nameless":   {func(_ *shop, p *Plan) { p.Content.Nameless = " " }, inbox.CodeInvalid, "nameless"},
		"no value":               {func(_ *shop, p *Plan) { p.Content.Values = nil }, inbox.CodeInvalid, "body.name"},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, 2)
			p := s.plan()
			test.change(s, &p)
			before := s.count()
			_, err := s.feeder.Start(context.Background(), p)
			var known *inbox.Error
			if !errors.As(err, &known) || known.Code != test.code || known.Field != test.field {
				t.Errorf("got %v, want %s of %q", err, test.code, test.field)
			}
			if s.count() != before {
				t.Error("something began")
			}
		})
	}
}

func with(change func(*inbox.Template)) func(*shop, *Plan) {
	return func(s *shop, _ *Plan) { s.update(put(change)) }
}

func (s *shop) count() int {
	s.Helper()
	list, err := s.folder.Store.ListBroadcasts(context.Background())
	s.must(err)
	return len(list)
}

func TestStartLater(t *testing.T) {
	s := open(t, 1)
	p := s.plan()
	p.StartAt = s.now.Add(3 * time.Hour)
	_, err := s.feeder.Start(context.Background(), p)
	s.must(err)
	if wait := s.step(); wait != 3*time.Hour || len(s.queued()) != 0 {
		t.Errorf("waits %v with %d queued", wait, len(s.queued()))
	}
	s.now = p.StartAt
	if s.settle(); len(s.queued()) != 1 {
		t.Error("it did not begin")
	}
}

// Stopping between two sends: what left may arrive, what waits never leaves.
func TestStopBetweenSends(t *testing.T) {
	s := open(t, 5)
	id := s.start()
	s.settle()
	s.send(0)
	s.now = s.now.Add(UsualPause)
	s.settle()
	s.begin(s.queued()[0])
	s.now = s.now.Add(UsualPause)
	s.settle()
	leaving, err := s.feeder.Stop(context.Background(), id)
	s.must(err)
	if leaving != 1 || len(s.queued()) != 1 {
		t.Errorf("%d under way, %d in the outbox; one had begun", leaving, len(s.queued()))
	}
	people := map[store.Outcome]int{store.OutcomeSent: 1, store.OutcomeLeaving: 1, store.OutcomeStopped: 3}
	s.expect("stopped", store.BroadcastStopped, "", people)
	s.now = s.now.Add(time.Minute)
	if wait := s.step(); wait != idle || len(s.queued()) != 1 {
		t.Errorf("it goes on in %v with %d in the outbox", wait, len(s.queued()))
	}
	if leaving, err := s.feeder.Stop(context.Background(), id); err != nil || leaving != 0 {
		t.Errorf("stopped again: %d, %v", leaving, err)
	}
	for what, err := range map[string]error{
		"resume": s.feeder.Resume(context.Background(), id), "pause": s.feeder.Pause(context.Background(), id),
	} {
		if inbox.CodeOf(err) != inbox.CodeConflict {
			t.Errorf("%s: %v", what, err)
		}
	}
	s.expect("afterwards", store.BroadcastStopped, "", people)
}

func TestPausedByHandTakesBackWhatHasNotLeft(t *testing.T) {
	s := open(t, 3)
	id := s.start()
	s.settle()
	s.must(s.feeder.Pause(context.Background(), id))
	s.expect("paused", store.BroadcastPaused, ReasonByHand, map[store.Outcome]int{store.OutcomeWaiting: 3})
	if wait := s.step(); wait != idle || len(s.queued()) != 0 {
		t.Errorf("it goes on in %v with %d in the outbox", wait, len(s.queued()))
	}
	s.must(s.feeder.Resume(context.Background(), id))
	if s.settle(); len(s.queued()) != 1 || s.queued()[0].Customer != s.people[0].ID {
		t.Errorf("in the outbox: %v", s.queued())
	}
	if err := s.feeder.Pause(context.Background(), id+1); inbox.CodeOf(err) != inbox.CodeNotFound {
		t.Errorf("pause another: %v", err)
	}
}

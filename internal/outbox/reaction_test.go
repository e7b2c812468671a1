package outbox_test

import (
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
	"tresen/internal/store"
)

func (s *shop) react(emoji string) inbox.MessageID {
	s.Helper()
	target := s.conversation("Anna").Last.ID
	if err := s.outbox.React(s.ctx, target, emoji); err != nil {
		s.Fatal(err)
	}
	return target
}

// listed is a message with what hangs on it.
func (s *shop) listed(id inbox.MessageID) inbox.Message {
	s.Helper()
	for _, m := range must(s.folder.Store.ListMessages(s.ctx, store.Span{Conversation: id.Conversation(), Limit: 50}))(s) {
		if m.ID == id {
			return m
		}
	}
	s.Fatal("message is not listed")
	return inbox.Message{}
}

func (s *shop) awaitReaction(id inbox.MessageID, emoji string) {
	s.Helper()
	s.await("reaction "+emoji, func() bool {
		m := s.listed(id)
		if m.Wish != nil {
			return false
		}
		if emoji == "" {
			return len(m.Reactions) == 0
		}
		return len(m.Reactions) == 1 && m.Reactions[0].Emoji == emoji && m.Reactions[0].FromShop
	})
}

func (s *shop) phoneShows(emoji string) {
	s.Helper()
	s.idle()
	if got := s.anna.Inbox()[0].Reaction; got != emoji {
		s.Errorf("phone shows reaction %q", got)
	}
}

func TestReaction(t *testing.T) {
	s := open(t)
	s.awaitReaction(s.react("👍"), "👍")
	s.phoneShows("👍")
	s.advance(time.Minute)
	s.awaitReaction(s.react("❤️"), "❤️")
	s.phoneShows("❤️")
	s.advance(time.Minute)
	s.awaitReaction(s.react(""), "")
	s.phoneShows("")
}

func TestReactionIsSentAfterARestart(t *testing.T) {
	s := prepare(t)
	id := s.react("👍")
	if w := s.listed(id).Wish; w == nil || w.Emoji != "👍" || w.State != inbox.StatusQueued {
		t.Errorf("wish %+v", w)
	}
	s.start()
	s.awaitReaction(id, "👍")
}

func TestReactionIsRefused(t *testing.T) {
	s := prepare(t)
	own := s.queueContent(outgoing()["text"])
	for name, c := range map[string]struct {
		id    inbox.MessageID
		emoji string
		code  inbox.Code
	}{
		"own message":  {own, "👍", inbox.CodeInvalid},
		"two words":    {s.conversation("Anna").Last.ID, "a b", inbox.CodeInvalid},
		"gone message": {own + 1, "👍", inbox.CodeNotFound},
	} {
		if err := s.outbox.React(s.ctx, c.id, c.emoji); inbox.CodeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	s.advance(25 * time.Hour)
	asked := must(s.folder.Store.LastInboundMessage(s.ctx, own.Conversation()))(t)
	if err := s.outbox.React(s.ctx, asked.ID, "👍"); inbox.CodeOf(err) != inbox.CodeWindowClosed {
		t.Errorf("after the window: %v", err)
	}
}

func TestWhereReactionsEnd(t *testing.T) {
	wish := func(s *shop, id inbox.MessageID) inbox.ReactionWish {
		if w := s.listed(id).Wish; w != nil {
			return *w
		}
		return inbox.ReactionWish{}
	}
	t.Run("refused", func(t *testing.T) {
		s := open(t)
		s.sim.SetFaults(simulator.Faults{RefuseSends: 1, RefuseCode: 131047})
		id := s.react("👍")
		s.await("refusal", func() bool { return wish(s, id).State == inbox.StatusFailed })
		if w := wish(s, id); w.Failure != inbox.CodeWindowClosed {
			t.Errorf("wish %+v", w)
		}
	})
	t.Run("failed later", func(t *testing.T) {
		s := open(t)
		s.sim.SetFaults(simulator.Faults{FailSends: 1, FailSendCode: 131009})
		id := s.react("👍")
		s.await("failure", func() bool { return wish(s, id).State == inbox.StatusFailed })
		if m := s.listed(id); len(m.Reactions) != 0 {
			t.Errorf("it still shows %+v", m.Reactions)
		}
	})
	t.Run("expired token", func(t *testing.T) {
		s := open(t)
		s.sim.ExpireToken(simulator.DefaultToken)
		id := s.react("👍")
		s.await("pause", func() bool { return s.outbox.State().Paused == inbox.CodeTokenExpired })
		s.sim.RestoreToken(simulator.DefaultToken)
		if err := s.outbox.Resume(s.ctx); err != nil {
			t.Fatal(err)
		}
		s.awaitReaction(id, "👍")
	})
	t.Run("pair limit", func(t *testing.T) {
		s := open(t)
		s.sim.SetFaults(simulator.Faults{RefuseSends: 1, RefuseCode: 131056})
		id := s.react("👍")
		s.await("refusal", func() bool {
			list := must(s.folder.Store.ListQueued(s.ctx))(t)
			return len(list) == 1 && !list[0].Sending && list[0].Attempts == 1
		})
		s.advance(4 * time.Second)
		s.awaitReaction(id, "👍")
	})
	t.Run("lost answer", func(t *testing.T) {
		s := open(t)
		s.sim.SetFaults(simulator.Faults{LoseResponses: 1, Hold: true})
		id := s.react("👍")
		s.await("lost answer", func() bool { return s.sim.Faults().LoseResponses == 0 })
		s.idle()
		s.advance(3 * time.Minute)
		s.await("unclear", func() bool { s.outbox.Wake(); return wish(s, id).State == inbox.StatusUnclear })
		s.sim.SetFaults(simulator.Faults{})
		s.awaitReaction(id, "👍")
	})
	// What becomes of an old wish does not touch a newer one.
	t.Run("changed mind", func(t *testing.T) {
		s := prepare(t)
		id := s.react("👍")
		var old store.CallbackID
		for _, q := range must(s.folder.Store.ListQueued(s.ctx))(t) {
			old = q.Callback
		}
		s.react("❤️")
		s.update(func(tx *store.Tx) error { return tx.FailReaction(old, inbox.CodeUndeliverable, 0) })
		s.start()
		s.awaitReaction(id, "❤️")
	})
}

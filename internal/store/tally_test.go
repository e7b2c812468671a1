package store

import (
	"context"
	"slices"
	"testing"
	"time"

	"tresen/internal/inbox"
)

func (f *folder) counted(t *testing.T) map[string]int {
	t.Helper()
	list, err := f.store.ListCounted(context.Background(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, c := range list {
		out[string(c.Topic)+" "+c.Bucket] += c.Count
	}
	return out
}

// An answer is counted by how long the customer waited for somebody, not for
// the program, and once, however often its acceptance is reported.
func TestAnswersAreCountedByTheWaitForAPerson(t *testing.T) {
	for name, test := range map[string]struct {
		automatic time.Duration // 0: none
		took      time.Duration
		want      string
	}{
		"at once":               {took: time.Minute, want: "5m"},
		"on the border":         {took: 15 * time.Minute, want: "1h"},
		"after a greeting":      {automatic: time.Second, took: 3 * time.Hour, want: "4h"},
		"the next day":          {took: 20 * time.Hour, want: "1d"},
		"after a long holiday":  {took: 40 * 24 * time.Hour, want: "more"},
		"just under 15 minutes": {took: 15*time.Minute - time.Second, want: "15m"},
	} {
		t.Run(name, func(t *testing.T) {
			f := openFolder(t)
			var answer inbox.MessageID
			f.update(t, func(tx *Tx) error {
				c, err := tx.InsertCustomer(inbox.Profile{}, at(0))
				if err != nil {
					return err
				}
				ref, err := tx.EnsureConversation(c, shopNumber)
				if err != nil {
					return err
				}
				question := text(ref, 0, "Haben Sie offen?")
				question.SentAt = at(0)
				if _, err := tx.InsertMessage(question); err != nil {
					return err
				}
				if test.automatic > 0 {
					greeting := NewMessage{Conversation: ref, PhoneNumberID: shopNumber, Kind: inbox.KindText, SentAt: at(0).Add(test.automatic),
						Content: inbox.Content{Text: "Wir melden uns", Automatic: true}}
					id, err := tx.QueueMessage(greeting, CallbackID{1})
					if err == nil {
						err = tx.Accept(id, shopNumber, "wamid.greeting")
					}
					if err != nil {
						return err
					}
				}
				for n, after := range []time.Duration{test.took, test.took + time.Minute} {
					id, err := tx.QueueMessage(NewMessage{Conversation: ref, PhoneNumberID: shopNumber, Kind: inbox.KindText, SentAt: at(0).Add(after),
						Content: inbox.Content{Text: "Ja"}}, CallbackID{2, byte(n)})
					if err != nil {
						return err
					}
					answer = id
					if err := tx.Accept(id, shopNumber, inbox.WAMID("wamid.answer"+string(rune('a'+n)))); err != nil {
						return err
					}
				}
				return tx.Accept(answer, shopNumber, "wamid.answerb") // the answer came after the status
			})
			got := f.counted(t)
			if got["answer "+test.want] != 1 || got["out hand"] != 2 || (got["out auto"] == 1) != (test.automatic > 0) || len(got) > 3 {
				t.Errorf("counted %v", got)
			}
		})
	}
}

func TestCountersAreForgottenByTheMonth(t *testing.T) {
	f := openFolder(t)
	f.update(t, func(tx *Tx) error {
		for _, period := range []string{"2025-10-31", "2025-10", "2025-11-01", "2025-11", "2026-01-02"} {
			if err := tx.Count(TopicIn, period, "text"); err != nil {
				return err
			}
		}
		return tx.ForgetCounted(time.Date(2025, 11, 20, 12, 0, 0, 0, time.Local))
	})
	list, err := f.store.ListCounted(context.Background(), time.Date(2025, 11, 2, 12, 0, 0, 0, time.Local))
	if err != nil {
		t.Fatal(err)
	}
	var periods []string
	for _, c := range list {
		periods = append(periods, c.Period)
	}
	if want := []string{"2025-11", "2026-01-02"}; !slices.Equal(periods, want) {
		t.Errorf("listed %v, want %v", periods, want)
	}
	if first, err := f.store.FirstCounted(context.Background()); first != "2025-11-01" || err != nil {
		t.Errorf("first %q, %v", first, err)
	}
}

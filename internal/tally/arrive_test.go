package tally_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"tresen/internal/inbox"
	"tresen/internal/receive"
	"tresen/internal/store"
	"tresen/internal/storetest"
	"tresen/internal/tally"
)

const number inbox.PhoneNumberID = "104"

// shop counts what its people write. Texts that name a code or the website say so.
type shop struct {
	*testing.T
	store   *store.Store
	counter tally.Counter
	wamids  int
}

func open(t *testing.T) *shop {
	return &shop{T: t, store: storetest.Open(t).Store, counter: tally.Counter{
		Place: func(_ *store.Tx, text string) (inbox.PlacedCodeID, error) {
			if strings.Contains(text, "#7") {
				return 7, nil
			}
			return 0, nil
		},
		Widget: func(text string) bool { return strings.Contains(text, "Website") },
	}}
}

func (s *shop) update(fn func(*store.Tx) error) {
	s.Helper()
	if err := s.store.Update(context.Background(), fn); err != nil {
		s.Fatal(err)
	}
}

func (s *shop) person() (ref store.ConversationRef) {
	s.Helper()
	s.update(func(tx *store.Tx) error {
		c, err := tx.InsertCustomer(inbox.Profile{}, time.Now())
		if err != nil {
			return err
		}
		ref, err = tx.EnsureConversation(c, number)
		return err
	})
	return ref
}

// writes adds a message and counts it.
func (s *shop) writes(ref store.ConversationRef, kind inbox.MessageKind, content inbox.Content, at time.Time) {
	s.Helper()
	s.wamids++
	wamid := inbox.WAMID(fmt.Sprint("wamid.", s.wamids))
	s.update(func(tx *store.Tx) error {
		in, err := tx.InsertMessage(store.NewMessage{Conversation: ref, PhoneNumberID: number, WAMID: wamid, Kind: kind, Content: content, SentAt: at})
		if err != nil {
			return err
		}
		return s.counter.Arrived(tx, receive.Arrival{
			Conversation: ref, Message: in.ID, PhoneNumberID: number, WAMID: wamid, Kind: kind, Content: content, SentAt: at, ReceivedAt: at,
		})
	})
}

// counted is everything counted, as "period topic bucket".
func (s *shop) counted() map[string]int {
	s.Helper()
	list, err := s.store.ListCounted(context.Background(), time.Time{})
	if err != nil {
		s.Fatal(err)
	}
	out := map[string]int{}
	for _, c := range list {
		out[fmt.Sprintf("%s %s %s", c.Period, c.Topic, c.Bucket)] = c.Count
	}
	return out
}

func (s *shop) expect(want map[string]int) {
	s.Helper()
	if got := s.counted(); !maps.Equal(got, want) {
		s.Errorf("counted %v, want %v", got, want)
	}
}

// A message counts on the shop's own day, in its month and at its hour: at
// midnight, at the end of a year, and when clocks change.
func TestCountsOnTheShopsOwnDay(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	before := time.Local
	time.Local = berlin
	t.Cleanup(func() { time.Local = before })
	for _, test := range []struct{ name, at, day, month, hour string }{
		{"just before midnight", "2026-11-21T22:59:59Z", "2026-11-21", "2026-11", "23"},
		{"midnight", "2026-11-21T23:00:00Z", "2026-11-22", "2026-11", "00"},
		{"the year's last second", "2026-12-31T22:59:59Z", "2026-12-31", "2026-12", "23"},
		{"the year's first second", "2026-12-31T23:00:00Z", "2027-01-01", "2027-01", "00"},
		{"the month's last hour in summer", "2026-07-31T21:30:00Z", "2026-07-31", "2026-07", "23"},
		{"the month's first hour in summer", "2026-07-31T22:30:00Z", "2026-08-01", "2026-08", "00"},
		{"before clocks go forward", "2026-03-29T00:30:00Z", "2026-03-29", "2026-03", "01"},
		{"after clocks went forward", "2026-03-29T01:30:00Z", "2026-03-29", "2026-03", "03"},
		{"the hour that comes twice", "2026-10-25T00:30:00Z", "2026-10-25", "2026-10", "02"},
		{"and again", "2026-10-25T01:30:00Z", "2026-10-25", "2026-10", "02"},
		{"the leap day", "2028-02-29T12:00:00Z", "2028-02-29", "2028-02", "13"},
	} {
		t.Run(test.name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339, test.at)
			if err != nil {
				t.Fatal(err)
			}
			s := open(t)
			s.writes(s.person(), inbox.KindText, inbox.Content{Text: "Guten Tag"}, at)
			s.expect(map[string]int{
				test.day + " in text": 1, test.day + " source direct": 1, test.month + " hour " + test.hour: 1,
			})
		})
	}
}

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.Local)

// Where somebody came from is counted once, by the message that began her conversation.
func TestSourceIsThatOfTheFirstMessage(t *testing.T) {
	for name, test := range map[string]struct {
		first  inbox.Content
		source string
	}{
		"directly":          {inbox.Content{Text: "Guten Tag"}, tally.SourceDirect},
		"by a code":         {inbox.Content{Text: "Guten Tag #7"}, tally.CodeSource(7)},
		"by the website":    {inbox.Content{Text: "Website: Guten Tag"}, tally.SourceWidget},
		"by an ad":          {inbox.Content{Text: "Guten Tag #7", Referral: &inbox.Referral{}}, tally.SourceAd},
		"by both":           {inbox.Content{Text: "Website #7"}, tally.CodeSource(7)},
		"without any words": {inbox.Content{}, tally.SourceDirect},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			anna := s.person()
			s.writes(anna, inbox.KindText, test.first, noon)
			s.writes(anna, inbox.KindText, inbox.Content{Text: "Website #7 noch einmal"}, noon.Add(time.Minute))
			s.writes(anna, inbox.KindText, inbox.Content{Text: "gestern geschrieben, heute angekommen"}, noon.AddDate(0, 0, -1))
			s.expect(map[string]int{
				"2026-11-20 in text": 2, "2026-11-19 in text": 1, "2026-11 hour 12": 3, "2026-11-20 source " + test.source: 1,
			})
		})
	}
}

func TestKindsAreCountedApart(t *testing.T) {
	s := open(t)
	anna, ben := s.person(), s.person()
	for _, kind := range []inbox.MessageKind{inbox.KindText, inbox.KindImage, inbox.KindImage, inbox.KindAudio} {
		s.writes(anna, kind, inbox.Content{}, noon)
	}
	s.writes(ben, inbox.KindText, inbox.Content{}, noon.Add(time.Hour))
	s.expect(map[string]int{
		"2026-11-20 in text": 2, "2026-11-20 in image": 2, "2026-11-20 in audio": 1, "2026-11 hour 12": 4, "2026-11 hour 13": 1,
		"2026-11-20 source direct": 2,
	})
}

// Nothing is counted of an objection without a message and of somebody whose
// data are only stored (Art. 18(2) GDPR).
func TestWhatIsLeftOut(t *testing.T) {
	s := open(t)
	restricted := s.person()
	restricted.Customer.Restricted = true
	s.writes(restricted, inbox.KindText, inbox.Content{Text: "Guten Tag"}, noon)
	objector := store.ConversationRef{Customer: s.person().Customer}
	s.update(func(tx *store.Tx) error {
		return s.counter.Arrived(tx, receive.Arrival{Conversation: objector, SentAt: noon, Refused: true})
	})
	s.expect(map[string]int{})
	s.writes(s.person(), inbox.KindText, inbox.Content{Text: "Guten Tag"}, noon)
	s.expect(map[string]int{"2026-11-20 in text": 1, "2026-11-20 source direct": 1, "2026-11 hour 12": 1})
}

func TestCodeOfReadsItsOwnBuckets(t *testing.T) {
	for bucket, want := range map[string]inbox.PlacedCodeID{
		tally.CodeSource(12): 12, "code-": 0, "code-x": 0, "code-99999999999999999999": 0, tally.SourceDirect: 0, tally.SourceWidget: 0, "": 0,
	} {
		if got := tally.CodeOf(bucket); got != want {
			t.Errorf("%q: %d, want %d", bucket, got, want)
		}
	}
}

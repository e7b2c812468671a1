package shopyear_test

import (
	"bytes"
	"context"
	"io"
	"reflect"
	"slices"
	"testing"
	"time"

	_ "time/tzdata"

	"tresen/internal/consent"
	"tresen/internal/inbox"
	"tresen/internal/shopyear"
	"tresen/internal/store"
	"tresen/internal/storetest"
)

// year is a year in a data folder of its own.
type year struct {
	*testing.T
	*storetest.Folder
	ledger *shopyear.Ledger
}

// Context is for looking at everybody, because the ledger knows what is only stored, too.
func (y *year) Context() context.Context { return store.For(y.T.Context(), store.Keeping) }

func live(t *testing.T, customers int) *year {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	y := &year{T: t, Folder: storetest.Open(t)}
	began := time.Now()
	y.ledger, err = shopyear.Live(t.Context(), shopyear.Config{Store: y.Store, Seed: 7, Customers: customers, From: time.Date(2026, 1, 1, 0, 0, 0, 0, berlin)})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d people, %d messages in %s", len(y.ledger.People), y.ledger.Messages(), time.Since(began).Round(time.Millisecond))
	return y
}

func (y *year) must(err error) {
	y.Helper()
	if err != nil {
		y.Fatal(err)
	}
}

func TestYearIsKeptAsItWasLived(t *testing.T) {
	y := live(t, 300)
	kinds := map[inbox.MessageKind]int{}
	for _, p := range y.ledger.People {
		if p.Conversation == 0 {
			if len(p.Messages) > 0 {
				t.Error("somebody who wrote is not known")
			}
			continue
		}
		y.mustHave(p, p.Messages, p.Cases)
		for _, m := range p.Messages {
			kinds[m.Kind]++
		}
	}
	for _, k := range []inbox.MessageKind{
		inbox.KindText, inbox.KindImage, inbox.KindVideo, inbox.KindAudio, inbox.KindDocument, inbox.KindSticker, inbox.KindLocation, inbox.KindContacts,
		inbox.KindOrder, inbox.KindInteractive, inbox.KindSystem, inbox.KindWelcome, inbox.KindUnsupported, inbox.KindUnknown,
	} {
		if kinds[k] == 0 {
			t.Errorf("nobody sent %s in a whole year", k)
		}
	}
	y.mustHaveRequests()
}

func TestSameSeedIsTheSameYear(t *testing.T) {
	first, second := live(t, 40), live(t, 40)
	for i, p := range first.ledger.People {
		q := *second.ledger.People[i]
		q.Customer = p.Customer // drawn anew, as keys are
		if !reflect.DeepEqual(*p, q) {
			t.Errorf("person %d lived another year", i)
		}
	}
}

// mustHave checks that the program keeps of somebody just what the ledger says.
func (y *year) mustHave(p *shopyear.Person, messages []*shopyear.Message, cases []*shopyear.Case) {
	y.Helper()
	y.mustHaveCases(p, cases)
	c, err := y.Store.Customer(y.Context(), p.Customer)
	y.must(err)
	if c.Profile.ShopName != p.ShopName || c.Profile.ProfileName != p.Name {
		y.Error("known by another name")
	}
	list, err := y.Store.ListMessages(y.Context(), store.Span{Conversation: p.Conversation, Limit: 500})
	y.must(err)
	if len(list) != len(messages) {
		y.Errorf("%d messages of somebody, want %d", len(list), len(messages))
		return
	}
	for i, want := range slices.SortedStableFunc(slices.Values(messages), byID) {
		if want.ID != 0 {
			y.mustSay(list[slices.IndexFunc(list, func(m inbox.Message) bool { return m.ID == want.ID })], want)
		} else if !slices.ContainsFunc(list, func(m inbox.Message) bool { return m.Kind == want.Kind && m.SentAt.Equal(want.At) }) {
			y.Errorf("message %d is not there", i)
		}
	}
	rows, err := y.Store.ListConsents(y.Context(), p.Customer)
	y.must(err)
	declared, err := consent.Decode(rows)
	y.must(err)
	var got []shopyear.Declaration
	for _, d := range declared {
		got = append(got, shopyear.Declaration{Purpose: string(d.Purpose), Act: string(d.Act), At: d.At})
	}
	if !sameDeclarations(got, p.Declarations) {
		y.Errorf("declared %v, want %v", got, p.Declarations)
	}
	notes, err := y.Store.ListNotes(y.Context(), p.Customer)
	y.must(err)
	labels, err := y.Store.Labels(y.Context(), p.Customer)
	y.must(err)
	if len(notes) != len(p.Notes) || len(notes) > 0 && notes[0].Text != p.Notes[0] || len(labels) != p.Labels {
		y.Errorf("%d notes and %d labels, want %d and %d", len(notes), len(labels), len(p.Notes), p.Labels)
	}
}

// mustHaveCases checks somebody's requests and whether her data are restricted.
func (y *year) mustHaveCases(p *shopyear.Person, cases []*shopyear.Case) {
	y.Helper()
	list, err := y.Store.CasesOf(y.Context(), p.Customer)
	y.must(err)
	restriction, err := y.Store.Restriction(y.Context(), p.Customer)
	y.must(err)
	if len(list) != len(cases) || restriction.Since.IsZero() == p.Restricted {
		y.Errorf("%d requests of somebody, restricted since %s; want %d, %t", len(list), restriction.Since, len(cases), p.Restricted)
		return
	}
	for _, want := range cases {
		i := slices.IndexFunc(list, func(c store.Case) bool { return c.ID == want.Number })
		if i < 0 {
			y.Errorf("request %d is not there", want.Number)
			continue
		}
		history, err := y.Store.CaseEvents(y.Context(), want.Number)
		y.must(err)
		c := list[i]
		got := shopyear.Case{
			Number: c.ID, Kind: c.Kind, State: c.State, Words: want.Words, ReceivedAt: c.ReceivedAt, ActedAt: c.ActedAt, ClosedAt: c.ClosedAt,
			Extended: c.Extended, History: len(history),
		}
		if !sameCase(got, *want) || want.Words != "" && history[0].Content.Text != want.Words {
			y.Errorf("request %+v, want %+v", got, *want)
		}
	}
}

func sameCase(a, b shopyear.Case) bool {
	same := a.ReceivedAt.Equal(b.ReceivedAt) && a.ActedAt.Equal(b.ActedAt) && a.ClosedAt.Equal(b.ClosedAt)
	for _, c := range []*shopyear.Case{&a, &b} {
		c.ReceivedAt, c.ActedAt, c.ClosedAt = time.Time{}, time.Time{}, time.Time{}
	}
	return same && a == b
}

// mustHaveRequests checks that everything that can become of a request became of some.
func (y *year) mustHaveRequests() {
	y.Helper()
	has := map[string]int{}
	for _, p := range y.ledger.People {
		for _, c := range p.Cases {
			has[c.Kind]++
			has[c.State]++
			history, err := y.Store.CaseEvents(y.Context(), c.Number)
			y.must(err)
			for _, e := range history {
				has[e.Kind]++
			}
			if origin := history[0].Content.What; origin == "chat" {
				has["by chat"]++
			} else {
				has["by hand"]++
			}
			if p.Restricted {
				has["restricted at the end"]++
			}
		}
	}
	for _, what := range []string{
		"access", "rectification", "erasure", "restriction", "portability", "objection", "by chat", "by hand",
		"received", "checked", "work", "extended", "answered", "refused", "closed",
		"repeated", "codeSent", "codeWrong", "letter", "adBlocked", "restricted", "viewed", "lifted", "restricted at the end",
	} {
		if has[what] == 0 {
			y.Errorf("no request is %s in a whole year", what)
		}
	}
}

func byID(a, b *shopyear.Message) int { return int(a.ID - b.ID) }

func sameDeclarations(got, want []shopyear.Declaration) bool {
	return len(got) == len(want) && !slices.ContainsFunc(want, func(d shopyear.Declaration) bool {
		return !slices.ContainsFunc(got, func(g shopyear.Declaration) bool {
			return g.Purpose == d.Purpose && g.Act == d.Act && g.At.Equal(d.At)
		})
	})
}

func (y *year) mustSay(m inbox.Message, want *shopyear.Message) {
	y.Helper()
	text := m.Content.Text
	if m.Content.Media != nil {
		text = m.Content.Media.Caption
	}
	if text != want.Text && want.Kind != inbox.KindOrder && want.Kind != inbox.KindInteractive || !m.SentAt.Equal(want.At) {
		y.Errorf("a message of kind %s says something else", m.Kind)
	}
	stored := m.File != nil && m.File.State == inbox.FileStored
	if stored != (want.File != nil) {
		y.Errorf("file there: %t, want %t", stored, want.File != nil)
	}
	if stored {
		f, err := y.Store.OpenFile(y.Context(), m.ID)
		y.must(err)
		defer f.Close()
		b, err := io.ReadAll(io.NewSectionReader(f, 0, f.Size()))
		if err != nil || !bytes.Equal(b, want.File) {
			y.Errorf("another file: %v", err)
		}
	}
}

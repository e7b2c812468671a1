package privacy

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"tresen/internal/consent"
	"tresen/internal/inbox"
	"tresen/internal/retention"
	"tresen/internal/store"
	"tresen/internal/storetest"
)

// year is a year of a shop, written straight into the store.
type year struct {
	*testing.T
	*storetest.Folder
	keeper *Keeper
	now    time.Time
	people []*person
}

// person is what the test itself remembers of somebody, to compute the rules on its own.
type person struct {
	id           inbox.CustomerID
	name         string
	conversation inbox.ConversationID
	kind         string
	last, closed time.Time
	answered     bool
	claims, hold bool
	messages     int
	sensitive    map[inbox.MessageID]time.Time
	letter       inbox.MessageID
	consented    bool
}

func newYear(t *testing.T, people int) *year {
	t.Helper()
	y := &year{T: t, Folder: storetest.Open(t), now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	y.work()
	random := rand.New(rand.NewPCG(1, 2))
	for i := range people {
		y.people = append(y.people, y.live(random, i))
	}
	return y
}

// work gives the shop an eraser and a keeper, as a start does.
func (y *year) work() {
	eraser := New(Config{Store: y.Store, Now: func() time.Time { return y.now }})
	y.keeper = NewKeeper(KeeperConfig{Store: y.Store, Eraser: eraser, Now: func() time.Time { return y.now }, Location: time.UTC})
}

func (y *year) must(err error) {
	y.Helper()
	if err != nil {
		y.Fatal(err)
	}
}

// live lets one person write through some weeks of the last two years.
func (y *year) live(random *rand.Rand, i int) *person {
	p := &person{name: fmt.Sprintf("Kundin-%05d-Müßig", i), sensitive: map[inbox.MessageID]time.Time{}}
	p.kind = []string{"", "", "", "enquiry", "order", "order", "complaint", "spam"}[random.IntN(8)]
	p.answered = random.IntN(4) > 0
	p.messages = 1 + random.IntN(12)
	p.claims = random.IntN(4) == 0
	p.hold = random.IntN(20) == 0
	p.consented = random.IntN(5) == 0
	first := y.now.AddDate(-2, 0, random.IntN(730)).Add(time.Duration(random.IntN(86400)) * time.Second)
	step := time.Duration(random.IntN(200)+1) * time.Hour
	y.must(y.Store.Update(context.Background(), func(tx *store.Tx) error {
		c, err := tx.InsertCustomer(inbox.Profile{ProfileName: p.name}, first)
		if err != nil {
			return err
		}
		p.id = c.ID
		if err := tx.NoteIdentity(c, inbox.Identity{WAID: fmt.Sprintf("4917%09d", i)}, first); err != nil {
			return err
		}
		ref, err := tx.EnsureConversation(c, "1")
		if err != nil {
			return err
		}
		p.conversation = ref.ID
		return y.write(tx, random, ref, p, first, step)
	}))
	return p
}

func (y *year) write(tx *store.Tx, random *rand.Rand, ref store.ConversationRef, p *person, first time.Time, step time.Duration) error {
	for n := range p.messages {
		at := first.Add(time.Duration(n) * step)
		if at.After(y.now) {
			at = y.now
		}
		m := store.NewMessage{Conversation: ref, PhoneNumberID: "1", WAMID: inbox.WAMID(fmt.Sprintf("wamid.%s.%d", p.name, n)), Kind: inbox.KindText,
			SentAt: at.Truncate(time.Millisecond), Content: inbox.Content{Text: fmt.Sprintf("Nachricht %d von %s", n, p.name)}}
		if p.answered && n == p.messages-1 {
			m.Direction = inbox.Outbound
		}
		in, err := tx.InsertMessage(m)
		if err != nil {
			return err
		}
		p.last = m.SentAt
		if random.IntN(15) == 0 {
			p.sensitive[in.ID] = m.SentAt
			if err := tx.MarkSensitive(in.ID, true, m.SentAt); err != nil {
				return err
			}
		}
		if random.IntN(60) == 0 && p.letter == 0 {
			p.letter = in.ID
		}
	}
	if p.kind == "order" || p.kind == "complaint" {
		if random.IntN(3) > 0 {
			p.closed = p.last
		}
	}
	if p.consented {
		d := consent.Declaration{Purpose: consent.PurposeNews, Act: consent.ActConfirmed, At: first, Wording: consent.Wording{Text: "Ja, ich möchte …"}}
		d.Origin, d.Witness = consent.OriginOral, "Frau Müller"
		for _, act := range []consent.Act{consent.ActConfirmed, consent.ActWithdrawn} {
			d.Act = act
			if err := consent.New(make([]byte, 32)).Declare(tx, ref.Customer, d); err != nil {
				return err
			}
		}
	}
	if p.kind == "" && !p.hold && !p.claims {
		return nil
	}
	if p.kind == "" {
		p.kind = "enquiry"
	}
	p.answered = true // somebody looked at it
	return tx.SetMatter(ref.ID, store.Matter{Kind: p.kind, ClosedAt: p.closed, Claims: p.claims, Hold: p.hold})
}

// due computes the rules again, in another way than package retention: as days
// on a calendar, for the country and the periods the catalogue begins with.
func (y *year) due(p *person) (class string, gone bool) {
	months := func(from time.Time, n int) time.Time {
		to := from
		for range n {
			next := time.Date(to.Year(), to.Month()+1, 1, from.Hour(), from.Minute(), from.Second(), from.Nanosecond(), time.UTC)
			days := time.Date(next.Year(), next.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
			to = next.AddDate(0, 0, min(from.Day(), days)-1)
		}
		return to
	}
	var end time.Time
	switch {
	case p.kind == "order" || p.kind == "complaint":
		if class = "order"; p.closed.IsZero() {
			return class, false
		}
		end = months(p.closed, 12)
	case p.kind == "spam" || !p.answered:
		class, end = "unanswered", p.last.Add(30*24*time.Hour)
	default:
		class, end = "enquiry", months(p.last, 6)
	}
	return class, !p.hold && !end.After(y.now)
}

func (y *year) expected() (items []string, leaving, staying []*person) {
	for _, p := range y.people {
		class, gone := y.due(p)
		if gone || !p.hold && y.early(p) == p.messages {
			items = append(items, fmt.Sprintf("%s conversation %d", class, p.conversation))
			leaving = append(leaving, p)
			continue
		}
		staying = append(staying, p)
		for id, at := range p.sensitive {
			if !p.hold && !at.Add(30*24*time.Hour).After(y.now) {
				items = append(items, fmt.Sprintf("sensitive message %d", id))
			}
		}
	}
	slices.Sort(items)
	return items, leaving, staying
}

// early counts the messages that go before their conversation.
func (y *year) early(p *person) (n int) {
	for _, at := range p.sensitive {
		if !p.hold && !at.Add(30*24*time.Hour).After(y.now) {
			n++
		}
	}
	return n
}

func (y *year) planned() (items []string) {
	plan, err := y.keeper.Plan(context.Background())
	y.must(err)
	for _, i := range plan.Items {
		switch {
		case i.Message != 0:
			items = append(items, fmt.Sprintf("%s message %d", i.Class, i.Message))
		case i.Conversation != 0:
			items = append(items, fmt.Sprintf("%s conversation %d", i.Class, i.Conversation))
		}
	}
	slices.Sort(items)
	return items
}

func TestDryRunListsExactlyWhatTheRulesSay(t *testing.T) {
	y := newYear(t, 400)
	want, leaving, _ := y.expected()
	if got := y.planned(); !slices.Equal(got, want) {
		t.Fatalf("planned %d items, want %d", len(got), len(want))
	}
	plan, err := y.keeper.Plan(context.Background())
	if err != nil || len(plan.Customers) != len(leaving) || len(leaving) == 0 || len(leaving) == len(y.people) {
		t.Errorf("%d leave, want %d of %d, %v", len(plan.Customers), len(leaving), len(y.people), err)
	}
}

func TestRunLeavesExactlyTheRest(t *testing.T) {
	y := newYear(t, 80)
	y.letters()
	y.mustEndWell()
}

// mustEndWell runs the rules and checks that exactly what they say is gone.
func (y *year) mustEndWell() {
	y.Helper()
	_, leaving, staying := y.expected()
	run, err := y.keeper.RunOnce(context.Background())
	y.must(err)
	if run.Left != 0 {
		y.Errorf("left over: %d", run.Left)
	}
	y.mustBeGone(leaving)
	y.mustBeThere(staying)
	y.mustProve(leaving)
	if n, err := y.Store.VerifyLog(context.Background()); err != nil || n == 0 {
		y.Errorf("log: %d, %v", n, err)
	}
}

func (y *year) letters() {
	for _, p := range y.people {
		if p.letter != 0 {
			y.must(y.keeper.ArchiveMessage(context.Background(), p.letter, retention.Letter, "Auftragsbestätigung"))
		}
	}
}

func (y *year) mustBeGone(people []*person) {
	y.Helper()
	var needles [][]byte
	for _, p := range people {
		if _, err := y.Store.Customer(context.Background(), p.id); inbox.CodeOf(err) != inbox.CodeNotFound {
			y.Errorf("somebody who should be gone is there: %v", err)
		}
		needles = append(needles, []byte(p.name))
	}
	result, err := Scan(context.Background(), []string{y.Store.Dir()}, needles)
	if err != nil || result.Hits != 0 {
		y.Errorf("%d traces, %v", result.Hits, err)
	}
}

func (y *year) mustBeThere(people []*person) {
	y.Helper()
	for _, p := range people {
		early := y.early(p)
		list, err := y.Store.ListMessages(context.Background(), store.Span{Conversation: p.conversation, Limit: 100})
		if err != nil || len(list) != p.messages-early {
			y.Errorf("%d messages of somebody who stays, want %d: %v", len(list), p.messages-early, err)
		}
	}
}

// mustProve checks that the archive holds what the law asks for of people who
// are gone, and nothing else of them.
func (y *year) mustProve(leaving []*person) {
	y.Helper()
	want := map[string]int{}
	for _, p := range y.people {
		if p.letter != 0 {
			want["letter"]++
		}
	}
	for _, p := range leaving {
		if p.consented {
			want["proof"]++
		}
		if p.claims && y.early(p) < p.messages {
			want["claims"]++
		}
	}
	list, err := y.Store.ListArchived(context.Background())
	y.must(err)
	got := map[string]int{}
	for _, a := range list {
		got[a.Class]++
		full, err := y.Store.OpenArchived(context.Background(), a.ID)
		y.must(err)
		var c ArchiveContent
		y.must(full.Decode(&c))
		if strings.HasPrefix(c.Person.Name, "Kundin-") == (a.Class == "proof") || len(c.Person.Identifiers) == 0 || len(c.Messages)+len(c.Declarations) == 0 {
			y.Errorf("entry of class %s is empty", a.Class)
		}
	}
	for class, n := range want {
		if got[class] != n {
			y.Errorf("%d entries of class %s, want %d", got[class], class, n)
		}
	}
}

func TestArchiveEndsByItself(t *testing.T) {
	y := newYear(t, 20)
	p := y.people[slices.IndexFunc(y.people, func(p *person) bool { return !p.hold })]
	list, err := y.Store.ListMessages(context.Background(), store.Span{Conversation: p.conversation, Limit: 1})
	y.must(err)
	y.must(y.keeper.ArchiveMessage(context.Background(), list[0].ID, retention.Voucher, "Rechnung"))
	entries, err := y.Store.ListArchived(context.Background())
	y.must(err)
	ends := time.Date(list[0].SentAt.Year()+9, time.January, 1, 0, 0, 0, 0, time.UTC)
	if len(entries) != 1 || !entries[0].EndsAt.Equal(ends) {
		t.Fatalf("%+v, want the end of %s", entries, ends)
	}
	y.now = ends.Add(-time.Second)
	_, err = y.keeper.RunOnce(context.Background())
	y.must(err)
	if entries, _ := y.Store.ListArchived(context.Background()); !slices.ContainsFunc(entries, func(a store.Archived) bool { return a.Class == "voucher" }) {
		t.Error("gone a second early")
	}
	y.now = ends
	_, err = y.keeper.RunOnce(context.Background())
	y.must(err)
	if entries, _ := y.Store.ListArchived(context.Background()); slices.ContainsFunc(entries, func(a store.Archived) bool { return a.Class == "voucher" }) {
		t.Error("still there")
	}
}

func TestChoicesOutsideTheLawAreRefused(t *testing.T) {
	y := newYear(t, 0)
	err := y.keeper.SetChoices(context.Background(), RetentionChoices{Country: retention.Germany,
		Rules: []retention.Choice{{Class: retention.Letter, Period: retention.Period{Years: 1}}}})
	if inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Errorf("got %v", err)
	}
	y.must(y.keeper.SetChoices(context.Background(), RetentionChoices{Country: retention.Austria,
		Rules: []retention.Choice{{Class: retention.Enquiry, Period: retention.Period{Months: 1}}}}))
	rules, _, err := y.keeper.Rules(context.Background())
	y.must(err)
	for _, r := range rules {
		if r.Class == retention.Enquiry && r.Period.Months != 1 || r.Class == retention.Letter && r.Period.Years != 7 {
			t.Errorf("%+v", r)
		}
	}
}

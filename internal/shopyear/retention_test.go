package shopyear_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/privacy"
	"tresen/internal/retention"
	"tresen/internal/rights"
	"tresen/internal/shopyear"
	"tresen/internal/store"
)

// book is Meta's contact book: it notes who was to be deleted from it.
type book struct{ deleted []string }

func (b *book) DeleteContactBook(_ context.Context, bsuid string) (bool, error) {
	b.deleted = append(b.deleted, bsuid)
	return true, nil
}

// audit compares what the program does with what the rules say.
type audit struct {
	*year
	want   *shop
	now    time.Time
	keeper *privacy.Keeper
	book   *book
	names  map[string]string // of what a plan refers to
}

func newAudit(t *testing.T, customers int) *audit {
	t.Helper()
	a := &audit{year: live(t, customers), book: &book{}, names: map[string]string{}}
	a.want = newShop(t, a.ledger)
	clock := func() time.Time { return a.now }
	eraser := privacy.New(privacy.Config{Store: a.Store, ContactBook: a.book, Now: clock})
	a.keeper = privacy.NewKeeper(privacy.KeeperConfig{Store: a.Store, Eraser: eraser, Now: clock, Location: a.want.zone, OpenCases: a.openCases})
	for _, p := range a.ledger.People {
		a.names[fmt.Sprint("conversation ", p.Conversation)] = p.Name
		a.names[p.BSUIDs[0]] = p.Name
		for _, m := range p.Messages {
			a.names[fmt.Sprint("message ", m.ID)] = string(m.WAMID)
		}
	}
	return a
}

// openCases counts the requests that could not be answered any more once
// somebody is gone, as the window does.
func (a *audit) openCases(_ context.Context, id inbox.CustomerID, _ string) (n int, err error) {
	for _, p := range a.want.people {
		for _, c := range p.cases {
			if p.Customer == id && (c.Kind == "access" || c.Kind == "portability") && settled(c).IsZero() {
				n++
			}
		}
	}
	return n, nil
}

// on is noon, where the shop is.
func (a *audit) on(y int, m time.Month, d int) time.Time {
	return time.Date(y, m, d, 12, 0, 0, 0, a.want.zone)
}

// turn is when a year begins there.
func (a *audit) turn(y int) time.Time {
	return time.Date(y, time.January, 1, 0, 0, 0, 0, a.want.zone)
}

// catchUp settles every second request that is still open and lifts every
// second restriction, late as it is: what they held can go then.
func (a *audit) catchUp(at time.Time) {
	a.Helper()
	settledNow, lifted := 0, 0
	a.must(a.Store.Update(a.Context(), func(tx *store.Tx) error {
		for _, p := range a.want.people {
			if len(p.cases) == 0 || p.cases[0].Number%2 == 0 {
				continue
			}
			c := p.cases[0]
			if settled(c).IsZero() {
				if _, err := rights.Take(tx, rights.Step{Case: c.Number, To: rights.Closed, Reason: "nachgeholt", Location: a.want.zone}, at); err != nil {
					return err
				}
				c.State, c.ClosedAt, c.ActedAt, c.History = "closed", at, at, c.History+1
				settledNow++
			}
			if !p.Restricted {
				continue
			}
			if err := rights.Note(tx, c.Number, rights.EventLetter, store.CaseContent{What: string(rights.Lifting)}, at); err != nil {
				return err
			}
			if _, err := rights.Lift(tx, c.Number, "", at); err != nil {
				return err
			}
			p.Restricted, c.ActedAt, c.History = false, at, c.History+2
			lifted++
		}
		return nil
	}))
	if len(a.ledger.People) >= 200 && (settledNow == 0 || lifted == 0) { // fewer may have none
		a.Errorf("%d requests settled and %d restrictions lifted later", settledNow, lifted)
	}
}

// planned is the program's dry run in the words of the computation.
func (a *audit) planned(at time.Time) (lines []string, leaving []inbox.CustomerID) {
	a.Helper()
	a.now = at
	plan, err := a.keeper.Plan(a.Context())
	a.must(err)
	for _, i := range plan.Items {
		switch {
		case i.Message != 0:
			lines = append(lines, fmt.Sprintf("%s: %s %s", i.Class, i.Action, a.names[fmt.Sprint("message ", i.Message)]))
		case i.Case != 0:
			lines = append(lines, fmt.Sprintf("%s: %s the file of request %d", i.Class, i.Action, i.Case))
		case i.Conversation != 0:
			who := a.names[fmt.Sprint("conversation ", i.Conversation)]
			lines = append(lines, fmt.Sprintf("%s: %s the conversation with %s (%d messages)", i.Class, i.Action, who, i.Messages))
		default:
			lines = append(lines, a.entryLine(i))
		}
	}
	slices.Sort(lines)
	return lines, plan.Customers
}

func (a *audit) entryLine(i retention.Item) string {
	a.Helper()
	full, err := a.Store.OpenArchived(a.Context(), i.Archive)
	a.must(err)
	var c privacy.ArchiveContent
	a.must(full.Decode(&c))
	return fmt.Sprintf("%s: end the entry of %s from %s", i.Class, a.whose(c.Person), full.StartsAt.UTC().Format(time.DateTime))
}

// whose finds out whom an entry is about, by what she was known to WhatsApp.
func (a *audit) whose(p privacy.ArchivedPerson) string {
	a.Helper()
	for _, id := range p.Identifiers {
		if bsuid, found := strings.CutPrefix(id, "bsuid:"); found && a.names[bsuid] != "" {
			return a.names[bsuid]
		}
	}
	a.Error("nobody knows whom an entry is about")
	return ""
}

// mustPlan checks a dry run against the computation, line by line.
func (a *audit) mustPlan(at time.Time) {
	a.Helper()
	want, leaving := a.want.due(at)
	got, customers := a.planned(at)
	missing := slices.DeleteFunc(slices.Clone(want), func(l string) bool { _, found := slices.BinarySearch(got, l); return found })
	extra := slices.DeleteFunc(slices.Clone(got), func(l string) bool { _, found := slices.BinarySearch(want, l); return found })
	if len(missing)+len(extra) > 0 || len(got) != len(want) {
		a.Errorf("%s: %d due, the rules say %d; missing %q, too many %q", at.Format(time.DateTime), len(got), len(want),
			missing[:min(3, len(missing))], extra[:min(3, len(extra))])
	}
	ids := map[inbox.CustomerID]bool{}
	for _, p := range leaving {
		ids[p.Customer] = true
	}
	if len(customers) != len(ids) || slices.ContainsFunc(customers, func(id inbox.CustomerID) bool { return !ids[id] }) {
		a.Errorf("%s: %d people leave, the rules say %d", at.Format(time.DateTime), len(customers), len(ids))
	}
}

func size() int {
	if testing.Short() {
		return customers / 10
	}
	return customers
}

func TestRetentionOfAYear(t *testing.T) {
	a := newAudit(t, size())
	a.dryRuns()
	a.evidence().mustFind(a)
	a.runs()
}

// dryRuns must list exactly what the rules say, at dates when they say much, and at the turns of years.
func (a *audit) dryRuns() {
	a.Helper()
	for _, at := range []time.Time{
		a.on(2026, 12, 31), a.turn(2027), a.on(2027, 2, 27), a.on(2027, 2, 28), a.on(2027, 3, 31), a.on(2027, 7, 1), a.on(2027, 12, 31), a.on(2028, 2, 29),
		a.turn(2030).Add(-time.Second), a.turn(2030), a.on(2031, 6, 15), a.turn(2033).Add(-time.Second), a.turn(2033), a.turn(2035), a.turn(2036),
	} {
		a.mustPlan(at)
	}
	if lines, _ := a.want.due(a.on(2027, 7, 1)); len(lines) < size()/3 {
		a.Errorf("only %d things due: the year says little", len(lines))
	}
}

// runs must leave exactly the rest, one after the other through nine years.
func (a *audit) runs() {
	a.Helper()
	began := time.Now()
	for _, at := range []time.Time{
		a.on(2027, 2, 28), a.on(2027, 7, 1), a.on(2028, 3, 1), a.turn(2030).Add(-time.Second), a.turn(2030), a.turn(2032), a.turn(2033), a.turn(2035),
	} {
		if at.Equal(a.turn(2030).Add(-time.Second)) {
			a.catchUp(a.on(2028, 6, 1))
		}
		if at.Equal(a.turn(2032)) {
			a.mustPlan(at.Add(-time.Second))
		}
		a.runAt(at)
		a.Logf("%s: %d people and %d entries left, after %s", at.Format(time.DateOnly), len(a.want.people), len(a.want.archive), time.Since(began).Round(time.Millisecond))
	}
}

// runAt lets the program apply its rules and looks at everything afterwards.
func (a *audit) runAt(at time.Time) {
	a.Helper()
	a.mustPlan(at)
	before := a.evidence()
	a.book.deleted = nil
	run, err := a.keeper.RunOnce(a.Context())
	a.must(err)
	gone := a.want.run(at)
	if run.Left != 0 || run.Customers != len(gone) {
		a.Errorf("%d left over, %d people gone, want %d", run.Left, run.Customers, len(gone))
	}
	if again, err := a.keeper.RunOnce(a.Context()); err != nil || again.Messages+again.Customers+again.Archived+len(again.Counts) > 0 {
		a.Errorf("a second run found something: %+v, %v", again, err)
	}
	for _, p := range a.want.people {
		a.mustHave(p.Person, p.messages, p.cases)
	}
	a.mustForget(gone)
	a.mustKeepApart()
	before.mustHaveLost(a)
	if _, err := a.Store.VerifyLog(a.Context()); err != nil {
		a.Errorf("log: %v", err)
	}
}

// mustForget checks that people are gone, here and from Meta's contact book.
func (a *audit) mustForget(gone []*someone) {
	a.Helper()
	var want []string
	for _, p := range gone {
		if _, err := a.Store.Customer(a.Context(), p.Customer); inbox.CodeOf(err) != inbox.CodeNotFound {
			a.Errorf("somebody is still there: %v", err)
		}
		want = append(want, p.BSUIDs[0])
	}
	slices.Sort(want)
	slices.Sort(a.book.deleted)
	if !slices.Equal(want, a.book.deleted) {
		a.Errorf("other entries of the contact book deleted: %d, want %d", len(a.book.deleted), len(want))
	}
}

// mustKeepApart compares the archive with what the law asks for.
func (a *audit) mustKeepApart() {
	a.Helper()
	list, err := a.Store.ListArchived(a.Context())
	a.must(err)
	want := map[string]int{}
	for _, e := range a.want.archive {
		want[e.key()]++
	}
	for _, entry := range list {
		key := a.keyOf(entry)
		if want[key]--; want[key] < 0 {
			a.Errorf("in the archive, but should not be: %s", key)
		}
	}
	if len(list) != len(a.want.archive) {
		a.Errorf("%d entries in the archive, want %d", len(list), len(a.want.archive))
	}
}

func (e *entry) key() string {
	return describe(e.class, e.who.Name, e.starts, e.ends, len(e.messages), e.declarations, e.cases, fileBytes(e.messages))
}

func fileBytes(list []*shopyear.Message) (n int64) {
	for _, m := range list {
		n += int64(len(m.File))
	}
	return n
}

func describe(class, name string, starts, ends time.Time, messages, declarations, cases int, bytes int64) string {
	return fmt.Sprintf("%s of %s from %s until %s: %d messages, %d declarations, %d cases, %d bytes", class, name,
		starts.UTC().Format(time.DateTime), ends.UTC().Format(time.DateTime), messages, declarations, cases, bytes)
}

// keyOf says the same of an entry as it is stored, with its files opened.
func (a *audit) keyOf(entry store.Archived) string {
	a.Helper()
	full, err := a.Store.OpenArchived(a.Context(), entry.ID)
	a.must(err)
	var c privacy.ArchiveContent
	a.must(full.Decode(&c))
	var bytes int64
	for _, m := range c.Messages {
		if m.File == "" {
			continue
		}
		f, err := a.Store.OpenArchivedFile(full, m.File)
		a.must(err)
		bytes += f.Size()
		a.must(f.Close())
	}
	return describe(entry.Class, a.whose(c.Person), entry.StartsAt, entry.EndsAt, len(c.Messages), len(c.Declarations), len(c.Cases), bytes)
}

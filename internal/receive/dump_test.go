package receive_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
	"tresen/internal/storetest"
)

// dump tells in words everything the database says, keyed by the names people
// and messages have outside, so that two databases can be compared: row ids,
// keys and the order of arrival do not show. What only depends on when
// something arrived (expiry of parts) is left out.
func dump(t testing.TB, f *storetest.Folder) string {
	t.Helper()
	d := dumper{t: t, store: f.Store, names: map[inbox.CustomerID]string{}}
	raw, err := sql.Open("sqlite", "file:"+filepath.Join(f.Dir, store.FileName)+"?_pragma=query_only(ON)")
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	d.people(raw)
	d.conversations()
	d.query(raw, "preference", "SELECT c.uuid, p.category || '/stop=' || p.stop || '/' || p.at_ms FROM preference p JOIN customer c USING (customer_id)")
	d.query(raw, "raw part", "SELECT c.uuid, r.reason FROM raw_part r LEFT JOIN customer c USING (customer_id)")
	d.query(raw, "waiting", "SELECT NULL, 'change' FROM pending")
	d.query(raw, "media", "SELECT NULL, state FROM media")
	notices, err := f.Store.ListNotices(context.Background(), 10_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range notices {
		d.line("notice", fmt.Sprintf("%s %s %d %s %s", n.Field, n.Event, n.Number, n.At, n.Detail))
	}
	slices.Sort(d.lines)
	return strings.Join(d.lines, "\n")
}

type dumper struct {
	t     testing.TB
	store *store.Store
	names map[inbox.CustomerID]string
	lines []string
}

func (d *dumper) line(parts ...string) { d.lines = append(d.lines, strings.Join(parts, " | ")) }

func (d *dumper) check(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func instant(at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return at.UTC().Format(time.RFC3339)
}

func (d *dumper) people(raw *sql.DB) {
	rows, err := raw.Query("SELECT uuid, (SELECT count(*) FROM identifier i WHERE i.customer_id = c.customer_id AND role = 'announced') FROM customer c")
	d.check(err)
	defer rows.Close()
	for rows.Next() {
		var uuid []byte
		var announced int
		d.check(rows.Scan(&uuid, &announced))
		c, err := d.store.Customer(context.Background(), inbox.CustomerID(uuid))
		d.check(err)
		var known []string
		for _, i := range c.Identifiers {
			known = append(known, fmt.Sprintf("%s=%s(%s..%s)", i.Kind, i.Value, instant(i.FirstSeen), instant(i.Retired)))
		}
		slices.Sort(known)
		name := strings.Join(known, " ")
		d.names[c.ID] = name
		former, found, err := d.store.Formerly(context.Background(), c.ID)
		d.check(err)
		d.line("customer", name, fmt.Sprintf("%+v", c.Profile), instant(c.FirstSeen), fmt.Sprint(announced, found, former))
	}
	d.check(rows.Err())
}

func (d *dumper) conversations() {
	list, err := d.store.ListConversations(context.Background(), store.Position{}, 100_000)
	d.check(err)
	for _, c := range list {
		who := d.names[c.CustomerID] + " @" + string(c.PhoneNumberID)
		last := ""
		if c.Last != nil {
			last = string(c.Last.WAMID)
		}
		d.line("conversation", who, last, instant(c.LastActivity), instant(c.Window.LastInbound), fmt.Sprint(c.Unread))
		messages, err := d.store.ListMessages(context.Background(), store.Span{Conversation: c.ID, Limit: 1_000_000})
		d.check(err)
		for i, m := range messages {
			d.message(who, i, m)
		}
	}
}

func (d *dumper) message(who string, i int, m inbox.Message) {
	content, err := json.Marshal(m.Content)
	d.check(err)
	extra := ""
	for _, r := range m.Reactions {
		extra += fmt.Sprintf(" reaction %s %v %s", r.Emoji, r.FromShop, instant(r.At))
	}
	versions, err := d.store.Versions(context.Background(), m.ID)
	d.check(err)
	for _, v := range versions {
		extra += fmt.Sprintf(" version %s %+v", instant(v.At), v.Content)
	}
	d.line("message", who, fmt.Sprintf("%05d", i), string(m.WAMID), fmt.Sprint(m.Direction, m.Kind), instant(m.SentAt), string(content),
		fmt.Sprint(m.Status, " ", instant(m.StatusAt), " ", m.Failure, m.FailureNumber), "edited "+instant(m.EditedAt),
		"revoked "+instant(m.RevokedAt), extra)
}

// query adds a line for each row: a customer's uuid or NULL, and text.
func (d *dumper) query(raw *sql.DB, what, query string) {
	rows, err := raw.Query(query)
	d.check(err)
	defer rows.Close()
	for rows.Next() {
		var uuid []byte
		var text string
		d.check(rows.Scan(&uuid, &text))
		who := ""
		if uuid != nil {
			who = d.names[inbox.CustomerID(uuid)]
		}
		d.line(what, who, text)
	}
	d.check(rows.Err())
}

// difference returns the lines only one of two dumps has.
func difference(a, b string) string {
	count := map[string]int{}
	for _, line := range strings.Split(a, "\n") {
		count[line]++
	}
	for _, line := range strings.Split(b, "\n") {
		count[line]--
	}
	var out []string
	for line, n := range count {
		if n != 0 {
			out = append(out, fmt.Sprintf("%s\n\t\t%+d", line, n))
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

package shopyear_test

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tresen/internal/store"
)

// evidence is every row and file of a data folder, looked at behind the
// program's back.
type evidence struct {
	rows  map[string]row // by table and primary key
	files map[string]string
}

// row is one row: its digest, whose it is, and slices of what is sealed in it.
type row struct {
	digest [32]byte
	// owner names what it hangs on: "customer 5", "conversation 7", "message 99", "archive 3", "case 2", or nothing.
	owner  string
	slices [][]byte
	file   []string
}

// shared are tables of the shop's own; what they hold refers to nobody.
var shared = []string{"setting", "label", "website_notice", "usage", "log", "ad_block", "erasure", "erased", "sqlite_sequence", "notice", "tally"}

func (y *year) evidence() *evidence {
	y.Helper()
	db, err := sql.Open("sqlite", filepath.Join(y.Store.Dir(), store.FileName)+"?_pragma=busy_timeout(5000)&_pragma=query_only(ON)")
	y.must(err)
	defer db.Close()
	e := &evidence{rows: map[string]row{}, files: map[string]string{}}
	tables, err := db.Query("SELECT name FROM sqlite_schema WHERE type = 'table'")
	y.must(err)
	var names []string
	for tables.Next() {
		var name string
		y.must(tables.Scan(&name))
		names = append(names, name)
	}
	y.must(tables.Err())
	for _, name := range names {
		if !slices.Contains(shared, name) {
			y.readTable(e, db, name)
		}
	}
	entries, err := os.ReadDir(filepath.Join(y.Store.Dir(), store.MediaDir))
	if err != nil && !os.IsNotExist(err) {
		y.Fatal(err)
	}
	for _, f := range entries {
		b, err := os.ReadFile(filepath.Join(y.Store.Dir(), store.MediaDir, f.Name()))
		y.must(err)
		e.files[f.Name()] = string(b[len(b)/2:][:min(12, len(b)/2)])
	}
	return e
}

func (y *year) readTable(e *evidence, db *sql.DB, table string) {
	y.Helper()
	rows, err := db.Query("SELECT * FROM " + table)
	y.must(err)
	defer rows.Close()
	columns, err := rows.Columns()
	y.must(err)
	values := make([]any, len(columns))
	targets := make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	for n := 0; rows.Next(); n++ {
		y.must(rows.Scan(targets...))
		r := row{}
		var sum bytes.Buffer
		for i, column := range columns {
			if column != "lookup" { // every erasure brings a new key for these
				fmt.Fprintf(&sum, "%s=%x;", column, values[i])
			}
			r.note(column, values[i])
		}
		r.digest = sha256.Sum256(sum.Bytes())
		// In one table rows that are equal in everything are the same row.
		e.rows[table+" "+r.owner+" "+hex.EncodeToString(r.digest[:8])] = r
	}
	y.must(rows.Err())
}

// note takes from a column what says whose a row is, and what it seals.
func (r *row) note(column string, value any) {
	switch column {
	case "customer_id", "conversation_id", "message_id", "archive_id", "case_id":
		ofCase := strings.HasPrefix(r.owner, "case ") // it ends before her
		if n, ok := value.(int64); ok && (r.owner == "" || column == "customer_id" && !ofCase) {
			r.owner = strings.TrimSuffix(column, "_id") + " " + fmt.Sprint(n)
		}
	case "file", "thumb":
		if b, ok := value.([]byte); ok && len(b) > 0 {
			r.file = append(r.file, hex.EncodeToString(b))
		}
	}
	if b, ok := value.([]byte); ok && len(b) >= 24 {
		r.slices = append(r.slices, b[len(b)/2:][:12])
	}
}

// mustHaveLost compares what was there before a run with what is there now: the
// rest is as it was, bit by bit, and no file holds a trace of what went.
func (e *evidence) mustHaveLost(a *audit) {
	a.Helper()
	now := a.evidence()
	keep := a.ownersLeft()
	needles := map[[12]byte]string{}
	for key, r := range e.rows {
		table, _, _ := strings.Cut(key, " ")
		_, still := now.rows[key]
		stays := keep.has(table, r)
		switch {
		case stays && !still && !changes[table]:
			a.Errorf("a row of %s is gone or changed", table)
		case !stays && still:
			a.Errorf("a row of %s is still there", table)
		case !stays:
			for _, s := range r.slices {
				needles[[12]byte(s)] = table
			}
			for _, f := range r.file {
				if _, there := now.files[f]; there {
					a.Errorf("a file of %s is still there", table)
				}
				if s := e.files[f]; len(s) == 12 {
					needles[[12]byte([]byte(s))] = "file"
				}
			}
		}
	}
	named := map[string]bool{}
	for _, r := range now.rows {
		for _, f := range r.file {
			named[f] = true
		}
	}
	if !maps.Equal(named, setOf(maps.Keys(now.files))) {
		a.Errorf("%d files for %d names", len(now.files), len(named))
	}
	a.mustNotHold(needles)
}

// changes are tables whose rows may be written again: a conversation's newest message, and what is known of an answer.
var changes = map[string]bool{"conversation": true}

func setOf(keys func(func(string) bool)) map[string]bool {
	set := map[string]bool{}
	for k := range keys {
		set[k] = true
	}
	return set
}

// owners are the ids of what must still be there.
type owners map[string]bool

// ownersLeft names what stays by the numbers the database gives it.
func (a *audit) ownersLeft() owners {
	a.Helper()
	db, err := sql.Open("sqlite", filepath.Join(a.Store.Dir(), store.FileName)+"?_pragma=busy_timeout(5000)&_pragma=query_only(ON)")
	a.must(err)
	defer db.Close()
	keep := owners{}
	for _, p := range a.want.people {
		var customer int64
		a.must(db.QueryRow("SELECT customer_id FROM customer WHERE uuid = ?", p.Customer[:]).Scan(&customer))
		keep[fmt.Sprint("customer ", customer)] = true
		keep[fmt.Sprint("conversation ", p.Conversation)] = true
		keep[fmt.Sprint("filled ", p.Conversation)] = len(p.messages) > 0
		for _, c := range p.cases {
			keep[fmt.Sprint("case ", c.Number)] = true
		}
		for _, m := range p.messages {
			keep[fmt.Sprint("message ", m.ID)] = true
			if m.ID == 0 { // a notice of the system has no name to ask for
				var id int64
				a.must(db.QueryRow("SELECT message_id FROM message WHERE message_id >> 43 = ? AND kind = ? AND sent_at_ms = ?",
					p.Conversation, string(m.Kind), m.At.UnixMilli()).Scan(&id))
				keep[fmt.Sprint("message ", id)] = true
			}
		}
	}
	list, err := a.Store.ListArchived(a.Context())
	a.must(err)
	for _, entry := range list {
		keep[fmt.Sprint("archive ", entry.ID)] = true
	}
	return keep
}

// emptied are the tables of a conversation that end when it is emptied.
var emptied = map[string]bool{"matter": true, "draft": true, "interpreting": true}

func (o owners) has(table string, r row) bool {
	if emptied[table] {
		return o[strings.Replace(r.owner, "conversation", "filled", 1)]
	}
	return o[r.owner]
}

// mustFind proves that the search finds what is sealed as long as it is there.
func (e *evidence) mustFind(a *audit) {
	a.Helper()
	needles := map[[12]byte]string{}
	for _, r := range e.rows {
		for _, s := range r.slices {
			needles[[12]byte(s)] = "a row"
		}
	}
	for _, s := range e.files {
		needles[[12]byte([]byte(s))] = "a file"
	}
	if found := a.find(needles); len(found) != len(needles) {
		a.Errorf("the search finds %d of %d things that are there", len(found), len(needles))
	}
}

// mustNotHold searches every file of the data folder for bytes that must be gone.
func (a *audit) mustNotHold(needles map[[12]byte]string) {
	a.Helper()
	for n := range a.find(needles) {
		a.Errorf("something of %s is still there", needles[n])
	}
}

// find returns which of the needles any file of the data folder holds.
func (a *audit) find(needles map[[12]byte]string) map[[12]byte]bool {
	a.Helper()
	hits := map[[12]byte]bool{}
	// A small table says of nearly every place that nothing can begin there.
	var begins [1 << 16]bool
	for n := range needles {
		begins[int(n[0])<<8|int(n[1])] = true
	}
	said := a.clear()
	err := filepath.WalkDir(a.Store.Dir(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for i := 0; i+12 <= len(b); i++ {
			if begins[int(b[i])<<8|int(b[i+1])] {
				n := [12]byte(b[i:])
				if _, found := needles[n]; found {
					hits[n] = true
				}
			}
		}
		for text := range said {
			if bytes.Contains(b, []byte(text)) {
				a.Errorf("%s holds something in clear", d.Name())
			}
		}
		return nil
	})
	a.must(err)
	return hits
}

// clear are the names and texts of the year without the numbers at their ends,
// which make each of them one of a few.
func (a *audit) clear() map[string]bool {
	said := map[string]bool{"4917000": true}
	for _, p := range a.ledger.People {
		said[p.Name[:len(p.Name)-6]] = true
		for _, c := range p.Cases {
			if text, _, numbered := strings.Cut(c.Words, " ("); numbered {
				said[text] = true
			}
		}
		for _, m := range p.Messages {
			if text, _, numbered := strings.Cut(m.Text, " ("); numbered {
				said[text] = true
			}
		}
	}
	return said
}

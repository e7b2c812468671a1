package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// Whole brings an export back into a store nothing was written to yet. Records
// come in the order of WholeTables, then files.
type Whole struct {
	store  *Store
	people *people
	// gone are digests of people who must not come back.
	gone   map[string]bool
	tables map[string]wholeTable
	// columns are those of each table in this version, with their types.
	columns map[string]map[string]string
	files   map[string]vault.KeyID
	numbers map[int64]inbox.PhoneNumberID

	// Customers counts who came back, Erased who did not because she was erased.
	Customers, Erased int
}

// BeginWhole begins. gone are digests (ErasedDigest, in hex) of those who were
// erased since. It fails with conflict if the store has customers or messages.
func (s *Store) BeginWhole(ctx context.Context, gone map[string]bool) (*Whole, error) {
	w := &Whole{store: s, people: newPeople(), gone: gone, tables: map[string]wholeTable{}, columns: map[string]map[string]string{},
		files: map[string]vault.KeyID{}, numbers: map[int64]inbox.PhoneNumberID{}}
	err := s.read(ctx, func(db *connection) error {
		var rows int
		if err := db.queryRow("SELECT (SELECT count(*) FROM customer) + (SELECT count(*) FROM message) + (SELECT count(*) FROM log)").Scan(&rows); err != nil {
			return err
		}
		if rows > 0 {
			return inbox.NewError(inbox.CodeConflict, "the store is not empty")
		}
		for _, t := range wholeTables() {
			w.tables[t.name], w.columns[t.name] = t, map[string]string{}
			rows, err := db.query("SELECT name, type FROM pragma_table_info('" + t.name + "')")
			err = each(rows, err, func(r *sql.Rows) error {
				var name, kind string
				err := r.Scan(&name, &kind)
				w.columns[t.name][name] = kind
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return w, wrap("begin to bring everything back", err)
}

// Add brings records of one table back, all or none of them. It fails with
// invalid for anything the format does not say.
func (w *Whole) Add(ctx context.Context, table string, records []map[string]any) error {
	t, known := w.tables[table]
	if !known {
		return malformedUnless(false)
	}
	rows := make([]map[string]any, 0, len(records))
	var customers, extra []vault.KeyID
	for _, r := range records {
		row, err := w.plainRow(t, r)
		if err != nil {
			return err
		}
		if w.erased(t, row) || t.secret(row) {
			continue
		}
		w.people.note(table, row)
		key, ok := w.people.key(t.owner, row)
		if !ok || !w.bothThere(row) {
			continue // of somebody who is gone
		}
		switch t.owner {
		case ownerSelf:
			customers = append(customers, key)
		case ownerKey:
			extra = append(extra, key)
		}
		rows = append(rows, row)
	}
	if len(customers)+len(extra) > 0 {
		if err := w.store.vault.Adopt(customers, extra); err != nil {
			return malformedUnless(false)
		}
		w.Customers += len(customers)
	}
	return w.store.Update(ctx, func(tx *Tx) error {
		for _, row := range rows {
			if err := w.insert(tx, t, row); err != nil {
				return err
			}
		}
		tx.w.cache.clear()
		return nil
	})
}

// erased reports whether a row is about somebody who must not come back.
func (w *Whole) erased(t wholeTable, row map[string]any) bool {
	uuid, _ := row["uuid"].([]byte)
	if t.name != "customer" || len(uuid) != 16 {
		return false
	}
	digest := ErasedDigest(inbox.CustomerID(uuid))
	if !w.gone[hex.EncodeToString(digest[:])] {
		return false
	}
	w.Erased++
	return true
}

// bothThere reports whether the second person of a row about two has come back.
func (w *Whole) bothThere(row map[string]any) bool {
	for _, column := range []string{"into_id", "other_id"} {
		if id, about := row[column].(int64); about {
			if _, there := w.people.customers[id]; !there {
				return false
			}
		}
	}
	return true
}

// plainRow checks a record and gives it the names and types of its table;
// sealed values are still open.
func (w *Whole) plainRow(t wholeTable, r map[string]any) (map[string]any, error) {
	row := map[string]any{}
	known := 0
	for column, kind := range w.columns[t.name] {
		in, there := r[camel(column)]
		if !there || slices.Contains(t.without, column) {
			continue
		}
		known++
		if _, sealed := t.sealed[column]; sealed {
			row[column] = in
			continue
		}
		value, err := plainValue(kind, in)
		if err != nil {
			return nil, err
		}
		row[column] = value
	}
	return row, malformedUnless(known == len(r))
}

func plainValue(kind string, in any) (any, error) {
	switch in := in.(type) {
	case json.Number:
		n, err := in.Int64()
		return n, malformedUnless(err == nil && kind == "INTEGER")
	case string:
		switch kind {
		case "TEXT":
			return in, nil
		case "INTEGER":
			n, err := strconv.ParseInt(in, 10, 64)
			return n, malformed(err)
		}
		b, err := hex.DecodeString(in)
		return b, malformed(err)
	}
	return nil, malformedUnless(false)
}

func (w *Whole) insert(tx *Tx, t wholeTable, row map[string]any) error {
	key, ok := w.people.key(t.owner, row)
	if !ok {
		return malformedUnless(false)
	}
	if err := w.restore(tx, t, row); err != nil {
		return err
	}
	for column, sealed := range t.sealed {
		in, there := row[column]
		if !there {
			continue
		}
		plain, err := sealed.plain(in)
		if err != nil {
			return err
		}
		if row[column], err = tx.w.vault.Seal(key, t.ad(column, sealed, row), plain); err != nil {
			return wrap("seal "+t.name, err)
		}
		clear(plain)
	}
	for _, column := range t.files {
		if name, _ := row[column].([]byte); len(name) == 16 {
			if owner, ok := w.people.fileOwner(t.name, key, row); ok {
				w.files[hex.EncodeToString(name)] = owner
			}
		}
	}
	columns, args := make([]string, 0, len(row)), make([]any, 0, len(row))
	for column, value := range row {
		columns, args = append(columns, column), append(args, value)
	}
	if since, _ := row["restricted_at_ms"].(int64); t.name == "customer" && since > 0 {
		tx.AfterCommit(func() { tx.w.gate.set(key, true) })
	}
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(args)), ", ")
	// Column names are this program's own: plainRow took no others.
	_, err := tx.w.db.conn.ExecContext(context.Background(), "INSERT INTO "+t.name+" ("+strings.Join(columns, ", ")+") VALUES ("+marks+")", args...)
	return wrap("bring back "+t.name, err)
}

// restore makes the columns an export goes without.
func (w *Whole) restore(tx *Tx, t wholeTable, row map[string]any) error {
	switch t.name {
	case "identifier":
		kind, _ := row["kind"].(string)
		value, _ := row["value"].(string)
		lookup, err := tx.lookup(inbox.IdentifierKind(kind), value)
		row["lookup"] = lookup[:]
		return err
	case "conversation":
		id, _ := row["conversation_id"].(int64)
		number, _ := row["phone_number_id"].(string)
		w.numbers[id] = inbox.PhoneNumberID(number)
	case "message":
		id, _ := row["message_id"].(int64)
		content, _ := row["content"].(map[string]any)
		wamid, _ := content["wamid"].(string)
		if lookup := tx.wamidLookup(w.numbers[int64(inbox.MessageID(id).Conversation())], inbox.WAMID(wamid)); lookup != nil {
			row["wamid_lookup"] = lookup
		}
	case "reaction":
		row["tie"] = []byte{0}
	}
	return nil
}

// plain is the reverse of openValue.
func (c sealedColumn) plain(in any) ([]byte, error) {
	object, _ := in.(map[string]any)
	switch c.form {
	case formText:
		text, ok := in.(string)
		return []byte(text), malformedUnless(ok)
	case formBytes, formSetting:
		if value, ok := object["json"]; ok && c.form == formSetting {
			return json.Marshal(value)
		}
		text, ok := object["base64"].(string)
		b, err := base64.StdEncoding.DecodeString(text)
		return b, malformedUnless(ok && err == nil)
	case formProfile:
		var p inbox.Profile
		err := fromOpen(in, reflect.ValueOf(&p).Elem())
		return encodeProfile(p), err
	case formMessage:
		var m sealedMessage
		if err := fromOpen(in, reflect.ValueOf(&m).Elem()); err != nil {
			return nil, err
		}
		return m.encode()
	}
	if c.of == nil {
		return json.Marshal(in)
	}
	into := reflect.New(c.of)
	if err := fromOpen(in, into.Elem()); err != nil {
		return nil, err
	}
	return json.Marshal(into.Interface())
}

// AddFile brings a file back that a record named; any other is passed over.
func (w *Whole) AddFile(name string, r io.Reader) error {
	owner, known := w.files[name]
	id, err := hex.DecodeString(name)
	if !known || err != nil || len(id) != 16 {
		return nil
	}
	f, err := w.store.createFileAs(owner, [16]byte(id))
	if err != nil {
		return err
	}
	defer f.Discard()
	if _, err := io.Copy(f, r); err != nil {
		return wrapFile("bring back file", err)
	}
	if err := f.Finish(); err != nil {
		return err
	}
	f.keep()
	delete(w.files, name)
	return nil
}

// End takes files that were not in the export out of the records, and checks
// that every record refers to one that is there.
func (w *Whole) End(ctx context.Context) error {
	err := w.store.Update(ctx, func(tx *Tx) error {
		for name := range w.files {
			id, _ := hex.DecodeString(name)
			for _, query := range []string{
				"UPDATE media SET state = 'removed', file = NULL, thumb = NULL, bytes = 0, content = NULL WHERE file = ?",
				"UPDATE media SET thumb = NULL WHERE thumb = ?", "UPDATE snippet SET file = NULL WHERE file = ?", "DELETE FROM archive_file WHERE file = ?",
			} {
				if _, err := tx.exec(query, id); err != nil {
					return wrap("end bringing everything back", err)
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return w.store.read(ctx, func(db *connection) error {
		var broken int
		if err := db.queryRow("SELECT count(*) FROM pragma_foreign_key_check").Scan(&broken); err != nil {
			return fmt.Errorf("check what came back: %w", err)
		}
		return malformedUnless(broken == 0)
	})
}

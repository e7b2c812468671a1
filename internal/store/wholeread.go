package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// WholeTables names the tables of an export, each after those it refers to.
func WholeTables() (names []string) {
	for _, t := range wholeTables() {
		names = append(names, t.name)
	}
	return names
}

// WholeFile is a sealed file of the shop.
type WholeFile struct {
	// Name is what records call it: random, and the name of its sealed copy.
	Name  string
	owner vault.KeyID
}

// people knows whose a row is.
type people struct {
	customers     map[int64]vault.KeyID
	conversations map[int64]int64
	cases         map[int64]int64
	archives      map[int64]vault.KeyID
}

func newPeople() *people {
	return &people{map[int64]vault.KeyID{}, map[int64]int64{}, map[int64]int64{}, map[int64]vault.KeyID{}}
}

// key returns the key of a row's values; ok is false for rows of people who are gone.
func (p *people) key(o owner, row map[string]any) (key vault.KeyID, ok bool) {
	number := func(column string) int64 { n, _ := row[column].(int64); return n }
	switch o {
	case ownerShop:
		return vault.ShopKey, true
	case ownerNone:
		return key, true
	case ownerKey:
		b, _ := row["key"].([]byte)
		return vault.KeyID(pad(b)), len(b) == 16
	case ownerSelf, ownerCustomer:
		key, ok = p.customers[number("customer_id")]
	case ownerConversation:
		key, ok = p.customers[p.conversations[number("conversation_id")]]
	case ownerMessage:
		key, ok = p.customers[p.conversations[int64(inbox.MessageID(number("message_id")).Conversation())]]
	case ownerCase:
		key, ok = p.customers[p.cases[number("case_id")]]
	}
	return key, ok
}

func pad(b []byte) (out [16]byte) { copy(out[:], b); return out }

// note remembers what other rows are found by.
func (p *people) note(table string, row map[string]any) {
	id := func(column string) int64 { n, _ := row[column].(int64); return n }
	switch table {
	case "customer":
		if uuid, ok := row["uuid"].([]byte); ok && row["state"] == "live" && len(uuid) == 16 {
			p.customers[id("customer_id")] = vault.KeyID(uuid)
		}
	case "conversation":
		p.conversations[id("conversation_id")] = id("customer_id")
	case "rights_case":
		p.cases[id("case_id")] = id("customer_id")
	case "archive":
		if key, ok := row["key"].([]byte); ok && len(key) == 16 {
			p.archives[id("archive_id")] = vault.KeyID(key)
		}
	}
}

// fileOwner is whose key seals a file a row names.
func (p *people) fileOwner(table string, key vault.KeyID, row map[string]any) (vault.KeyID, bool) {
	if table != "archive_file" {
		return key, true
	}
	id, _ := row["archive_id"].(int64)
	key, ok := p.archives[id]
	return key, ok
}

// ReadWhole calls table before each table of an export and record for each of
// its records, all as they are at one moment, and returns the files they name.
// People who are being erased are left out, and so is what is secret or about
// this computer. It holds a reader, and compaction waits for it.
func (s *Store) ReadWhole(ctx context.Context, table func(name string) error, record func(map[string]any) error) (files []WholeFile, err error) {
	err = s.read(ctx, func(db *connection) (err error) {
		if _, err := db.exec("BEGIN"); err != nil {
			return err
		}
		defer func() {
			if _, errEnd := db.exec("COMMIT"); err == nil {
				err = errEnd
			}
		}()
		p := newPeople()
		for _, t := range wholeTables() {
			if err := table(t.name); err != nil {
				return err
			}
			if err := s.readTable(ctx, db, t, p, &files, record); err != nil {
				return fmt.Errorf("table %s: %w", t.name, err)
			}
		}
		return nil
	})
	return files, wrap("read everything", err)
}

func (s *Store) readTable(ctx context.Context, db *connection, t wholeTable, p *people, files *[]WholeFile, record func(map[string]any) error) error {
	order := " ORDER BY 1, 2"
	if t.single {
		order = " ORDER BY 1"
	}
	rows, err := db.query("SELECT * FROM " + t.name + order)
	if err != nil {
		return err
	}
	columns, err := rows.Columns()
	if err != nil {
		rows.Close()
		return err
	}
	open := s.opener(For(ctx, Keeping)) // of restricted people, too, and marked as that
	values, dest := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		dest[i] = &values[i]
	}
	return each(rows, nil, func(r *sql.Rows) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.Scan(dest...); err != nil {
			return err
		}
		row := map[string]any{}
		for i, column := range columns {
			row[column] = values[i]
		}
		p.note(t.name, row)
		key, ok := p.key(t.owner, row)
		if !ok || t.secret(row) {
			return nil
		}
		out, err := openRow(open, t, key, row)
		if err != nil {
			return passOver(err)
		}
		for _, column := range t.files {
			if name, _ := row[column].([]byte); len(name) == 16 {
				if fileKey, ok := p.fileOwner(t.name, key, row); ok {
					*files = append(*files, WholeFile{hex.EncodeToString(name), fileKey})
				}
			}
		}
		return record(out)
	})
}

// secret reports whether a row is a setting no export brings, in or out.
func (t wholeTable) secret(row map[string]any) bool {
	name, _ := row["name"].(string)
	return t.name == "setting" && slices.Contains(secretSettings, name)
}

// openRow makes a record of a row. Absent values are left out.
func openRow(o *opener, t wholeTable, key vault.KeyID, row map[string]any) (map[string]any, error) {
	out := map[string]any{}
	for column, value := range row {
		if value == nil || slices.Contains(t.without, column) {
			continue
		}
		sealed, isSealed := t.sealed[column]
		switch value := value.(type) {
		case []byte:
			if !isSealed {
				out[camel(column)] = hex.EncodeToString(value)
				continue
			}
			opened, err := openValue(o, t, column, sealed, key, row, value)
			if err != nil {
				return nil, err
			}
			out[camel(column)] = opened
		case int64:
			out[camel(column)] = value
			if column == "message_id" || column == "last_message_id" {
				out[camel(column)] = fmt.Sprint(value) // larger than JavaScript counts
			}
		default:
			out[camel(column)] = value
		}
	}
	// What waited to be sent will not be sent from there.
	if s, _ := out["status"].(string); t.name == "message" && (s == "queued" || s == "sending") {
		out["status"] = string(inbox.StatusUnclear)
	}
	return out, nil
}

func (t wholeTable) ad(column string, sealed sealedColumn, row map[string]any) vault.AD {
	if sealed.ad != nil {
		return sealed.ad(row)
	}
	id, _ := row[t.row].(int64)
	return vault.AD{Table: t.name, Column: column, Row: id}
}

func openValue(o *opener, t wholeTable, column string, sealed sealedColumn, key vault.KeyID, row map[string]any, value []byte) (any, error) {
	plain, err := o.take(key, t.ad(column, sealed, row), value)
	if err != nil {
		return nil, err
	}
	switch sealed.form {
	case formText:
		return string(plain), nil
	case formBytes:
		return map[string]any{"base64": base64.StdEncoding.EncodeToString(plain)}, nil
	case formSetting:
		if value, err := decodeAny(plain); err == nil {
			return map[string]any{"json": value}, nil
		}
		return map[string]any{"base64": base64.StdEncoding.EncodeToString(plain)}, nil
	case formProfile:
		p, err := decodeProfile(plain)
		return toOpen(reflect.ValueOf(p)), err
	case formMessage:
		var m sealedMessage
		if m.decode(plain) != nil {
			return nil, inbox.NewError(inbox.CodeStorageDamaged, "decode message.content")
		}
		return toOpen(reflect.ValueOf(m)), nil
	}
	if sealed.of == nil {
		value, err := decodeAny(plain)
		if err != nil {
			return nil, inbox.NewError(inbox.CodeStorageDamaged, "decode "+t.name)
		}
		return value, nil
	}
	into := reflect.New(sealed.of)
	if json.Unmarshal(plain, into.Interface()) != nil {
		return nil, inbox.NewError(inbox.CodeStorageDamaged, "decode "+t.name)
	}
	return toOpen(into.Elem()), nil
}

// decodeAny reads JSON so that writing it again gives the same bytes, whoever wrote it.
func decodeAny(plain []byte) (value any, err error) {
	if !json.Valid(plain) {
		return nil, inbox.NewError(inbox.CodeStorageDamaged, "decode JSON")
	}
	d := json.NewDecoder(bytes.NewReader(plain))
	d.UseNumber()
	err = d.Decode(&value)
	return value, err
}

// OpenWholeFile opens a file ReadWhole named, or fails with not_found if it is gone.
func (s *Store) OpenWholeFile(f WholeFile) (*StoredFile, error) {
	name, err := hex.DecodeString(f.Name)
	if err != nil || len(name) != 16 {
		return nil, inbox.NewError(inbox.CodeNotFound, "no such file")
	}
	out := &StoredFile{}
	return out, s.unseal(s.opener(For(context.Background(), Keeping)), out, f.owner, [16]byte(name))
}

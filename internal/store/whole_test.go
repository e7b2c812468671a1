package store

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tresen/internal/inbox"
)

var update = flag.Bool("update", false, "rewrite the schema of exports")

// A table somebody adds must go along or say why not.
func TestEveryTableIsInExportsOrSaysWhyNot(t *testing.T) {
	f := openFolder(t)
	var tables []string
	err := f.store.read(context.Background(), func(db *connection) error {
		return db.queryRow("SELECT json_group_array(name) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").Scan((*names)(&tables))
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range tables {
		_, out := leftOut()[name]
		if in := slices.Contains(WholeTables(), name); in == out {
			t.Errorf("%s: in exports %v, left out %v: see internal/store/whole.go", name, in, out)
		}
	}
	if n := len(WholeTables()) + len(leftOut()); n != len(tables) {
		t.Errorf("%d tables, %d of them known", len(tables), n)
	}
}

// names receives a JSON array of strings.
type names []string

func (n *names) Scan(in any) error { return json.Unmarshal([]byte(in.(string)), (*[]string)(n)) }

type object = map[string]any

// schemaOf describes what toOpen makes of a type.
func schemaOf(of reflect.Type) object {
	switch {
	case of == timeType:
		return object{"type": "string", "format": "date-time"}
	case of == bytesType:
		return object{"type": "string", "contentEncoding": "base64"}
	case of == messageIDType:
		return object{"type": "string", "pattern": "^[0-9]+$"}
	}
	switch of.Kind() {
	case reflect.Pointer:
		return schemaOf(of.Elem())
	case reflect.Slice:
		return object{"type": "array", "items": schemaOf(of.Elem())}
	case reflect.Struct:
		properties := object{}
		for _, f := range reflect.VisibleFields(of) {
			if !f.Anonymous && f.IsExported() {
				properties[openName(f.Name)] = schemaOf(f.Type)
			}
		}
		return object{"type": "object", "additionalProperties": false, "properties": properties}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": schemaOf(of.Elem())}
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Float64:
		return object{"type": "number"}
	}
	return object{"type": "integer"}
}

func (c sealedColumn) schema() object {
	encoded := object{"type": "string", "contentEncoding": "base64"}
	switch c.form {
	case formText:
		return object{"type": "string"}
	case formBytes:
		return object{"type": "object", "required": []string{"base64"}, "additionalProperties": false, "properties": object{"base64": encoded}}
	case formSetting:
		return object{"type": "object", "additionalProperties": false, "properties": object{"base64": encoded, "json": true}}
	case formProfile:
		return schemaOf(reflect.TypeFor[inbox.Profile]())
	case formMessage:
		return schemaOf(reflect.TypeFor[sealedMessage]())
	}
	if c.of != nil {
		return schemaOf(c.of)
	}
	return object{"description": "JSON as the program keeps it"}
}

func tableSchema(t *testing.T, db *connection, table wholeTable) object {
	properties, required := object{}, []string{}
	var columns []struct {
		Name, Type string
		NotNull    int
	}
	var text string
	err := db.queryRow("SELECT json_group_array(json_object('Name', name, 'Type', type, 'NotNull', \"notnull\")) FROM pragma_table_info('" + table.name + "')").Scan(&text)
	if err != nil || json.Unmarshal([]byte(text), &columns) != nil {
		t.Fatal(err)
	}
	for _, c := range columns {
		if slices.Contains(table.without, c.Name) {
			continue
		}
		sealed, isSealed := table.sealed[c.Name]
		switch {
		case isSealed:
			properties[camel(c.Name)] = sealed.schema()
		case c.Name == "message_id" || c.Name == "last_message_id":
			properties[camel(c.Name)] = object{"type": "string", "pattern": "^[0-9]+$"}
		case c.Type == "BLOB":
			properties[camel(c.Name)] = object{"type": "string", "pattern": "^([0-9a-f]{2})*$"}
		case strings.HasSuffix(c.Name, "_ms"):
			properties[camel(c.Name)] = object{"type": "integer", "description": "Unix milliseconds, 0 for never"}
		default:
			properties[camel(c.Name)] = object{"type": map[string]string{"INTEGER": "integer", "TEXT": "string"}[c.Type]}
		}
		if c.NotNull == 1 {
			required = append(required, camel(c.Name))
		}
	}
	return object{"type": "object", "additionalProperties": false, "required": required, "properties": properties}
}

func TestSchemaOfExportsIsCurrent(t *testing.T) {
	f := openFolder(t)
	defs := object{}
	err := f.store.read(context.Background(), func(db *connection) error {
		for _, table := range wholeTables() {
			defs[table.name] = tableSchema(t, db, table)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	digest := object{"type": "string", "pattern": "^[0-9a-f]{64}$"}
	part := object{"type": "object", "additionalProperties": false, "required": []string{"path", "bytes", "sha256"}, "properties": object{
		"path": object{"type": "string"}, "bytes": object{"type": "integer", "minimum": 0}, "sha256": digest, "records": object{"type": "integer", "minimum": 0}}}
	schema := object{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Tresen export, version 1",
		"description": "The document is manifest.json. Each line of data/NAME.jsonl is described by $defs/NAME.",
		"type":        "object", "additionalProperties": false, "required": []string{"format", "version", "generator", "createdAt", "parts"},
		"properties": object{"format": object{"const": "tresen-export"}, "version": object{"const": 1}, "generator": object{"type": "string"},
			"createdAt":  object{"type": "string", "format": "date-time"},
			"adBlockKey": object{"type": "string", "pattern": "^[0-9a-f]{64,}$", "description": "HMAC-SHA-256 key of data/ad_block.jsonl; in encrypted exports only"}, "parts": object{"type": "array", "items": part}},
		"$defs": defs,
	}
	want, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	const path = "../openformat/schema.json"
	if *update {
		if err := os.WriteFile(path, append(want, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || strings.TrimSpace(string(got)) != string(want) {
		t.Errorf("schema.json is not what exports hold: go test ./internal/store -run TestSchemaOfExports -update (%v)", err)
	}
}

// Whatever a message may hold comes back as it was.
func TestOpenNamesKeepEveryField(t *testing.T) {
	for _, of := range []reflect.Type{reflect.TypeFor[sealedMessage](), reflect.TypeFor[inbox.Profile](), reflect.TypeFor[inbox.Draft](), reflect.TypeFor[inbox.FileFacts]()} {
		for _, field := range reflect.VisibleFields(of) {
			if field.Anonymous {
				continue
			}
			v := reflect.New(of).Elem()
			fill(v.FieldByIndex(field.Index))
			b, err := json.Marshal(toOpen(v))
			if err != nil {
				t.Fatal(err)
			}
			d := json.NewDecoder(strings.NewReader(string(b)))
			d.UseNumber()
			var in any
			if err := d.Decode(&in); err != nil {
				t.Fatal(err)
			}
			got := reflect.New(of).Elem()
			if err := fromOpen(in, got); err != nil || !reflect.DeepEqual(got.Interface(), v.Interface()) {
				t.Errorf("%s.%s: %s became %+v, %v", of.Name(), field.Name, b, got.Interface(), err)
			}
		}
	}
	if openName("WAMID") != "wamid" || openName("IDs") != "iDs" && openName("IDs") != "ids" || openName("TypeName") != "typeName" {
		t.Errorf("names: %s %s %s", openName("WAMID"), openName("IDs"), openName("TypeName"))
	}
}

func FuzzFromOpen(f *testing.F) {
	f.Add([]byte(`{"wamid":"1","text":"a","media":{"sha256":"AA=="},"contacts":[{"name":"x"}],"location":{"latitude":1.5}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		d := json.NewDecoder(strings.NewReader(string(b)))
		d.UseNumber()
		var in any
		if d.Decode(&in) != nil {
			return
		}
		var m sealedMessage
		_ = fromOpen(in, reflect.ValueOf(&m).Elem())
	})
}

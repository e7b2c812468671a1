package store

import (
	"encoding/hex"
	"fmt"
	"reflect"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// owner says whose key seals a table's values, and whose rows they are.
type owner int

const (
	ownerShop         owner = iota
	ownerSelf               // the row's uuid
	ownerCustomer           // customer_id
	ownerConversation       // conversation_id
	ownerMessage            // message_id
	ownerCase               // case_id
	ownerKey                // the row's key
	ownerNone               // nothing sealed, nobody's
)

// form is what a sealed value is.
type form int

const (
	formJSON    form = iota // our own JSON, or a Go type with readable names
	formText                // UTF-8
	formBytes               // any bytes
	formSetting             // JSON or any bytes
	formProfile             // inbox.Profile, packed
	formMessage             // sealedMessage, packed or JSON
)

// sealedColumn is one column with sealed values.
type sealedColumn struct {
	form form
	// of is the type whose field names an export shows; nil leaves JSON as it is.
	of reflect.Type
	// ad is where the value is sealed to, if not table, column and row.
	ad func(row map[string]any) vault.AD
}

// wholeTable says how a table goes into an export and comes back.
type wholeTable struct {
	name  string
	owner owner
	// row is the column whose number values are sealed to.
	row    string
	sealed map[string]sealedColumn
	// without are columns that are made anew.
	without []string
	// files are columns with names of sealed files.
	files []string
	// single is true for a table with one column.
	single bool
}

func content1(of reflect.Type) map[string]sealedColumn {
	return map[string]sealedColumn{"content": {of: of}}
}

func hexColumn(table, column string) func(map[string]any) vault.AD {
	return func(row map[string]any) vault.AD {
		b, _ := row[column].([]byte)
		return vault.AD{Table: table, Column: hex.EncodeToString(b)}
	}
}

// wholeTables are the tables of an export, each after those it refers to. A
// test fails for a table that is neither here nor in leftOut.
func wholeTables() []wholeTable {
	text := func(column string) map[string]sealedColumn {
		return map[string]sealedColumn{column: {form: formText}}
	}
	versionAD := func(row map[string]any) vault.AD {
		return vault.AD{Table: "message_version", Column: versionColumn(row["at_ms"].(int64)), Row: row["message_id"].(int64)}
	}
	reactionAD := func(row map[string]any) vault.AD {
		return vault.AD{Table: "reaction", Column: reactionColumn(int(row["side"].(int64))), Row: row["message_id"].(int64)}
	}
	templateAD := func(row map[string]any) vault.AD {
		return vault.AD{Table: "template", Column: fmt.Sprint("content@", row["template_id"])}
	}
	content := reflect.TypeFor[inbox.Content]()
	return []wholeTable{
		{name: "label", row: "label_id", sealed: text("name")},
		{name: "colleague", row: "colleague_id", sealed: text("name"), without: []string{"pin"}},
		{name: "customer", owner: ownerSelf, row: "customer_id", sealed: map[string]sealedColumn{"profile": {form: formProfile}}},
		{name: "same_person", owner: ownerCustomer, row: "customer_id", sealed: content1(nil)},
		{name: "different_people", owner: ownerCustomer},
		{name: "identifier", owner: ownerCustomer, row: "identifier_id", sealed: text("value"), without: []string{"lookup"}},
		{name: "conversation", owner: ownerCustomer, row: "conversation_id", sealed: map[string]sealedColumn{"reminder": {}}},
		{name: "matter", owner: ownerConversation},
		{name: "draft", owner: ownerConversation, row: "conversation_id", sealed: content1(reflect.TypeFor[inbox.Draft]())},
		{name: "interpreting", owner: ownerConversation, row: "conversation_id", sealed: content1(reflect.TypeFor[inbox.Interpreting]())},
		{name: "message", owner: ownerMessage, row: "message_id", sealed: map[string]sealedColumn{"content": {form: formMessage}}, without: []string{"wamid_lookup"}},
		{name: "message_version", owner: ownerMessage, sealed: map[string]sealedColumn{"content": {of: content, ad: versionAD}}},
		{name: "reaction", owner: ownerMessage, sealed: map[string]sealedColumn{"content": {form: formText, ad: reactionAD}}, without: []string{"tie"}},
		{name: "media", owner: ownerMessage, row: "message_id", sealed: content1(reflect.TypeFor[inbox.FileFacts]()), files: []string{"file", "thumb"}},
		{name: "translation", owner: ownerMessage, row: "message_id", sealed: content1(reflect.TypeFor[inbox.Translation]())},
		{name: "sensitive", owner: ownerMessage},
		{name: "hint_answer", owner: ownerMessage, single: true},
		{name: "chat_import", owner: ownerConversation},
		{name: "imported", owner: ownerMessage},
		{name: "consent", owner: ownerCustomer, sealed: map[string]sealedColumn{"content": {ad: hexColumn("consent", "uuid")}}},
		{name: "consent_use", owner: ownerCustomer},
		{name: "ad_block", owner: ownerNone},
		{name: "preference", owner: ownerCustomer},
		{name: "website_notice", row: "at_ms", sealed: content1(nil)},
		{name: "shown_notice", owner: ownerCustomer, row: "at_ms", sealed: content1(nil)},
		{name: "customer_label", owner: ownerCustomer},
		{name: "note", owner: ownerCustomer, row: "note_id", sealed: content1(nil)},
		{name: "rights_case", owner: ownerCustomer, without: []string{"challenge"}},
		{name: "case_event", owner: ownerCase, row: "event_id", sealed: content1(nil)},
		{name: "correction", owner: ownerCustomer, row: "correction_id", sealed: content1(nil)},
		{name: "automatic_text", row: "text_id", sealed: content1(nil)},
		{name: "automatic_send", owner: ownerCustomer},
		{name: "intake", owner: ownerCustomer, row: "customer_id", sealed: content1(nil)},
		{name: "broadcast", row: "broadcast_id", sealed: content1(nil)},
		{name: "broadcast_recipient", owner: ownerCustomer},
		{name: "broadcast_gone", owner: ownerNone},
		{name: "archive", owner: ownerKey, sealed: map[string]sealedColumn{"content": {ad: hexColumn("archive", "key")}}},
		{name: "archive_file", owner: ownerNone, files: []string{"file"}},
		{name: "snippet", row: "snippet_id", sealed: content1(reflect.TypeFor[inbox.Snippet]()), files: []string{"file"}},
		{name: "template", sealed: map[string]sealedColumn{"content": {of: reflect.TypeFor[inbox.Template](), ad: templateAD}}},
		{name: "placed_code", row: "placed_code_id", sealed: content1(nil)},
		{name: "notice", row: "notice_id", sealed: content1(nil)},
		{name: "paper", row: "paper_id", sealed: map[string]sealedColumn{"content": {}, "file": {form: formBytes}}},
		{name: "setting", sealed: map[string]sealedColumn{"value": {form: formSetting, ad: func(row map[string]any) vault.AD { return settingAD(row["name"].(string)) }}}},
		{name: "usage", owner: ownerNone},
		{name: "automatic_usage", owner: ownerNone},
		{name: "tally", owner: ownerNone},
		{name: "log", owner: ownerNone},
		{name: "erased", owner: ownerNone},
	}
}

// leftOut are the tables that are in no export, and why.
func leftOut() map[string]string {
	return map[string]string{
		"pending":       "waits for a message, 72 hours at most",
		"raw_part":      "not understood or not verified, kept 72 hours at most",
		"outbox":        "what waits to be sent is sent from here; another computer would send it twice",
		"reaction_send": "as outbox",
		"erasure":       "erasures of this computer; the log has them, and erased says who must not come back",
	}
}

// secretSettings are settings that hold secrets or are about this computer.
var secretSettings = []string{keyNamesSetting, "account", "guide", "backup", "counter", "last_delivery", "last_awake", "unfinished_files"}

package snippet

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
)

func TestFill(t *testing.T) {
	values := Values{VarName: "Frau {Datum}", VarHours: " Mo–Fr 9–18 Uhr ", VarImprint: " "}
	tests := []struct{ text, want, missing string }{
		{"Guten Tag {Name}!", "Guten Tag Frau {Datum}!", "[]"},
		{"{ name } {NAME}", "Frau {Datum} Frau {Datum}", "[]"},
		{"{Öffnungszeiten}", "Mo–Fr 9–18 Uhr", "[]"},
		{"{Impressum} {Impressum}", "{Impressum} {Impressum}", "[{Impressum}]"},
		{"{Laden} {Quatsch}", "{Laden} {Quatsch}", "[{Laden} {Quatsch}]"},
		{"{} {1} {{x}} {a:b}", "{} {1} {{x}} {a:b}", "[{x}]"},
	}
	for _, tt := range tests {
		got, missing := Fill(tt.text, values)
		if got != tt.want || fmt.Sprint(missing) != tt.missing {
			t.Errorf("%q: %q, %v", tt.text, got, missing)
		}
	}
}

func TestFillMessageLeavesTheSnippetAlone(t *testing.T) {
	m := inbox.Interactive{Type: inbox.InteractiveList, Header: "{Laden}", Body: "{Name}", Footer: "{x}", Button: "{Laden}",
		Buttons: []inbox.ReplyButton{{Title: "{Name}"}}, Link: &inbox.LinkButton{Title: "{Name}", URL: "{Datenschutz}"},
		Sections: []inbox.ListSection{{Title: "{Name}", Rows: []inbox.ListRow{{Title: "{Name}", Description: "{x}"}}}}}
	before := fmt.Sprintf("%+v %+v", m, *m.Link)
	got, missing := FillMessage(m, Values{VarName: "Anna", VarShop: "Wiesengrund", VarPrivacy: "https://a.example"})
	if after := fmt.Sprintf("%+v %+v", m, *m.Link); after != before {
		t.Errorf("the snippet changed to %s", after)
	}
	want := inbox.Interactive{Type: inbox.InteractiveList, Header: "Wiesengrund", Body: "Anna", Footer: "{x}", Button: "Wiesengrund",
		Buttons: []inbox.ReplyButton{{Title: "Anna"}}, Link: &inbox.LinkButton{Title: "Anna", URL: "https://a.example"},
		Sections: []inbox.ListSection{{Title: "Anna", Rows: []inbox.ListRow{{Title: "Anna", Description: "{x}"}}}}}
	if !reflect.DeepEqual(got, want) || fmt.Sprint(missing) != "[{x}]" {
		t.Errorf("%+v, %v", got, missing)
	}
}

func TestEveryVariableHasAWordInBothLanguages(t *testing.T) {
	for _, v := range Variables() {
		for _, language := range []string{"de", "en"} {
			if got, missing := Fill("{"+v.Word(language)+"}", Values{v: "x"}); got != "x" || missing != nil {
				t.Errorf("%s in %s: %q, %v", v, language, got, missing)
			}
		}
	}
	now := time.Date(2026, 11, 5, 9, 0, 0, 0, time.UTC)
	if got := Today(now, "de") + " " + Today(now, "en"); got != "05.11.2026 5 November 2026" {
		t.Error(got)
	}
}

// The first set fits Meta's limits and uses only variables that exist.
func TestStarter(t *testing.T) {
	all := Values{}
	for _, v := range Variables() {
		all[v] = "x"
	}
	for _, language := range []string{"de", "en"} {
		list := Starter(language)
		if len(list) != len(Starter("de")) {
			t.Errorf("%s has %d snippets", language, len(list))
		}
		for _, n := range list {
			if err := Check(n); err != nil {
				t.Errorf("%s: %v", n.Name, err)
			}
			if _, missing := Fill(n.Text, all); missing != nil {
				t.Errorf("%s: %v", n.Name, missing)
			}
		}
	}
}

func TestCheck(t *testing.T) {
	long := func(n int) string { return strings.Repeat("ä", n) }
	buttons := &inbox.Interactive{Type: inbox.InteractiveButtons, Buttons: []inbox.ReplyButton{{ID: "1", Title: "Ja"}}}
	file := &inbox.SnippetFile{Name: "a.pdf"}
	tests := []struct {
		field   string
		snippet inbox.Snippet
	}{
		{"", inbox.Snippet{Name: long(40), Folder: long(40), Text: long(4096)}},
		{"", inbox.Snippet{Name: "a", File: file}},
		{"", inbox.Snippet{Name: "a", Text: long(1024), Interactive: buttons}},
		{"name", inbox.Snippet{Name: " ", Text: "a"}},
		{"name", inbox.Snippet{Name: "a\nb", Text: "a"}},
		{"name", inbox.Snippet{Name: long(41), Text: "a"}},
		{"folder", inbox.Snippet{Name: "a", Folder: "a\tb", Text: "a"}},
		{"text", inbox.Snippet{Name: "a"}},
		{"text", inbox.Snippet{Name: "a", Text: long(4097)}},
		{"text", inbox.Snippet{Name: "a", Text: "\xff"}},
		{"body", inbox.Snippet{Name: "a", Text: long(1025), Interactive: buttons}},
		{"file", inbox.Snippet{Name: "a", Text: "a", Interactive: buttons, File: file}},
	}
	for _, tt := range tests {
		err := Check(tt.snippet)
		var e *inbox.Error
		if tt.field == "" && err != nil || tt.field != "" && (!errors.As(err, &e) || e.Field != tt.field) {
			t.Errorf("%+v: %v, want field %q", tt.snippet, err, tt.field)
		}
	}
}

func TestFind(t *testing.T) {
	list := []inbox.Snippet{
		{Name: "Preisliste", Folder: "Laden", File: &inbox.SnippetFile{Name: "prüfung.pdf"}},
		{Name: "zeiten", Folder: "Laden", Text: "Öffnungszeiten"},
		{Name: "Unsere Öffnungszeiten", Folder: "Laden"},
		{Name: "öffnungszeiten", Folder: "Zuletzt"},
		{Name: "frage", Folder: "A", Text: "a", Interactive: &inbox.Interactive{Buttons: []inbox.ReplyButton{{Title: "Später"}}}},
	}
	names := func(query string) string {
		out := ""
		for _, n := range Find(list, query) {
			out += n.Name + ";"
		}
		return out
	}
	for query, want := range map[string]string{
		"offnung": "öffnungszeiten;Unsere Öffnungszeiten;zeiten;", "pruefung": "Preisliste;", "spater": "frage;", "nichts": "",
		"": "frage;Preisliste;Unsere Öffnungszeiten;zeiten;öffnungszeiten;",
	} {
		if got := names(query); got != want {
			t.Errorf("%q: %s", query, got)
		}
	}
}

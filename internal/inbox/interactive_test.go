package inbox

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// Each limit of an interactive message, met and passed by one. (Meta docs: Interactive messages.)
func TestInteractiveCheck(t *testing.T) {
	rows := func(n int) (list []ListRow) {
		for i := range n {
			list = append(list, ListRow{ID: fmt.Sprint(i), Title: "Zeile"})
		}
		return list
	}
	yes := []ReplyButton{{ID: "1", Title: "Ja"}}
	long := func(n int) string { return strings.Repeat("ä", n) }
	tests := []struct {
		name, field string
		message     Interactive
	}{
		{"buttons", "", Interactive{Type: InteractiveButtons, Body: long(1024), Header: long(60), Footer: long(60), Buttons: []ReplyButton{
			{ID: "1", Title: long(20)}, {ID: "2", Title: "b"}, {ID: "3", Title: "c"}}}},
		{"no body", "body", Interactive{Type: InteractiveButtons, Body: " \n", Buttons: yes}},
		{"long body", "body", Interactive{Type: InteractiveButtons, Body: long(1025), Buttons: yes}},
		{"broken body", "body", Interactive{Type: InteractiveButtons, Body: "\xff", Buttons: yes}},
		{"long header", "header", Interactive{Type: InteractiveButtons, Body: "a", Header: long(61), Buttons: yes}},
		{"long footer", "footer", Interactive{Type: InteractiveButtons, Body: "a", Footer: long(61), Buttons: yes}},
		{"no buttons", "buttons", Interactive{Type: InteractiveButtons, Body: "a"}},
		{"four buttons", "buttons", Interactive{Type: InteractiveButtons, Body: "a", Buttons: []ReplyButton{{"1", "a"}, {"2", "b"}, {"3", "c"}, {"4", "d"}}}},
		{"long button", "buttons", Interactive{Type: InteractiveButtons, Body: "a", Buttons: []ReplyButton{{"1", long(21)}}}},
		{"twice the same button", "buttons", Interactive{Type: InteractiveButtons, Body: "a", Buttons: []ReplyButton{{"1", "a"}, {"2", "a "}}}},
		{"list", "", Interactive{Type: InteractiveList, Body: long(4096), Button: "Auswahl", Sections: []ListSection{{Rows: rows(10)}}}},
		{"list without words", "button", Interactive{Type: InteractiveList, Body: "a", Sections: []ListSection{{Rows: rows(1)}}}},
		{"no section", "sections", Interactive{Type: InteractiveList, Body: "a", Button: "b"}},
		{"two sections, one title", "sections", Interactive{Type: InteractiveList, Body: "a", Button: "b", Sections: []ListSection{{Title: "x", Rows: rows(1)}, {Rows: rows(1)}}}},
		{"the same id in two sections", "rows", Interactive{Type: InteractiveList, Body: "a", Button: "b", Sections: []ListSection{{Title: "x", Rows: rows(1)}, {Title: "y", Rows: rows(1)}}}},
		{"eleven rows", "rows", Interactive{Type: InteractiveList, Body: "a", Button: "b", Sections: []ListSection{{Rows: rows(11)}}}},
		{"long description", "rows", Interactive{Type: InteractiveList, Body: "a", Button: "b", Sections: []ListSection{{Rows: []ListRow{{"1", "a", long(73)}}}}}},
		{"link", "", Interactive{Type: InteractiveLink, Body: "a", Link: &LinkButton{"Öffnen", "https://laden.example/a?b=c"}}},
		{"no link", "link", Interactive{Type: InteractiveLink, Body: "a"}},
		{"another scheme", "link", Interactive{Type: InteractiveLink, Body: "a", Link: &LinkButton{"a", "javascript:alert(1)"}}},
		{"link with a password", "link", Interactive{Type: InteractiveLink, Body: "a", Link: &LinkButton{"a", "https://a:b@laden.example"}}},
		{"unknown", "type", Interactive{Type: "carousel", Body: "a"}},
	}
	for _, tt := range tests {
		err := tt.message.Check()
		var e *Error
		switch {
		case tt.field == "" && err != nil:
			t.Errorf("%s: %v", tt.name, err)
		case tt.field != "" && (!errors.As(err, &e) || e.Field != tt.field):
			t.Errorf("%s: %v, want field %s", tt.name, err, tt.field)
		}
	}
}

func TestVariables(t *testing.T) {
	if got := fmt.Sprint(Variables("{{2}} und {{ 1 }}, {{2}}, {{name_x}} {{}} {x}")); got != "[2 1 name_x]" {
		t.Error(got)
	}
	got := FillVariables("{{1}} {{ 1 }} {{2}}", map[string]string{"1": "{{2}}"})
	if got != "{{2}} {{2}} {{2}}" {
		t.Errorf("%q: a value must not be read as a variable", got)
	}
}

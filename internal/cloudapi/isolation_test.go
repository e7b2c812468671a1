package cloudapi

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"tresen/internal/inbox"
)

// mutants yields body with the JSON of every value below parent replaced by
// values of every other type, and with every member renamed.
func mutants(body []byte, parent value, try func(place node, mutant []byte)) {
	replacements := []string{`null`, `true`, `0`, `-1`, `1e999`, `""`, `"x"`, `"\u0000\u202e"`, `[]`, `[[]]`, `{}`, `{"id":{}}`}
	splice := func(start, end int32, with string) []byte {
		return slices.Concat(body[:start], []byte(with), body[end:])
	}
	for _, n := range parent.doc.nodes[parent.at+1 : parent.node().next] {
		for _, with := range replacements {
			try(n, splice(n.start, n.end, with))
		}
		if n.keyEnd > 0 {
			try(n, splice(n.keyStart, n.keyEnd, "renamed"))
		}
	}
}

// However a known delivery is bent, what comes out is whole.
func TestParseBentDeliveries(t *testing.T) {
	for _, name := range webhooks(t) {
		body := read(t, name)
		root, err := readDocument(body)
		if err != nil {
			continue // not JSON to begin with
		}
		mutants(body, root, func(_ node, mutant []byte) {
			events, err := Parse(mutant, received)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, e := range events {
				checkEvent(t, e)
			}
			if t.Failed() {
				t.Fatalf("%s bent to %s", name, mutant)
			}
		})
	}
}

// One part that is broken in any way costs nothing but itself: its neighbours
// give the same events as without it.
func TestBrokenPartCostsOnlyItself(t *testing.T) {
	for _, name := range webhooks(t) {
		root, err := readDocument(read(t, name))
		if err != nil || !root.get("entry").is(kindArray) {
			continue
		}
		for entry := range root.get("entry").items() {
			for part := range entry.get("changes").items() {
				checkBetween(t, name, part)
			}
		}
	}
}

// checkBetween puts part between two good changes, and each of its messages
// between two good ones, and bends everything inside.
func checkBetween(t *testing.T, name string, part value) {
	t.Helper()
	first, last := `{"from":"491713920001","id":"wamid.FIRST","type":"text","text":{"body":"erste"}}`,
		`{"from":"491713920002","id":"wamid.LAST","type":"text","text":{"body":"letzte"}}`
	good := func(message string) string {
		return `{"field":"messages","value":{"metadata":{"phone_number_id":"1"},"messages":[` + message + `]}}`
	}
	checkNeighbours(t, name, `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[`+good(first)+`,`,
		string(part.raw()), `,`+good(last)+`]}]}`)
	for m := range part.get("value").get("messages").items() {
		open, closed := `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":`+
			`{"metadata":{"phone_number_id":"1"},"messages":[`+first+`,`, `,`+last+`]}}]}]}`
		checkNeighbours(t, name, open, string(m.raw()), closed)
	}
}

func checkNeighbours(t *testing.T, name, before, part, after string) {
	t.Helper()
	body := []byte(before + part + after)
	root, err := readDocument(body)
	if err != nil {
		t.Fatalf("%s: %v in %s", name, err, body)
	}
	inside := func(n node) bool {
		return int(n.start) >= len(before) && int(n.end) <= len(before)+len(part)
	}
	mutants(body, root, func(n node, mutant []byte) {
		if !inside(n) {
			return
		}
		events, err := Parse(mutant, received)
		if err != nil || len(events) < 2 || !isText(events[0], "erste") || !isText(events[len(events)-1], "letzte") {
			t.Fatalf("%s bent to %s: %v, %s", name, mutant, err, mustJSON(t, events))
		}
	})
}

func isText(e inbox.Event, text string) bool {
	m, ok := e.(inbox.MessageReceived)
	return ok && m.Kind == inbox.KindText && m.Content.Text == text
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := json.NewEncoder(&out).Encode(v); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

package cloudapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var received = time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC)

// goldenEvent is an event with its type's name, readable in a file.
type goldenEvent struct {
	Type  string
	Event any
	Raw   string `json:",omitempty"`
}

func golden(t *testing.T, events []inbox.Event) []byte {
	t.Helper()
	list := []goldenEvent{}
	for _, e := range events {
		g := goldenEvent{Type: strings.TrimPrefix(fmt.Sprintf("%T", e), "inbox.")}
		switch e := e.(type) {
		case inbox.MessageReceived:
			g.Raw, e.Raw = string(e.Raw), nil
			g.Event = e
		case inbox.MessageEchoed:
			g.Raw, e.Raw = string(e.Raw), nil
			g.Event = e
		case inbox.UnknownPart:
			g.Raw, e.Raw = string(e.Raw), nil
			g.Event = e
		case inbox.AccountNotice:
			g.Raw, e.Detail = string(e.Detail), nil
			g.Event = e
		default:
			g.Event = e
		}
		list = append(list, g)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(list); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// webhooks returns the names of the deliveries in testdata.
func webhooks(t testing.TB) []string {
	t.Helper()
	all, err := filepath.Glob("testdata/webhook/*.json")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, name := range all {
		if !strings.HasSuffix(name, ".golden.json") {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		t.Fatal("no deliveries in testdata/webhook")
	}
	return names
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestParseGolden(t *testing.T) {
	for _, name := range webhooks(t) {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".json"), func(t *testing.T) {
			events, err := Parse(read(t, name), received)
			if err != nil {
				t.Fatal(err)
			}
			got := golden(t, events)
			want := strings.TrimSuffix(name, ".json") + ".golden.json"
			if *update {
				if err := os.WriteFile(want, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(got, read(t, want)) {
				t.Errorf("events differ from %s (look, then run with -update):\n%s", want, got)
			}
		})
	}
}

func TestParseLimits(t *testing.T) {
	if _, err := Parse(make([]byte, MaxBody+1), received); !errors.Is(err, ErrBodyTooLarge) {
		t.Errorf("body too large: %v", err)
	}
	for name, body := range map[string]string{
		"empty":     "",
		"HTML":      "<html>",
		"cut off":   `{"object":"whatsapp_business_account","entry":[`,
		"two":       "{}{}",
		"deep":      strings.Repeat("[", 100_000),
		"deep, fit": strings.Repeat("[", 500) + strings.Repeat("]", 500),
		"wide":      "[" + strings.Repeat("0,", maxNodes) + "0]",
	} {
		events, err := Parse([]byte(body), received)
		if err != nil || len(events) != 1 {
			t.Fatalf("%s: %d events, %v", name, len(events), err)
		}
		part, ok := events[0].(inbox.UnknownPart)
		if !ok || part.Reason != reasonPayload || string(part.Raw) != body || !part.At.Equal(received) {
			t.Errorf("%s: %#v", name, events[0])
		}
	}
}

// More updates than Meta would ever send are kept whole for later instead of
// filling the memory.
func TestParseStopsAtTooManyEvents(t *testing.T) {
	const message = `{"from":"491713920034","id":"w","type":"request_welcome"},`
	body := delivery(`"messages":[` + strings.Repeat(message, maxEvents+1) + `{}]`)
	events, err := Parse([]byte(body), received)
	if err != nil || len(events) != maxEvents+1 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	if part, ok := events[maxEvents].(inbox.UnknownPart); !ok || part.Reason != reasonPayload || string(part.Raw) != body {
		t.Errorf("last event is %T", events[maxEvents])
	}
}

// delivery wraps the members of one messages value.
func delivery(members string) string {
	return `{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"field":"messages","value":{` +
		`"messaging_product":"whatsapp","metadata":{"display_phone_number":"491713920000","phone_number_id":"106540352242922"},` +
		members + `}}]}]}`
}

// Raw parts and texts must not point into the body: callers reuse buffers.
func TestParseKeepsNothingOfTheBody(t *testing.T) {
	for _, name := range webhooks(t) {
		body := read(t, name)
		events, err := Parse(body, received)
		if err != nil {
			t.Fatal(err)
		}
		before := golden(t, events)
		for i := range body {
			body[i] = 'x'
		}
		if !bytes.Equal(before, golden(t, events)) {
			t.Errorf("%s: events changed with the body", name)
		}
	}
}

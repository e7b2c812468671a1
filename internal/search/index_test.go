package search

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
)

// message returns the id of message number seq of a conversation sent in a second after 2020.
func message(t testing.TB, conversation inbox.ConversationID, second, seq int) inbox.MessageID {
	t.Helper()
	id, err := inbox.FirstMessageID(conversation, time.Date(2020, 1, 1, 0, 0, second, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return id + inbox.MessageID(seq)
}

// load runs Load over documents in batches of 300.
func load(t testing.TB, x *Index, documents []Document) {
	t.Helper()
	err := x.Load(context.Background(), func(context.Context) ([]Document, error) {
		n := min(300, len(documents))
		batch := documents[:n]
		documents = documents[n:]
		return batch, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// ids searches and returns what was found.
func ids(t testing.TB, x *Index, q Query) []inbox.MessageID {
	t.Helper()
	return allPages(t, x, q)
}

func add(t testing.TB, x *Index, documents ...Document) {
	t.Helper()
	if err := x.Add(documents...); err != nil {
		t.Fatal(err)
	}
}

func TestMomentOrdersBySecondThenConversationThenArrival(t *testing.T) {
	inOrder := []inbox.MessageID{message(t, 9, 1, 0), message(t, 9, 1, 4095), message(t, 1, 2, 0), message(t, 1<<20-1, 2, 7), message(t, 3, 1<<30, 1)}
	for i := range inOrder[1:] {
		if momentOf(inOrder[i]) >= momentOf(inOrder[i+1]) {
			t.Errorf("message %d does not come before the next", i)
		}
	}
	for _, id := range inOrder {
		if at := startOf(id.Second()); at > momentOf(id) || momentOf(id)-at >= 1<<otherBits {
			t.Errorf("%d does not lie in the second it was sent in", id)
		}
	}
}

func TestAddReplacesWhatWasThere(t *testing.T) {
	var x Index
	id := message(t, 1, 10, 0)
	add(t, &x, Document{ID: id, Text: "Apfelkuchen"}, Document{ID: id + 1, Text: "Apfelmus"})
	if err := x.Replace(Document{ID: id, Text: "Birnenkuchen"}); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string][]inbox.MessageID{"apfel": {id + 1}, "birne": {id}, "kuchen": {id}} {
		if got := ids(t, &x, Query{Text: query}); !slices.Equal(got, want) {
			t.Errorf("%s finds %v", query, got)
		}
	}
	if size := x.Size(); size.Messages != 2 {
		t.Errorf("%d messages", size.Messages)
	}
}

func TestFieldsAreSearchedAndKeptApart(t *testing.T) {
	var x Index
	id := message(t, 1, 10, 0)
	add(t, &x, Document{ID: id, Text: "eins", Caption: "zwei", FileName: "Rechnung-2026.pdf", More: []string{"Maria", "Lindenstraße"}})
	for query, want := range map[string]int{"eins maria": 1, "rechnung-2026": 1, "linden zwei": 1, "einszwei": 0, `"eins zwei"`: 0, "pdfmaria": 0} {
		if got := ids(t, &x, Query{Text: query}); len(got) != want {
			t.Errorf("%s finds %d messages", query, len(got))
		}
	}
}

func TestFilters(t *testing.T) {
	var x Index
	customer := inbox.CustomerID{7}
	text, image, voice := message(t, 1, 10, 0), message(t, 1, 20, 0), message(t, 2, 30, 0)
	add(t, &x,
		Document{ID: text, Kind: inbox.KindText, Text: "Hose"},
		Document{ID: image, Kind: inbox.KindImage, Attachment: true, Caption: "Hose rot"},
		Document{ID: voice, Kind: inbox.KindAudio, Attachment: true})
	x.PutCustomer(Customer{ID: customer, Conversations: []inbox.ConversationID{2}})
	second := func(n int) time.Time { return time.Date(2020, 1, 1, 0, 0, n, 0, time.UTC) }
	for name, c := range map[string]struct {
		query Query
		want  []inbox.MessageID
	}{
		"nothing":                 {Query{}, nil},
		"only spaces":             {Query{Text: " "}, nil},
		"words":                   {Query{Text: "hose"}, []inbox.MessageID{image, text}},
		"conversation":            {Query{Conversation: 1}, []inbox.MessageID{image, text}},
		"conversation and words":  {Query{Conversation: 2, Text: "hose"}, nil},
		"customer":                {Query{Customer: customer}, []inbox.MessageID{voice}},
		"unknown customer":        {Query{Customer: inbox.CustomerID{1}, Text: "hose"}, nil},
		"other's conversation":    {Query{Customer: customer, Conversation: 1}, nil},
		"kinds":                   {Query{Kinds: []inbox.MessageKind{inbox.KindText, inbox.KindAudio}}, []inbox.MessageID{voice, text}},
		"kind nobody has":         {Query{Kinds: []inbox.MessageKind{inbox.KindOrder}, Text: "hose"}, nil},
		"with attachment":         {Query{Attachment: With}, []inbox.MessageID{voice, image}},
		"without attachment":      {Query{Attachment: Without}, []inbox.MessageID{text}},
		"from":                    {Query{From: second(20)}, []inbox.MessageID{voice, image}},
		"from within a second":    {Query{From: second(20).Add(1)}, []inbox.MessageID{voice}},
		"to":                      {Query{To: second(20)}, []inbox.MessageID{text}},
		"to within a second":      {Query{To: second(20).Add(1)}, []inbox.MessageID{image, text}},
		"before all time":         {Query{To: time.Unix(0, 0)}, nil},
		"after all time":          {Query{From: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}, nil},
		"labels":                  {Query{Keep: func(id inbox.MessageID) bool { return id.Conversation() == 2 }}, []inbox.MessageID{voice}},
		"only punctuation, label": {Query{Text: "?", Conversation: 1}, nil},
	} {
		if got := ids(t, &x, c.query); !slices.Equal(got, c.want) {
			t.Errorf("%s: found %v, want %v", name, got, c.want)
		}
	}
}

func TestHitsNameTheirKind(t *testing.T) {
	var x Index
	for i := range 200 {
		add(t, &x, Document{ID: message(t, 1, i, 0), Kind: inbox.MessageKind("kind" + strings.Repeat("x", i)), Text: "wort"})
	}
	add(t, &x, Document{ID: message(t, 1, 999, 0), Kind: "kind", Text: "wort"})
	r, err := x.Search(t.Context(), Query{Text: "wort", Limit: 500})
	if err != nil || len(r.Hits) != 201 {
		t.Fatalf("%d hits, %v", len(r.Hits), err)
	}
	if r.Hits[0].Kind != "kind" || r.Hits[1].Kind != "" {
		t.Errorf("kinds %q and, beyond the list, %q", r.Hits[0].Kind, r.Hits[1].Kind)
	}
}

// memory lists every buffer of an index, the spare room included.
func memory(x *Index) [][]byte {
	all := [][]byte{x.fold.out[:cap(x.fold.out)]}
	groups := x.groups
	if x.load.next != nil {
		groups = append(slices.Clone(groups), x.load.next)
	}
	for _, g := range groups {
		all = append(all, g.text[:cap(g.text)])
	}
	for _, c := range x.customers {
		all = append(all, c.names, c.notes)
	}
	return all
}

func holds(x *Index, word string) bool {
	return slices.ContainsFunc(memory(x), func(b []byte) bool { return bytes.Contains(b, []byte(word)) })
}

// mayHold reports whether any filter still has all letters of a word.
func mayHold(x *Index, word string) bool {
	terms := parse(word)
	return slices.ContainsFunc(x.groups, func(g *group) bool { return g.filter.having(terms[0].grams, g.all()) != 0 })
}

func TestRemovedTextIsOverwritten(t *testing.T) {
	customer := inbox.CustomerID{5}
	for name, remove := range map[string]func(x *Index){
		"message": func(x *Index) {
			for i := range 3000 {
				x.Remove(message(t, 3, i, 0))
			}
		},
		"conversation": func(x *Index) {
			if n := x.RemoveConversation(3); n != 300 {
				t.Errorf("removed %d messages", n)
			}
		},
		"customer": func(x *Index) {
			if n := x.RemoveCustomer(customer); n != 300 {
				t.Errorf("removed %d messages", n)
			}
		},
		"everything": func(x *Index) { x.Clear() },
	} {
		t.Run(name, func(t *testing.T) {
			var x Index
			var documents []Document
			for i := range 3000 {
				d := Document{ID: message(t, 1+inbox.ConversationID(i%10), i, 0), Text: "allerlei"}
				if d.ID.Conversation() == 3 {
					d.Text = "vom Geheimniskrämer 0170 1234567"
				}
				documents = append(documents, d)
			}
			load(t, &x, documents[:2000])
			add(t, &x, documents[2000:]...)
			x.PutCustomer(Customer{ID: customer, Conversations: []inbox.ConversationID{3}, Names: []string{"Schatzgräber"}, Notes: []string{"Kundennotiz"}})
			if !holds(&x, "geheimnis") || !holds(&x, "01701234567") || !holds(&x, "schatzgr") || !mayHold(&x, "geheimnis") {
				t.Fatal("nothing there to remove")
			}
			remove(&x)
			for _, word := range []string{"geheimnis", "01701234567"} {
				if holds(&x, word) {
					t.Errorf("%q is still in memory", word)
				}
				if mayHold(&x, word) {
					t.Errorf("a filter still knows %q", word)
				}
				if got := ids(t, &x, Query{Text: word}); len(got) > 0 {
					t.Errorf("%q finds %d messages", word, len(got))
				}
			}
			if name == "customer" || name == "everything" {
				if holds(&x, "schatzgr") || holds(&x, "kundennotiz") {
					t.Error("the customer is still in memory")
				}
			}
			if got := ids(t, &x, Query{Text: "allerlei", Limit: MaxLimit}); name != "everything" && len(got) != 2700 {
				t.Errorf("%d of the other 2700 messages are left", len(got))
			}
		})
	}
}

// A buffer that grows must not leave its old contents to the garbage collector.
func TestGrowingTextWipesTheOldBuffer(t *testing.T) {
	old := append(make([]byte, 0, 8), "geheim"...)
	grown := appendWiping(old, []byte("nis der Kundin"))
	if string(grown) != "geheimnis der Kundin" || !bytes.Equal(old, make([]byte, 6)) {
		t.Errorf("grown to %q, old buffer %q", grown, old)
	}
}

func TestRemoveSaysWhetherTheMessageWasThere(t *testing.T) {
	var x Index
	id := message(t, 1, 10, 0)
	add(t, &x, Document{ID: id, Text: "da"})
	if x.Remove(id + 1) {
		t.Error("removed a message that was never there")
	}
	if !x.Remove(id) || x.Remove(id) {
		t.Error("removing works once")
	}
	if n := x.RemoveCustomer(inbox.CustomerID{1}); n != 0 {
		t.Errorf("an unknown customer had %d messages", n)
	}
}

// Whoever edits a message a thousand times takes the memory of a few.
func TestReplacingDoesNotGrowTheIndex(t *testing.T) {
	var x Index
	add(t, &x, sample(t, 200)...)
	before := x.Size()
	id := message(t, 1, 5, 0)
	for i := range 3000 {
		add(t, &x, Document{ID: id, Text: strings.Repeat("lang ", 800) + strings.Repeat("x", i%7)})
	}
	after := x.Size()
	if after.Messages != 201 || after.Bytes > before.Bytes+4<<20 {
		t.Errorf("%d bytes became %d for %d messages", before.Bytes, after.Bytes, after.Messages)
	}
}

func TestMemoryPerMessage(t *testing.T) {
	var x Index
	documents := sample(t, 20_000)
	text := 0
	for _, d := range documents {
		text += len(d.Text)
	}
	load(t, &x, documents)
	if perMessage := (x.Size().Bytes - text) / len(documents); perMessage > 60 {
		t.Errorf("%d bytes per message beyond its text", perMessage)
	}
}

func TestAddRefusesWhatIsNoMessage(t *testing.T) {
	var x Index
	if err := x.Add(Document{Text: "x"}); inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Errorf("Add: %v", err)
	}
	err := x.Load(t.Context(), func(context.Context) ([]Document, error) { return []Document{{ID: -1}}, nil })
	if inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Errorf("Load: %v", err)
	}
	if errors.Is(err, context.Canceled) {
		t.Error("Load reports its own cancelling instead of the reason")
	}
}

func TestWhatWasAddedBeforeLoadingIsNotDoubled(t *testing.T) {
	var x Index
	d := Document{ID: 1 << 43, Kind: inbox.KindText, Text: "Tulpen"}
	if err := x.Add(d); err != nil {
		t.Fatal(err)
	}
	batches := [][]Document{{d, {ID: 1<<43 + 1, Kind: inbox.KindText, Text: "Tulpen"}}, nil}
	err := x.Load(context.Background(), func(context.Context) ([]Document, error) {
		b := batches[0]
		batches = batches[1:]
		return b, nil
	})
	if n := x.Size().Messages; err != nil || n != 2 {
		t.Errorf("%d messages, %v", n, err)
	}
}

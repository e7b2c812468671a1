package app

import (
	"strings"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
)

func (d *desk) find(r SearchRequest) SearchPage {
	d.Helper()
	page, err := (&Search{d.app}).Find(r)
	return do(d, page, err)
}

func TestSearchFindsWhatComesAndGoes(t *testing.T) {
	d := open(t)
	d.await("index", func() bool { return d.find(SearchRequest{Text: "x"}).Ready })
	anna := d.anna()
	row := d.say(anna, "Guten Tag, haben Sie am Samstag frische Brötchen für fünfzig Gäste?")
	sent := d.send(SendTextRequest{ConversationID: row.ID, Text: "Brötchen ja, ab sieben Uhr"})
	page := d.find(SearchRequest{Text: "broetchen"})
	if len(page.Messages) != 2 || page.Messages[0].MessageID != sent.ID || !page.Messages[0].FromShop || page.Messages[0].Name != "Anna Äpfel" {
		t.Fatalf("newest first: %+v", page.Messages)
	}
	for _, hit := range page.Messages {
		marked := string([]rune(hit.Snippet)[hit.Marks[0]:hit.Marks[1]])
		if marked != "Brötchen" {
			t.Errorf("marked %q in %q", marked, hit.Snippet)
		}
	}
	if people := d.find(SearchRequest{Text: "aepf"}).People; len(people) != 1 || people[0].ConversationID != row.ID || people[0].Marks[0] != 5 {
		t.Errorf("people %+v", people)
	}
	d.check(d.customers.Rename(RenameRequest{CustomerID: row.CustomerID, ShopName: "Frau Hochzeit"}))
	d.await("new name", func() bool { return len(d.find(SearchRequest{Text: "hochzeit"}).People) == 1 })
	if n := len(d.find(SearchRequest{Text: "brötchen", CustomerID: row.CustomerID, FromMs: page.Messages[0].SentAtMs + 10_000}).Messages); n != 0 {
		t.Errorf("%d messages of the future", n)
	}
	if n := len(d.find(SearchRequest{Text: "brötchen", Attachment: "with"}).Messages); n != 0 {
		t.Errorf("%d texts with a file", n)
	}
	_, err := (&Search{d.app}).Find(SearchRequest{Text: strings.Repeat("x", 2000)})
	d.refused("long text", err, inbox.CodeInvalid, "text")
	d.start()
	d.await("index after a restart", func() bool {
		page := d.find(SearchRequest{Text: "brötchen"})
		return page.Ready && len(page.Messages) == 2 && page.Indexed == 2
	})
}

// Nothing of an erased person may be found, not even by an index that is still in memory.
func TestErasureEmptiesTheSearch(t *testing.T) {
	d := open(t)
	row := d.say(d.anna(), "Meine Hochzeitstorte bitte mit Marzipan")
	d.say(d.customer(simulator.Person{Phone: "+491713920012", Name: "Ben"}), "Marzipan auch für mich")
	d.await("both", func() bool { return len(d.find(SearchRequest{Text: "marzipan"}).Messages) == 2 })
	_, err := d.customers.Erase(row.CustomerID)
	d.check(err)
	page := d.find(SearchRequest{Text: "marzipan"})
	if len(page.Messages) != 1 || page.Messages[0].Name != "Ben" || page.Indexed != 1 {
		t.Errorf("after the erasure began: %+v", page)
	}
	for _, r := range []SearchRequest{{Text: "hochzeit"}, {Text: "anna"}, {Text: "491713920011"}, {CustomerID: row.CustomerID}} {
		if page := d.find(r); len(page.Messages)+len(page.People) != 0 {
			t.Errorf("%+v finds %+v", r, page)
		}
	}
}

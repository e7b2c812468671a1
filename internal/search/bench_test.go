package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"tresen/internal/inbox"
)

// sample makes messages from a few German words and their parts.
func sample(t testing.TB, n int) []Document {
	r := rand.New(rand.NewPCG(3, 4))
	words := strings.Fields("Termin morgen Müller Grüße Bestellung Straße 0170/1234567 Öffnungszeiten und die der Reparatur neue Blumen abholen Danke! 👍")
	documents := make([]Document, n)
	for i := range documents {
		var b strings.Builder
		for b.Len() < 40+r.IntN(160) {
			fmt.Fprintf(&b, "%s%c%c%c ", words[r.IntN(len(words))], 'a'+r.IntN(26), 'a'+r.IntN(26), 'a'+r.IntN(26))
		}
		documents[i] = Document{ID: message(t, inbox.ConversationID(1+r.IntN(500)), 10*(n-i), 0), Text: b.String()}
	}
	return documents
}

// BenchmarkFold folds messages of about 123 bytes.
func BenchmarkFold(b *testing.B) {
	documents := sample(b, 1000)
	var f folder
	total := 0
	for b.Loop() {
		for _, d := range documents {
			total += len(f.document(d))
		}
	}
	b.ReportMetric(float64(b.Elapsed())/float64(total), "ns/byte")
}

// BenchmarkLoad fills an index with 10,000 messages.
func BenchmarkLoad(b *testing.B) {
	documents := sample(b, 10_000)
	for b.Loop() {
		var x Index
		load(b, &x, documents)
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N*len(documents)), "ns/message")
}

// BenchmarkSearch asks 100,000 messages for a word with few hits.
func BenchmarkSearch(b *testing.B) {
	var x Index
	load(b, &x, sample(b, 100_000))
	for b.Loop() {
		if _, err := x.Search(context.Background(), Query{Text: "müllerqx"}); err != nil {
			b.Fatal(err)
		}
	}
}

package finder

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
	"tresen/internal/storetest"
)

// BenchmarkLoad fills the index from 100,000 messages of 2,000 customers.
func BenchmarkLoad(b *testing.B) {
	const messages, customers = 100_000, 2_000
	f := storetest.Open(b)
	random := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("und die Termin morgen Blumen Strauß abholen können Sie Samstag Uhr danke bitte Rechnung Größe Brötchen")
	var refs []store.ConversationRef
	began := time.Now().Add(-messages * 20 * time.Second)
	fill := func(n int, fn func(tx *store.Tx, i int) error) {
		for from := 0; from < n; from += 5000 {
			err := f.Store.Update(b.Context(), func(tx *store.Tx) error {
				for i := from; i < min(from+5000, n); i++ {
					if err := fn(tx, i); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	fill(customers, func(tx *store.Tx, i int) error {
		c, err := tx.InsertCustomer(inbox.Profile{ProfileName: fmt.Sprint("Kundin ", i)}, began)
		if err != nil {
			return err
		}
		ref, err := tx.EnsureConversation(c, "1")
		refs = append(refs, ref)
		return err
	})
	fill(messages, func(tx *store.Tx, i int) error {
		var text strings.Builder
		for n := 3 + int(random.ExpFloat64()*14); n > 0; n-- {
			text.WriteString(words[random.IntN(len(words))] + " ")
		}
		who := int(math.Pow(random.Float64(), 2.5) * customers)
		_, err := tx.InsertMessage(store.NewMessage{Conversation: refs[who], PhoneNumberID: "1", WAMID: inbox.WAMID(fmt.Sprint("wamid.", i)),
			Kind: inbox.KindText, SentAt: began.Add(time.Duration(i) * 20 * time.Second), Content: inbox.Content{Text: text.String()}})
		return err
	})
	for b.Loop() {
		x := New(f.Store, func() {})
		if err := x.load(context.Background()); err != nil {
			b.Fatal(err)
		}
		if ready, n := x.Ready(); !ready || n != messages {
			b.Fatal(ready, n)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/messages, "ns/message")
}

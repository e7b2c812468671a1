package store

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
)

// fill makes a folder of customers with messages each, all known to the cache.
func fillFolder(b *testing.B, customers, each int) (*folder, []ConversationRef) {
	b.Helper()
	f := openFolder(b)
	var refs []ConversationRef
	f.update(b, func(tx *Tx) error {
		for n := range customers {
			ref, err := conversation(tx, n)
			if err != nil {
				return err
			}
			refs = append(refs, ref)
			for i := range each {
				m := text(ref, n*each+i, fmt.Sprint(n, "/", i, strings.Repeat(" Guten Tag", 11)))
				m.ProfileName, m.Username = fmt.Sprint("Kundin ", n), fmt.Sprint("kundin.", n)
				if _, err := tx.InsertMessage(m); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return f, refs
}

// One page of the conversation list, opened and decoded.
func BenchmarkListConversations(b *testing.B) {
	f, _ := fillFolder(b, 2000, 2)
	for _, n := range []int{50, 2000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if list, err := f.store.ListConversations(context.Background(), Position{}, n); err != nil || len(list) != n {
					b.Fatal(len(list), err)
				}
			}
		})
	}
}

// One page of a conversation, opened and decoded, with its reactions.
func BenchmarkListMessages(b *testing.B) {
	f, refs := fillFolder(b, 100, 200)
	i := 0
	for b.Loop() {
		i++
		if list, err := f.store.ListMessages(context.Background(), Span{Conversation: refs[i%len(refs)].ID, Limit: 50}); err != nil || len(list) != 50 {
			b.Fatal(len(list), err)
		}
	}
}

// One text message of a known customer inside a large transaction: what a
// message costs without the flush.
func BenchmarkInsertMessage(b *testing.B) {
	f, refs := fillFolder(b, 1000, 1)
	f.update(b, func(tx *Tx) error {
		i := 0
		for b.Loop() {
			i++
			ref := refs[i%len(refs)]
			m := text(ref, 10_000+i, fmt.Sprint(i, strings.Repeat(" Guten Tag", 11)))
			m.ProfileName, m.Username = fmt.Sprint("Kundin ", i%len(refs)), fmt.Sprint("kundin.", i%len(refs))
			if _, err := tx.InsertMessage(m); err != nil {
				return err
			}
		}
		return nil
	})
}

// One tick of a message of ours inside a large transaction.
func BenchmarkRecordStatus(b *testing.B) {
	f, refs := fillFolder(b, 1, 1)
	f.update(b, func(tx *Tx) error {
		var ids []inbox.MessageID
		for i := range 1000 {
			m := text(refs[0], 100+i, fmt.Sprint("Antwort ", i))
			m.Direction, m.Status = inbox.Outbound, inbox.StatusAccepted
			in, err := tx.InsertMessage(m)
			if err != nil {
				return err
			}
			ids = append(ids, in.ID)
		}
		i := 0
		for b.Loop() {
			i++
			// Earlier each time, so that there is always something to write.
			r := StatusReport{Status: inbox.StatusDelivered, At: epoch.Add(-time.Duration(i) * time.Millisecond)}
			if _, err := tx.RecordStatus(ids[i%len(ids)], r); err != nil {
				return err
			}
		}
		return nil
	})
}

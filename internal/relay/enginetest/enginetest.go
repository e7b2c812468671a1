// Package enginetest has the one conformance test that every engine of the
// relay must pass: what Put promised is there, what was acknowledged is gone,
// and nobody sees another's envelopes.
//
// It knows relay's interfaces alone and no engine in particular, and must not
// be imported by the program.
package enginetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"tresen/internal/relay"
)

// Fixture is a fresh engine to be tested.
type Fixture struct {
	Engine  relay.Engine
	Records relay.Records
	// Reopen closes the engine and opens it again over the same data.
	Reopen func(t *testing.T) (relay.Engine, relay.Records)
	// Share is how many bytes of envelopes one mailbox may hold at most.
	Share int64
}

// Run tests an engine.
func Run(t *testing.T, open func(t *testing.T) *Fixture) {
	for name, test := range map[string]func(*testing.T, *Fixture){
		"EnvelopesComeInOrder":       envelopesComeInOrder,
		"RepetitionChangesNothing":   repetitionChangesNothing,
		"AcknowledgedIsGone":         acknowledgedIsGone,
		"DevicesSeeTheirOwn":         devicesSeeTheirOwn,
		"MailboxesSeeTheirOwn":       mailboxesSeeTheirOwn,
		"FetchIsBounded":             fetchIsBounded,
		"UnknownMailbox":             unknownMailbox,
		"DropErases":                 dropErases,
		"FullMailboxTakesNoMore":     fullMailboxTakesNoMore,
		"KeptOverRestart":            keptOverRestart,
		"WatchTellsOfArrivals":       watchTellsOfArrivals,
		"ManyAtOnce":                 manyAtOnce,
		"EndedContext":               endedContext,
		"RecordsAreVersioned":        recordsAreVersioned,
		"OneRecordWriterWins":        oneRecordWriterWins,
		"RecordsAreListedByPrefix":   recordsAreListedByPrefix,
		"OnceIsOnce":                 onceIsOnce,
		"LargestDeliveryFits":        largestDeliveryFits,
		"StatsOfNothing":             statsOfNothing,
		"AcknowledgingAheadIsNoHarm": acknowledgingAheadIsNoHarm,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

// DeliveryID returns the nth id of a test.
func DeliveryID(n int) relay.DeliveryID {
	return relay.DeliveryID{0xee, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
}

var (
	one = relay.DeviceID{1}
	two = relay.DeviceID{2}
)

func mailbox(t *testing.T, e relay.Engine) relay.MailboxID {
	t.Helper()
	m := relay.NewMailboxID()
	if err := e.Create(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	return m
}

func put(t *testing.T, e relay.Engine, m relay.MailboxID, n int, devices ...relay.DeviceID) {
	t.Helper()
	var copies []relay.Copy
	for _, d := range devices {
		copies = append(copies, relay.Copy{Device: d, Sealed: content(n, d)})
	}
	fresh, err := e.Put(t.Context(), m, DeliveryID(n), copies)
	if err != nil || !fresh {
		t.Fatalf("put %d: fresh %v, %v", n, fresh, err)
	}
}

func content(n int, d relay.DeviceID) []byte { return fmt.Appendf(nil, "%d for %s", n, d) }

func fetch(t *testing.T, e relay.Engine, m relay.MailboxID, d relay.DeviceID, after uint64) []relay.Envelope {
	t.Helper()
	got, err := e.Fetch(t.Context(), m, d, relay.Span{After: after, Count: 100, Bytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// expect fails unless exactly these deliveries wait for a device, and returns their sequence numbers.
func expect(t *testing.T, e relay.Engine, m relay.MailboxID, d relay.DeviceID, numbers ...int) []uint64 {
	t.Helper()
	got := fetch(t, e, m, d, 0)
	if len(got) != len(numbers) {
		t.Fatalf("%d envelopes wait, want %v", len(got), numbers)
	}
	var seqs []uint64
	for i, n := range numbers {
		if !bytes.Equal(got[i].Sealed, content(n, d)) {
			t.Errorf("envelope %d is %q", i, got[i].Sealed)
		}
		if len(seqs) > 0 && got[i].Seq <= seqs[len(seqs)-1] {
			t.Errorf("sequence %d after %v", got[i].Seq, seqs)
		}
		seqs = append(seqs, got[i].Seq)
	}
	stats, err := e.Stats(t.Context(), m, d)
	if err != nil || stats.Waiting != len(numbers) || (stats.Waiting > 0) == stats.Oldest.IsZero() {
		t.Errorf("stats %+v, %v", stats, err)
	}
	return seqs
}

func ack(t *testing.T, e relay.Engine, m relay.MailboxID, d relay.DeviceID, upTo uint64) {
	t.Helper()
	if err := e.Ack(t.Context(), m, d, upTo); err != nil {
		t.Fatal(err)
	}
}

func envelopesComeInOrder(t *testing.T, f *Fixture) {
	m := mailbox(t, f.Engine)
	for n := range 5 {
		put(t, f.Engine, m, n, one)
	}
	seqs := expect(t, f.Engine, m, one, 0, 1, 2, 3, 4)
	if got := fetch(t, f.Engine, m, one, seqs[2]); len(got) != 2 || got[0].Seq != seqs[3] {
		t.Errorf("after the third: %v", got)
	}
	if got := fetch(t, f.Engine, m, one, seqs[4]); len(got) != 0 {
		t.Errorf("after the last: %v", got)
	}
}

func repetitionChangesNothing(t *testing.T, f *Fixture) {
	m := mailbox(t, f.Engine)
	put(t, f.Engine, m, 1, one, two)
	for range 3 {
		fresh, err := f.Engine.Put(t.Context(), m, DeliveryID(1), []relay.Copy{{Device: one, Sealed: content(9, one)}, {Device: two, Sealed: content(9, two)}})
		if err != nil || fresh {
			t.Fatalf("repetition: fresh %v, %v", fresh, err)
		}
	}
	expect(t, f.Engine, m, one, 1)
	ack(t, f.Engine, m, one, expect(t, f.Engine, m, one, 1)[0])
	if fresh, err := f.Engine.Put(t.Context(), m, DeliveryID(1), []relay.Copy{{Device: one, Sealed: content(9, one)}}); err != nil || fresh {
		t.Fatalf("repetition after acknowledgement: fresh %v, %v", fresh, err)
	}
	expect(t, f.Engine, m, one)
	expect(t, f.Engine, m, two, 1)
	other := mailbox(t, f.Engine)
	put(t, f.Engine, other, 1, one)
}

func acknowledgedIsGone(t *testing.T, f *Fixture) {
	m := mailbox(t, f.Engine)
	for n := range 4 {
		put(t, f.Engine, m, n, one, two)
	}
	seqs := expect(t, f.Engine, m, one, 0, 1, 2, 3)
	ack(t, f.Engine, m, one, seqs[1])
	ack(t, f.Engine, m, one, seqs[0])
	ack(t, f.Engine, m, one, 0)
	expect(t, f.Engine, m, one, 2, 3)
	expect(t, f.Engine, m, two, 0, 1, 2, 3)
	ack(t, f.Engine, m, one, seqs[3])
	expect(t, f.Engine, m, one)
	put(t, f.Engine, m, 7, one, two)
	if again := expect(t, f.Engine, m, one, 7); again[0] <= seqs[3] {
		t.Errorf("sequence %d was used before", again[0])
	}
}

func acknowledgingAheadIsNoHarm(t *testing.T, f *Fixture) {
	m := mailbox(t, f.Engine)
	put(t, f.Engine, m, 1, one)
	ack(t, f.Engine, m, one, expect(t, f.Engine, m, one, 1)[0])
	ack(t, f.Engine, m, one, 1<<40)
	ack(t, f.Engine, m, two, 1<<40)
	put(t, f.Engine, m, 2, one, two)
	expect(t, f.Engine, m, one, 2)
	expect(t, f.Engine, m, two, 2)
}

func devicesSeeTheirOwn(t *testing.T, f *Fixture) {
	m := mailbox(t, f.Engine)
	put(t, f.Engine, m, 1, one)
	put(t, f.Engine, m, 2, two)
	put(t, f.Engine, m, 3, one, two)
	expect(t, f.Engine, m, one, 1, 3)
	seqs := expect(t, f.Engine, m, two, 2, 3)
	ack(t, f.Engine, m, two, seqs[1])
	expect(t, f.Engine, m, one, 1, 3)
	expect(t, f.Engine, m, relay.DeviceID{3})
	if err := f.Engine.DropDevice(t.Context(), m, one); err != nil {
		t.Fatal(err)
	}
	expect(t, f.Engine, m, one)
}

func mailboxesSeeTheirOwn(t *testing.T, f *Fixture) {
	a, b := mailbox(t, f.Engine), mailbox(t, f.Engine)
	put(t, f.Engine, a, 1, one)
	put(t, f.Engine, b, 2, one)
	expect(t, f.Engine, a, one, 1)
	ack(t, f.Engine, b, one, 1<<40)
	expect(t, f.Engine, a, one, 1)
	expect(t, f.Engine, b, one)
}

func fetchIsBounded(t *testing.T, f *Fixture) {
	m := mailbox(t, f.Engine)
	for n := range 6 {
		sealed := bytes.Repeat([]byte{byte(n)}, 1000)
		if _, err := f.Engine.Put(t.Context(), m, DeliveryID(n), []relay.Copy{{Device: one, Sealed: sealed}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		span relay.Span
		want int
	}{
		{relay.Span{Count: 4, Bytes: 1 << 20}, 4},
		{relay.Span{Count: 100, Bytes: 3500}, 3},
		{relay.Span{Count: 100, Bytes: 10}, 1},
		{relay.Span{Count: 0, Bytes: 1 << 20}, 0},
	} {
		got, err := f.Engine.Fetch(t.Context(), m, one, c.span)
		if err != nil || len(got) != c.want {
			t.Errorf("%+v: %d envelopes, %v", c.span, len(got), err)
		}
	}
}

func largestDeliveryFits(t *testing.T, f *Fixture) {
	m := mailbox(t, f.Engine)
	sealed := make([]byte, relay.MaxBody+8<<10)
	rand.Read(sealed)
	if _, err := f.Engine.Put(t.Context(), m, DeliveryID(1), []relay.Copy{{Device: one, Sealed: sealed}}); err != nil {
		t.Fatal(err)
	}
	if got := fetch(t, f.Engine, m, one, 0); len(got) != 1 || !bytes.Equal(got[0].Sealed, sealed) {
		t.Errorf("%d envelopes", len(got))
	}
}

func unknownMailbox(t *testing.T, f *Fixture) {
	m := relay.NewMailboxID()
	if _, err := f.Engine.Put(t.Context(), m, DeliveryID(1), []relay.Copy{{Device: one, Sealed: []byte("x")}}); !errors.Is(err, relay.ErrNoMailbox) {
		t.Errorf("put: %v", err)
	}
	if got, err := f.Engine.Fetch(t.Context(), m, one, relay.Span{Count: 1, Bytes: 1}); len(got) != 0 || (err != nil && !errors.Is(err, relay.ErrNoMailbox)) {
		t.Errorf("fetch: %v, %v", got, err)
	}
	if err := f.Engine.Drop(t.Context(), m); err != nil {
		t.Errorf("drop: %v", err)
	}
}

func dropErases(t *testing.T, f *Fixture) {
	m, other := mailbox(t, f.Engine), mailbox(t, f.Engine)
	if err := f.Engine.Create(t.Context(), m); err != nil {
		t.Errorf("create twice: %v", err)
	}
	put(t, f.Engine, m, 1, one, two)
	put(t, f.Engine, other, 1, one)
	if err := f.Engine.Drop(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	unknown := func(err error) bool { return errors.Is(err, relay.ErrNoMailbox) }
	if _, err := f.Engine.Put(t.Context(), m, DeliveryID(2), []relay.Copy{{Device: one, Sealed: []byte("x")}}); !unknown(err) {
		t.Errorf("put after drop: %v", err)
	}
	expect(t, f.Engine, other, one, 1)
	if err := f.Engine.Create(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	expect(t, f.Engine, m, one)
	put(t, f.Engine, m, 1, one)
}

func fullMailboxTakesNoMore(t *testing.T, f *Fixture) {
	m, other := mailbox(t, f.Engine), mailbox(t, f.Engine)
	sealed := make([]byte, 512<<10)
	full := -1
	for n := range int(f.Share/int64(len(sealed))) + 2 {
		_, err := f.Engine.Put(t.Context(), m, DeliveryID(n), []relay.Copy{{Device: one, Sealed: sealed}})
		if errors.Is(err, relay.ErrFull) {
			full = n
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if full < 1 {
		t.Fatalf("full after %d", full)
	}
	put(t, f.Engine, other, 1, one)
	got, err := f.Engine.Fetch(t.Context(), m, one, relay.Span{Count: full, Bytes: 1 << 30})
	if err != nil || len(got) != full {
		t.Fatalf("%d of %d are there, %v", len(got), full, err)
	}
	ack(t, f.Engine, m, one, got[0].Seq)
	if fresh, err := f.Engine.Put(t.Context(), m, DeliveryID(full), []relay.Copy{{Device: one, Sealed: sealed}}); err != nil || !fresh {
		t.Errorf("after one was acknowledged: fresh %v, %v", fresh, err)
	}
}

func keptOverRestart(t *testing.T, f *Fixture) {
	m := mailbox(t, f.Engine)
	for n := range 3 {
		put(t, f.Engine, m, n, one)
	}
	seqs := expect(t, f.Engine, m, one, 0, 1, 2)
	ack(t, f.Engine, m, one, seqs[0])
	if err := f.Records.Set(t.Context(), relay.Record{Key: "kept.1", Value: []byte("v")}); err != nil {
		t.Fatal(err)
	}
	e, records := f.Reopen(t)
	if again := expect(t, e, m, one, 1, 2); again[0] != seqs[1] {
		t.Errorf("sequence %d became %d", seqs[1], again[0])
	}
	if fresh, err := e.Put(t.Context(), m, DeliveryID(2), []relay.Copy{{Device: one, Sealed: []byte("x")}}); err != nil || fresh {
		t.Errorf("repetition after restart: fresh %v, %v", fresh, err)
	}
	ack(t, e, m, one, seqs[2])
	put(t, e, m, 8, one)
	if again := expect(t, e, m, one, 8); again[0] <= seqs[2] {
		t.Errorf("sequence %d was used before the restart", again[0])
	}
	if r, err := records.Get(t.Context(), "kept.1"); err != nil || string(r.Value) != "v" {
		t.Errorf("record %+v, %v", r, err)
	}
}

func watchTellsOfArrivals(t *testing.T, f *Fixture) {
	m, other := mailbox(t, f.Engine), mailbox(t, f.Engine)
	arrived, stop := f.Engine.Watch(m)
	arrivedToo, stopToo := f.Engine.Watch(m)
	quiet, stopQuiet := f.Engine.Watch(other)
	defer stopQuiet()
	put(t, f.Engine, m, 1, one)
	for _, c := range []<-chan struct{}{arrived, arrivedToo} {
		select {
		case <-c:
		case <-time.After(10 * time.Second):
			t.Fatal("nobody told of the arrival")
		}
	}
	expect(t, f.Engine, m, one, 1)
	stop()
	put(t, f.Engine, m, 2, one)
	<-arrivedToo
	stopToo()
	select {
	case <-quiet:
		t.Error("told of another mailbox's arrival")
	default:
	}
}

func manyAtOnce(t *testing.T, f *Fixture) {
	const workers, each = 8, 25
	m := mailbox(t, f.Engine)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for i := range each {
				n := w*each + i
				if _, err := f.Engine.Put(t.Context(), m, DeliveryID(n), []relay.Copy{{Device: one, Sealed: content(n, one)}, {Device: two, Sealed: content(n, two)}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for _, d := range []relay.DeviceID{one, two} {
		group.Go(func() { drain(t, f.Engine, m, d, workers*each) })
	}
	group.Wait()
}

// drain fetches and acknowledges until it has seen want different envelopes.
func drain(t *testing.T, e relay.Engine, m relay.MailboxID, d relay.DeviceID, want int) {
	arrived, stop := e.Watch(m)
	defer stop()
	seen := map[string]bool{}
	late := time.After(time.Minute)
	for len(seen) < want {
		got, err := e.Fetch(t.Context(), m, d, relay.Span{Count: 7, Bytes: 1 << 20})
		if err != nil {
			t.Error(err)
			return
		}
		for _, envelope := range got {
			if seen[string(envelope.Sealed)] {
				t.Errorf("%q came again after it was acknowledged", envelope.Sealed)
			}
			seen[string(envelope.Sealed)] = true
			if err := e.Ack(t.Context(), m, d, envelope.Seq); err != nil {
				t.Error(err)
			}
		}
		if len(got) > 0 {
			continue
		}
		select {
		case <-arrived:
		case <-late:
			t.Errorf("%d of %d came", len(seen), want)
			return
		}
	}
}

func endedContext(t *testing.T, f *Fixture) {
	m := mailbox(t, f.Engine)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Engine.Put(ctx, m, DeliveryID(1), []relay.Copy{{Device: one, Sealed: content(1, one)}}); err == nil {
		expect(t, f.Engine, m, one, 1)
		return
	}
	// Whether it was kept is open; repeating settles it.
	if _, err := f.Engine.Put(t.Context(), m, DeliveryID(1), []relay.Copy{{Device: one, Sealed: content(1, one)}}); err != nil {
		t.Fatal(err)
	}
	expect(t, f.Engine, m, one, 1)
}

func statsOfNothing(t *testing.T, f *Fixture) {
	m := mailbox(t, f.Engine)
	expect(t, f.Engine, m, one)
	put(t, f.Engine, m, 1, one)
	s, err := f.Engine.Stats(t.Context(), m, one)
	if err != nil || s.Waiting != 1 || time.Since(s.Oldest) > time.Minute {
		t.Errorf("stats %+v, %v", s, err)
	}
	if s, err := f.Engine.Stats(t.Context(), m, two); err != nil || s.Waiting != 0 {
		t.Errorf("stats of the other device %+v, %v", s, err)
	}
}

func recordsAreVersioned(t *testing.T, f *Fixture) {
	ctx, r := t.Context(), f.Records
	if _, err := r.Get(ctx, "a.1"); !errors.Is(err, relay.ErrNoRecord) {
		t.Errorf("get of nothing: %v", err)
	}
	if err := r.Set(ctx, relay.Record{Key: "a.1", Value: []byte("x"), Version: 3}); !errors.Is(err, relay.ErrConflict) {
		t.Errorf("change of nothing: %v", err)
	}
	if err := r.Set(ctx, relay.Record{Key: "a.1", Value: []byte("x")}); err != nil {
		t.Fatal(err)
	}
	if err := r.Set(ctx, relay.Record{Key: "a.1", Value: []byte("y")}); !errors.Is(err, relay.ErrConflict) {
		t.Errorf("second creation: %v", err)
	}
	first, err := r.Get(ctx, "a.1")
	if err != nil || string(first.Value) != "x" || first.Version == 0 || first.Key != "a.1" {
		t.Fatalf("%+v, %v", first, err)
	}
	first.Value = []byte("y")
	if err := r.Set(ctx, first); err != nil {
		t.Fatal(err)
	}
	if err := r.Set(ctx, first); !errors.Is(err, relay.ErrConflict) {
		t.Errorf("change of an old version: %v", err)
	}
	for range 2 {
		if err := r.Remove(ctx, "a.1"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Get(ctx, "a.1"); !errors.Is(err, relay.ErrNoRecord) {
		t.Errorf("get after remove: %v", err)
	}
	if err := r.Set(ctx, relay.Record{Key: "a.1", Value: []byte("z")}); err != nil {
		t.Errorf("creation after remove: %v", err)
	}
}

func oneRecordWriterWins(t *testing.T, f *Fixture) {
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for done := false; !done; {
				r, err := f.Records.Get(t.Context(), "counter.1")
				if err != nil && !errors.Is(err, relay.ErrNoRecord) {
					t.Error(err)
					return
				}
				err = f.Records.Set(t.Context(), relay.Record{Key: "counter.1", Value: append(r.Value, 'x'), Version: r.Version})
				if err != nil && !errors.Is(err, relay.ErrConflict) {
					t.Error(err)
					return
				}
				done = err == nil
			}
		})
	}
	group.Wait()
	if r, err := f.Records.Get(t.Context(), "counter.1"); err != nil || len(r.Value) != 8 {
		t.Errorf("%d of 8 changes are there, %v", len(r.Value), err)
	}
}

func recordsAreListedByPrefix(t *testing.T, f *Fixture) {
	for _, key := range []string{"b.2", "a.1", "b.1", "bb.1"} {
		if err := f.Records.Set(t.Context(), relay.Record{Key: key, Value: []byte(key)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Records.Remove(t.Context(), "b.2"); err != nil {
		t.Fatal(err)
	}
	for prefix, want := range map[string]int{"b.": 1, "a.": 1, "c.": 0} {
		got, err := f.Records.List(t.Context(), prefix)
		if err != nil || len(got) != want {
			t.Errorf("%q: %+v, %v", prefix, got, err)
		}
		for _, r := range got {
			if string(r.Value) != r.Key || r.Version == 0 {
				t.Errorf("%+v", r)
			}
		}
	}
}

func onceIsOnce(t *testing.T, f *Fixture) {
	var group sync.WaitGroup
	firsts := make(chan bool, 8)
	for range 8 {
		group.Go(func() {
			first, err := f.Records.Once(t.Context(), "nonce.1")
			if err != nil {
				t.Error(err)
			}
			firsts <- first
		})
	}
	group.Wait()
	close(firsts)
	n := 0
	for first := range firsts {
		if first {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d were the first", n)
	}
	if first, err := f.Records.Once(t.Context(), "nonce.2"); err != nil || !first {
		t.Errorf("another key: %v, %v", first, err)
	}
	_, records := f.Reopen(t)
	if first, err := records.Once(t.Context(), "nonce.1"); err != nil || first {
		t.Errorf("after a restart: %v, %v", first, err)
	}
}

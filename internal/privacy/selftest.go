package privacy

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"

	"tresen/internal/store"
)

// SelfTest is what an erasure of an invented person showed.
type SelfTest struct {
	Job store.Erasure
	// Sealed counts where the scan found her sealed traces before the erasure: it
	// must find some, or it proves nothing.
	Sealed int
	// Clear counts where anything of her was readable before the erasure, Left what
	// of both was found afterwards. Both must be 0.
	Clear, Left int
	// Files and Bytes are what the last scan looked at, Skipped what it could not.
	Files, Skipped int
	Bytes          int64
}

// Passed reports whether the test proves that erasing works here.
func (t SelfTest) Passed() bool {
	return t.Job.State == "done" && t.Sealed > 0 && t.Clear == 0 && t.Left == 0 && t.Job.Hits == 0 && t.Skipped == 0
}

// RunSelfTest lets an invented person with messages, a file, a note and a draft
// go through the real erasure in the real store, and looks for her before and
// afterwards by means the erasure does not know of. A kill in between leaves an
// erasure that goes on at the next start.
func (e *Eraser) RunSelfTest(ctx context.Context) (t SelfTest, err error) {
	p := newProbe()
	readable := probeNeedles(p)
	sealed, err := e.beginSelfTest(ctx, p, readable, &t)
	if err != nil {
		return t, err
	}
	if err := e.RunPending(ctx); err != nil {
		return t, err
	}
	if t.Job, err = e.cfg.Store.Erasure(ctx, t.Job.ID); err != nil {
		return t, err
	}
	after, err := Scan(ctx, e.scanned(), append(readable, sealed...))
	t.Left, t.Files, t.Skipped, t.Bytes = after.Hits, after.Files, after.Skipped, after.Bytes
	return t, err
}

// beginSelfTest returns slices of what is sealed of the invented person.
func (e *Eraser) beginSelfTest(ctx context.Context, p store.Probe, readable [][]byte, t *SelfTest) (sealed [][]byte, err error) {
	e.running.Lock() // the erasure waits until its person was looked for
	defer e.running.Unlock()
	if t.Job, err = e.cfg.Store.BeginProbe(ctx, p, e.cfg.Now()); err != nil {
		return nil, err
	}
	note, err := e.cfg.Store.ErasureNote(ctx, t.Job)
	if err != nil {
		return nil, err
	}
	sealed = Needles(store.ErasureNote{Slices: note.Slices})
	before, err := Scan(ctx, e.scanned(), sealed)
	if err != nil {
		return nil, err
	}
	open, err := Scan(ctx, e.scanned(), readable)
	t.Sealed, t.Clear = before.Hits, open.Hits
	return sealed, err
}

// newProbe invents a person: a number no telephone has, and words that occur nowhere else.
func newProbe() store.Probe {
	word := func() string {
		var b [16]byte
		rand.Read(b[:])
		return fmt.Sprintf("%x", b)
	}
	var n [8]byte
	rand.Read(n[:])
	p := store.Probe{
		Name: "Selbsttest " + word(), Number: fmt.Sprintf("999%012d", binary.BigEndian.Uint64(n[:])%1e12), Note: word(), File: make([]byte, 200_000),
	}
	for range 5 {
		p.Texts = append(p.Texts, word())
	}
	copy(p.File, word())
	copy(p.File[len(p.File)/2:], word())
	return p
}

// probeNeedles is everything of a probe that could be read in clear.
func probeNeedles(p store.Probe) [][]byte {
	note := store.ErasureNote{Identifiers: append([]string{p.Number, p.Name, p.Note}, p.Texts...)}
	return append(Needles(note), p.File[:32], p.File[len(p.File)/2:len(p.File)/2+32])
}

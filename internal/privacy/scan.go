package privacy

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf16"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// ScanResult says what a scan looked at and found.
type ScanResult struct {
	Files int
	Bytes int64
	// Hits counts places where something that must be gone was found.
	Hits int
}

// minNeedle is the shortest byte string worth searching: shorter ones occur in
// sealed (random) bytes by chance.
const minNeedle = 8

// Needles returns everything a scan must look for after an erasure: the
// identifiers as text in UTF-8 and UTF-16, numbers in the ways they are
// written, wamids, and slices of the ciphertext that was deleted.
func Needles(note store.ErasureNote) [][]byte {
	var list [][]byte
	add := func(s string) {
		list = append(list, []byte(s), utf16Bytes(s, binary.LittleEndian), utf16Bytes(s, binary.BigEndian))
	}
	for _, id := range note.Identifiers {
		for _, s := range spellings(id) {
			add(s)
		}
	}
	for _, w := range note.WAMIDs {
		add(w)
	}
	list = append(list, note.Slices...)
	return long(list)
}

func long(list [][]byte) [][]byte {
	kept := list[:0]
	for _, n := range list {
		if len(n) >= minNeedle {
			kept = append(kept, n)
		}
	}
	return kept
}

// spellings returns an identifier and, for a number, how people and programs
// write it: with "+", with "00", and with the national "0" for the German,
// Austrian and Swiss country codes.
func spellings(id string) []string {
	digits, ok := inbox.NormalizeWAID(id)
	if !ok {
		return []string{id}
	}
	// The bare digits cover every spelling they are part of ("+49…", "0049…").
	list := []string{digits}
	for _, country := range []string{"49", "43", "41"} {
		if rest, ok := strings.CutPrefix(digits, country); ok {
			list = append(list, "0"+rest)
		}
	}
	return list
}

func utf16Bytes(s string, order binary.ByteOrder) []byte {
	units := utf16.Encode([]rune(s))
	b := make([]byte, 2*len(units))
	for i, u := range units {
		order.PutUint16(b[2*i:], u)
	}
	return b
}

// Scan searches every regular file below the folders for the needles (each at
// least 8 bytes). Folders that do not exist are skipped; a file that vanishes
// meanwhile is none.
func Scan(ctx context.Context, dirs []string, needles [][]byte) (ScanResult, error) {
	var result ScanResult
	m := newMatcher(needles)
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if !d.Type().IsRegular() {
				return nil
			}
			result.Hits += m.count([]byte(d.Name()))
			n, hits, err := m.file(ctx, path)
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			result.Files++
			result.Bytes += n
			result.Hits += hits
			return err
		})
		if err != nil {
			return result, fmt.Errorf("scan files: %w", unpath(err))
		}
	}
	return result, nil
}

// unpath drops paths from file errors: they may carry a user's name.
func unpath(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// matcher finds many byte strings in one pass: the first 8 bytes at every
// place go through a small filter and, if they pass, through a map.
type matcher struct {
	filter  [1 << 16 / 64]uint64
	byStart map[uint64][][]byte
	longest int
}

func newMatcher(needles [][]byte) *matcher {
	m := &matcher{byStart: map[uint64][][]byte{}}
	for _, n := range needles {
		start := binary.LittleEndian.Uint64(n)
		h := filterHash(start)
		m.filter[h/64] |= 1 << (h % 64)
		m.byStart[start] = append(m.byStart[start], n)
		m.longest = max(m.longest, len(n))
	}
	return m
}

func filterHash(start uint64) uint64 { return start * 0x9E3779B97F4A7C15 >> 48 }

// count returns how often a needle begins in b.
func (m *matcher) count(b []byte) int { return m.countFirst(b, len(b)) }

// countFirst counts needles that begin in the first n bytes of b.
func (m *matcher) countFirst(b []byte, n int) int {
	hits := 0
	for i := 0; i < n && i+minNeedle <= len(b); i++ {
		start := binary.LittleEndian.Uint64(b[i:])
		h := filterHash(start)
		if m.filter[h/64]&(1<<(h%64)) == 0 {
			continue
		}
		for _, needle := range m.byStart[start] {
			if bytes.HasPrefix(b[i:], needle) {
				hits++
			}
		}
	}
	return hits
}

// scanBlock is how much of a file is searched at a time.
const scanBlock = 1 << 20

func (m *matcher) file(ctx context.Context, path string) (size int64, hits int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, scanBlock+m.longest)
	for {
		b, err := r.Peek(scanBlock + m.longest)
		if err != nil && err != io.EOF {
			return size, hits, err
		}
		step := min(len(b), scanBlock)
		if err == io.EOF {
			step = len(b)
		}
		hits += m.countFirst(b, step)
		size += int64(step)
		if _, discard := r.Discard(step); discard != nil {
			return size, hits, discard
		}
		if err == io.EOF {
			return size, hits, nil
		}
		if err := ctx.Err(); err != nil {
			return size, hits, err
		}
	}
}

package privacy

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf16"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// ScanResult says what a scan looked at and found.
type ScanResult struct {
	Files int
	Bytes int64
	// Skipped counts files and folders that could not be read, or not to their
	// end: another program may hold them.
	Skipped int
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
	return slices.DeleteFunc(list, useless)
}

// useless needles are too short, or one byte over and over, as of a value that
// was damaged before: they would be found everywhere.
func useless(needle []byte) bool {
	return len(needle) < minNeedle || bytes.Count(needle, needle[:1]) == len(needle)
}

// spellings returns an identifier and, for a number, how people and programs
// write it: with "+" or "00", with a gap after the country code and, for
// Germany, Austria and Switzerland, with the national "0" and a gap after the
// area code. What is part of a longer spelling is not listed twice.
func spellings(id string) []string {
	digits, ok := inbox.NormalizeWAID(id)
	if !ok {
		return []string{id}
	}
	list := []string{digits}
	for code := 1; code <= 3; code++ {
		list = append(list, gaps(digits, code)...)
	}
	for _, country := range []string{"49", "43", "41"} {
		rest, ok := strings.CutPrefix(digits, country)
		if !ok {
			continue
		}
		list = append(list, "0"+rest)
		for area := 2; area <= 5; area++ {
			list = append(list, gaps(rest, area)...)
		}
	}
	return list
}

// gaps returns digits with each usual separator after the first n.
func gaps(digits string, n int) (list []string) {
	if len(digits) <= n {
		return nil
	}
	for _, separator := range []string{" ", "-", "/"} {
		list = append(list, digits[:n]+separator+digits[n:])
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

// scanBlock is how much of a file is searched at a time.
const scanBlock = 1 << 20

// Scan searches every regular file below the folders for the needles (each at
// least 8 bytes), and the names of files and folders too. Folders that do not
// exist are left out; a file that vanishes meanwhile is none. What cannot be
// read is counted, so that nobody takes it for clean. It fails only with ctx.
func Scan(ctx context.Context, dirs []string, needles [][]byte) (ScanResult, error) {
	return newScanner(ctx, needles, scanBlock).scan(dirs)
}

func (s *scanner) scan(dirs []string) (ScanResult, error) {
	for _, dir := range dirs {
		if err := filepath.WalkDir(dir, s.visit); err != nil {
			return s.result, err
		}
	}
	if s.result.Skipped > 0 {
		slog.Warn("scan could not read everything", "skipped", s.result.Skipped)
	}
	return s.result, nil
}

type scanner struct {
	ctx     context.Context
	open    func(name string) (*os.File, error)
	matcher *matcher
	block   int
	reader  *bufio.Reader
	result  ScanResult
}

// newScanner searches block bytes of a file at a time.
func newScanner(ctx context.Context, needles [][]byte, block int) *scanner {
	m := newMatcher(needles)
	return &scanner{ctx: ctx, open: os.Open, matcher: m, block: block, reader: bufio.NewReaderSize(nil, block+m.longest)}
}

func (s *scanner) visit(path string, d fs.DirEntry, err error) error {
	switch {
	case s.ctx.Err() != nil:
		return s.ctx.Err()
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		s.result.Skipped++
		return nil
	}
	s.result.Hits += s.matcher.count([]byte(d.Name()))
	if !d.Type().IsRegular() {
		return nil
	}
	if info, err := d.Info(); err == nil && info.Size() == 0 {
		s.result.Files++ // nothing to read; another process may hold it as a lock
		return nil
	}
	err = s.file(path)
	switch {
	case err == nil:
		s.result.Files++
	case s.ctx.Err() != nil:
		return s.ctx.Err()
	case !errors.Is(err, fs.ErrNotExist):
		s.result.Skipped++
	}
	return nil
}

// file counts what it finds up to the first error.
func (s *scanner) file(path string) error {
	f, err := s.open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	s.reader.Reset(f)
	for {
		b, err := s.reader.Peek(s.block + s.matcher.longest)
		step := min(len(b), s.block)
		if err != nil {
			step = len(b)
		}
		s.result.Hits += s.matcher.countFirst(b, step)
		s.result.Bytes += int64(step)
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case s.ctx.Err() != nil:
			return s.ctx.Err()
		}
		if _, err := s.reader.Discard(step); err != nil {
			return err
		}
	}
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

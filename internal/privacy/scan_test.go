package privacy

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tresen/internal/store"
)

func scanBytes(t *testing.T, content []byte, needles ...string) ScanResult {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), content, 0o600); err != nil {
		t.Fatal(err)
	}
	var list [][]byte
	for _, n := range needles {
		list = append(list, []byte(n))
	}
	result, err := Scan(t.Context(), []string{dir}, list)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// A block's end must hide nothing and count nothing twice.
func TestScanFindsAcrossBlocks(t *testing.T) {
	const needle, block = "a needle of 24 bytes ...", 64
	path := filepath.Join(t.TempDir(), "file")
	for _, size := range []int{len(needle), block - 1, block, block + 1, 2*block + len(needle), 3*block - 5, 4 * block} {
		for end := len(needle); end <= size; end++ {
			content := bytes.Repeat([]byte{'a'}, size)
			copy(content[end-len(needle):], needle)
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := newScanner(t.Context(), [][]byte{[]byte(needle)}, block).scan([]string{path})
			if err != nil || got != (ScanResult{Files: 1, Bytes: int64(size), Hits: 1}) {
				t.Errorf("size %d, needle ends at %d: %+v, %v", size, end, got, err)
			}
		}
	}
}

func TestScanCountsEveryHit(t *testing.T) {
	got := scanBytes(t, []byte("12345678 12345678x 123456789 1234567"), "12345678", "123456789")
	if got.Hits != 4 {
		t.Errorf("%d hits", got.Hits)
	}
	if got := scanBytes(t, nil, "12345678"); got.Hits != 0 || got.Files != 1 {
		t.Errorf("empty file: %+v", got)
	}
	if got := scanBytes(t, []byte("12345678")); got.Hits != 0 {
		t.Errorf("without needles: %+v", got)
	}
}

func TestScanReadsNames(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "chat with 491713920011", "491713920011.jpg"), 0o700); err != nil {
		t.Fatal(err)
	}
	got, err := Scan(t.Context(), []string{dir}, [][]byte{[]byte("491713920011")})
	if err != nil || got.Hits != 2 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestNeedlesCoverEverySpelling(t *testing.T) {
	note := store.ErasureNote{
		Identifiers: []string{"491713920011", "DE.13491208655302741918", "käthe.müßig", "kurz"},
		WAMIDs:      []string{"wamid.HBgMNDkxNzEzOTIwMDExFQIA"}, Slices: [][]byte{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, {1, 2, 3}, make([]byte, 12)},
	}
	m := newMatcher(Needles(note))
	for _, s := range []string{
		"491713920011", "+491713920011", "00491713920011", "01713920011", "+49 1713920011", "+49 171 3920011", "0171 3920011",
		"0171-3920011", "0171/3920011", "+49-171-3920011", "DE.13491208655302741918", "käthe.müßig", "wamid.HBgMNDkxNzEzOTIwMDExFQIA",
	} {
		for encoding, b := range map[string][]byte{"UTF-8": []byte(s), "UTF-16LE": wide(s, 0), "UTF-16BE": wide(s, 1)} {
			if m.count(slices.Concat([]byte{0xff}, b, []byte{0xff})) == 0 {
				t.Errorf("%s in %s is not found", s, encoding)
			}
		}
	}
	if m.count([]byte("xx\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c")) != 1 {
		t.Error("a slice of ciphertext is not found")
	}
	for _, s := range []string{"kurz", "491713920012", "01713920012", "\x01\x02\x03", "\x00\x00\x00\x00\x00"} {
		if m.count([]byte(strings.Repeat(s, 3))) != 0 {
			t.Errorf("%q is found", s)
		}
	}
}

// What cannot be read is counted: a locked file must not look clean, and must not end the scan.
func TestScanCountsWhatItCannotRead(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"a": "needle 1234", "b": "needle 1234", "c": "needle 1234", "d": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := newScanner(t.Context(), [][]byte{[]byte("needle 1234")}, scanBlock)
	s.open = func(name string) (*os.File, error) {
		switch filepath.Base(name) {
		case "a", "d":
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
		case "b":
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
		return os.Open(name)
	}
	got, err := s.scan([]string{dir, filepath.Join(dir, "absent")})
	if err != nil || got != (ScanResult{Files: 2, Skipped: 1, Hits: 1, Bytes: 11}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestScanEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Scan(ctx, []string{t.TempDir()}, nil); err == nil {
		t.Error("no error")
	}
}

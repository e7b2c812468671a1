package enginetest

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf16"
)

// Forms are the ways in which texts can lie in a file: UTF-8, UTF-16, hex, and
// base64 at each of its three alignments.
func Forms(texts ...string) (list []string) {
	for _, text := range texts {
		list = append(list, text, hex.EncodeToString([]byte(text)))
		var little, big []byte
		for _, unit := range utf16.Encode([]rune(text)) {
			little = binary.LittleEndian.AppendUint16(little, unit)
			big = binary.BigEndian.AppendUint16(big, unit)
		}
		list = append(list, string(little), string(big))
		for shift := range 3 {
			if len(text) < 8+shift {
				continue
			}
			part := []byte(text[shift:])
			part = part[:len(part)/3*3]
			list = append(list, base64.RawStdEncoding.EncodeToString(part), base64.RawURLEncoding.EncodeToString(part))
		}
	}
	return list
}

// Files returns the bytes of every file under a folder: what a thief of the
// disk has.
func Files(t testing.TB, dir string) (all []byte) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // an engine that removes files by itself was faster
		}
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(name)
		all = append(all, b...)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

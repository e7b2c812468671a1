package desktop

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestOpenFileSaysNothingOfWhere(t *testing.T) {
	err := OpenFile(filepath.Join(t.TempDir(), "Frau Müller.pdf"))
	if err == nil || strings.Contains(err.Error(), "Müller") {
		t.Errorf("got %v", err)
	}
}

func TestOpenFileWithoutAProgram(t *testing.T) {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		t.Skip("only xdg-open is looked for on the path")
	}
	path := filepath.Join(t.TempDir(), "Datei.pdf")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", t.TempDir())
	if err := OpenFile(path); !errors.Is(err, ErrNoProgram) {
		t.Errorf("got %v", err)
	}
}

func TestMarkForeignKeepsTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "Datei.pdf")
	if err := os.WriteFile(path, []byte("Inhalt"), 0o400); err != nil {
		t.Fatal(err)
	}
	if err := MarkForeign(path); err != nil {
		t.Error(err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "Inhalt" {
		t.Errorf("%q, %v", b, err)
	}
}

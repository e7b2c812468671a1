package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOneThing(t *testing.T) {
	dir := t.TempDir()
	var out, problems bytes.Buffer
	args := []string{"-kind", "stickers", "-paper", "3651", "-design", "awning", "-language", "en", "-place", "Table 7", "-copies", "2", "-png", "50", "-out", dir}
	if err := run(args, &out, &problems); err != nil {
		t.Fatal(err, problems.String())
	}
	for _, ending := range []string{"pdf", "svg", "html", "png"} {
		file := filepath.Join(dir, "stickers_3651_en_awning_office."+ending)
		if info, err := os.Stat(file); err != nil || info.Size() < 500 {
			t.Errorf("%s: %v", ending, err)
		}
	}
	if !strings.HasPrefix(out.String(), "stickers_3651_en_awning_office: ") {
		t.Error(out.String())
	}
}

func TestCalibrationPage(t *testing.T) {
	dir := t.TempDir()
	if err := run([]string{"-calibrate", "L7160", "-out", dir}, new(bytes.Buffer), new(bytes.Buffer)); err != nil {
		t.Fatal(err)
	}
	if file, err := os.ReadFile(filepath.Join(dir, "calibration_L7160.pdf")); err != nil || !bytes.HasPrefix(file, []byte("%PDF-1.7")) {
		t.Error(err)
	}
}

func TestList(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{"-list"}, &out, new(bytes.Buffer)); err != nil {
		t.Fatal(err)
	}
	for _, must := range []string{"poster", "vehicle", "L7160", "counter window sign ledger awning evening"} {
		if !strings.Contains(out.String(), must) {
			t.Errorf("the list lacks %q", must)
		}
	}
}

func TestWrongWishes(t *testing.T) {
	for _, args := range [][]string{
		{},
		{"-nonsense"},
		{"-out", t.TempDir(), "-number", "12"},
		{"-out", t.TempDir(), "-accent", "blue"},
		{"-out", t.TempDir(), "-paper", "B5"},
		{"-out", t.TempDir(), "-place", "a(b"},
		{"-out", t.TempDir(), "-calibrate", "0000"},
	} {
		if err := run(args, new(bytes.Buffer), new(bytes.Buffer)); err == nil {
			t.Errorf("%q is accepted", args)
		}
	}
}

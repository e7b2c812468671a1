package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// generated and downloaded folders are not the repository's own words.
var notOurs = []string{
	".git", "node_modules", "frontend/dist", "frontend/coverage", "frontend/src/wailsjs", "build/bin", "build/.stamps", "out",
}

// repositoryFiles lists the repository's own files with forward slashes.
func repositoryFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		}
		name = filepath.ToSlash(name)
		if entry.IsDir() && (slices.Contains(notOurs, name) || slices.Contains(notOurs, path.Base(name))) {
			return filepath.SkipDir
		}
		if entry.Type().IsRegular() {
			files = append(files, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func dirOf(file string) string { return path.Dir(file) }

func isBinary(file string) bool {
	return slices.Contains([]string{".png", ".ico", ".icns", ".woff2", ".ttf", ".jpg", ".gz", ".test", ".prof", ".exe"}, path.Ext(file))
}

// What must not be in a public repository: keys, tokens, and traces of the
// machine or mirror somebody worked with.
func TestNoSecretsAndNoMachineTraces(t *testing.T) {
	forbidden := map[string]*regexp.Regexp{
		"a private key":                  regexp.MustCompile(`-----BEGIN (RSA |EC |OPENSSH |ENCRYPTED )?PRIVATE` + ` KEY-----`),
		"a Meta access token":            regexp.MustCompile(`\bEAA[A-Za-z0-9]{60,}`),
		"a GitHub token":                 regexp.MustCompile(`\bgh[pousr]_[A-Za-z0-9]{36}`),
		"an address of a package mirror": regexp.MustCompile(`"resolved": *"`),
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	forbidden["the folder of this checkout"] = regexp.MustCompile(regexp.QuoteMeta(here) + `\b`)
	if home, err := os.UserHomeDir(); err == nil && len(home) > 1 {
		forbidden["this person's home folder"] = regexp.MustCompile(regexp.QuoteMeta(home) + `/`)
	}
	for _, file := range repositoryFiles(t) {
		if isBinary(file) || file == "repository_test.go" {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for what, pattern := range forbidden {
			if found := pattern.Find(text); found != nil {
				t.Errorf("%s holds %s: %.40q", file, what, found)
			}
		}
	}
}

// The program's manifests ask for nothing about contacts, on any system.
func TestNoManifestAsksForContacts(t *testing.T) {
	manifests := 0
	for _, file := range repositoryFiles(t) {
		if !strings.HasPrefix(file, "build/") || isBinary(file) || strings.HasSuffix(file, ".svg") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		manifests++
		for _, word := range []string{"contacts", "addressbook", "address-book"} {
			if strings.Contains(strings.ToLower(string(text)), word) {
				t.Errorf("%s mentions %q: Tresen must not be able to read an address book", file, word)
			}
		}
	}
	if manifests == 0 {
		t.Error("found no manifests under build/")
	}
}

// The window cannot read the address book either, and asks no third party for anything.
func TestWindowAsksNobodyElse(t *testing.T) {
	forbidden := map[string]*regexp.Regexp{
		"the browser's contact picker":           regexp.MustCompile(`navigator\s*\.\s*contacts`),
		"web storage, which outlives an erasure": regexp.MustCompile(`\b(localStorage|sessionStorage|indexedDB)\b`),
		"a request of its own":                   regexp.MustCompile(`\b(XMLHttpRequest|sendBeacon|EventSource)\b`),
		"raw HTML":                               regexp.MustCompile(`\{@html|innerHTML|insertAdjacentHTML`),
		"a third party's address":                regexp.MustCompile(`(src|href|url)\s*[=(]\s*["']?https?://`),
	}
	checked := 0
	for _, file := range repositoryFiles(t) {
		isSource := slices.Contains([]string{".ts", ".svelte", ".css", ".html"}, path.Ext(file))
		if !isSource || strings.Contains(file, ".test.") || !(strings.HasPrefix(file, "frontend/src/") || file == "frontend/index.html") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		checked++
		for what, pattern := range forbidden {
			if found := pattern.Find(text); found != nil {
				t.Errorf("%s uses %s: %q", file, what, found)
			}
		}
	}
	if checked == 0 {
		t.Error("found no sources under frontend/src")
	}
}

// Two branches can take the same number for a migration; the order would then
// be decided by chance.
func TestMigrationsAreNumberedOneByOne(t *testing.T) {
	names, err := filepath.Glob("internal/store/migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		if want := fmt.Sprintf("%04d_", i+1); !strings.HasPrefix(filepath.Base(name), want) {
			t.Errorf("%s does not begin with %s", name, want)
		}
	}
}

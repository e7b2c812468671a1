package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

type moduleFile struct {
	Go      string
	Require []struct{ Path, Version string }
}

func (m moduleFile) version(t *testing.T, module string) string {
	t.Helper()
	for _, r := range m.Require {
		if r.Path == module {
			return r.Version
		}
	}
	t.Fatalf("%s is not required", module)
	return ""
}

func readModuleFile(t *testing.T, file string) moduleFile {
	t.Helper()
	out, err := exec.Command("go", "mod", "edit", "-json", file).Output()
	if err != nil {
		t.Fatalf("go mod edit %s: %v", file, err)
	}
	var m moduleFile
	if err := json.Unmarshal(out, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func readText(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The CLI writes code for the library; two versions would not fit together.
func TestWailsToolAndLibraryAreTheSameVersion(t *testing.T) {
	const wails = "github.com/wailsapp/wails/v2"
	library := readModuleFile(t, "go.mod").version(t, wails)
	tool := readModuleFile(t, "tools/go.mod").version(t, wails)
	if library != tool {
		t.Errorf("go.mod has Wails %s, tools/go.mod has %s", library, tool)
	}
}

// modernc.org/sqlite is machine-translated C and works with exactly the libc it was made with.
func TestLibcIsTheOneSQLiteWasMadeWith(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite").Output()
	if err != nil {
		t.Fatalf("go list -m modernc.org/sqlite: %v", err)
	}
	want := readModuleFile(t, strings.TrimSpace(string(out))).version(t, "modernc.org/libc")
	got := readModuleFile(t, "go.mod").version(t, "modernc.org/libc")
	if got != want {
		t.Errorf("go.mod has modernc.org/libc %s, modernc.org/sqlite names %s", got, want)
	}
}

// The script tells newcomers what go.mod and npm would refuse later.
func TestNewcomersAreAskedForTheRightVersions(t *testing.T) {
	script := readText(t, "scripts/check-tools.sh")
	goVersion := regexp.MustCompile(`^\d+\.\d+`).FindString(readModuleFile(t, "go.mod").Go)
	if !strings.Contains(script, "need_go="+goVersion+"\n") {
		t.Errorf("scripts/check-tools.sh does not ask for Go %s as go.mod does", goVersion)
	}
	node := readPackageFile(t, "frontend/package.json").Engines["node"]
	if !strings.Contains(script, "need_node="+strings.TrimPrefix(node, ">=")+"\n") {
		t.Errorf("scripts/check-tools.sh does not ask for Node.js %s as frontend/package.json does", node)
	}
}

type packageFile struct {
	Dependencies, DevDependencies, Engines map[string]string
}

func readPackageFile(t *testing.T, file string) packageFile {
	t.Helper()
	var p packageFile
	if err := json.Unmarshal([]byte(readText(t, file)), &p); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return p
}

// One browser driver and one accessibility checker, in both places that use them.
func TestEndToEndTestsUseTheSamePackagesAsTheWindow(t *testing.T) {
	window := readPackageFile(t, "frontend/package.json").DevDependencies
	for name, version := range readPackageFile(t, "e2e/package.json").DevDependencies {
		if other, both := window[name]; both && other != version {
			t.Errorf("%s is %s in e2e and %s in frontend", name, version, other)
		}
	}
}

func TestPackageVersionsArePinned(t *testing.T) {
	exact := regexp.MustCompile(`^\d+\.\d+\.\d+$`)
	for _, file := range []string{"frontend/package.json", "e2e/package.json"} {
		p := readPackageFile(t, file)
		for _, group := range []map[string]string{p.Dependencies, p.DevDependencies} {
			for name, version := range group {
				if !exact.MatchString(version) {
					t.Errorf("%s asks for %s %s; name one exact version", file, name, version)
				}
			}
		}
	}
}

// A dependency that is not explained is not wanted.
func TestEveryDirectDependencyIsExplained(t *testing.T) {
	doc := readText(t, "docs/DEPENDENCIES.md")
	explained := func(name string) bool { return strings.Contains(doc, "`"+name+"`") }
	out, err := exec.Command("go", "list", "-m", "-f", "{{if not (or .Indirect .Main)}}{{.Path}}{{end}}", "all").Output()
	if err != nil {
		t.Fatalf("go list -m all: %v", err)
	}
	for _, module := range strings.Fields(string(out)) {
		if !explained(module) {
			t.Errorf("docs/DEPENDENCIES.md does not explain the Go module `%s`", module)
		}
	}
	for _, file := range []string{"frontend/package.json", "e2e/package.json"} {
		p := readPackageFile(t, file)
		for _, group := range []map[string]string{p.Dependencies, p.DevDependencies} {
			for name := range group {
				if !explained(name) {
					t.Errorf("docs/DEPENDENCIES.md does not explain the npm package `%s`", name)
				}
			}
		}
	}
}

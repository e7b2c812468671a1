package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strings"
	"testing"
)

var sentenceEnd = regexp.MustCompile(`[.!?](\s|$)`)

// Every package says in at least two sentences what it is for and what it must not know.
func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	docs := map[string]string{}
	for file, syntax := range goFiles(t) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		dir := dirOf(file)
		docs[dir] += syntax.Doc.Text()
		if strings.Contains(syntax.Name.Name, "_") {
			t.Errorf("%s: package names have no underscores", file)
		}
	}
	if len(docs) < 5 {
		t.Fatalf("found only %d packages; is this the repository's root?", len(docs))
	}
	for dir, doc := range docs {
		if n := len(sentenceEnd.FindAllString(doc, -1)); n < 2 {
			t.Errorf("%s: the package comment has %d sentences; say what the package is for and what it must not know", dir, n)
		}
	}
}

// Set-up belongs into main.go, where it can be read in order.
func TestNoPackageHasAnInitFunction(t *testing.T) {
	for file, syntax := range goFiles(t) {
		for _, declaration := range syntax.Decls {
			if f, ok := declaration.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s has an init function: let main.go or a constructor do it", file)
			}
		}
	}
}

// A test that sleeps is either slow or flaky. Inside a synctest bubble time is
// fake, and sleeping is free.
func TestNoTestSleeps(t *testing.T) {
	for file, syntax := range goFiles(t) {
		if !strings.HasSuffix(file, "_test.go") || importsPath(syntax, "testing/synctest") {
			continue
		}
		ast.Inspect(syntax, func(n ast.Node) bool {
			if selector, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := selector.X.(*ast.Ident); ok && x.Name == "time" && selector.Sel.Name == "Sleep" {
					t.Errorf("%s waits with time.Sleep: wait for what happens instead (a channel, synctest, a clock field)", file)
				}
			}
			return true
		})
	}
}

// Work that is left is an issue, where people see it.
func TestNoCommentPostponesWork(t *testing.T) {
	postponed := regexp.MustCompile(`\b(TODO|FIXME|HACK)\b`)
	for file, syntax := range goFiles(t) {
		for _, group := range syntax.Comments {
			if word := postponed.FindString(group.Text()); word != "" {
				t.Errorf("%s: a comment says %s; do it or open an issue", file, word)
			}
		}
	}
}

func importsPath(file *ast.File, want string) bool {
	for _, i := range file.Imports {
		if strings.Trim(i.Path.Value, `"`) == want {
			return true
		}
	}
	return false
}

func goFiles(t *testing.T) map[string]*ast.File {
	t.Helper()
	parsed := map[string]*ast.File{}
	for _, file := range repositoryFiles(t) {
		if !strings.HasSuffix(file, ".go") {
			continue
		}
		syntax, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		parsed[file] = syntax
	}
	return parsed
}

package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"

	"tresen/internal/profile/wording"
)

//go:embed page.css
var sheet string

//go:embed page.html.tmpl
var shell string

// Page is one file.
type Page struct {
	Language wording.Language
	Title    string
	// Version names the text template the body was made from.
	Version string
	// Hidden asks search engines to leave the page out.
	Hidden bool
	// ForwardTo makes browsers go on at once, without a script. The caller has
	// checked where.
	ForwardTo string
	// Body is made by html/template, or by Fragment.
	Body template.HTML
}

// Hash returns what a content security policy calls an inline script or style:
// 'sha256-…', of exactly the text between the tags.
func Hash(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Render writes the file. It fails only on a broken template.
func Render(p Page) (string, error) {
	// Browsers compare the hash with the text as parsed, and parsing turns every
	// line end into one line feed; a sheet on one line has none to be changed.
	style := strings.ReplaceAll(strings.ReplaceAll(sheet, "\r", ""), "\n", "")
	t, err := template.New("page").Parse(shell)
	if err != nil {
		return "", fmt.Errorf("parse page: %w", err)
	}
	var out strings.Builder
	err = t.Execute(&out, struct {
		Page
		Style  template.CSS
		Policy string
	}{p, template.CSS(style), "default-src 'none'; style-src " + Hash(style) + "; img-src data:; base-uri 'none'; form-action 'none'"})
	if err != nil {
		return "", fmt.Errorf("write page: %w", err)
	}
	return out.String(), nil
}

// Fragment fills an HTML template, escaping every value for its place. Values
// of type template.URL are taken as they are: the caller has checked them.
func Fragment(name, text string, values any) (template.HTML, error) {
	t, err := template.New(name).Parse(text)
	if err != nil {
		return "", fmt.Errorf("parse %s: %w", name, err)
	}
	var out strings.Builder
	if err := t.Execute(&out, values); err != nil {
		return "", fmt.Errorf("write %s: %w", name, err)
	}
	return template.HTML(strings.TrimSpace(out.String())), nil
}

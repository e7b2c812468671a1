package snippet

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tresen/internal/inbox"
)

// Limits, in characters.
const (
	MaxName   = 40
	MaxFolder = 40
	MaxText   = 4096
	// MaxSnippets is far above what anybody finds again by typing.
	MaxSnippets = 500
)

// Check returns invalid, naming the field, if a snippet cannot be kept. It
// cleans nothing: what is refused stays as it was typed.
func Check(n inbox.Snippet) error {
	switch {
	case !isLine(n.Name, MaxName) || strings.TrimSpace(n.Name) == "":
		return inbox.InvalidField("name", "empty, too long or not one line")
	case !isLine(n.Folder, MaxFolder):
		return inbox.InvalidField("folder", "too long or not one line")
	case !utf8.ValidString(n.Text) || utf8.RuneCountInString(n.Text) > MaxText:
		return inbox.InvalidField("text", "too long or not text")
	case strings.TrimSpace(n.Text) == "" && n.File == nil:
		return inbox.InvalidField("text", "empty")
	}
	if n.Interactive == nil {
		return nil
	}
	if n.File != nil {
		return inbox.InvalidField("file", "buttons and a file cannot go together")
	}
	return Message(n).Check()
}

func isLine(s string, most int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= most && strings.IndexFunc(s, unicode.IsControl) < 0
}

// Message returns a snippet's interactive message with the snippet's text as its body.
func Message(n inbox.Snippet) inbox.Interactive {
	if n.Interactive == nil {
		return inbox.Interactive{}
	}
	m := *n.Interactive
	m.Body = n.Text
	return m
}

package snippet

import (
	"cmp"
	"slices"
	"strings"

	"tresen/internal/inbox"
	"tresen/internal/search"
)

// Find returns the snippets in which every word of a query stands, by the rules
// of the search. Those whose name begins with the query come first, then those
// whose name holds it, then by folder and name.
func Find(list []inbox.Snippet, query string) []inbox.Snippet {
	var found []inbox.Snippet
	for _, n := range list {
		if search.Matches(query, texts(n)...) {
			found = append(found, n)
		}
	}
	slices.SortStableFunc(found, func(a, b inbox.Snippet) int {
		return cmp.Or(cmp.Compare(rank(a, query), rank(b, query)),
			cmp.Compare(strings.ToLower(a.Folder), strings.ToLower(b.Folder)), cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)))
	})
	return found
}

func texts(n inbox.Snippet) []string {
	out := []string{n.Name, n.Folder, n.Text}
	if n.File != nil {
		out = append(out, n.File.Name)
	}
	if n.Interactive != nil {
		for _, b := range n.Interactive.Buttons {
			out = append(out, b.Title)
		}
	}
	return out
}

func rank(n inbox.Snippet, query string) int {
	if strings.TrimSpace(query) == "" {
		return 0
	}
	ranges := search.Highlight(n.Name, query)
	switch {
	case !search.Matches(query, n.Name):
		return 2
	case len(ranges) > 0 && ranges[0].Start == 0:
		return 0
	}
	return 1
}

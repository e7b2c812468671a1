package search

// Matches reports whether texts together hold every word of a query, by the
// same rules as Search. A query without words matches everything. It is for
// short lists that need no index.
func Matches(query string, texts ...string) bool {
	f := folder{limit: maxFolded}
	for _, text := range texts {
		f.text(text)
		f.out = append(f.out, fieldEnd)
	}
	for _, t := range parse(query) {
		if start, _ := t.find(f.out, 0); start < 0 {
			return false
		}
	}
	return true
}

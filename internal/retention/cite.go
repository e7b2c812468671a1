package retention

import (
	"regexp"
	"strings"
)

var (
	paragraphOf = regexp.MustCompile(`\((\d)\)`)
	letterOf    = regexp.MustCompile(`,? ?\(([a-z])\)`)
)

// Cite writes a norm as people of a language do: "Art. 17(3)(e) GDPR" is
// "Art. 17 Abs. 3 lit. e DSGVO" in German. Norms of German-speaking countries'
// own law keep their German names.
func Cite(norm, language string) string {
	if language != "de" {
		return strings.ReplaceAll(norm, "DSG", "FADP")
	}
	letter := " lit. $1"
	if strings.Contains(norm, "DSG") {
		letter = " Bst. $1"
	}
	norm = paragraphOf.ReplaceAllString(norm, " Abs. $1")
	return strings.ReplaceAll(letterOf.ReplaceAllString(norm, letter), "GDPR", "DSGVO")
}

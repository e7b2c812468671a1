package rights

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/print"
)

// LetterKind is what a letter is for.
type LetterKind string

// The letters.
const (
	Receipt   LetterKind = "receipt"
	Extension LetterKind = "extension" // Art. 12(3) GDPR
	Refusal   LetterKind = "refusal"   // Art. 12(4)
	Answer    LetterKind = "answer"
	Lifting   LetterKind = "lifting" // Art. 18(3)
)

// Details are what a letter says beside its own words.
type Details struct {
	Letter LetterKind
	// Language is de or en.
	Language string
	Country  Country
	Right    Kind
	Number   string
	// Received, Due and Since are shown as days in their own time zone; Since is
	// when a restriction began.
	Received, Due, Since time.Time
	// Reasons are the shop's own words.
	Reasons string
	// Kept says what of her data stays and why, a line for each part; it counts as reasons.
	Kept []string
	// Shop and Address are who answers, Person who asked.
	Shop, Address, Person string
	// Authority is where complaints go to; empty for the one the law names.
	Authority string
	Now       time.Time
	// Confirmed is the fingerprint of the texts the owner has had checked.
	Confirmed string
}

// Letter is a letter as plain text for the chat and as a document.
type Letter struct {
	Text     string
	Document print.Letter
	// Draft is true until the owner has had these texts checked.
	Draft bool
}

//go:embed texts
var texts embed.FS

func load(name string, into any) error {
	b, err := texts.ReadFile("texts/" + name + ".json")
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		return fmt.Errorf("load texts: %w", err)
	}
	return nil
}

// wordsOf returns the words of a language and the law of a country in it.
func wordsOf(c Country, language string) (words, law map[string]string, err error) {
	if language != "de" && language != "en" {
		return nil, nil, inbox.InvalidField("language", "neither de nor en")
	}
	var laws map[string]map[string]string
	if err := load("laws", &laws); err != nil {
		return nil, nil, err
	}
	law, ok := laws[string(c)+"."+language]
	if !ok {
		return nil, nil, inbox.InvalidField("country", "unknown")
	}
	if err := load("letters."+language, &words); err != nil {
		return nil, nil, err
	}
	if c == Switzerland {
		for key, text := range words {
			words[key] = strings.ReplaceAll(text, "ß", "ss") // as it is spelt there
		}
	}
	return words, law, nil
}

// Fingerprint names the texts of a country and a language, so that a
// confirmation ends when they change.
func Fingerprint(c Country, language string) (string, error) {
	words, law, err := wordsOf(c, language)
	if err != nil {
		return "", err
	}
	// Maps are encoded in the order of their keys.
	b, err := json.Marshal([]map[string]string{words, law})
	if err != nil {
		return "", fmt.Errorf("encode texts: %w", err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8]), nil
}

// Write words a letter. It fails with invalid, naming the field, where reasons
// are missing that the law wants: for an extension, a refusal, and the lifting
// of a restriction; or where nobody says what was corrected.
func Write(d Details) (Letter, error) {
	words, law, err := wordsOf(d.Country, d.Language)
	if err != nil {
		return Letter{}, err
	}
	reasons := d.reasons()
	template := string(d.Letter)
	if d.Letter == Answer || d.Letter == Refusal && d.Right == Erasure {
		template += "." + string(d.Right)
	}
	if reasons == "" && (d.Letter == Extension || d.Letter == Refusal || d.Letter == Lifting || template == "answer.rectification") {
		return Letter{}, inbox.InvalidField("reason", "missing")
	}
	body, ok := words[template]
	if !ok || !d.Right.Known() {
		return Letter{}, inbox.InvalidField("letter", "no such letter")
	}
	if reasons == "" && d.Right == Erasure {
		reasons = words["nothing"]
	}
	authority := strings.TrimRight(strings.TrimSpace(d.Authority), ".")
	if authority == "" {
		authority = law["authority"]
	}
	fingerprint, err := Fingerprint(d.Country, d.Language)
	if err != nil {
		return Letter{}, err
	}
	day := func(t time.Time) string { return t.Format(words["date"]) }
	fill := func(text string) string {
		text = strings.ReplaceAll(text, "{remedies}", law["remedies"])
		// One pass, so that nothing that is filled in is taken for a place.
		return strings.NewReplacer(
			"{right}", words["right."+string(d.Right)], "{norm}", law[string(d.Right)], "{number}", d.Number,
			"{received}", day(d.Received), "{due}", day(d.Due), "{since}", day(d.Since), "{extension}", law["extension"],
			"{lifting}", law["lifting"], "{authority}", authority, "{reasons}", reasons, "{shop}", d.Shop,
			"{subject}", words["subject."+string(d.Letter)],
		).Replace(text)
	}
	paragraphs := []string{words["greeting"]}
	for paragraph := range strings.SplitSeq(body, "\n\n") {
		if text := fill(paragraph); strings.TrimSpace(text) != "" {
			paragraphs = append(paragraphs, text)
		}
	}
	paragraphs = append(paragraphs, fill(words["close"]))
	l := Letter{Text: strings.Join(paragraphs, "\n\n"), Draft: d.Confirmed != fingerprint}
	l.Document = document(d, words, fill(words["title"]), paragraphs)
	if l.Draft {
		l.Document.Draft = words["draft"]
	}
	return l, nil
}

// reasons are what stays, as a list, and the shop's own words.
func (d Details) reasons() string {
	var parts []string
	if len(d.Kept) > 0 {
		parts = append(parts, listMark+strings.Join(d.Kept, "\n"+listMark))
	}
	if own := strings.TrimSpace(d.Reasons); own != "" {
		parts = append(parts, own)
	}
	return strings.Join(parts, "\n")
}

func document(d Details, words map[string]string, title string, paragraphs []string) print.Letter {
	person := d.Person
	if person == "" {
		person = words["someone"]
	}
	from := d.Shop
	if d.Address != "" {
		from += "\n" + d.Address
	}
	p := print.Letter{
		Title: title, Language: d.Language, Author: d.Shop, Created: d.Now, Page: words["page"],
		Blocks: []print.Block{print.Entries{Rows: [][2]string{
			{words["from"], from}, {words["to"], person}, {words["on"], d.Now.Format(words["date"])},
		}}},
	}
	for _, text := range paragraphs {
		p.Blocks = append(p.Blocks, blocks(text)...)
	}
	return p
}

// listMark begins a line that is a point of a list.
const listMark = "– "

// blocks are a paragraph's text and the lists in it.
func blocks(paragraph string) (list []print.Block) {
	var text, points []string
	flush := func() {
		if len(text) > 0 {
			list = append(list, print.Text{Text: strings.Join(text, "\n")})
		}
		if len(points) > 0 {
			list = append(list, print.Points{Items: points})
		}
		text, points = nil, nil
	}
	for line := range strings.SplitSeq(paragraph, "\n") {
		if point, is := strings.CutPrefix(line, listMark); is {
			points = append(points, point)
			continue
		}
		if len(points) > 0 {
			flush()
		}
		text = append(text, line)
	}
	flush()
	return list
}

// AskForCode words the message that carries a Challenge.
func AskForCode(language string, right Kind, c Challenge) (string, error) {
	var words map[string]string
	if language != "en" {
		language = "de"
	}
	if err := load("letters."+language, &words); err != nil {
		return "", err
	}
	return strings.NewReplacer("{right}", words["right."+string(right)], "{code}", c.Shown()).Replace(words["code"]), nil
}

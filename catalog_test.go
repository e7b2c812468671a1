package main

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/setup"
)

const catalogues = "frontend/src/lib/i18n/messages/"

func readCatalogue(t *testing.T, language string) map[string]string {
	t.Helper()
	var messages map[string]string
	if err := json.Unmarshal([]byte(readText(t, catalogues+language+".json")), &messages); err != nil {
		t.Fatalf("%s.json: %v", language, err)
	}
	if len(messages) == 0 {
		t.Fatalf("%s.json is empty", language)
	}
	return messages
}

var argument = regexp.MustCompile(`^\s*([A-Za-z]\w*)\s*[,}]`)

// placeholders returns the names of a message's arguments, sorted. Braces open
// an argument in text, and text inside an argument: "{count, plural, one {Look}}".
func placeholders(message string) []string {
	names := map[string]bool{}
	depth := 0
	for i, c := range message {
		switch c {
		case '{':
			if found := argument.FindStringSubmatch(message[i+1:]); found != nil && depth%2 == 0 {
				names[found[1]] = true
			}
			depth++
		case '}':
			depth--
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func TestCataloguesSayTheSameThings(t *testing.T) {
	german, english := readCatalogue(t, "de"), readCatalogue(t, "en")
	for key, text := range german {
		translated, ok := english[key]
		if !ok {
			t.Errorf("en.json lacks %s", key)
			continue
		}
		if got, want := placeholders(translated), placeholders(text); !slices.Equal(got, want) {
			t.Errorf("%s: placeholders %v in English, %v in German", key, got, want)
		}
	}
	for key := range english {
		if _, ok := german[key]; !ok {
			t.Errorf("de.json lacks %s", key)
		}
	}
}

func TestNoMessageIsEmptyOrLoud(t *testing.T) {
	// The window speaks calmly and asks in whole words. The ban on "Oops" and on
	// exclamation marks is from the rules of how it speaks.
	loud := regexp.MustCompile(`!|(?i)\boops\b|\bhoppla\b`)
	for _, language := range []string{"de", "en"} {
		for key, text := range readCatalogue(t, language) {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s.json: %s is empty", language, key)
			}
			if loud.MatchString(text) {
				t.Errorf("%s.json: %s is loud: %q", language, key, text)
			}
			if strings.Count(text, "{") != strings.Count(text, "}") {
				t.Errorf("%s.json: %s has unbalanced braces", language, key)
			}
		}
	}
}

// The window must never claim more than is true.
func TestNoMessagePromisesTooMuch(t *testing.T) {
	tooMuch := regexp.MustCompile(`(?i)100 ?%|DSGVO-konform|GDPR[- ]compliant|Ende-zu-Ende|end-to-end|rechtssicher|unhackbar`)
	for _, language := range []string{"de", "en"} {
		for key, text := range readCatalogue(t, language) {
			if found := tooMuch.FindString(text); found != "" {
				t.Errorf("%s.json: %s promises %q", language, key, found)
			}
		}
	}
}

// Whatever Go can report, the window has words for.
func TestEverythingGoReportsHasWords(t *testing.T) {
	var keys []string
	for _, code := range inbox.Codes() {
		keys = append(keys, "error."+string(code)+".title", "error."+string(code)+".next")
	}
	for _, kind := range inbox.MessageKinds() {
		keys = append(keys, "kind."+string(kind))
	}
	for _, status := range inbox.MessageStatuses() {
		keys = append(keys, "status."+string(status))
	}
	for _, topic := range cloudapi.Topics() {
		keys = append(keys, "failure."+string(topic)+".title", "failure."+string(topic)+".next")
	}
	words := readText(t, "frontend/src/lib/message/failure.ts")
	for _, topic := range cloudapi.Topics() {
		if !strings.Contains(words, "'"+string(topic)+"'") {
			t.Errorf("failure.ts does not know %s", topic)
		}
	}
	for _, language := range []string{"de", "en"} {
		messages := readCatalogue(t, language)
		for _, key := range keys {
			if _, ok := messages[key]; !ok {
				t.Errorf("%s.json lacks %s", language, key)
			}
		}
	}
}

// Whatever a step of the guided setup or a check can find, the window can say.
func TestEveryFindingHasWords(t *testing.T) {
	for _, language := range []string{"de", "en"} {
		messages := readCatalogue(t, language)
		for _, line := range setup.Lines() {
			if _, ok := messages["finding."+line]; !ok {
				t.Errorf("%s.json lacks finding.%s", language, line)
			}
		}
		for key := range messages {
			line, is := strings.CutPrefix(key, "finding.")
			if is && !slices.Contains(setup.Lines(), line) {
				t.Errorf("%s.json has words for %s, which nothing finds", language, key)
			}
		}
	}
}

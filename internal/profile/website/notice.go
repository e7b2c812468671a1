package website

import (
	"embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"tresen/internal/inbox"
	"tresen/internal/profile/wording"
)

//go:embed texts
var texts embed.FS

// Notice is the text a person saw before leaving for WhatsApp. Its ID travels
// in the prefilled message and proves which text that was: information under
// Art. 13 GDPR, never consent. Whoever generates a widget keeps its notice.
type Notice struct {
	// ID is "W1-K7QF": the wording's code and a mark of the full text.
	ID       string
	Version  string
	Language wording.Language
	// Text is everything the notice said, links included.
	Text string
	// Fingerprint is the SHA-256 of Text in hex.
	Fingerprint string
	// marker is "Hinweis W1-K7QF", as it stands in brackets in the message.
	marker string
}

func loadTexts(language wording.Language) (map[string]string, error) {
	data, err := texts.ReadFile("texts/notice." + string(language) + ".json")
	if err != nil {
		return nil, inbox.InvalidField("language", "there is no such text")
	}
	t := map[string]string{}
	if err := json.Unmarshal(data, &t); err != nil {
		return nil, fmt.Errorf("read notice text: %w", err)
	}
	return t, nil
}

// Prefill is the usual text the customer finds already typed. The error names
// the field "language".
func Prefill(language wording.Language) (string, error) {
	t, err := loadTexts(language)
	return t["prefill"], err
}

func heading(t map[string]string, s Shop) string {
	return strings.ReplaceAll(t["heading"], "{company}", strings.TrimSpace(s.Company))
}

func writeNotice(t map[string]string, s Shop, language wording.Language) Notice {
	text := strings.Join([]string{
		heading(t, s), t["notice"], t["privacy"] + ": " + s.PrivacyURL, t["imprint"] + ": " + s.ImprintURL,
	}, "\n")
	id := t["code"] + "-" + wording.Mark(text)
	return Notice{
		ID: id, Version: t["version"], Language: language, Text: text, Fingerprint: wording.Fingerprint(text),
		marker: t["marker"] + " " + id,
	}
}

var noticeMarker = regexp.MustCompile(`(?i)\((?:Hinweis|Notice) ([A-Z]\d{1,3}-[A-Z2-7]{4})\)`)

// FindNotice returns the ID of the notice a message says was shown. The
// customer can change or delete it, so it is a hint to a kept Notice, no more.
func FindNotice(message string) (id string, ok bool) {
	found := noticeMarker.FindStringSubmatch(message)
	if found == nil {
		return "", false
	}
	return strings.ToUpper(found[1]), true
}

package access

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// Ground is why a message may say something about others (Art. 15(4) GDPR).
type Ground string

// The grounds.
const (
	GroundCard  Ground = "card"  // a contact card that is not her own
	GroundPhone Ground = "phone" // a number that is neither hers nor the shop's
	GroundMail  Ground = "mail"  // an e-mail address that is not the shop's
)

// Proposal is a message to be looked at before it is handed over. What it says
// of others that has no such sign, only a person can see.
type Proposal struct {
	ID      string
	At      time.Time
	FromHer bool
	Text    string
	Grounds []Ground
}

var (
	mailAddress = regexp.MustCompile(`[\p{L}\d._%+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+`)
	phoneNumber = regexp.MustCompile(`(?:\+|\b0)[\d][\d ()/.-]{5,18}\d`)
	someDate    = regexp.MustCompile(`^\d{1,2}\.\s?\d{1,2}\.\s?(?:\d{2}|\d{4})\b`)
)

// Propose lists the messages of a record that hold contact cards, numbers or
// addresses of others.
func Propose(r Record) []Proposal {
	own := ownNumbers(r)
	list := []Proposal{}
	seen := map[string]bool{} // what the archive has a copy of is decided once
	look := func(messages []Message) {
		for _, m := range messages {
			if m.WAMID != "" && seen[m.WAMID] {
				continue
			}
			seen[m.WAMID] = true
			if grounds := groundsOf(m, r, own); len(grounds) > 0 {
				list = append(list, Proposal{ID: m.ID, At: m.SentAt, FromHer: m.Direction == "in", Text: excerpt(m), Grounds: grounds})
			}
		}
	}
	for _, c := range r.Conversations {
		look(c.Messages)
	}
	for _, k := range r.Archive {
		look(k.Messages)
	}
	slices.SortStableFunc(list, func(a, b Proposal) int { return a.At.Compare(b.At) })
	return list
}

// ownNumbers are the numbers of the person and of the shop, as digits.
func ownNumbers(r Record) map[string]bool {
	own := map[string]bool{national(r.Controller.Phone): true}
	for _, i := range r.Person.Identifiers {
		if i.Kind == "wa_id" {
			own[national(i.Value)] = true
		}
	}
	return own
}

// national is a number without what is written in different ways before it.
func national(number string) string {
	digits := strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, strings.Replace(number, "(0)", "", 1))
	digits = strings.TrimPrefix(digits, "00")
	for _, country := range []string{"49", "43", "41"} {
		if rest, found := strings.CutPrefix(digits, country); found && len(rest) > 6 {
			return rest
		}
	}
	return strings.TrimPrefix(digits, "0")
}

func groundsOf(m Message, r Record, own map[string]bool) (grounds []Ground) {
	if m.Details != nil {
		for _, card := range m.Details.Contacts {
			hers := len(card.Phones) > 0
			for _, phone := range card.Phones {
				hers = hers && own[national(phone)]
			}
			if !hers && !slices.Contains(grounds, GroundCard) {
				grounds = append(grounds, GroundCard)
			}
		}
	}
	if m.File != nil && strings.HasPrefix(m.File.Type, "text/") && strings.Contains(m.File.Type, "vcard") {
		grounds = append(grounds, GroundCard)
	}
	texts := m.Text
	for _, v := range m.Versions {
		texts += "\n" + v.Text
	}
	if slices.ContainsFunc(phoneNumber.FindAllString(texts, -1), func(n string) bool { return !someDate.MatchString(n) && !own[national(n)] && len(national(n)) > 5 }) {
		grounds = append(grounds, GroundPhone)
	}
	if slices.ContainsFunc(mailAddress.FindAllString(texts, -1), func(a string) bool { return !strings.EqualFold(a, r.Controller.Mail) }) {
		grounds = append(grounds, GroundMail)
	}
	return grounds
}

// maxExcerpt is how much of a message is shown to decide about it, in characters.
const maxExcerpt = 160

func excerpt(m Message) string {
	text := m.Text
	if m.Details != nil {
		for _, card := range m.Details.Contacts {
			text = strings.TrimSpace(text + " " + card.Name)
		}
	}
	if runes := []rune(text); len(runes) > maxExcerpt {
		return string(runes[:maxExcerpt]) + " …"
	}
	return text
}

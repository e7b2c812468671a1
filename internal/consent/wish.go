package consent

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Wish is what a customer asks for with one of the known words.
type Wish string

// The wishes. WishStop and, for advertising, WishObject have their effect by
// themselves, and so have WishYes and WishNo as answers to a question that is
// open. WishObject, WishAccess and WishErase open a case; a person decides it.
const (
	WishNone   Wish = ""
	WishStop   Wish = "stop"   // no more advertising (Art. 7(3), 21(2) GDPR)
	WishObject Wish = "object" // objection to all processing (Art. 21(1) GDPR)
	WishAccess Wish = "access" // Art. 15 GDPR
	WishErase  Wish = "erase"  // Art. 17 GDPR
	WishHelp   Wish = "help"
	WishStart  Wish = "start" // wants to be asked again
	WishYes    Wish = "yes"
	WishNo     Wish = "no"
)

// Ids of the buttons under a question for consent and under advertising.
const (
	YesPayload  = "CONSENT_YES"
	NoPayload   = "CONSENT_NO"
	StopPayload = "CONSENT_STOP"
)

// vocabulary lists whole messages, normalised.
var vocabulary = map[Wish][]string{
	WishStop: {
		"stop", "stopp", "abmelden", "abmeldung", "abbestellen", "austragen", "keine werbung", "keine werbung mehr", "werbung stop",
		"werbung stopp", revocation, "widerrufen", "unsubscribe", "opt out", "optout", "cancel", "end", "quit", "no more",
		"arret", "wypisz", "dur", "iptal",
	},
	WishObject: {"widerspruch", "object", "objection"},
	WishAccess: {"auskunft", "meine daten", "access", "my data"},
	WishErase:  {"loeschen", "daten loeschen", "meine daten loeschen", "vergessen", "delete", "erase", "delete my data"},
	WishHelp:   {"hilfe", "datenschutz", "impressum", "help", "privacy"},
	WishStart:  {"start"},
	WishYes:    {"ja", "ja gerne", "yes", "ok ich willige ein"},
	WishNo:     {"nein", "nein danke", "no", "no thanks", "no thank you"},
}

// revocation may mean a consent or a contract (§ 355 BGB): it stops advertising,
// and a person has to ask about the contract.
const revocation = "widerruf"

// Words that stop advertising inside a message of at most maxStopTokens words,
// unless one of the negations is there too.
var (
	stopWords = []string{"stop", "stopp", "abmelden", "abbestellen", "austragen", "unsubscribe"}
	negations = []string{"nicht", "kein", "keinen", "keine", "nie", "not", "dont", "never", "no"}
)

const maxStopTokens = 4

// Recognise returns what a whole message asks for. Anything longer than the
// known words is WishNone: a person has to read it.
func Recognise(text string) Wish {
	if len(text) > 200 {
		return WishNone
	}
	text = normalise(text)
	for wish, list := range vocabulary {
		if slices.Contains(list, text) {
			return wish
		}
	}
	tokens := strings.Fields(text)
	if len(tokens) > maxStopTokens {
		return WishNone
	}
	has := func(list []string) bool {
		return slices.ContainsFunc(tokens, func(t string) bool { return slices.Contains(list, t) })
	}
	if has(stopWords) && !has(negations) {
		return WishStop
	}
	return WishNone
}

// MaybeContract reports whether a word that stops advertising can also mean
// that the customer revokes a contract.
func MaybeContract(text string) bool { return strings.HasPrefix(normalise(text), revocation) }

// Mentions returns the wish a longer message may contain, for a hint to the
// person who reads it. It never has an effect by itself.
func Mentions(text string) Wish {
	padded := " " + normalise(text) + " "
	for _, wish := range []Wish{WishErase, WishAccess, WishObject, WishStop} {
		for _, word := range vocabulary[wish] {
			if len(word) > 4 && strings.Contains(padded, " "+word+" ") {
				return wish
			}
		}
	}
	return WishNone
}

// normalise makes the many ways to type a word one: NFKC, lower case, umlauts
// as two letters, no punctuation, emoji or quotes, single spaces.
func normalise(text string) string {
	text = cases.Fold().String(norm.NFKC.String(text))
	var b strings.Builder
	space := false
	for _, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteString(spelledOut(r))
		case r == '\'' || r == '’':
		default:
			space = true
		}
	}
	return b.String()
}

func spelledOut(r rune) string {
	switch r {
	case 'ä':
		return "ae"
	case 'ö':
		return "oe"
	case 'ü':
		return "ue"
	}
	return string(r)
}

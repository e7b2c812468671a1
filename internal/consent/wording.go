package consent

import (
	"fmt"
	"slices"
	"time"

	"tresen/internal/inbox"
)

// QuestionParts is what a question for consent is made of.
type QuestionParts struct {
	Purpose Purpose
	// Language is de or en.
	Language string
	Shop     string
	Address  string
	// Privacy is the address of the privacy notice, or empty.
	Privacy string
	// Topics and Frequency are the shop's own words; both may be empty.
	Topics, Frequency string
}

// questionVersion changes whenever the words below do.
const questionVersion = "2026-11"

var purposeWords = map[string]map[Purpose]string{
	"de": {PurposeNews: "Informationen und Angebote", PurposeReminders: "Erinnerungen an Termine", PurposeFeedback: "Fragen zu Ihrer Zufriedenheit"},
	"en": {PurposeNews: "information and offers", PurposeReminders: "reminders of appointments", PurposeFeedback: "questions about how satisfied you are"},
}

// Question words the question for a consent: voluntary, for one purpose, with
// the way to withdraw it (Art. 7(2), (3) GDPR). Calls cannot be asked for here
// (§ 7(2) no. 1 UWG asks for more). It fails with invalid if the shop's name is
// missing or the text is too long for a message with buttons.
func Question(p QuestionParts) (Wording, error) {
	words, ok := purposeWords[p.Language]
	if !ok {
		return Wording{}, inbox.InvalidField("language", "neither de nor en")
	}
	what := words[p.Purpose]
	if what == "" {
		return Wording{}, inbox.InvalidField("purpose", "cannot be asked for in the chat")
	}
	if p.Shop == "" {
		return Wording{}, inbox.InvalidField("shop", "the shop's name is missing")
	}
	w := Wording{
		Version: fmt.Sprintf("%s-%s-%s", p.Purpose, p.Language, questionVersion), Language: p.Language,
		Controller: p.Shop + ", " + p.Address, PrivacyVersion: p.Privacy, AgeShown: true,
	}
	if p.Language == "de" {
		w.Text = fmt.Sprintf("Möchten Sie künftig von %s per WhatsApp %s%s erhalten%s? Das ist freiwillig. Widerrufen können Sie jederzeit mit STOPP. "+
			"Mit „Ja“ bestätigen Sie, dass Sie mindestens 16 Jahre alt sind.%s Ohne Antwort passiert nichts.",
			p.Shop, what, led(" zu ", p.Topics), enclosed(p.Frequency), led(" Datenschutz: ", p.Privacy))
	} else {
		w.Text = fmt.Sprintf("Would you like to receive %s%s from %s via WhatsApp%s? This is voluntary. You can withdraw any time with STOP. "+
			"With “Yes” you confirm that you are at least 16 years old.%s If you do not reply, nothing happens.",
			what, led(" about ", p.Topics), p.Shop, enclosed(p.Frequency), led(" Privacy: ", p.Privacy))
	}
	if len([]rune(w.Text)) > inbox.MaxInteractiveBody {
		return Wording{}, inbox.InvalidField("topics", "too long")
	}
	return w, nil
}

func led(lead, text string) string {
	if text == "" {
		return ""
	}
	return lead + text
}

func enclosed(text string) string {
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}

// Buttons returns the words of the two buttons under a question.
func Buttons(language string) (yes, no string) {
	if language == "en" {
		return "Yes", "No"
	}
	return "Ja", "Nein"
}

// english are wishes nobody would write in German.
var english = []string{"unsubscribe", "opt out", "optout", "cancel", "end", "quit", "no more", "yes", "no", "no thanks", "no thank you", "object", "objection"}

// StopAnswer is what somebody hears who wants no more advertising.
func StopAnswer(language string) string {
	if language == "en" {
		return "You will get no more advertising from us. We still answer your enquiries."
	}
	return "Sie erhalten keine Werbung mehr von uns. Ihre Anfragen beantworten wir weiter."
}

// Confirmation words the one answer to a wish that has taken effect, in the
// language of the wish; empty where none is due. It asks nothing and offers
// nothing.
func Confirmation(o Outcome, text string, at time.Time) string {
	inEnglish := slices.Contains(english, normalise(text))
	switch {
	case o.Stopped && inEnglish:
		return StopAnswer("en")
	case o.Stopped:
		return StopAnswer("de")
	case o.Wish == WishYes && len(o.Purposes) > 0 && inEnglish:
		return "Thank you, registered on " + at.Format("2 January 2006, 15:04") + ". Unsubscribe any time with STOP."
	case o.Wish == WishYes && len(o.Purposes) > 0:
		return "Danke, eingetragen am " + at.Format("02.01.2006, 15:04") + " Uhr. Abmelden jederzeit mit STOPP."
	}
	return ""
}

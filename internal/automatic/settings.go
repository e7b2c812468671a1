package automatic

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tresen/internal/inbox"
	"tresen/internal/profile/wording"
	"tresen/internal/snippet"
)

// Settings is what the owner chose. The zero value sends nothing.
type Settings struct {
	Notice Notice `json:"notice"`
	// Greeting goes out while the shop is open, Absence while it is closed.
	Greeting Answer `json:"greeting"`
	Absence  Answer `json:"absence"`
	// PauseDays is how long a conversation must have rested before somebody is greeted again.
	PauseDays int `json:"pauseDays"`
	// Receipt answers those who exercise a right or ask for help with one word.
	Receipt Answer         `json:"receipt"`
	Intake  IntakeSettings `json:"intake"`
}

// Answer is a text of the owner's that can be switched on.
type Answer struct {
	On   bool   `json:"on"`
	Text string `json:"text"`
}

// Notice is the privacy notice on first contact.
type Notice struct {
	On        bool               `json:"on"`
	Languages []wording.Language `json:"languages"`
	// Edited are the owner's own words by language; without them the generated ones count.
	Edited map[wording.Language]Text `json:"edited,omitempty"`
	// Confirmed is what is sent, word for word; nil sends nothing.
	Confirmed *Confirmed `json:"confirmed,omitempty"`
}

// Confirmed is a notice the owner confirmed.
type Confirmed struct {
	// ID is the kept text, Generation its count of material changes.
	ID         int64     `json:"id"`
	Generation int       `json:"generation"`
	At         time.Time `json:"at"`
	Texts      []Text    `json:"texts"`
}

// Limits, in characters.
const (
	MaxAnswer    = 700
	MaxQuestion  = 300
	MaxQuestions = 3
	MinPause     = 1
	MaxPause     = 90
	UsualPause   = 14
)

// First returns the settings a new shop begins with: everything off, with
// texts to start from.
func First(language wording.Language) Settings {
	s := Settings{PauseDays: UsualPause, Notice: Notice{Languages: []wording.Language{language}}}
	if language == wording.English {
		s.Greeting.Text = "Hello, this is {shop}. Thank you for your message. We will answer as soon as we can."
		s.Absence.Text = "Hello, this is {shop}. Thank you for your message. We are closed right now and will be back {opening}."
		s.Receipt.Text = "We have received your request and will answer it within one month at the latest."
		s.Intake = IntakeSettings{
			Ask: "May we ask you two short questions first? Then we can help you faster. A person will read everything.", Yes: "Yes", No: "No",
			Questions: []Question{{Text: "What is it about?", Choices: []string{"Appointment", "Order", "Something else"}}, {Text: "When would suit you best?"}},
			Closing:   "Thank you. A person takes it from here.",
		}
		return s
	}
	s.Greeting.Text = "Guten Tag, hier ist {Laden}. Danke für Ihre Nachricht. Wir antworten Ihnen, so schnell wir können."
	s.Absence.Text = "Guten Tag, hier ist {Laden}. Danke für Ihre Nachricht. Wir haben gerade geschlossen und sind {Nächste Öffnung} wieder für Sie da."
	s.Receipt.Text = "Ihr Anliegen ist bei uns angekommen. Wir beantworten es spätestens innerhalb eines Monats."
	s.Intake = IntakeSettings{
		Ask: "Dürfen wir Ihnen vorab zwei kurze Fragen stellen? Dann können wir schneller helfen. Alles liest ein Mensch.", Yes: "Ja", No: "Nein",
		Questions: []Question{{Text: "Worum geht es?", Choices: []string{"Termin", "Bestellung", "Etwas anderes"}}, {Text: "Wann passt es Ihnen am besten?"}},
		Closing:   "Danke. Ab hier kümmert sich ein Mensch um Ihr Anliegen.",
	}
	return s
}

// Active reports whether anything is switched on.
func (s Settings) Active() bool {
	return s.Notice.On || s.Greeting.On || s.Absence.On || s.Receipt.On || s.Intake.On
}

// Clean drops what nobody can see.
func (s Settings) Clean() Settings {
	for _, text := range []*string{&s.Greeting.Text, &s.Absence.Text, &s.Receipt.Text} {
		*text = tidy(*text)
	}
	s.Intake = s.Intake.clean()
	return s
}

// tidy trims and makes one kind of line end.
func tidy(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
}

// Check refuses what could not be sent, naming the field: "greeting", "absence",
// "receipt", "pauseDays", "intake.ask", "intake.questions.0.choices", …
// known are the variables that have a value now; hours says whether the shop
// has opening hours. What is switched off may be empty, but never wrong.
func (s Settings) Check(known snippet.Values, hours bool) error {
	if s.PauseDays < MinPause || s.PauseDays > MaxPause {
		return inbox.InvalidField("pauseDays", "not between 1 and 90")
	}
	for _, a := range []struct {
		field  string
		answer Answer
	}{{"greeting", s.Greeting}, {"absence", s.Absence}, {"receipt", s.Receipt}} {
		if err := checkText(a.field, a.answer.Text, MaxAnswer, a.answer.On, known); err != nil {
			return err
		}
	}
	if s.Absence.On && !hours {
		return inbox.InvalidField("hours", "an absence message needs opening hours")
	}
	if s.Notice.On && s.Notice.Confirmed == nil {
		return inbox.InvalidField("notice", "not confirmed")
	}
	return s.Intake.check(known)
}

// checkText refuses a text that is too long, missing though needed, or names a
// variable that has no value: the customer would see its braces.
func checkText(field, text string, most int, needed bool, known snippet.Values) error {
	switch {
	case !utf8.ValidString(text) || utf8.RuneCountInString(text) > most:
		return inbox.InvalidField(field, "too long or not text")
	case needed && text == "":
		return inbox.InvalidField(field, "missing")
	}
	if _, missing := snippet.Fill(text, known); len(missing) > 0 {
		return inbox.InvalidField(field+".variable", "names something that has no value")
	}
	return nil
}

func numbered(field string, i int) string { return field + "." + strconv.Itoa(i) }

package automatic

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/profile/wording"
	"tresen/internal/snippet"
)

// IntakeSettings are the questions asked before a person takes over. Saying yes
// to them is no consent to advertising: they belong to the enquiry.
type IntakeSettings struct {
	On bool `json:"on"`
	// Ask is the question whether to ask; Yes and No are its buttons.
	Ask       string     `json:"ask"`
	Yes       string     `json:"yes"`
	No        string     `json:"no"`
	Questions []Question `json:"questions"`
	// Closing is said at the end, also after no; it may be empty.
	Closing string `json:"closing"`
	// Advertise asks at the end for a consent to advertising, as a question of
	// its own; Topics and Frequency are the shop's words in it.
	Advertise bool   `json:"advertise"`
	Topics    string `json:"topics"`
	Frequency string `json:"frequency"`
}

// Question is one of up to three. Without choices any words answer it.
type Question struct {
	Text    string   `json:"text"`
	Choices []string `json:"choices"`
}

// Intake is how far the questions to one person have come.
type Intake struct {
	// Step is 0 while she is asked whether she may be asked, then the question's number.
	Step int `json:"step"`
	// AskedAt is when the last of them was put, by our clock.
	AskedAt time.Time        `json:"askedAt"`
	Answers []AnsweredIntake `json:"answers,omitempty"`
}

// AnsweredIntake is a question as it was put, and the answer.
type AnsweredIntake struct {
	Question string `json:"q"`
	Answer   string `json:"a"`
}

// IntakeLife is how long an answer is waited for, and how long questions that
// were begun are kept: after that the window is closed and a person has to look
// anyway (Art. 5(1)(e) GDPR).
const IntakeLife = inbox.WindowLength

// Ids of the buttons. They are none of the consent's.
const (
	intakeYes    = "INTAKE_YES"
	intakeNo     = "INTAKE_NO"
	intakeChoice = "INTAKE_" // question number, "_", choice number
)

// End says how the questions ended.
type End string

// The ends; empty means that they go on.
const (
	EndNone     End = ""
	EndDeclined End = "declined" // she said no
	EndDone     End = "done"     // all are answered
	EndWords    End = "words"    // she wrote something else: a person takes over at once
	EndExpired  End = "expired"  // too late for an answer
	EndPerson   End = "person"   // a person of the shop has taken over
	EndStop     End = "stop"     // STOPP, or one of the words of the law
)

// Heard is a message of somebody who is being asked.
type Heard struct {
	// Text is what a text message says, or a button's title; empty for everything else.
	Text    string
	Payload string
	Word    Word
	SentAt  time.Time
	// Answered is when a person of the shop last wrote, or zero.
	Answered    time.Time
	ConsentOpen bool
}

// Turn is what follows from a message of somebody who is being asked.
type Turn struct {
	// Next is nil when the questions have ended.
	Next     *Intake
	End      End
	Messages []Message
	// Note is what is to be written down about the person, or empty.
	Note string
}

// Hear takes a message as an answer, or ends the questions. Whatever it does not
// expect ends them: nobody has to argue with a program.
func (i Intake) Hear(s IntakeSettings, shop Shop, h Heard, now time.Time) Turn {
	end := i.interrupted(s, h, now)
	if end != EndNone {
		return Turn{End: end, Note: i.note(shop.Language, now)}
	}
	if h.Payload == "" && h.SentAt.Before(i.AskedAt.Truncate(time.Second)) || i.repeated(h.Payload) {
		return Turn{Next: &i} // written before she could read the question, or tapped twice
	}
	shop = shop.filled(now)
	answer, ok := i.answer(s, h)
	switch {
	case !ok:
		return Turn{End: EndWords, Note: i.note(shop.Language, now)}
	case i.Step == 0 && answer == intakeNo:
		return Turn{End: EndDeclined, Messages: s.closing(shop)}
	case i.Step > 0:
		i.Answers = append(slices.Clone(i.Answers), AnsweredIntake{s.Questions[i.Step-1].Text, answer})
	}
	if i.Step == len(s.Questions) {
		return Turn{End: EndDone, Messages: s.closing(shop), Note: i.note(shop.Language, now)}
	}
	i.Step, i.AskedAt = i.Step+1, now
	next := s.question(shop, i.Step)
	if !next.fits() {
		return Turn{End: EndPerson, Note: i.note(shop.Language, now)}
	}
	return Turn{Next: &i, Messages: []Message{next}}
}

// interrupted says what ends the questions whatever the answer is.
func (i Intake) interrupted(s IntakeSettings, h Heard, now time.Time) End {
	switch {
	case h.Word == WordStop || h.Word == WordRight || h.Word == WordConsent:
		return EndStop
	case !s.On || i.Step > len(s.Questions):
		return EndPerson // the owner changed the questions
	case !h.Answered.IsZero() && !h.Answered.Before(i.AskedAt) || h.ConsentOpen:
		return EndPerson
	case now.Sub(i.AskedAt) >= IntakeLife:
		return EndExpired
	}
	return EndNone
}

// Expire ends questions nobody finished. Note is what was answered until then,
// to be written down about the person, or empty.
func (i Intake) Expire(language wording.Language, zone *time.Location) (note string) {
	return i.note(language, i.AskedAt.In(zone))
}

// repeated recognises a button of a question that was answered already.
func (i Intake) repeated(payload string) bool {
	if i.Step == 0 || !strings.HasPrefix(payload, intakeChoice) {
		return false
	}
	number, _, found := strings.Cut(strings.TrimPrefix(payload, intakeChoice), "_")
	n, err := strconv.Atoi(number)
	return payload == intakeYes || payload == intakeNo || found && err == nil && n < i.Step
}

// answer reads a message as an answer to the question that is open.
func (i Intake) answer(s IntakeSettings, h Heard) (string, bool) {
	if i.Step == 0 {
		switch {
		case h.Payload == intakeYes, h.Payload == "" && (h.Word == WordYes || same(h.Text, s.Yes)):
			return intakeYes, true
		case h.Payload == intakeNo, h.Payload == "" && (h.Word == WordNo || same(h.Text, s.No)):
			return intakeNo, true
		}
		return "", false
	}
	q := s.Questions[i.Step-1]
	for n, choice := range q.Choices {
		if h.Payload == choiceID(i.Step, n) || h.Payload == "" && same(h.Text, choice) {
			return choice, true
		}
	}
	text := strings.TrimSpace(h.Text)
	return text, len(q.Choices) == 0 && h.Payload == "" && text != ""
}

func same(a, b string) bool {
	return b != "" && strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b))
}

func choiceID(step, n int) string { return intakeChoice + strconv.Itoa(step) + "_" + strconv.Itoa(n) }

// ask is the question whether to ask, with the way to the privacy notice.
func (s IntakeSettings) ask(shop Shop) Message {
	text := shop.fill(s.Ask)
	if text == "" {
		return Message{}
	}
	if link := shop.Values[snippet.VarPrivacy]; link != "" && !strings.Contains(text, link) {
		label := "Datenschutz: "
		if shop.Language == wording.English {
			label = "Privacy: "
		}
		text += "\n" + label + link
	}
	return Message{Kinds: []Kind{KindIntake}, Text: text, Buttons: []inbox.ReplyButton{{ID: intakeYes, Title: s.Yes}, {ID: intakeNo, Title: s.No}}}
}

// fits reports whether a question can be sent: what it names may have lost its
// value or have become longer since it was saved.
func (m Message) fits() bool { return m.Text != "" && len([]rune(m.Text)) <= inbox.MaxInteractiveBody }

func (s IntakeSettings) question(shop Shop, step int) Message {
	q := s.Questions[step-1]
	m := Message{Kinds: []Kind{KindIntake}, Text: shop.fill(q.Text)}
	for n, choice := range q.Choices {
		m.Buttons = append(m.Buttons, inbox.ReplyButton{ID: choiceID(step, n), Title: choice})
	}
	return m
}

func (s IntakeSettings) closing(shop Shop) []Message {
	text := shop.fill(s.Closing)
	if text == "" {
		return nil
	}
	return []Message{{Kinds: []Kind{KindIntake}, Text: text}}
}

// note is what a person reads who takes over; empty if nothing was answered.
func (i Intake) note(language wording.Language, now time.Time) string {
	if len(i.Answers) == 0 {
		return ""
	}
	head := "Antworten auf Ihre Fragen, " + now.Format("02.01.2006, 15:04") + " Uhr"
	if language == wording.English {
		head = "Answers to your questions, " + now.Format("2 January 2006, 15:04")
	}
	lines := []string{head}
	for _, a := range i.Answers {
		lines = append(lines, a.Question+" – "+a.Answer)
	}
	return strings.Join(lines, "\n")
}

func (s IntakeSettings) clean() IntakeSettings {
	s.Ask, s.Yes, s.No, s.Closing = tidy(s.Ask), tidy(s.Yes), tidy(s.No), tidy(s.Closing)
	s.Questions = slices.Clone(s.Questions)
	for i, q := range s.Questions {
		kept := []string{}
		for _, choice := range q.Choices {
			if choice = tidy(choice); choice != "" {
				kept = append(kept, choice)
			}
		}
		s.Questions[i] = Question{Text: tidy(q.Text), Choices: kept}
	}
	return s
}

func (s IntakeSettings) check(known snippet.Values) error {
	if err := checkText("intake.ask", s.Ask, MaxAnswer, s.On, known); err != nil {
		return err
	}
	if err := checkText("intake.closing", s.Closing, MaxAnswer, false, known); err != nil {
		return err
	}
	if len(s.Questions) > MaxQuestions || s.On && len(s.Questions) == 0 {
		return inbox.InvalidField("intake.questions", "one to three")
	}
	if s.On && !buttonsFit([]string{s.Yes, s.No}) {
		return inbox.InvalidField("intake.buttons", "empty, too long or twice the same")
	}
	for i, q := range s.Questions {
		field := numbered("intake.questions", i)
		if err := checkText(field, q.Text, MaxQuestion, true, known); err != nil {
			return err
		}
		if len(q.Choices) > inbox.MaxReplyButtons || !buttonsFit(q.Choices) {
			return inbox.InvalidField(field+".choices", "too many, too long or twice the same")
		}
	}
	return nil
}

func buttonsFit(titles []string) bool {
	for i, title := range titles {
		if title == "" || len([]rune(title)) > inbox.MaxButtonTitle || slices.Contains(titles[:i], title) {
			return false
		}
	}
	return true
}

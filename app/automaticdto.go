package app

import (
	"slices"

	"tresen/internal/automatic"
	"tresen/internal/inbox"
	"tresen/internal/profile/wording"
)

// AutomaticDesk is everything about messages the shop sends by itself.
type AutomaticDesk struct {
	Form   AutomaticForm `json:"form"`
	Notice NoticeState   `json:"notice"`
	// HasHours is false if no opening hours are known: then nothing tells open from closed.
	HasHours bool `json:"hasHours"`
	// Variables are how texts name what is filled in.
	Variables []SnippetVariable `json:"variables"`
	Limits    AutomaticLimits   `json:"limits"`
	// Arrived, UnderWay and Failed count people by their newest notice; Intakes are being asked now.
	Arrived  int `json:"arrived"`
	UnderWay int `json:"underWay"`
	Failed   int `json:"failed"`
	Intakes  int `json:"intakes"`
	// Months count delivered automatic messages, newest month first.
	Months []AutomaticMonthRow `json:"months"`
}

// AutomaticForm is what the owner can switch and write.
type AutomaticForm struct {
	NoticeOn bool `json:"noticeOn"`
	// NoticeLanguages is de, en or both.
	NoticeLanguages string              `json:"noticeLanguages"`
	Greeting        AutomaticAnswerForm `json:"greeting"`
	Absence         AutomaticAnswerForm `json:"absence"`
	PauseDays       int                 `json:"pauseDays"`
	Receipt         AutomaticAnswerForm `json:"receipt"`
	Intake          IntakeForm          `json:"intake"`
}

// AutomaticAnswerForm is one text that can be switched on.
type AutomaticAnswerForm struct {
	On   bool   `json:"on"`
	Text string `json:"text"`
}

// IntakeForm are the questions before a person takes over.
type IntakeForm struct {
	On        bool                 `json:"on"`
	Ask       string               `json:"ask"`
	Yes       string               `json:"yes"`
	No        string               `json:"no"`
	Questions []IntakeQuestionForm `json:"questions"`
	Closing   string               `json:"closing"`
	Advertise bool                 `json:"advertise"`
	Topics    string               `json:"topics"`
	Frequency string               `json:"frequency"`
}

// IntakeQuestionForm is one question; without choices any words answer it.
type IntakeQuestionForm struct {
	Text    string   `json:"text"`
	Choices []string `json:"choices"`
}

// AutomaticLimits are counted in characters, but for the numbers of things.
type AutomaticLimits struct {
	Notice    int `json:"notice"`
	Answer    int `json:"answer"`
	Question  int `json:"question"`
	Questions int `json:"questions"`
	Choices   int `json:"choices"`
	Button    int `json:"button"`
	MinPause  int `json:"minPause"`
	MaxPause  int `json:"maxPause"`
}

// NoticeState is the privacy notice: the draft, and what is sent.
type NoticeState struct {
	Drafts []NoticeDraft `json:"drafts"`
	// Fingerprint names the drafts together; Confirm wants it back.
	Fingerprint string `json:"fingerprint"`
	// ConfirmedAtMs is 0 if nothing was ever confirmed; Changed says that the draft is another text.
	ConfirmedAtMs int64 `json:"confirmedAtMs"`
	Changed       bool  `json:"changed"`
	// Sent is the confirmed text as it goes out by itself.
	Sent    string `json:"sent"`
	Version string `json:"version"`
	// AsAt is the day whose law the template reflects, as 2026-08-05.
	AsAt    string `json:"asAt"`
	Country string `json:"country"`
}

// NoticeDraft is a notice in one language with what is wrong with it.
type NoticeDraft struct {
	Language string          `json:"language"`
	Lead     string          `json:"lead"`
	Body     string          `json:"body"`
	Edited   bool            `json:"edited"`
	Length   int             `json:"length"`
	Problems []NoticeProblem `json:"problems"`
}

// NoticeProblem is a reason not to confirm a text, or if not Serious a hint.
type NoticeProblem struct {
	Code    string `json:"code"`
	Serious bool   `json:"serious"`
}

// NoticeText is words of the owner's for the notice in one language.
type NoticeText struct {
	Language string `json:"language"`
	Lead     string `json:"lead"`
	Body     string `json:"body"`
}

// NoticeConfirm confirms the drafts that were shown.
type NoticeConfirm struct {
	Fingerprint string `json:"fingerprint"`
	// Material says that people who know the old text must get the new one.
	Material bool `json:"material"`
}

// AutomaticPreviewRequest asks what a first message would get at a moment.
type AutomaticPreviewRequest struct {
	AtMs int64         `json:"atMs"`
	Form AutomaticForm `json:"form"`
}

// AutomaticPreview is what would be sent. Because is off if nothing is.
type AutomaticPreview struct {
	Open bool `json:"open"`
	// Opening is when the shop opens next in words, or empty.
	Opening  string             `json:"opening"`
	Messages []AutomaticMessage `json:"messages"`
	Because  string             `json:"because"`
}

// AutomaticMessage is one message that would be sent.
type AutomaticMessage struct {
	Kinds   []string `json:"kinds"`
	Text    string   `json:"text"`
	Buttons []string `json:"buttons"`
}

// AutomaticMonthRow counts the delivered automatic messages of a month.
type AutomaticMonthRow struct {
	// Month is written 2026-11.
	Month    string `json:"month"`
	Messages int    `json:"messages"`
	// Cost is decimal text in Currency, or empty without a price for service messages.
	Cost     string `json:"cost"`
	Currency string `json:"currency"`
}

// SentNoticeRow is the proof that a person was sent a notice.
type SentNoticeRow struct {
	AtMs int64 `json:"atMs"`
	// Version and Text are of the confirmed text, word for word.
	Version string `json:"version"`
	Text    string `json:"text"`
	// Status is the message's, as delivered.
	Status     string `json:"status"`
	StatusAtMs int64  `json:"statusAtMs"`
}

// GeneratedRow is a text the program words from the shop's details.
type GeneratedRow struct {
	// Kind is notice, privacy, imprint, poster or stop.
	Kind     string `json:"kind"`
	Language string `json:"language"`
	Version  string `json:"version"`
	// AsAt is the day whose law the template reflects, or empty.
	AsAt string `json:"asAt"`
	// ConfirmedAtMs is when the owner confirmed it, 0 if unknown or never.
	ConfirmedAtMs int64 `json:"confirmedAtMs"`
	// State is draft, confirmed, changed (since it was confirmed), fixed (nothing to confirm) or incomplete.
	State string `json:"state"`
	Text  string `json:"text"`
}

func automaticForm(s automatic.Settings) AutomaticForm {
	form := AutomaticForm{
		NoticeOn: s.Notice.On, NoticeLanguages: "both", PauseDays: s.PauseDays,
		Greeting: AutomaticAnswerForm(s.Greeting), Absence: AutomaticAnswerForm(s.Absence), Receipt: AutomaticAnswerForm(s.Receipt),
		Intake: IntakeForm{
			On: s.Intake.On, Ask: s.Intake.Ask, Yes: s.Intake.Yes, No: s.Intake.No, Closing: s.Intake.Closing, Questions: []IntakeQuestionForm{},
			Advertise: s.Intake.Advertise, Topics: s.Intake.Topics, Frequency: s.Intake.Frequency,
		},
	}
	if len(s.Notice.Languages) == 1 {
		form.NoticeLanguages = string(s.Notice.Languages[0])
	}
	for _, q := range s.Intake.Questions {
		form.Intake.Questions = append(form.Intake.Questions, IntakeQuestionForm{Text: q.Text, Choices: append([]string{}, q.Choices...)})
	}
	return form
}

// into writes the form into settings; the notice's words stay.
func (f AutomaticForm) into(s *automatic.Settings) error {
	switch f.NoticeLanguages {
	case "both":
		s.Notice.Languages = wording.Languages()
	default:
		l, err := wording.ParseLanguage(f.NoticeLanguages)
		if err != nil {
			return inbox.InvalidField("noticeLanguages", "not de, en or both")
		}
		s.Notice.Languages = []wording.Language{l}
	}
	s.Notice.On, s.PauseDays = f.NoticeOn, f.PauseDays
	s.Greeting, s.Absence, s.Receipt = automatic.Answer(f.Greeting), automatic.Answer(f.Absence), automatic.Answer(f.Receipt)
	s.Intake = automatic.IntakeSettings{
		On: f.Intake.On, Ask: f.Intake.Ask, Yes: f.Intake.Yes, No: f.Intake.No, Closing: f.Intake.Closing,
		Advertise: f.Intake.Advertise, Topics: inbox.CleanLine(f.Intake.Topics, 120), Frequency: inbox.CleanLine(f.Intake.Frequency, 40),
	}
	for _, q := range f.Intake.Questions {
		s.Intake.Questions = append(s.Intake.Questions, automatic.Question{Text: q.Text, Choices: slices.Clone(q.Choices)})
	}
	*s = s.Clean()
	return nil
}

func noticeDraft(parts automatic.Parts, text automatic.Text, edited bool) NoticeDraft {
	draft := NoticeDraft{
		Language: string(text.Language), Lead: text.Lead, Body: text.Body, Edited: edited, Length: text.Length(), Problems: []NoticeProblem{},
	}
	for _, p := range automatic.Problems(parts, text) {
		draft.Problems = append(draft.Problems, NoticeProblem{Code: string(p), Serious: p.Serious()})
	}
	return draft
}

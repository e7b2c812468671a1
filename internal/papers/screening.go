package papers

import (
	"fmt"
	"slices"

	"tresen/internal/print"
)

// questions of the screening: a yes to one of them asks for a DPIA or for a
// lawyer's word that none is needed.
var questions = []struct{ key, de, en string }{
	{"special", "Gehört es zum Geschäft, Gesundheitsdaten oder andere besondere Kategorien in größerem Umfang zu bearbeiten?", "Is handling health data or other special categories on a larger scale part of the business?"},
	{"scoring", "Werden Personen systematisch bewertet, oder entscheidet ein Automat über sie?", "Are persons systematically evaluated, or does an automaton decide about them?"},
	{"watching", "Werden öffentlich zugängliche Bereiche systematisch überwacht?", "Are publicly accessible areas systematically monitored?"},
	{"scale", "Ist der Umfang groß, etwa Tausende von Personen in einer ganzen Region?", "Is the scale large, for example thousands of persons in a whole region?"},
	{"weak", "Geht es vor allem um Kinder, Kranke oder andere Schutzbedürftige?", "Is it mainly about children, patients or others in need of protection?"},
	{"list", "Steht die Tätigkeit auf der Liste der Aufsichtsbehörde, oder wird neue Technik mit hohem Risiko eingesetzt?", "Is the activity on the authority's list, or is new technology with a high risk used?"},
}

// QuestionsOf returns the keys and words of the six questions.
func QuestionsOf(language string) [][2]string {
	out := make([][2]string, 0, len(questions))
	for _, q := range questions {
		words := q.de
		if language == "en" {
			words = q.en
		}
		out = append(out, [2]string{q.key, words})
	}
	return out
}

// Needed reports whether an answer asks for a DPIA.
func (s Screening) Needed() bool { return len(s.Yes) > 0 }

func (w *writer) screeningLine() string {
	s := w.f.Screening
	if s.At == "" {
		return w.gap("screening", WhereScreening)
	}
	result := w.t("nicht erforderlich", "not required")
	if s.Needed() {
		result = w.t("erforderlich oder fachlich zu prüfen", "required, or to be checked by an expert")
	}
	return fmt.Sprintf(w.t("Vorprüfung vom %s (%s): %s. Begründung: %s", "Screening of %s (%s): %s. Reasons: %s"), w.day(s.At), w.norm("dpia"), result, s.Reason)
}

func (w *writer) screening() (string, []print.Block) {
	out := []print.Block{print.Text{Text: fmt.Sprintf(w.t("Ob eine Folgenabschätzung nach %s nötig ist.", "Whether an impact assessment under %s is needed."), w.norm("dpia"))}}
	title := w.t("Vorprüfung der Folgenabschätzung", "Screening for an impact assessment")
	if w.f.Screening.At == "" {
		return title, append(out, print.Text{Text: w.t("Noch nicht gemacht.", "Not made yet.") + " " + w.gap("screening", WhereScreening)})
	}
	rows := [][]string{}
	for _, q := range questions {
		answer := w.t("nein", "no")
		if slices.Contains(w.f.Screening.Yes, q.key) {
			answer = w.t("ja", "yes")
		}
		rows = append(rows, []string{w.t(q.de, q.en), answer})
	}
	out = append(out, print.Table{Head: []string{w.t("Frage", "Question"), w.t("Antwort", "Answer")}, Shares: []float64{0.84, 0.16}, Rows: rows})
	by := [][2]string{{w.t("Gemacht von", "Made by"), orDash(w.f.Screening.By)}}
	return title, append(out, print.Entries{Rows: by}, print.Text{Text: w.screeningLine()})
}

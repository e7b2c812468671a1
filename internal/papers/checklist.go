package papers

import (
	"fmt"
	"strconv"
	"time"

	"tresen/internal/print"
)

// Check is one of the eight points.
type Check struct {
	// Number counts from 1.
	Number int
	Key    string
	Title  string
	Norm   string
	// State is Yes if everything below is, No if something is not, Unknown otherwise.
	State Tri
	Lines []CheckLine
}

// CheckLine is one piece of evidence.
type CheckLine struct {
	State Tri
	Text  string
	// Where is the page on which it is set, or empty.
	Where string
}

// Checks computes the eight points.
func Checks(f Facts, language string) []Check {
	w := &writer{f: f, german: language != "en"}
	return w.checks()
}

func (w *writer) checks() []Check {
	list := []Check{
		{Key: "solution", Title: w.t("Die richtige Lösung", "The right solution"), Norm: w.norm("minimise"), Lines: w.checkSolution()},
		{Key: "contracts", Title: w.t("Verträge und Übermittlung", "Contracts and transfers"), Norm: w.norm("processor"), Lines: w.checkContracts()},
		{Key: "first", Title: w.t("Die Kundin oder der Kunde schreibt zuerst", "The customer writes first"), Norm: w.norm("ads"), Lines: w.checkFirst()},
		{Key: "consent", Title: w.t("Einwilligung belegt", "Consent proved"), Norm: w.norm("proof"), Lines: w.checkConsent()},
		{Key: "inform", Title: w.t("Hinweise zum Datenschutz", "Privacy notices"), Norm: w.norm("inform"), Lines: w.checkInform()},
		{Key: "imprint", Title: w.t("Impressum", "Imprint"), Norm: w.norm("imprint"), Lines: w.checkImprint()},
		{Key: "minimise", Title: w.t("Sparsam und vorsichtig", "Little and careful"), Norm: w.norm("minimise") + ", " + w.norm("special"), Lines: w.checkMinimise()},
		{Key: "erase", Title: w.t("Löschen, Rechte, Nachweise", "Deletion, rights, evidence"), Norm: w.norm("storage") + ", " + w.norm("account"), Lines: w.checkErase()},
	}
	for i := range list {
		list[i].Number, list[i].State = i+1, all(list[i].Lines)
	}
	return list
}

func all(lines []CheckLine) Tri {
	state := Yes
	for _, l := range lines {
		switch l.State {
		case No:
			return No
		case Unknown:
			state = Unknown
		}
	}
	return state
}

func (w *writer) checkSolution() []CheckLine {
	p := w.f.Provider
	regionState, regionText := TriOf(p.Region != ""), w.t("Ort der Speicherung bei Meta: ", "place of storage at Meta: ")+w.region()
	if p.Region != "" && !p.RegionRead {
		regionState = Unknown
	}
	return []CheckLine{
		{TriOf(p.Kind != ""), w.t("WhatsApp Business Platform statt Handy-App", "WhatsApp Business Platform instead of the phone's app"), WhereConnection},
		{invert(p.PhoneApp), w.tri(p.PhoneApp, w.t("Die Nummer wird zugleich in der Handy-App genutzt", "The number is used in the phone's app as well"), w.t("Die Nummer wird nicht zugleich in der Handy-App genutzt", "The number is not used in the phone's app as well"), w.t("Ob die Nummer zugleich in der Handy-App genutzt wird, ist nicht bekannt", "Whether the number is used in the phone's app as well is not known")), WhereConnection},
		{Yes, w.t("Kein Adressbuch: Tresen kann keine Kontakte einlesen", "No address book: Tresen cannot read contacts"), ""},
		{regionState, regionText, WhereConnection},
	}
}

func invert(v Tri) Tri {
	switch v {
	case Yes:
		return No
	case No:
		return Yes
	}
	return Unknown
}

func (w *writer) checkContracts() []CheckLine {
	var lines []CheckLine
	for _, p := range w.f.Processors() {
		text := w.processorName(p) + ": "
		switch {
		case p.Contract == nil:
			text += w.t("kein Vertrag hinterlegt", "no contract kept")
		case p.Due.IsZero():
			text += w.contractName(*p.Contract) + w.t("; wann er angenommen wurde, fehlt", "; when it was accepted is missing")
		default:
			text += w.contractName(*p.Contract) + w.t("; wieder prüfen am ", "; look at again on ") + w.date(p.Due)
		}
		lines = append(lines, CheckLine{TriOf(!p.Overdue(w.f.At)), text, WhereContracts})
	}
	if w.swiss() {
		return append(lines, CheckLine{Unknown, w.t("Übermittlung in die USA: ", "Transfer to the USA: ") + w.transferBasis(), ""})
	}
	return append(lines,
		CheckLine{TriOf(w.f.Transfer.AsAt != ""), w.t("Übermittlung in die USA: ", "Transfer to the USA: ") + w.transferBasis(), ""},
		CheckLine{TriOf(w.f.Answers.Assessed != ""), w.t("Prüfung der Übermittlung: ", "Assessment of the transfer: ") + w.dayOr(w.f.Answers.Assessed), WhereAnswers})
}

func (w *writer) dayOr(s string) string {
	if s == "" {
		return w.missing()
	}
	return w.day(s)
}

func (w *writer) checkFirst() []CheckLine {
	return []CheckLine{{
		TriOf(w.f.Counts.ColdStarts == 0),
		fmt.Sprintf(w.t("Gespräche, die der Betrieb ohne Einwilligung begonnen hat: %d", "Conversations the shop began without a consent: %d"), w.f.Counts.ColdStarts), "",
	}}
}

func (w *writer) checkConsent() []CheckLine {
	c := w.f.Counts
	return []CheckLine{
		{TriOf(c.Uncovered == 0), fmt.Sprintf(w.t("Werbenachrichten: %d, davon ohne bestätigte Einwilligung: %d", "Advertising messages: %d, without a confirmed consent: %d"), c.Uses, c.Uncovered), ""},
		{Yes, w.t("Ohne Einwilligung wird Werbung nicht verschickt; STOPP wirkt sofort", "Without a consent no advertising is sent; STOP takes effect at once"), ""},
	}
}

func (w *writer) checkInform() []CheckLine {
	return []CheckLine{
		{TriOf(w.f.Shop.PrivacyURL != ""), w.t("Adresse der Datenschutzhinweise: ", "Address of the privacy notice: ") + w.or(w.f.Shop.PrivacyURL), WhereProfile},
		{w.f.Counts.Notices, w.tri(w.f.Counts.Notices,
			w.t("Der Hinweis beim ersten Kontakt wird von selbst geschickt", "The notice at first contact is sent by itself"),
			w.t("Der Hinweis beim ersten Kontakt wird nicht von selbst geschickt", "The notice at first contact is not sent by itself"),
			w.t("Ob beim ersten Kontakt ein Hinweis geschickt wird, ist nicht bekannt", "Whether a notice is sent at first contact is not known")), WhereTexts},
	}
}

func (w *writer) or(s string) string {
	if s == "" {
		return w.missing()
	}
	return s
}

func (w *writer) checkImprint() []CheckLine {
	return []CheckLine{
		{TriOf(w.f.Shop.ImprintWhole), w.t("Pflichtangaben der Rechtsform vollständig", "Everything the legal form asks for is there"), WhereProfile},
		{TriOf(w.f.Shop.ImprintURL != ""), w.t("Adresse des Impressums: ", "Address of the imprint: ") + w.or(w.f.Shop.ImprintURL), WhereProfile},
		{Unknown, w.t("Ob sie im WhatsApp-Profil steht, fragt Tresen nur auf Klick unter „Profil & Impressum“", "Whether it is in the WhatsApp profile Tresen only asks on a click under “Profile & imprint”"), WhereProfile},
	}
}

func (w *writer) checkMinimise() []CheckLine {
	size := fmt.Sprintf(w.t("Dateien kommen von selbst nur bis %d MB", "Files come by themselves only up to %d MB"), w.f.Counts.AutoMegabytes)
	if w.f.Counts.AutoMegabytes < 0 {
		size = w.t("Dateien jeder Größe kommen von selbst", "Files of every size come by themselves")
	}
	return []CheckLine{
		{TriOf(w.f.Counts.AutoMegabytes >= 0), size, WhereSettings},
		{TriOf(w.f.Counts.OldSensitive == 0), fmt.Sprintf(w.t("Seit über einer Woche als sensibel markierte Nachrichten: %d", "Messages marked as sensitive for over a week: %d"), w.f.Counts.OldSensitive), WhereKeeping},
		{Yes, w.t("Geschickte Kontaktkarten werden nicht zu Kundschaft", "Contact cards that are sent do not become customers"), ""},
	}
}

func (w *writer) checkErase() []CheckLine {
	f := w.f
	off := 0
	for _, r := range f.Retention.Rules {
		if r.Off {
			off++
		}
	}
	lines := []CheckLine{
		{TriOf(!f.Retention.Off && off == 0), fmt.Sprintf(w.t("Ausgeschaltete Löschregeln: %s", "Deletion rules switched off: %s"), w.offRules(off)), WhereKeeping},
		{TriOf(fresh(f.Retention.Ran, f.At, 25*time.Hour)), w.t("Letzter Lauf der Löschregeln: ", "Last run of the rules: ") + w.lastRun(), WhereKeeping},
		{TriOf(f.Retention.Overdue == 0), fmt.Sprintf(w.t("Überfällig: %d", "Overdue: %d"), f.Retention.Overdue), WhereKeeping},
		w.checkBackup(),
		{recordState(f), w.t("Verzeichnis bestätigt: ", "Record confirmed: ") + w.confirmed(), WhereRecord},
		{f.Log.Whole, w.t("Protokoll: ", "Log: ") + w.log(), ""},
	}
	if f.Log.Tested.IsZero() {
		lines = append(lines, CheckLine{Unknown, w.t("Letzte Suche nach Resten einer Löschung: ", "Last search for remains of an erasure: ") + w.selfTest(), ""})
	} else {
		lines = append(lines, CheckLine{TriOf(f.Log.Hits == 0), w.t("Letzte Suche nach Resten einer Löschung: ", "Last search for remains of an erasure: ") + w.selfTest(), ""})
	}
	if f.Counts.CasesKnown {
		lines = append(lines, CheckLine{TriOf(f.Counts.Cases == 0), fmt.Sprintf(w.t("Anfragen über ihrer Frist: %d", "Requests beyond their time: %d"), f.Counts.Cases), ""})
	} else {
		lines = append(lines, CheckLine{Unknown, w.t("Ob Anfragen über ihrer Frist sind, ist nicht bekannt", "Whether requests are beyond their time is not known"), ""})
	}
	return lines
}

func (w *writer) offRules(off int) string {
	if w.f.Retention.Off {
		return w.t("alle", "all")
	}
	return strconv.Itoa(off)
}

func (w *writer) checkBackup() CheckLine {
	b := w.f.Backup
	old := time.Duration(b.MaxAgeDays) * 24 * time.Hour
	return CheckLine{TriOf(b.Chosen && fresh(b.Newest, w.f.At, old)), w.t("Sicherung: ", "Backup: ") + w.backups(), WhereBackup}
}

func fresh(then, now time.Time, within time.Duration) bool {
	return !then.IsZero() && now.Sub(then) <= within
}

func recordState(f Facts) Tri {
	return TriOf(!f.Counts.RecordConfirmed.IsZero() && f.Counts.RecordConfirmed.AddDate(0, contractMonths, 0).After(f.At))
}

func (w *writer) confirmed() string {
	if w.f.Counts.RecordConfirmed.IsZero() {
		return w.t("noch nie", "never yet")
	}
	return w.date(w.f.Counts.RecordConfirmed)
}

// Summary says how many of the points are met, and no more than that.
func Summary(f Facts, language string) string {
	w := &writer{f: f, german: language != "en"}
	return w.summary(w.checks())
}

func (w *writer) summary(checks []Check) string {
	met := 0
	for _, c := range checks {
		if c.State == Yes {
			met++
		}
	}
	return fmt.Sprintf(w.t("%d von %d Prüfpunkten erfüllt", "%d of %d points met"), met, len(checks))
}

func (w *writer) state(v Tri) string {
	return w.tri(v, w.t("erfüllt", "met"), w.t("offen", "open"), w.t("nicht bekannt", "not known"))
}

func (w *writer) checklist() (string, []print.Block) {
	checks := w.checks()
	out := []print.Block{print.Text{Text: w.summary(checks) + ". " + w.t("Die Liste sagt, was diese Anwendung sehen kann. Sie ersetzt keine Prüfung des ganzen Betriebs.", "The list says what this program can see. It does not replace a look at the whole shop.")}}
	for _, c := range checks {
		out = append(out, print.Section{Text: fmt.Sprintf("%d. %s – %s", c.Number, c.Title, w.state(c.State))}, print.Text{Text: c.Norm})
		rows := [][]string{}
		for _, l := range c.Lines {
			rows = append(rows, []string{w.state(l.State), l.Text})
		}
		out = append(out, print.Table{Head: []string{w.t("Stand", "State"), w.t("Beleg", "Evidence")}, Shares: []float64{0.2, 0.8}, Rows: rows})
	}
	return w.t("Prüfliste", "Checklist"), out
}

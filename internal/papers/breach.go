package papers

import (
	"fmt"
	"strings"
	"time"

	"tresen/internal/print"
	"tresen/internal/retention"
)

// Breach is an entry of the register of breaches (Art. 33(5) GDPR). It holds no
// persons: the form says so to whoever fills it in.
type Breach struct {
	ID int64 `json:"-"`
	// KnownAt is when the shop became aware; from then the time runs.
	KnownAt time.Time `json:"knownAt"`
	// Nature is what happened, in the owner's words.
	Nature string `json:"nature"`
	// Kinds are confidentiality, integrity and availability, as far as they are hurt.
	Kinds []string `json:"kinds"`
	// Persons and Records are how many are affected, in the owner's words: a number or a guess.
	Persons      string `json:"persons"`
	Records      string `json:"records"`
	Data         string `json:"data"`
	Consequences string `json:"consequences"`
	Measures     string `json:"measures"`
	// Contact is who can say more.
	Contact string `json:"contact"`
	// Risk is "", none, risk or high, RiskReason why.
	Risk       string `json:"risk"`
	RiskReason string `json:"riskReason"`
	// Locked says whether the computer was off or locked at the time.
	Locked Tri `json:"locked"`
	// Keys and Disk are what the program knew of the protection when the entry was made.
	Keys string `json:"keys"`
	Disk Tri    `json:"disk"`
	// NotifiedAt is when the authority was told, PersonsToldAt when the persons were.
	NotifiedAt    time.Time `json:"notifiedAt"`
	Authority     string    `json:"authority"`
	PersonsToldAt time.Time `json:"personsToldAt"`
	// LateReason says why it took longer (Art. 33(1) GDPR).
	LateReason string    `json:"lateReason"`
	ClosedAt   time.Time `json:"closedAt"`
}

// The risks of a breach.
const (
	RiskNone = "none"
	RiskSome = "risk"
	RiskHigh = "high"
)

// Deadline is until when the authority must have been told, zero where the law
// names no hours (Switzerland: as soon as possible).
func (b Breach) Deadline(country retention.Country) time.Time {
	if country == retention.Switzerland {
		return time.Time{}
	}
	return b.KnownAt.Add(BreachHours * time.Hour)
}

// MustNotify reports whether the authority has to be told. Until the risk is
// judged it counts as yes.
func (b Breach) MustNotify(country retention.Country) bool {
	if country == retention.Switzerland {
		return b.Risk == RiskHigh || b.Risk == ""
	}
	return b.Risk != RiskNone
}

// Running reports whether the clock of a breach still matters to somebody.
func (b Breach) Running(country retention.Country) bool {
	return b.ClosedAt.IsZero() && b.NotifiedAt.IsZero() && b.MustNotify(country)
}

// Unintelligible reports whether the data were sealed against whoever got at
// them, so that the persons need not be told (Art. 34(3)(a) GDPR): everything was
// sealed and the computer off or locked.
func (b Breach) Unintelligible() Tri {
	if b.Keys == "" {
		return Unknown
	}
	return b.Locked
}

// WriteBreach writes the notification to the authority, or the entry of the register.
func WriteBreach(f Facts, b Breach, language string, register bool) Paper {
	w := &writer{f: f, german: language != "en"}
	p := Paper{Title: w.t("Meldung einer Verletzung des Schutzes personenbezogener Daten", "Notification of a personal data breach")}
	lead := fmt.Sprintf(w.t("Meldung nach %s.", "Notification under %s."), w.norm("breach"))
	if register {
		p.Title = w.t("Eintrag im Verzeichnis der Datenschutzverletzungen", "Entry in the register of data breaches")
		lead = fmt.Sprintf(w.t("Eintrag nach %s.", "Entry under %s."), w.norm("register"))
	}
	p.Blocks = []print.Block{w.head("", Edition{}), print.Text{Text: lead}, print.Entries{Rows: w.breachAddresses(b)}}
	p.Blocks = append(p.Blocks, w.breachContent(b)...)
	if register {
		p.Blocks = append(p.Blocks, w.breachDecision(b)...)
	}
	p.Gaps = w.gaps
	return p
}

func (w *writer) breachAddresses(b Breach) [][2]string {
	authority := b.Authority
	if authority == "" {
		authority = w.authority()
	}
	rows := [][2]string{
		{w.t("An", "To"), authority},
		{w.t("Verantwortlich", "Controller"), w.need(joined(w.f.Shop.Name, w.f.Shop.Address), "name", WhereProfile)},
		{w.t("Auskunft gibt", "Contact"), w.need(joined(b.Contact, w.f.Shop.Mail, w.f.Shop.Phone), "contact", "")},
		{w.t("Bekannt seit", "Known since"), w.moment(b.KnownAt)},
	}
	if due := b.Deadline(w.country()); !due.IsZero() {
		rows = append(rows, [2]string{fmt.Sprintf(w.t("Frist von %d Stunden endet", "Period of %d hours ends"), BreachHours), w.moment(due)})
	}
	return rows
}

func joined(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if strings.TrimSpace(p) != "" {
			kept = append(kept, strings.TrimSpace(p))
		}
	}
	return strings.Join(kept, ", ")
}

func (w *writer) breachContent(b Breach) []print.Block {
	kinds := make([]string, 0, len(b.Kinds))
	for _, k := range b.Kinds {
		kinds = append(kinds, w.kind(k))
	}
	return []print.Block{
		print.Section{Text: w.t("Was geschehen ist", "What happened")},
		print.Entries{Rows: [][2]string{
			{w.t("Art der Verletzung", "Nature of the breach"), w.need(b.Nature, "nature", "")},
			{w.t("Verletzt ist", "Affected is"), w.need(strings.Join(kinds, ", "), "kinds", "")},
			{w.t("Betroffene Personen (etwa)", "Persons affected (about)"), w.need(b.Persons, "persons", "")},
			{w.t("Betroffene Datensätze (etwa)", "Records affected (about)"), w.need(b.Records, "records", "")},
			{w.t("Arten von Daten", "Kinds of data"), w.need(b.Data, "data", "")},
		}},
		print.Section{Text: w.t("Folgen und Maßnahmen", "Consequences and measures")},
		print.Entries{Rows: [][2]string{
			{w.t("Wahrscheinliche Folgen", "Likely consequences"), w.need(b.Consequences, "consequences", "")},
			{w.t("Maßnahmen", "Measures"), w.need(b.Measures, "measures", "")},
			{w.t("Schutz der Daten", "Protection of the data"), w.breachProtection(b)},
		}},
	}
}

func (w *writer) kind(k string) string {
	switch k {
	case "confidentiality":
		return w.t("Vertraulichkeit: jemand konnte Daten sehen", "confidentiality: somebody could see data")
	case "integrity":
		return w.t("Richtigkeit: Daten wurden verändert", "integrity: data were changed")
	}
	return w.t("Verfügbarkeit: Daten sind verloren oder gesperrt", "availability: data are lost or locked away")
}

func (w *writer) breachProtection(b Breach) string {
	keys := w.t("nicht bekannt", "not known")
	switch b.Keys {
	case "keychain":
		keys = w.t("Inhalte versiegelt, Hauptschlüssel im Schlüsselbund des Betriebssystems", "contents sealed, master key in the operating system's keychain")
	case "passphrase":
		keys = w.t("Inhalte versiegelt, Hauptschlüssel aus einer Passphrase", "contents sealed, master key from a passphrase")
	}
	disk := w.tri(b.Disk, w.t("Datenträger verschlüsselt", "disk encrypted"), w.t("Datenträger nicht verschlüsselt", "disk not encrypted"), w.t("Verschlüsselung des Datenträgers nicht feststellbar", "encryption of the disk cannot be told"))
	locked := w.tri(b.Locked, w.t("Rechner aus oder gesperrt", "computer off or locked"), w.t("Rechner lief und war offen", "computer running and open"), w.t("nicht bekannt, ob der Rechner gesperrt war", "not known whether the computer was locked"))
	return keys + "; " + disk + "; " + locked
}

func (w *writer) breachDecision(b Breach) []print.Block {
	risk := map[string]string{
		RiskNone: w.t("voraussichtlich kein Risiko", "unlikely to be a risk"), RiskSome: w.t("Risiko", "a risk"), RiskHigh: w.t("hohes Risiko", "a high risk"),
	}[b.Risk]
	rows := [][2]string{
		{w.t("Risiko für die Personen", "Risk to the persons"), w.need(risk, "risk", "")},
		{w.t("Begründung", "Reasons"), w.need(b.RiskReason, "riskReason", "")},
		{w.t("Behörde unterrichtet", "Authority told"), w.toldOr(b.NotifiedAt, w.t("nein", "no"))},
	}
	if due := b.Deadline(w.country()); !due.IsZero() && b.NotifiedAt.After(due) {
		rows = append(rows, [2]string{w.t("Grund der Verspätung", "Reason for the delay"), w.need(b.LateReason, "lateReason", "")})
	}
	return []print.Block{
		print.Section{Text: w.t("Bewertung", "Assessment")},
		print.Entries{Rows: append(rows,
			[2]string{w.t("Personen unterrichtet", "Persons told"), w.toldOr(b.PersonsToldAt, w.personsLine(b))},
			[2]string{w.t("Abgeschlossen", "Closed"), w.toldOr(b.ClosedAt, w.t("nein", "no"))},
		)},
	}
}

func (w *writer) toldOr(t time.Time, otherwise string) string {
	if t.IsZero() {
		return otherwise
	}
	return w.moment(t)
}

// personsLine says why the persons were not told, or that they must be.
func (w *writer) personsLine(b Breach) string {
	switch {
	case b.Risk != RiskHigh:
		return fmt.Sprintf(w.t("nein; nur bei hohem Risiko nötig (%s)", "no; only needed with a high risk (%s)"), w.norm("persons"))
	case b.Unintelligible() == Yes:
		return fmt.Sprintf(w.t("nein; die Daten waren versiegelt und für Unbefugte nicht lesbar (%s)", "no; the data were sealed and unreadable for others (%s)"), w.norm("sealed"))
	}
	return fmt.Sprintf(w.t("noch nicht; bei hohem Risiko ohne Verzug nötig (%s)", "not yet; needed without delay with a high risk (%s)"), w.norm("persons"))
}

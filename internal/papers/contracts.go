package papers

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"tresen/internal/print"
)

// The processors Tresen knows of.
const (
	PartyWhatsApp  = "whatsapp"
	PartyD360      = "d360"
	PartyTranslate = "translation"
	PartyRelay     = "relay"
)

// Processor is somebody who processes data for the shop, as its configuration says.
type Processor struct {
	Key  string
	Host string
	// Contract is the newest of the contracts with them, nil if there is none.
	Contract *Contract
	// Due is when it has to be looked at again; zero without a contract.
	Due time.Time
}

// Overdue reports whether the contract is missing or has to be looked at.
func (p Processor) Overdue(at time.Time) bool { return p.Contract == nil || !p.Due.After(at) }

// Processors derives them from what is configured. A service the shop runs
// itself is none.
func (f Facts) Processors() []Processor {
	var list []Processor
	add := func(key, host string) {
		p := Processor{Key: key, Host: host}
		for i, c := range f.Contracts {
			if c.Party == key && (p.Contract == nil || c.ID > p.Contract.ID) {
				p.Contract = &f.Contracts[i]
			}
		}
		if p.Contract != nil {
			p.Due = p.Contract.Due()
		}
		list = append(list, p)
	}
	switch f.Provider.Kind {
	case ProviderMeta, ProviderCustom, ProviderDemo:
		add(PartyWhatsApp, f.Provider.Host)
	case ProviderD360:
		add(PartyWhatsApp, "")
		add(PartyD360, f.Provider.Host)
	}
	if f.Relay.Paired && !f.Answers.RelayOwn {
		add(PartyRelay, f.Relay.Host)
	}
	if f.Translation.Service != "" {
		add(PartyTranslate, f.Translation.Host)
	}
	return list
}

// Due is the day on which a contract has to be looked at again: twelve months
// after it was accepted, or the zero time if that day is not known.
func (c Contract) Due() time.Time {
	t, err := time.Parse(time.DateOnly, c.Accepted)
	if err != nil {
		return time.Time{}
	}
	return t.AddDate(0, contractMonths, 0)
}

// LettersOf returns the keys of what Art. 28(3) GDPR asks of a contract, with
// its words.
func LettersOf(language string) [][2]string {
	out := make([][2]string, 0, len(letters))
	for _, l := range letters {
		words := l.de
		if language == "en" {
			words = l.en
		}
		out = append(out, [2]string{l.key, words})
	}
	return out
}

// PartyName names a processor, for the window.
func PartyName(f Facts, key, language string) string {
	w := &writer{f: f, german: language != "en"}
	return w.processorName(Processor{Key: key})
}

func (w *writer) processorName(p Processor) string {
	switch p.Key {
	case PartyWhatsApp:
		return w.t("WhatsApp Ireland Limited; weitere: WhatsApp LLC, Meta Platforms, Inc.", "WhatsApp Ireland Limited; further: WhatsApp LLC, Meta Platforms, Inc.")
	case PartyD360:
		return "360dialog"
	case PartyTranslate:
		return w.serviceName()
	}
	if op := w.f.Answers.RelayOperator; op != "" {
		return op
	}
	return w.t("Betreiber der Weiterleitung", "Operator of the relay")
}

func (w *writer) processorRole(p Processor) string {
	switch p.Key {
	case PartyWhatsApp:
		return w.t("Auftragsverarbeiter: Zustellung der Nachrichten (Cloud API)", "processor: delivery of messages (Cloud API)")
	case PartyD360:
		return w.t("Auftragsverarbeiter: Zugang zur Cloud API", "processor: access to the Cloud API")
	case PartyTranslate:
		return fmt.Sprintf(w.t("Auftragsverarbeiter: Übersetzung, vereinbart am %s", "processor: translation, agreed on %s"), w.date(w.f.Translation.Agreed))
	}
	return w.t("Auftragsverarbeiter: Weiterleitung versiegelter Zustellungen", "processor: relay of sealed deliveries")
}

// contractLine says in one cell which contract there is.
func (w *writer) contractLine(p Processor) string {
	if p.Contract == nil {
		return w.gap("contract."+p.Key, WhereContracts)
	}
	return w.contractName(*p.Contract)
}

func (w *writer) contractName(c Contract) string {
	var parts []string
	if c.Version != "" {
		parts = append(parts, c.Version)
	}
	if c.Dated != "" {
		parts = append(parts, w.t("Stand ", "as at ")+w.day(c.Dated))
	}
	if c.Accepted != "" {
		parts = append(parts, w.t("angenommen ", "accepted ")+w.day(c.Accepted))
	}
	if len(parts) == 0 {
		return w.t("vorhanden", "there is one")
	}
	return strings.Join(parts, ", ")
}

// contracts lists who processes data for the shop and under which contract.
func (w *writer) contracts() (string, []print.Block) {
	out := []print.Block{print.Text{Text: fmt.Sprintf(w.t("Auftragsverarbeiter nach %s, abgeleitet aus dem, was eingerichtet ist.", "Processors under %s, derived from what is set up."), w.norm("processor"))}}
	for _, p := range w.f.Processors() {
		out = append(out, print.Section{Text: w.processorName(p)}, w.contractEntries(p))
		if p.Contract != nil && !w.swiss() {
			out = append(out, w.letterTable(*p.Contract))
		}
	}
	for _, c := range w.f.Contracts {
		if c.Party == "" {
			out = append(out, print.Section{Text: c.Name}, print.Entries{Rows: w.contractRows(c)})
			if !w.swiss() {
				out = append(out, w.letterTable(c))
			}
		}
	}
	if len(out) == 1 {
		out = append(out, print.Text{Text: w.t("Es ist niemand eingerichtet, der Daten im Auftrag verarbeitet.", "Nobody is set up who processes data on the shop's behalf.")})
	}
	return w.t("Verträge mit Auftragsverarbeitern", "Contracts with processors"), out
}

func (w *writer) contractEntries(p Processor) print.Block {
	rows := [][2]string{{w.t("Aufgabe", "Task"), w.processorRole(p)}}
	if p.Host != "" {
		rows = append(rows, [2]string{w.t("Rechner", "Host"), p.Host})
	}
	if p.Contract == nil {
		return print.Entries{Rows: append(rows, [2]string{w.t("Vertrag", "Contract"), w.contractLine(p)})}
	}
	rows = append(rows, w.contractRows(*p.Contract)...)
	if !p.Due.IsZero() {
		due := w.date(p.Due)
		if !w.f.At.IsZero() && p.Overdue(w.f.At) {
			w.gap("contractDue."+p.Key, WhereContracts)
			due += w.t(" – fällig", " – due")
		}
		rows = append(rows, [2]string{w.t("Wieder prüfen am", "Look at again on"), due})
	}
	return print.Entries{Rows: rows}
}

func (w *writer) contractRows(c Contract) [][2]string {
	file := w.t("keine Datei hinterlegt", "no file kept")
	if c.FileName != "" {
		file = fmt.Sprintf("%s (%s), SHA-256 %s", c.FileName, w.bytes(int64(c.FileSize)), c.SHA256)
	}
	var rows [][2]string
	if c.Party != "" && c.Name != "" {
		rows = append(rows, [2]string{w.t("Vertragspartner", "Contracting party"), c.Name})
	}
	return append(rows, [][2]string{
		{w.t("Fassung", "Version"), orDash(c.Version)}, {w.t("Datum der Fassung", "Date of the version"), orDash(w.day(c.Dated))},
		{w.t("Angenommen", "Accepted"), orDash(w.day(c.Accepted))}, {w.t("Angenommen von", "Accepted by"), orDash(c.AcceptedBy)}, {w.t("Abgelegt", "Filed"), file},
	}...)
}

func (w *writer) letterTable(c Contract) print.Block {
	rows := [][]string{}
	for _, l := range letters {
		mark := w.t("offen", "open")
		if strings.Contains(c.Letters, l.key) {
			mark = w.t("geprüft", "checked")
		}
		rows = append(rows, []string{l.key, w.t(l.de, l.en), mark})
	}
	return print.Table{Head: []string{w.t("Buchstabe", "Letter"), w.t("Der Vertrag regelt", "The contract covers"), w.t("Stand", "State")}, Shares: []float64{0.14, 0.66, 0.2}, Rows: rows}
}

func orDash(s string) string {
	if strings.TrimSpace(s) == "" {
		return "–"
	}
	return s
}

// bytes words a size with one place behind the point, in decimal units.
func (w *writer) bytes(n int64) string {
	size, unit := float64(n), "Bytes"
	for _, larger := range []string{"kB", "MB", "GB", "TB"} {
		if size < 1000 {
			break
		}
		size, unit = size/1000, larger
	}
	if unit == "Bytes" {
		return strconv.FormatInt(n, 10) + " Bytes"
	}
	text := strconv.FormatFloat(size, 'f', 1, 64)
	if w.german {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text + " " + unit
}

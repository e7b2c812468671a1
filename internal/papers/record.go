package papers

import (
	"fmt"
	"strconv"
	"strings"

	"tresen/internal/print"
	"tresen/internal/retention"
)

// record is the record of processing activities: the customers' messages, the
// way to them from website and posters, and the requests of data subjects.
func (w *writer) record() (string, []print.Block) {
	title := w.t("Verzeichnis der Verarbeitungstätigkeiten", "Record of processing activities")
	return title, sections(w.controller(), w.chatActivity(), w.clickActivity(), w.rightsActivity())
}

func (w *writer) controller() []print.Block {
	rows := [][2]string{
		{w.t("Name", "Name"), w.need(w.f.Shop.Name, "name", WhereProfile)},
		{w.t("Inhaber oder Vertretung", "Owner or representatives"), w.need(strings.Join(w.f.Shop.People, ", "), "people", WhereProfile)},
		{w.t("Anschrift", "Address"), w.need(w.f.Shop.Address, "address", WhereProfile)},
		{w.t("E-Mail", "E-mail"), w.need(w.f.Shop.Mail, "mail", WhereProfile)},
		{w.t("Telefon", "Phone"), w.need(w.f.Shop.Phone, "phone", WhereProfile)},
		{w.t("Datenschutzbeauftragte Person", "Data protection officer"), w.answer(w.f.Answers.Officer, "officer",
			fmt.Sprintf(w.t("nicht benannt; nach eigener Prüfung nicht vorgeschrieben (%s)", "none appointed; by own assessment not required (%s)"), w.norm("officer")))},
		{w.t("Aufsichtsbehörde", "Supervisory authority"), w.authority()},
	}
	return []print.Block{
		print.Text{Text: fmt.Sprintf(w.t("Verzeichnis nach %s.", "Record under %s."), w.norm("record"))},
		print.Section{Text: w.t("Verantwortlich", "Controller")}, print.Entries{Rows: rows},
	}
}

// authority is what the owner typed, otherwise the name for the shop's Land.
func (w *writer) authority() string {
	if w.f.Shop.Authority != "" {
		return w.f.Shop.Authority
	}
	if name := AuthorityOf(w.country(), w.f.Shop.Region); name != "" {
		return name
	}
	return w.gap("authority", WhereProfile)
}

func (w *writer) chatActivity() []print.Block {
	return sections(
		[]print.Block{
			print.Section{Text: w.t("Kundenkommunikation über WhatsApp", "Communication with customers via WhatsApp")},
			print.Text{Text: w.t("Schriftwechsel mit Kundinnen und Kunden über die WhatsApp Business Platform (Cloud API), gespeichert auf einem eigenen Rechner. Kein Adressbuch wird abgeglichen; die Kundin oder der Kunde schreibt zuerst.",
				"Correspondence with customers via the WhatsApp Business Platform (Cloud API), stored on the shop's own computer. No address book is matched; the customer writes first.")},
			w.purposes(),
			print.Entries{Rows: [][2]string{
				{w.t("Betroffene Personen", "Data subjects"), w.t("Interessenten, Kundinnen und Kunden, Ansprechpersonen bei Firmen, sonstige Absender; in Nachrichten genannte Dritte", "prospects, customers, contacts at companies, other senders; third persons named in messages")},
				{w.t("Daten", "Data"), w.t("Telefonnummer oder WhatsApp-Kennung, Nutzername, Profilname; Nachrichten und Medien; Zeit- und Zustelldaten; Notizen und Etiketten; Einwilligungen, Widerrufe und Widersprüche", "phone number or WhatsApp id, username, profile name; messages and media; times and delivery states; notes and labels; consents, withdrawals and objections")},
				{w.t("Besondere Kategorien", "Special categories"), fmt.Sprintf(w.t("nicht vorgesehen (%s); nur falls jemand sie unaufgefordert sendet, dann mit eigener Frist, siehe unten", "not intended (%s); only if somebody sends them unasked, then with a period of their own, see below"), w.norm("special"))},
			}},
		},
		w.recipients(), w.transfers(), w.periods(),
		[]print.Block{
			print.Section{Text: w.t("Technische und organisatorische Maßnahmen", "Technical and organisational measures")},
			print.Points{Items: w.measureLines()},
			print.Section{Text: w.t("Datenschutz-Folgenabschätzung", "Data protection impact assessment")},
			print.Text{Text: w.screeningLine()},
		},
	)
}

func (w *writer) purposes() print.Block {
	rows := [][]string{
		{w.t("Anfragen beantworten", "Answering enquiries"), w.norm("enquiry")},
		{w.t("Aufträge und Termine anbahnen und abwickeln", "Preparing and handling orders and appointments"), w.norm("order")},
		{w.t("Reklamationen bearbeiten", "Handling complaints"), w.norm("enquiry")},
		{w.t("Informationen und Angebote, nur mit Einwilligung", "Information and offers, with consent only"), w.norm("proof") + ", " + w.norm("ads")},
		{w.t("Aufbewahrung von Geschäftsbriefen", "Keeping business letters"), w.norm("letter")},
		{w.t("Aufbewahrung von Belegen", "Keeping accounting records"), w.norm("voucher")},
		{w.t("Rechte betroffener Personen", "Rights of data subjects"), w.norm("rights")},
	}
	return print.Table{Head: []string{w.t("Zweck", "Purpose"), w.t("Grundlage", "Basis")}, Shares: []float64{0.55, 0.45}, Rows: rows}
}

func (w *writer) recipients() []print.Block {
	rows := [][]string{}
	for _, p := range w.f.Processors() {
		rows = append(rows, []string{w.processorName(p), w.processorRole(p), w.contractLine(p)})
	}
	rows = append(rows,
		[]string{w.t("Steuerberatung", "Tax adviser"), w.t("nur Belege und Geschäftsbriefe, die ausgeführt werden", "only records and letters that are exported"), w.answer(w.f.Answers.Tax, "tax", w.t("keine", "none"))},
		[]string{w.t("Hilfe am Rechner", "Help with the computer"), w.t("könnte bei der Arbeit Daten sehen", "could see data while at work"), w.answer(w.f.Answers.Help, "help", w.t("niemand", "nobody"))},
		[]string{w.t("Hersteller von Tresen", "Maker of Tresen"), w.t("kein Zugriff, keine Übermittlung", "no access, no transmission"), w.t("nicht nötig", "not needed")},
	)
	return []print.Block{
		print.Section{Text: w.t("Empfänger", "Recipients")},
		print.Table{Head: []string{w.t("Wer", "Who"), w.t("Wozu", "What for"), w.t("Vertrag oder Name", "Contract or name")}, Shares: []float64{0.3, 0.4, 0.3}, Rows: rows},
	}
}

func (w *writer) transfers() []print.Block {
	rows := [][2]string{{w.t("USA", "USA"), w.transferBasis()}, {w.t("Ort der Speicherung bei Meta", "Place of storage at Meta"), w.region()}}
	if w.f.Translation.Service != "" {
		rows = append(rows, [2]string{w.t("Übersetzung", "Translation"), w.f.Translation.Host})
	}
	if w.f.Relay.Paired {
		rows = append(rows, [2]string{w.t("Standort der Weiterleitung", "Place of the relay"), w.need(w.f.Answers.RelayPlace, "relayPlace", WhereAnswers)})
	}
	if w.f.Provider.Kind != "" {
		rows = append(rows, [2]string{w.t("Prüfung der Übermittlung", "Assessment of the transfer"), w.need(w.day(w.f.Answers.Assessed), "assessed", WhereAnswers)})
	}
	return []print.Block{print.Section{Text: w.t("Drittländer", "Third countries")}, print.Entries{Rows: rows}}
}

func (w *writer) transferBasis() string {
	if w.swiss() {
		return fmt.Sprintf(w.t("WhatsApp LLC und Meta Platforms, Inc.; Grundlage nach %s ist zu prüfen", "WhatsApp LLC and Meta Platforms, Inc.; the basis under %s has to be checked"), w.norm("transfer"))
	}
	basis := w.t(w.f.Transfer.DE, w.f.Transfer.EN)
	if basis == "" {
		basis = w.missing()
	}
	return fmt.Sprintf(w.t("WhatsApp LLC und Meta Platforms, Inc., %s (Rechtsstand %s)", "WhatsApp LLC and Meta Platforms, Inc., %s (law as at %s)"), basis, w.day(w.f.Transfer.AsAt))
}

// region says where contents lie at rest, and who says so.
func (w *writer) region() string {
	names := map[string]string{"DE": w.t("Deutschland", "Germany"), "CH": w.t("Schweiz", "Switzerland"), "GB": w.t("Vereinigtes Königreich", "United Kingdom")}
	name := names[w.f.Provider.Region]
	switch {
	case w.f.Provider.Region == "":
		return fmt.Sprintf(w.t("nicht festgelegt; bis zu %d Tage ruhend, wo Meta es wählt", "not chosen; at rest up to %d days wherever Meta chooses"), metaRestDays)
	case name == "":
		name = w.f.Provider.Region
	}
	source := w.t("von Meta so bestätigt", "confirmed by Meta")
	if !w.f.Provider.RegionRead {
		source = w.t("nach Ihrer eigenen Angabe", "as stated by you")
	}
	return fmt.Sprintf(w.t("%s (%s), bis zu %d Tage ruhend; kurzzeitig weltweit", "%s (%s), at rest up to %d days; briefly worldwide"), name, source, metaRestDays)
}

func (w *writer) periods() []print.Block {
	out := []print.Block{print.Section{Text: w.t("Löschfristen", "Periods of retention")}}
	if w.f.Retention.Off {
		w.gap("retentionOff", WhereKeeping)
		out = append(out, print.Text{Text: w.t("Das selbsttätige Löschen ist ausgeschaltet. Die folgenden Fristen gelten, werden aber nicht ausgeführt.", "Deleting by itself is switched off. The following periods apply but are not carried out.")})
	}
	rows := [][]string{}
	for _, r := range w.f.Retention.Rules {
		period := w.period(r.Period)
		if r.Off {
			w.gap("ruleOff", WhereKeeping)
			period += w.t(" (ausgeschaltet)", " (switched off)")
		}
		rows = append(rows, []string{w.class(r.Class), w.start(r.Start), period, w.classNorm(r.Class)})
	}
	rows = append(rows,
		[]string{w.t("Unverstandene und nicht bestätigte Zustellungen, versiegelt", "Deliveries nobody understood or that could not be verified, sealed"), w.t("Eingang", "arrival"), strconv.Itoa(rawHours) + w.t(" Stunden", " hours"), w.norm("minimise")},
		[]string{w.t("Protokoll ohne Personenbezug", "Log without personal data"), "–", w.t("bleibt", "stays"), w.norm("account")},
		[]string{w.t("Werbewidersprüche als Prüfwert mit Schlüssel", "Objections to advertising as keyed hash"), w.t("Widerspruch", "objection"), w.t("solange geworben wird", "as long as there is advertising"), w.norm("ads")},
	)
	if w.f.Backup.Chosen {
		rows = append(rows, []string{w.t("Sicherungen", "Backups"), w.t("Anlegen", "creation"), w.days(w.f.Backup.MaxAgeDays), w.norm("security")})
	}
	head := []string{w.t("Datenart", "Kind of data"), w.t("Beginn", "Start"), w.t("Frist", "Period"), w.t("Grundlage", "Basis")}
	return append(out, print.Table{Head: head, Shares: []float64{0.34, 0.22, 0.17, 0.27}, Rows: rows})
}

func (w *writer) period(p retention.Period) string {
	var parts []string
	for _, part := range []struct {
		n         int
		one, many string
	}{
		{p.Years, w.t("Jahr", "year"), w.t("Jahre", "years")}, {p.Months, w.t("Monat", "month"), w.t("Monate", "months")}, {p.Days, w.t("Tag", "day"), w.t("Tage", "days")},
	} {
		if part.n != 0 {
			parts = append(parts, count(part.n, part.one, part.many))
		}
	}
	if len(parts) == 0 {
		return w.t("sofort", "at once")
	}
	return strings.Join(parts, ", ")
}

func (w *writer) class(c retention.Class) string {
	switch c {
	case retention.Unanswered:
		return w.t("Unbeantwortet, Spam, falsche Nummer", "Unanswered, spam, wrong number")
	case retention.Sensitive:
		return w.t("Als sensibel markiert", "Marked as sensitive")
	case retention.Enquiry:
		return w.t("Anfrage ohne Auftrag", "Enquiry without an order")
	case retention.Order:
		return w.t("Schriftwechsel zu einem Auftrag", "Correspondence about an order")
	case retention.Claims:
		return w.t("Mögliche Ansprüche", "Possible claims")
	case retention.Letter:
		return w.t("Geschäftsbrief", "Business letter")
	case retention.Voucher:
		return w.t("Beleg", "Accounting record")
	case retention.Proof:
		return w.t("Nachweis einer Einwilligung", "Proof of a consent")
	case retention.Calls:
		return w.t("Nachweis einer Einwilligung zu Anrufen", "Proof of a consent to calls")
	case retention.Case:
		return w.t("Akte einer Anfrage nach Datenschutzrecht", "File of a request under data protection law")
	}
	return string(c)
}

func (w *writer) start(s retention.Start) string {
	switch s {
	case retention.FromCollection:
		return w.t("Eingang", "arrival")
	case retention.FromLastMessage:
		return w.t("letzte Nachricht", "last message")
	case retention.FromClosing:
		return w.t("Abschluss", "end of the matter")
	case retention.FromLastUse:
		return w.t("letzte Nutzung", "last use")
	case retention.FromEndOfYear:
		return w.t("Ende des Jahres", "end of the year")
	}
	return string(s)
}

// classNorm is the basis of a class for the shop's country; the catalogue's own
// words are German law throughout.
func (w *writer) classNorm(c retention.Class) string {
	key := map[retention.Class]string{
		retention.Unanswered: "storage", retention.Sensitive: "special", retention.Enquiry: "enquiry", retention.Order: "order",
		retention.Claims: "claims", retention.Letter: "letter", retention.Voucher: "voucher", retention.Proof: "proof", retention.Calls: "calls", retention.Case: "account",
	}[c]
	return w.norm(key)
}

func (w *writer) clickActivity() []print.Block {
	return []print.Block{
		print.Section{Text: w.t("Klick zum Chat: Webseite und QR-Codes", "Click to chat: website and QR codes")},
		print.Entries{Rows: [][2]string{
			{w.t("Zweck", "Purpose"), w.t("den Weg in den Chat anbieten", "offering the way into the chat")},
			{w.t("Verarbeitung", "Processing"), w.t("vor dem Klick oder Scan keine: nichts wird geladen, gespeichert oder ausgelesen. Danach ist WhatsApp selbst verantwortlich, bis die Nachricht eingeht.", "none before the click or scan: nothing is loaded, stored or read. After it WhatsApp is responsible until the message arrives.")},
			{w.t("Empfänger", "Recipients"), w.t("keine", "none")},
			{w.t("Löschfrist", "Period"), w.t("entfällt; gezählt wird nur, welcher Code genutzt wurde, ohne Person", "not applicable; only which code was used is counted, without a person")},
			{w.t("Adresse der Hinweise", "Address of the notice"), w.need(w.f.Shop.PrivacyURL, "privacyUrl", WhereProfile)},
		}},
	}
}

func (w *writer) rightsActivity() []print.Block {
	return []print.Block{
		print.Section{Text: w.t("Anfragen betroffener Personen", "Requests of data subjects")},
		print.Entries{Rows: [][2]string{
			{w.t("Zweck", "Purpose"), fmt.Sprintf(w.t("Auskunft, Berichtigung, Löschung, Einschränkung, Widerspruch und Nachweis darüber (%s)", "access, rectification, erasure, restriction, objection and proof of it (%s)"), w.norm("rights"))},
			{w.t("Betroffene Personen", "Data subjects"), w.t("wer eine Anfrage stellt", "whoever makes a request")},
			{w.t("Daten", "Data"), w.t("die Anfrage, ihre Bearbeitung und ihr Ergebnis; nach einer Löschung nur ein Eintrag ohne Personenbezug", "the request, how it was handled and its result; after an erasure only an entry without personal data")},
			{w.t("Empfänger", "Recipients"), w.t("die anfragende Person; auf Verlangen die Aufsichtsbehörde", "the person asking; on demand the supervisory authority")},
			{w.t("Löschfrist", "Period"), w.casePeriod()},
		}},
	}
}

func (w *writer) casePeriod() string {
	for _, r := range w.f.Retention.Rules {
		if r.Class == retention.Case {
			return w.period(r.Period) + w.t(" ab ", " from ") + w.start(r.Start)
		}
	}
	return w.gap("caseRule", WhereKeeping)
}

package access

// words are what the package says for itself, in one language.
type words struct {
	title, history, person, consents, notices, notes, periods, letter   string
	shop, customer, redacted, edited, revoked, fileMissing, none        string
	explain, portable, complaint, controller, caseNumber, created, page string
	columns                                                             map[string]string
	classes                                                             map[string]string
	rights                                                              []string
}

var texts = map[string]words{
	"de": {
		title: "Auskunft über Ihre Daten", history: "Chatverlauf", person: "Angaben zur Person",
		consents: "Einwilligungen", notices: "Gezeigte Datenschutzhinweise", notes: "Interne Notizen", periods: "Aufbewahrung",
		letter: "Auskunft nach Artikel 15 DSGVO", shop: "Betrieb", customer: "Sie", redacted: "geschwärzt", edited: "bearbeitet", revoked: "zurückgenommen",
		fileMissing: "Datei liegt hier nicht mehr vor", none: "keine",
		explain:   "Dieses Paket enthält alles, was wir über Sie gespeichert haben. Öffnen Sie zuerst diese Seite; sie lädt nichts aus dem Internet. Dieselben Angaben stehen maschinenlesbar in den JSON-Dateien.",
		portable:  "Der Ordner „portability“ enthält nur, was Sie uns selbst mitgeteilt haben, zum Mitnehmen zu einem anderen Anbieter (Artikel 20 DSGVO).",
		complaint: "Beschwerde bei der Aufsichtsbehörde (Artikel 77 DSGVO)", controller: "Verantwortlich", caseNumber: "Fallnummer", created: "Erstellt am", page: "Seite %d von %d",
		columns: map[string]string{"kind": "Art", "value": "Wert", "first": "Erstmals", "until": "Bis", "basis": "Grundlage", "restricted": "Eingeschränkt", "yes": "ja", "no": "nein",
			"time": "Zeit", "act": "Vorgang", "purpose": "Zweck", "text": "Wortlaut", "file": "Datei", "type": "Dateityp", "bytes": "Bytes", "sha256": "SHA-256", "from": "Von"},
		classes: map[string]string{"enquiry": "Anfrage", "order": "Auftrag", "unanswered": "Unbeantwortet", "sensitive": "Sensible Inhalte", "claims": "Mögliche Ansprüche",
			"letter": "Geschäftsbrief", "voucher": "Buchungsbeleg", "proof": "Einwilligungsnachweis", "calls": "Nachweis für Anrufe", "case": "Rechteanfrage"},
		rights: []string{
			"Zwecke: Beantwortung Ihrer Anfrage, Abwicklung von Aufträgen, gesetzliche Aufbewahrung; Werbung nur mit Ihrer Einwilligung.",
			"Empfänger: WhatsApp Ireland Limited als Auftragsverarbeiter; Unterauftragsverarbeiter WhatsApp LLC und Meta Platforms, Inc. (USA, EU-US Data Privacy Framework, ersatzweise Standardvertragsklauseln; eine Kopie erhalten Sie auf Anfrage).",
			"Herkunft: Die Angaben stammen von Ihnen selbst, über WhatsApp.",
			"Sie können Berichtigung, Löschung oder Einschränkung verlangen, der Verarbeitung widersprechen und Einwilligungen jederzeit widerrufen.",
			"Eine automatisierte Entscheidung einschließlich Profiling (Artikel 22 DSGVO) findet nicht statt.",
		},
	},
	"en": {
		title: "Your data", history: "Chat history", person: "Personal details",
		consents: "Consents", notices: "Privacy notices shown", notes: "Internal notes", periods: "Retention",
		letter: "Information under Article 15 GDPR", shop: "Shop", customer: "You", redacted: "redacted", edited: "edited", revoked: "taken back",
		fileMissing: "the file is no longer kept here", none: "none",
		explain:   "This package holds everything we keep about you. Open this page first; it loads nothing from the internet. The same details are in the JSON files for machines to read.",
		portable:  "The folder “portability” holds only what you gave us yourself, to take along to somebody else (Article 20 GDPR).",
		complaint: "Complaint to the supervisory authority (Article 77 GDPR)", controller: "Controller", caseNumber: "Case number", created: "Created on", page: "Page %d of %d",
		columns: map[string]string{"kind": "Kind", "value": "Value", "first": "First seen", "until": "Until", "basis": "Basis", "restricted": "Restricted", "yes": "yes", "no": "no",
			"time": "Time", "act": "Act", "purpose": "Purpose", "text": "Wording", "file": "File", "type": "File type", "bytes": "Bytes", "sha256": "SHA-256", "from": "From"},
		classes: map[string]string{"enquiry": "Enquiry", "order": "Order", "unanswered": "Unanswered", "sensitive": "Sensitive content", "claims": "Possible claims",
			"letter": "Business letter", "voucher": "Accounting record", "proof": "Proof of consent", "calls": "Proof for calls", "case": "Rights request"},
		rights: []string{
			"Purposes: answering your enquiry, handling orders, retention required by law; advertising only with your consent.",
			"Recipients: WhatsApp Ireland Limited as processor; sub-processors WhatsApp LLC and Meta Platforms, Inc. (USA, EU-US Data Privacy Framework, otherwise standard contractual clauses; you can have a copy on request).",
			"Source: you gave us the data yourself, via WhatsApp.",
			"You may ask for rectification, erasure or restriction, object to the processing and withdraw consent at any time.",
			"There is no automated decision-making including profiling (Article 22 GDPR).",
		},
	},
}

// class words a class of retention, or repeats it.
func (w words) class(name string) string {
	if s := w.classes[name]; s != "" {
		return s
	}
	return name
}

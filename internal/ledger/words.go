package ledger

var german = dictionary{
	"title": "Protokoll der Datenverarbeitung", "page": "Seite %d von %d", "moment": "02.01.2006 15:04", "day": "02.01.2006", "no.": "Nr.", "time": "Zeit", "what": "Vorgang", "details": "Einzelheiten",
	"about": "Dieses Protokoll hält fest, was mit gespeicherten Daten geschah. Es nennt keine Personen und keine Inhalte. Jeder Eintrag enthält die Prüfsumme des vorigen, sodass nachträgliche Änderungen auffallen.",
	"shop":  "Betrieb", "asAt": "Stand", "entries": "Einträge", "chain": "Prüfung der Kette", "empty": "Das Protokoll ist leer.",
	"whole": "Lückenlos, geprüft bis zum letzten Eintrag. Letzte Prüfsumme: %x", "broken": "Gebrochen bei Eintrag %d: Dort wurde etwas geändert, entfernt oder eingefügt.",
	"number": "Nummer", "gone": "Gelöscht:", "stays": "Bleibt:", "until": "bis", "nothing": "nichts",
	"checked": "Nachprüfung: %d Dateien durchsucht, %d Fundstellen.", "skipped": " %d Dateien ließen sich nicht öffnen.", "meta": "Kontaktbuch bei Meta:",
	"yes": "ja", "no": "nein",

	"erasure": "Person gelöscht", "refusal": "Löschung abgelehnt", "asked": "verlangt am", "messageDeleted": "Eine Nachricht gelöscht", "selfTest": "Selbsttest der Löschung", "erasureMeta": "Antwort von Meta nach einer Löschung", "retention": "Fristenlauf", "retentionRules": "Fristen geändert",
	"archive": "Ins Archiv genommen", "backup": "Sicherung angelegt", "restoreTest": "Sicherung zurückgelesen", "consent": "Erklärung zu einer Einwilligung", "case": "Anfrage einer Person",
	"restriction": "Einschränkung", "told": "Empfänger benachrichtigt", "untold": "Empfänger doch nicht benachrichtigt", "field.recipient": "Empfänger",
	"value.whatsapp": "WhatsApp (Meta)", "value.d360": "360dialog", "value.translation": "Übersetzungsdienst", "value.relay": "Weiterleitung", "value.tax": "Steuerberatung", "value.help": "Hilfe am Rechner", "paper": "Unterlage bestätigt", "noticeConfirmed": "Datenschutzhinweis bestätigt", "broadcast": "Rundnachricht", "breach": "Datenpanne erfasst", "breachChanged": "Datenpanne ergänzt",
	"pinSet": "PIN gesetzt", "pinRemoved": "PIN entfernt", "pinRecovered": "PIN ersetzt", "counterOn": "Sperre eingeschaltet", "role": "Rolle geändert", "recoveryCode": "Neuer Notfallcode", "joined": "Zusammengeführt", "parted": "Wieder getrennt", "different": "Als zwei Personen vermerkt", "import": "Chat importiert", "importRemoved": "Import entfernt", "export": "Alles exportiert",

	"trigger.art17": "auf Verlangen der Person", "trigger.withdrawal": "nach Widerruf", "trigger.objection": "nach Widerspruch", "trigger.user": "vom Betrieb ausgelöst",
	"trigger.person": "vom Betrieb ausgelöst", "trigger.retention": "Frist abgelaufen", "trigger.restore": "nach dem Zurückspielen einer Sicherung", "trigger.selfTest": "erfundene Person",
	"class.enquiry": "Anfrage", "class.order": "Auftrag", "class.unanswered": "Unbeantwortet", "class.sensitive": "Sensible Inhalte", "class.claims": "Mögliche Ansprüche",
	"class.letter": "Geschäftsbrief", "class.voucher": "Beleg", "class.proof": "Einwilligungsnachweis", "class.case": "Rechteanfrage", "class.calls": "Nachweis für Anrufe",
	"part.messages": "Nachrichten", "part.media": "Bilder und Dateien", "part.details": "Nummern und Kennungen", "part.notes": "Notizen und Entwürfe", "part.consents": "Erklärungen",
	"part.conversation": "Kopie des Chats", "part.archive": "Archiv", "part.adBlock": "Werbesperre", "part.cases": "Anfragen",
	"meta.deleted": "Eintrag gelöscht", "meta.absent": "kein Eintrag", "meta.pending": "wird wiederholt", "meta.failed": "nicht gelungen", "meta.none": "nicht nötig",

	"field.messages": "Nachrichten", "field.media": "Dateien", "field.files": "Dateien", "field.customers": "Personen", "field.archived": "ins Archiv", "field.left": "übrig", "field.counts": "Je Klasse", "field.at": "Zeit",
	"field.class": "Klasse", "field.entry": "Eintrag", "field.endsAt": "Ende", "field.bytes": "Bytes", "field.encrypted": "verschlüsselt", "field.number": "Nummer", "field.state": "Stand", "field.case": "Nummer",
	"field.contactBook": "Kontaktbuch", "field.uploads": "Dateien bei Meta", "field.country": "Land", "field.rules": "Regeln", "field.off": "abgeschaltet", "field.purpose": "Zweck",
	"field.act": "Erklärung", "field.version": "Fassung", "field.kind": "Art", "field.reason": "Grund", "field.role": "Rolle", "field.language": "Sprache", "field.right": "Recht",
	"field.people": "Personen", "field.origin": "Weg", "field.sha": "Prüfsumme", "field.what": "Was", "field.period": "Frist", "field.days": "Tage", "field.months": "Monate", "field.years": "Jahre",
	"value.deleted": "gelöscht", "value.pending": "wird wiederholt", "value.failed": "nicht gelungen", "value.absent": "nicht vorhanden", "value.none": "keine", "value.erased": "gelöscht",
	"value.confirmed": "erteilt", "value.withdrawn": "widerrufen", "value.declined": "abgelehnt", "value.requested": "erfragt", "value.news": "Neuigkeiten", "value.received": "eingegangen",
	"value.answered": "beantwortet", "value.refused": "abgelehnt", "value.closed": "geschlossen", "value.erasure": "Löschung", "value.access": "Auskunft", "value.letter": "Geschäftsbrief",
	"value.voucher": "Beleg", "value.claims": "Mögliche Ansprüche", "value.proof": "Einwilligungsnachweis", "value.de": "Deutsch", "value.en": "Englisch", "value.chat": "Chat", "value.oral": "mündlich",
}

var english = dictionary{
	"title": "Log of data processing", "page": "Page %d of %d", "moment": "2006-01-02 15:04", "day": "2006-01-02", "no.": "No.", "time": "Time", "what": "What", "details": "Particulars",
	"about": "This log records what happened to stored data. It names no persons and no content. Every entry holds the checksum of the one before, so that later changes show.",
	"shop":  "Shop", "asAt": "As at", "entries": "Entries", "chain": "Check of the chain", "empty": "The log is empty.",
	"whole": "Unbroken, checked up to the last entry. Last checksum: %x", "broken": "Broken at entry %d: something was changed, removed or put in there.",
	"number": "Number", "gone": "Erased:", "stays": "Remains:", "until": "until", "nothing": "nothing",
	"checked": "Check: %d files searched, %d places found.", "skipped": " %d files could not be opened.", "meta": "Contact book at Meta:",
	"yes": "yes", "no": "no",

	"erasure": "Person erased", "refusal": "Erasure refused", "asked": "asked for on", "messageDeleted": "One message deleted", "selfTest": "Self-test of erasure", "erasureMeta": "Meta's answer after an erasure", "retention": "Retention run", "retentionRules": "Periods changed",
	"archive": "Put into the archive", "backup": "Backup made", "restoreTest": "Backup read back", "consent": "Declaration about a consent", "case": "Request of a person",
	"restriction": "Restriction", "told": "Recipient told", "untold": "Recipient not told after all", "field.recipient": "recipient",
	"value.whatsapp": "WhatsApp (Meta)", "value.d360": "360dialog", "value.translation": "translation service", "value.relay": "relay", "value.tax": "tax adviser", "value.help": "help with the computer", "paper": "Document confirmed", "noticeConfirmed": "Privacy notice confirmed", "broadcast": "Broadcast", "breach": "Data breach recorded", "breachChanged": "Data breach amended",
	"pinSet": "PIN set", "pinRemoved": "PIN removed", "pinRecovered": "PIN replaced", "counterOn": "Locking switched on", "role": "Role changed", "recoveryCode": "New recovery code", "joined": "Joined", "parted": "Parted again", "different": "Noted as two people", "import": "Chat imported", "importRemoved": "Import removed", "export": "Everything exported",

	"trigger.art17": "at the person's request", "trigger.withdrawal": "after a withdrawal", "trigger.objection": "after an objection", "trigger.user": "started by the shop",
	"trigger.person": "started by the shop", "trigger.retention": "period over", "trigger.restore": "after restoring a backup", "trigger.selfTest": "invented person",
	"class.enquiry": "enquiry", "class.order": "order", "class.unanswered": "unanswered", "class.sensitive": "sensitive content", "class.claims": "possible claims",
	"class.letter": "business letter", "class.voucher": "accounting record", "class.proof": "proof of consent", "class.case": "rights request", "class.calls": "proof for calls",
	"part.messages": "messages", "part.media": "pictures and files", "part.details": "numbers and identifiers", "part.notes": "notes and drafts", "part.consents": "declarations",
	"part.conversation": "copy of the chat", "part.archive": "archive", "part.adBlock": "advertising block", "part.cases": "requests",
	"meta.deleted": "entry deleted", "meta.absent": "no entry", "meta.pending": "will be tried again", "meta.failed": "failed", "meta.none": "not needed",

	"field.messages": "messages", "field.media": "files", "field.files": "files", "field.customers": "people", "field.archived": "to the archive", "field.left": "left", "field.counts": "by class", "field.at": "time",
	"field.class": "class", "field.entry": "entry", "field.endsAt": "end", "field.bytes": "bytes", "field.encrypted": "encrypted", "field.number": "number", "field.state": "state", "field.case": "number",
	"field.contactBook": "contact book", "field.uploads": "files at Meta", "field.country": "country", "field.rules": "rules", "field.off": "switched off", "field.purpose": "purpose",
	"field.act": "declaration", "field.version": "version", "field.kind": "kind", "field.reason": "reason", "field.role": "role", "field.language": "language", "field.right": "right",
	"field.people": "people", "field.origin": "way", "field.sha": "checksum", "field.what": "what", "field.period": "period", "field.days": "days", "field.months": "months", "field.years": "years",
	"value.deleted": "deleted", "value.pending": "will be tried again", "value.failed": "failed", "value.absent": "absent", "value.none": "none", "value.erased": "erased",
	"value.confirmed": "given", "value.withdrawn": "withdrawn", "value.declined": "declined", "value.requested": "asked for", "value.news": "news", "value.received": "received",
	"value.answered": "answered", "value.refused": "refused", "value.closed": "closed", "value.erasure": "erasure", "value.access": "access", "value.letter": "business letter",
	"value.voucher": "accounting record", "value.claims": "possible claims", "value.proof": "proof of consent", "value.de": "German", "value.en": "English", "value.chat": "chat", "value.oral": "by word of mouth",
}

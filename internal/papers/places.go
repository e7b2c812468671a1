package papers

import (
	"strconv"
	"strings"

	"tresen/internal/print"
)

// places says where data lie and with whom the program talks.
func (w *writer) places() (string, []print.Block) {
	out := []print.Block{print.Text{Text: w.t("Was auf diesem Rechner liegt, was bei anderen, und wohin die Anwendung spricht.", "What lies on this computer, what with others, and whom the program talks to.")}}
	for _, p := range w.f.Places {
		files := ""
		if p.Files > 0 {
			files = count(p.Files, w.t("Datei", "file"), w.t("Dateien", "files")) + ", "
		}
		out = append(out, print.Section{Text: PlaceName(p.Key, w.language())}, print.Entries{Rows: [][2]string{
			{w.t("Ort", "Place"), orDash(p.Path)},
			{w.t("Größe", "Size"), files + w.bytes(p.Bytes)},
			{w.t("Inhalt", "Content"), w.placeContent(p.Key)},
			{w.t("Versiegelt", "Sealed"), w.sealed(p)},
			{w.t("Bleibt", "Stays"), w.placeStays(p.Key)},
		}})
	}
	out = append(out, print.Section{Text: w.t("Bei anderen", "With others")}, w.elsewhere(), print.Section{Text: w.t("Wohin die Anwendung spricht", "Whom the program talks to")})
	rows := [][]string{}
	for _, h := range w.f.Hosts {
		rows = append(rows, []string{h.Name, w.hostWhy(h.Why), w.contacted(h)})
	}
	out = append(out, print.Table{Head: []string{w.t("Rechner", "Host"), w.t("Wofür", "What for"), w.t("Seit dem Start", "Since the start")}, Shares: []float64{0.4, 0.35, 0.25}, Rows: rows},
		print.Text{Text: w.t("Mehr Rechner gibt es nicht: keine Telemetrie, keine Absturzberichte, keine Suche nach Neuem.", "There are no other hosts: no telemetry, no crash reports, no look for updates.")})
	return w.t("Wo liegen meine Daten?", "Where are my data?"), out
}

func (w *writer) language() string { return w.t("de", "en") }

// PlaceName names a place.
func PlaceName(key, language string) string {
	names := map[string][2]string{
		PlaceDatabase: {"Datenbank", "Database"}, PlaceKeyring: {"Schlüsseldatei", "Keyring"}, PlaceMedia: {"Bilder, Töne, Dokumente", "Pictures, sounds, documents"},
		PlaceLog: {"Technisches Protokoll", "Technical log"}, PlaceWindow: {"Ansicht des Fensters", "The window's view"},
		PlaceWebview: {"Zwischenspeicher des Fensters", "The window's cache"}, PlaceBackup: {"Sicherungen", "Backups"},
	}
	if language == "en" {
		return names[key][1]
	}
	return names[key][0]
}

func (w *writer) placeContent(key string) string {
	switch key {
	case PlaceDatabase:
		return w.t("Gespräche, Kundschaft, Einwilligungen, Einstellungen; im Klartext nur Zeiten, Zustände und Anzahlen", "conversations, customers, consents, settings; in the clear only times, states and counts")
	case PlaceKeyring:
		return w.t("die Schlüssel aller Personen, mit dem Hauptschlüssel versiegelt", "everybody's keys, sealed with the master key")
	case PlaceMedia:
		return w.t("empfangene und gesendete Dateien unter Zufallsnamen", "files received and sent, under random names")
	case PlaceLog:
		return w.t("was geschah, nie mit wem; keine Namen, Nummern oder Texte", "what happened, never with whom; no names, numbers or texts")
	case PlaceWindow:
		return w.t("Sprache, Farben und Größe des Fensters", "language, colours and size of the window")
	case PlaceWebview:
		return w.t("nichts aus Gesprächen; wird beim Löschen mit durchsucht", "nothing of conversations; searched along with every erasure")
	}
	return w.t("der ganze Bestand, mit Ihrer Passphrase versiegelt", "everything, sealed with your passphrase")
}

func (w *writer) sealed(p Place) string {
	if p.Sealed {
		return w.t("ja", "yes")
	}
	return w.t("nein, enthält nichts Persönliches", "no, holds nothing personal")
}

func (w *writer) placeStays(key string) string {
	switch key {
	case PlaceDatabase, PlaceMedia, PlaceKeyring:
		return w.t("nach den Löschfristen", "by the periods of retention")
	case PlaceBackup:
		return w.t("höchstens ", "at most ") + w.days(w.f.Backup.MaxAgeDays)
	case PlaceLog:
		return w.t("begrenzte Größe, Altes wird überschrieben", "bounded size, the old is overwritten")
	}
	return w.t("bis die Anwendung entfernt wird", "until the program is removed")
}

func (w *writer) elsewhere() print.Block {
	rows := [][2]string{{w.t("Meta", "Meta"), w.region()}}
	if w.f.Relay.Paired {
		rows = append(rows, [2]string{w.t("Weiterleitung", "Relay"), w.f.Relay.Host + w.t("; versiegelt, bis sie abgeholt sind, höchstens ", "; sealed, until fetched, at most ") + w.days(relayKeepDays) + "; " + w.t("Standort: ", "place: ") + w.need(w.f.Answers.RelayPlace, "relayPlace", WhereAnswers)})
	}
	if w.f.Translation.Service != "" {
		rows = append(rows, [2]string{w.serviceName(), w.f.Translation.Host + w.t("; wie lange dort etwas bleibt, sagt dessen Vertrag", "; how long anything stays there is in its contract")})
	}
	return print.Entries{Rows: append(rows, [2]string{w.t("Handys der Kundschaft", "Customers' phones"), w.t("ihr eigener Verlauf; von hier nicht löschbar", "their own history; cannot be deleted from here")})}
}

func (w *writer) hostWhy(why string) string {
	words := map[string][2]string{
		"api": {"Nachrichten senden, Zustand abfragen", "sending messages, asking for the state"}, "files": {"Dateien holen", "fetching files"},
		"relay": {"Zustellungen abholen", "fetching deliveries"}, "translation": {"Übersetzen auf Wunsch", "translating on request"},
		"website": {"eigene Webseite prüfen, nur auf Klick", "checking the shop's own website, only on a click"},
	}[why]
	return w.t(words[0], words[1])
}

func (w *writer) contacted(h Host) string {
	if h.Contacts == 0 {
		return w.t("kein Kontakt", "no contact")
	}
	return strings.Join([]string{strconv.Itoa(h.Contacts) + w.t("-mal", " times"), w.t("zuletzt ", "last ") + w.moment(h.Last)}, ", ")
}

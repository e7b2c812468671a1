package papers

import (
	"fmt"

	"tresen/internal/print"
)

// flow is the picture of where data go, from what is configured.
func (w *writer) flow() (string, []print.Block) {
	d := w.diagram()
	return w.t("Weg der Daten", "Flow of data"), []print.Block{
		print.Text{Text: w.t("Welche Daten wohin gehen, wie sie unterwegs geschützt sind und wo sie im Klartext sind.", "Which data go where, how they are protected on the way, and where they are in the clear.")},
		d,
		print.Section{Text: w.t("Dasselbe in Worten", "The same in words")},
		print.Points{Items: wordsOf(d)},
	}
}

// wordsOf tells a picture stop by stop.
func wordsOf(d print.Diagram) []string {
	var out []string
	for _, s := range d.Stops {
		text := s.Title + ": "
		for i, line := range append(append([]string{}, s.Way...), s.Lines...) {
			if i > 0 {
				text += "; "
			}
			text += line
		}
		out = append(out, text+".")
	}
	return out
}

func (w *writer) diagram() print.Diagram {
	stops := []print.Stop{
		{Title: w.t("Handy der Kundin oder des Kunden", "The customer's phone"), Lines: []string{w.t("eigener Verlauf, außerhalb unserer Reichweite", "a history of its own, out of our reach")}},
		w.metaStop(),
	}
	if w.f.Relay.Paired {
		stops = append(stops, w.relayStop())
	}
	stops = append(stops, w.deskStop())
	if w.f.Translation.Service != "" {
		stops = append(stops, print.Stop{
			Side: true, Title: w.serviceName(), Lines: []string{w.f.Translation.Host},
			Way: []string{w.t("einzelne Nachrichten auf Wunsch, über TLS, dort im Klartext", "single messages on request, over TLS, in the clear there")},
		})
	}
	if w.f.Backup.Chosen {
		stops = append(stops, print.Stop{
			Side: true, Title: w.t("Sicherung", "Backup"), Lines: []string{w.t("Ordner Ihrer Wahl, höchstens ", "a folder of your choice, at most ") + w.days(w.f.Backup.MaxAgeDays)},
			Way: []string{w.t("der ganze Bestand, mit einer Passphrase versiegelt (age)", "everything, sealed with a passphrase (age)")},
		})
	}
	titles := ""
	for i, s := range stops {
		if i > 0 {
			titles += " – "
		}
		titles += s.Title
	}
	return print.Diagram{Alt: fmt.Sprintf(w.t("Weg der Daten: %s", "Flow of data: %s"), titles), Stops: stops}
}

func (w *writer) metaStop() print.Stop {
	s := print.Stop{
		Title: w.t("WhatsApp und Meta (Cloud API)", "WhatsApp and Meta (Cloud API)"),
		Way: []string{
			w.t("Nachrichten, Dateien, Profilname, Nummer oder Kennung", "messages, files, profile name, number or id"),
			w.t("Ende-zu-Ende verschlüsselt zwischen Handy und Cloud API", "end-to-end encrypted between phone and Cloud API"),
		},
		Lines: []string{w.t("entschlüsselt in unserem Auftrag: dort im Klartext", "decrypts on our behalf: in the clear there"), w.region()},
	}
	switch w.f.Provider.Kind {
	case ProviderD360:
		s.Title = w.t("WhatsApp und Meta (Cloud API), dann 360dialog", "WhatsApp and Meta (Cloud API), then 360dialog")
		s.Lines = append(s.Lines, w.t("360dialog reicht im Klartext weiter", "360dialog passes on in the clear"))
	case ProviderDemo:
		s.Lines = append(s.Lines, w.t("Probebetrieb: nachgestellt auf diesem Rechner", "demo: simulated on this computer"))
	case "":
		w.gap("provider", WhereConnection)
	}
	return s
}

func (w *writer) relayStop() print.Stop {
	operator := w.f.Answers.RelayOperator
	if w.f.Answers.RelayOwn {
		operator = w.t("selbst betrieben", "run by ourselves")
	}
	return print.Stop{
		Title: w.t("Weiterleitung (Relay)", "Relay"),
		Way:   []string{w.t("signierte Zustellungen über TLS", "signed deliveries over TLS")},
		Lines: []string{
			w.f.Relay.Host + " · " + w.need(operator, "relayOperator", WhereAnswers),
			w.t("hier endet TLS: für Millisekunden Klartext im Arbeitsspeicher", "TLS ends here: in the clear in memory for milliseconds"),
			fmt.Sprintf(w.t("dann nur noch für diesen Rechner versiegelt, bis zur Abholung, höchstens %d Tage", "then sealed to this computer until fetched, at most %d days"), relayKeepDays),
		},
	}
}

func (w *writer) deskStop() print.Stop {
	way := []string{w.t("Antworten und Dateien gehen von hier direkt zu Meta, über TLS", "answers and files go from here straight to Meta, over TLS")}
	switch {
	case w.f.Relay.Paired:
		way = append(way, w.t("versiegelte Umschläge (HPKE), nur hier zu öffnen; die Signatur wird hier geprüft", "sealed envelopes (HPKE), opened only here; the signature is checked here"))
	case w.f.Relay.Direct:
		way = append(way, w.t("signierte Zustellungen über einen eigenen Zugang von außen, über TLS", "signed deliveries over the shop's own way in, over TLS"))
	}
	return print.Stop{
		Title: w.t("Dieser Rechner (Tresen)", "This computer (Tresen)"), Way: way,
		Lines: []string{
			w.t("auf der Platte einzeln versiegelt, Schlüssel je Person; im Klartext nur, solange die Anwendung offen ist", "sealed one by one on the disk, a key for every person; in the clear only while the program is open"),
			w.t("Hauptschlüssel: ", "master key: ") + w.keys(),
		},
	}
}

func (w *writer) serviceName() string {
	if w.f.Translation.Service == "deepl" {
		return "DeepL"
	}
	return "LibreTranslate"
}

package simulator

import "time"

// PlayShop is a flower shop with a dozen customers, in German, as demo mode shows
// it. All people are invented. Their numbers are "drama numbers", which the
// Bundesnetzagentur and the networks keep free for fiction (Mitteilung 148/2021):
// 0171 39200xx, 0176 040690xx, and blocks in Berlin, Frankfurt, Hamburg, Cologne
// and Munich. Ids are fixed, so that a demo can be performed again over a stored
// history.
func PlayShop() Play {
	return Play{People: playPeople(), Before: playBefore(), After: playAfter(), Templates: playTemplates()}
}

func playPeople() []Actor {
	return []Actor{
		{"anna", Person{Phone: "+491713920011", BSUID: "DE.13491208655302741901", Name: "Anna Müller"},
			[]string{"Super, vielen Dank! Dann bis morgen 🌷", "Ja, das passt."}},
		{"mehmet", Person{Phone: "+491713920012", BSUID: "DE.13491208655302741902", Name: "Mehmet Yılmaz"},
			[]string{"Perfekt. Wie machen wir das mit der Anzahlung?", "Alles klar, überweise ich heute."}},
		{"freifrau", Person{
			Phone: "+491713920013", BSUID: "DE.13491208655302741903",
			Name: "Dr. Maximiliane-Charlotte Freifrau von der Heydenreich-Schönbrunn zu Oberkirchenbach",
		}, []string{"Ich danke Ihnen für die rasche Antwort."}},
		{"layla", Person{Phone: "+491713920014", BSUID: "DE.13491208655302741904", Name: "ليلى حداد"},
			[]string{"شكراً جزيلاً! Vielen Dank!"}},
		{"sonne", Person{Phone: "+4917604069021", BSUID: "DE.13491208655302741905", Name: "🌻🐝 Sonnenschein 🐝🌻"},
			[]string{"😍😍😍"}},
		{"namenlos", Person{Phone: "+4917604069022", BSUID: "DE.13491208655302741906"}, []string{"ok"}},
		{"jule", Person{BSUID: "DE.13491208655302741907", Name: "Jule", Username: "kiezgaertnerin"},
			[]string{"Cool, dann komme ich Samstag vorbei."}},
		{"thorsten", Person{Phone: "+491713920015", BSUID: "DE.13491208655302741908", Name: "Thorsten Krüger"},
			[]string{"Danke, ich hole es gegen 17 Uhr ab."}},
		{"hilde", Person{Phone: "+498999998123", BSUID: "DE.13491208655302741909", Name: "Oma Hilde"},
			[]string{"Das ist lieb von Ihnen"}},
		{"pauline", Person{Phone: "+496990009123", BSUID: "DE.13491208655302741910", Name: "Pauline Becker"},
			[]string{"Klingt gut, was kostet das Abo im Monat?"}},
		{"jens", Person{Phone: "+494066969123", BSUID: "DE.13491208655302741911", Name: "Jens Petersen", NoReceipts: true},
			[]string{"Verstanden."}},
		{"morgenrot", Person{Phone: "+492214710123", BSUID: "DE.13491208655302741912", Name: "Café Morgenrot"}, nil},
	}
}

// ago and talk keep the story below readable.
func ago(hours, minutes int) time.Duration {
	return time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
}

func talk(who string, when time.Duration, text string) Step {
	return Step{Who: who, When: when, Message: Message{Type: "text", Text: text}}
}

func shop(who string, when time.Duration, text string) Step {
	return Step{Who: who, When: when, FromShop: true, Message: Message{Type: "text", Text: text}}
}

func (st Step) as(label string) Step {
	st.Label = label
	return st
}

func (st Step) quoting(label string) Step {
	st.Message.Quote = "#" + label
	return st
}

func playBefore() []Step {
	photo, clip, voice, sticker := Photo("brautstrauss"), Clip(), VoiceNote(7*time.Second), Sticker()
	paper := Paper("Trauerkranz_Angebot", "Angebot Trauerkranz", "Tannengrün, weiße Rosen, Schleife", "Preis: 145,00 €")
	return []Step{
		talk("morgenrot", ago(50, 10), "Guten Morgen, bitte wie immer 12 kleine Tischsträuße für Freitag. Farbe dürfen Sie aussuchen."),
		shop("morgenrot", ago(49, 40), "Gern! Wir nehmen Ranunkeln und Wachsblumen."),

		talk("freifrau", ago(27, 5), "Sehr geehrte Damen und Herren,\n\nfür den 80. Geburtstag meiner Mutter im nächsten Monat benötigen wir "+
			"Tischschmuck für acht runde Tische (je zehn Personen) sowie zwei Bodenvasen am Eingang. Meine Mutter liebt Christrosen; "+
			"Lilien verträgt sie leider nicht. Könnten Sie mir bis Ende der Woche einen Vorschlag mit Preisen schicken?\n\n"+
			"Mit freundlichen Grüßen").as("geburtstag"),
		{Who: "freifrau", When: ago(26, 58), Message: Message{Type: "document", Media: &paper, Text: "So etwas in der Art hatten wir im letzten Jahr."}},
		{Who: "freifrau", When: ago(26, 40), Message: Message{Type: "contacts", Contacts: []any{object{
			"name":   object{"formatted_name": "Hotel Lindenhof, Bankett", "first_name": "Hotel Lindenhof"},
			"phones": []any{object{"phone": "+49 30 23125222", "type": "WORK"}},
			"org":    object{"company": "Hotel Lindenhof"},
		}}}},

		talk("mehmet", ago(22, 30), "Hallo! Wir heiraten am 6. Juni und suchen jemanden für den Brautstrauß.").as("hochzeit"),
		{Who: "mehmet", When: ago(22, 28), Label: "strauss", Message: Message{Type: "image", Media: &photo, Text: "So ungefähr stellen wir uns das vor 💐"}},
		shop("mehmet", ago(22, 10), "Wie schön, herzlichen Glückwunsch! Das machen wir gern."),
		{Who: "mehmet", When: ago(22, 8), Message: Message{Type: "video", Media: &clip, Text: "und das ist der Raum"}},
		talk("mehmet", ago(21, 50), "Ginge das auch mit Pfingstrosen statt Rosen?").quoting("strauss"),

		talk("hilde", ago(19, 20), "Guten tag haben sie noch Alpenfeilchen").as("veilchen"),
		{Who: "hilde", When: ago(19, 17), Message: Message{Type: "edit", Target: "#veilchen", Text: "Guten Tag, haben Sie noch Alpenveilchen?"}},
		talk("hilde", ago(19, 15), "Klaus kauf bitte noch Milch").as("irrlaeufer"),
		{Who: "hilde", When: ago(19, 14), Message: Message{Type: "revoke", Target: "#irrlaeufer"}},
		talk("hilde", ago(19, 12), "Entschuldigung das war für meinen Sohn"),

		talk("layla", ago(7, 45), "مرحبا، هل لديكم ورد أبيض؟"),
		talk("layla", ago(7, 44), "Hallo, haben Sie weiße Rosen? 25 Stück, für Samstag."),

		{Who: "sonne", When: ago(6, 5), Message: Message{Type: "sticker", Media: &sticker}},
		{Who: "sonne", When: ago(6, 4), Label: "stimme", Message: Message{Type: "audio", Media: &voice}},
		talk("sonne", ago(6, 2), "ach ja und bitte mit 🌻🌻🌻 und *ganz viel* Grün"),

		{Who: "namenlos", When: ago(5, 10), Message: Message{Type: "location", Location: &Location{
			Latitude: 52.52001, Longitude: 13.40495, Name: "Alexanderplatz", Address: "Alexanderplatz 1, 10178 Berlin",
		}}},
		talk("namenlos", ago(5, 9), "hierhin liefern?"),

		{Who: "thorsten", When: ago(3, 40), Message: Message{Type: "order", Text: "Bitte als Geschenk einpacken.", Order: &Order{
			CatalogID: "194836987003835", Items: []OrderItem{
				{ProductID: "strauss-herbst-m", Quantity: 1, Price: 34.9, Currency: "EUR"},
				{ProductID: "karte-handgeschrieben", Quantity: 2, Price: 2.5, Currency: "EUR"},
			},
		}}},
		talk("thorsten", ago(3, 38), "Abholung heute Nachmittag möglich?"),

		{Who: "pauline", When: ago(2, 15), Message: Message{Type: "text", Text: "Hallo! Kann ich mehr dazu erfahren?", Referral: object{
			"source_url": "https://fb.me/tresen-play", "source_id": "120212345678901234", "source_type": "ad",
			"headline": "Blumen-Abo: jeden Freitag frisch", "body": "Vier Wochen testen.", "media_type": "image",
			"image_url": "https://example.com/abo.jpg", "ctwa_clid": "ARAplayshop",
		}}},

		talk("jule", ago(1, 20), "Hi, ich hab euren Namen vom Wochenmarkt. Nehmt ihr auch Setzlinge in Kommission?").as("setzlinge"),
		{Who: "jule", When: ago(1, 18), Message: Message{Type: "unsupported", Unsupported: "poll_creation"}},

		talk("jens", ago(0, 55), "Moin, ich brauche eine Rechnung für die Lieferung vom Dienstag. STOPP bitte mit Werbung."),

		talk("anna", ago(0, 34), "Guten Tag! Haben Sie morgen früh schon ab 8 Uhr geöffnet?").as("offen"),
		shop("anna", ago(0, 30), "Guten Tag Frau Müller, ja, ab 7:30 Uhr.").as("ja"),
		{Who: "anna", When: ago(0, 12), Message: Message{Type: "reaction", Target: "#ja", Emoji: "🙏"}},
		talk("anna", ago(0, 4), "Und könnten Sie mir 20 rote Tulpen zurücklegen? Ich hole sie auf dem Weg zur Arbeit ab.").quoting("offen"),
	}
}

func playAfter() []Step {
	photo := Photo("balkon")
	return []Step{
		talk("thorsten", 25*time.Second, "Geht auch 17 Uhr?"),
		{Who: "sonne", When: 55 * time.Second, Message: Message{Type: "image", Media: &photo, Text: "mein Balkon heute ☀️"}},
		talk("hilde", 90*time.Second, "Sind Sie morgen da?"),
		talk("jule", 140*time.Second, "Hätte übrigens 40 Tomaten und 12 Kürbisse."),
		talk("layla", 200*time.Second, "Können Sie auch eine Karte dazulegen?"),
		talk("mehmet", 280*time.Second, "Meine Verlobte fragt noch nach Eukalyptus 😄"),
	}
}

func playTemplates() []Template {
	return []Template{
		{Name: "bestellung_abholbereit", Language: "de", Category: "UTILITY", Components: []any{
			object{"type": "BODY", "text": "Guten Tag {{1}}, Ihre Bestellung {{2}} liegt zur Abholung bereit. Wir freuen uns auf Sie!",
				"example": object{"body_text": []any{[]any{"Anna", "4711"}}}},
			object{"type": "FOOTER", "text": "Blumen Wiesengrund"},
		}},
		{Name: "rueckfrage_zur_bestellung", Language: "de", Category: "UTILITY", Components: []any{
			object{"type": "BODY", "text": "Guten Tag, wir haben eine Rückfrage zu Ihrer Bestellung. Dürfen wir Ihnen hier schreiben?"},
			object{"type": "BUTTONS", "buttons": []any{
				object{"type": "QUICK_REPLY", "text": "Ja, gern"}, object{"type": "QUICK_REPLY", "text": "Nein, danke"},
			}},
		}},
		{Name: "fruehlingsgruss", Language: "de", Category: "MARKETING", Components: []any{
			object{"type": "HEADER", "format": "TEXT", "text": "Frühling bei Wiesengrund"},
			object{"type": "BODY", "text": "Die ersten Tulpen sind da. Diese Woche 10 Stück für 6 Euro. Antworten Sie mit STOPP, wenn Sie keine Werbung möchten."},
		}},
	}
}

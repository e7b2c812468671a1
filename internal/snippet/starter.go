package snippet

import "tresen/internal/inbox"

// Starter is a first set of snippets in a language.
func Starter(language string) []inbox.Snippet {
	if language == "de" {
		return germanStarter()
	}
	return englishStarter()
}

func germanStarter() []inbox.Snippet {
	return []inbox.Snippet{
		{Folder: "Begrüßung", Name: "hallo", Text: "Guten Tag {Name}, danke für Ihre Nachricht. Womit können wir Ihnen helfen?"},
		{Folder: "Begrüßung", Name: "gleich", Text: "Danke, Ihre Nachricht ist da. Wir kümmern uns darum und melden uns heute noch."},
		{Folder: "Begrüßung", Name: "danke", Text: "Vielen Dank und einen schönen Tag. Ihr Team von {Laden}"},
		{Folder: "Laden", Name: "öffnungszeiten", Text: "Wir haben für Sie geöffnet: {Öffnungszeiten}"},
		{Folder: "Laden", Name: "anfahrt", Text: "Sie finden uns hier: {Adresse}\nRufen Sie gern an, wenn Sie den Eingang suchen."},
		{Folder: "Bestellung", Name: "abholbereit", Text: "Guten Tag {Name}, Ihre Bestellung ist fertig. Sie können sie zu unseren Öffnungszeiten abholen: {Öffnungszeiten}"},
		{Folder: "Bestellung", Name: "dauert", Text: "Guten Tag {Name}, Ihre Bestellung braucht leider etwas länger als geplant. Wir melden uns, sobald sie fertig ist."},
		{Folder: "Bestellung", Name: "passt das", Text: "Passt das so für Sie?", Interactive: &inbox.Interactive{
			Type: inbox.InteractiveButtons, Buttons: []inbox.ReplyButton{
				{ID: "ja", Title: "Ja, passt"}, {ID: "nein", Title: "Nein, bitte ändern"}, {ID: "anruf", Title: "Bitte anrufen"}}}},
		{Folder: "Termin", Name: "wann", Text: "Wann passt es Ihnen am besten?", Interactive: &inbox.Interactive{
			Type: inbox.InteractiveList, Button: "Zeit wählen", Sections: []inbox.ListSection{{Rows: []inbox.ListRow{
				{ID: "vormittag", Title: "Vormittag", Description: "9 bis 12 Uhr"}, {ID: "mittag", Title: "Mittag", Description: "12 bis 14 Uhr"},
				{ID: "nachmittag", Title: "Nachmittag", Description: "14 bis 18 Uhr"}}}}}},
		{Folder: "Datenschutz", Name: "bitte nicht hier", Text: "Bitte schicken Sie uns so persönliche Angaben nicht über WhatsApp. " +
			"Rufen Sie uns an oder kommen Sie vorbei, dann besprechen wir es in Ruhe."},
		{Folder: "Datenschutz", Name: "hinweise", Text: "Unsere Hinweise zum Datenschutz finden Sie hier: {Datenschutz}\nImpressum: {Impressum}"},
	}
}

func englishStarter() []inbox.Snippet {
	return []inbox.Snippet{
		{Folder: "Greeting", Name: "hello", Text: "Hello {name}, thank you for your message. How can we help you?"},
		{Folder: "Greeting", Name: "soon", Text: "Thank you, your message has arrived. We are looking into it and will get back to you today."},
		{Folder: "Greeting", Name: "thanks", Text: "Thank you very much and have a good day. Your team at {shop}"},
		{Folder: "Shop", Name: "hours", Text: "We are open for you: {hours}"},
		{Folder: "Shop", Name: "way", Text: "You will find us here: {address}\nPlease call if you are looking for the entrance."},
		{Folder: "Order", Name: "ready", Text: "Hello {name}, your order is ready. You can collect it during our opening hours: {hours}"},
		{Folder: "Order", Name: "delayed", Text: "Hello {name}, unfortunately your order takes a little longer than planned. We will write as soon as it is ready."},
		{Folder: "Order", Name: "is that right", Text: "Is that right for you?", Interactive: &inbox.Interactive{
			Type: inbox.InteractiveButtons, Buttons: []inbox.ReplyButton{
				{ID: "yes", Title: "Yes, it is"}, {ID: "no", Title: "No, please change"}, {ID: "call", Title: "Please call me"}}}},
		{Folder: "Appointment", Name: "when", Text: "When would suit you best?", Interactive: &inbox.Interactive{
			Type: inbox.InteractiveList, Button: "Choose a time", Sections: []inbox.ListSection{{Rows: []inbox.ListRow{
				{ID: "morning", Title: "Morning", Description: "9 am to noon"}, {ID: "midday", Title: "Midday", Description: "Noon to 2 pm"},
				{ID: "afternoon", Title: "Afternoon", Description: "2 pm to 6 pm"}}}}}},
		{Folder: "Privacy", Name: "not here please", Text: "Please do not send us details this personal on WhatsApp. " +
			"Give us a call or drop by, and we will talk about it in peace."},
		{Folder: "Privacy", Name: "notice", Text: "You will find our privacy notice here: {privacy}\nImprint: {imprint}"},
	}
}

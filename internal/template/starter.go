package template

import (
	"strings"
	"unicode/utf8"

	"tresen/internal/inbox"
)

// Starter is a first set of templates in a language, to be handed in for
// review in the shop's name. All are about the customer's own matter.
func Starter(language, shop string) []inbox.Template {
	shop = strings.Join(strings.Fields(strings.Map(plain, shop)), " ")
	if shop == "" || utf8.RuneCountInString(shop) > MaxFooter {
		return nil
	}
	list := germanStarter(shop)
	if language != "de" {
		list, language = englishStarter(shop), "en"
	}
	for i := range list {
		list[i].Language, list[i].Category, list[i].Named, list[i].Footer = language, inbox.CategoryUtility, true, shop
	}
	return list
}

// plain keeps a name from being read as a variable.
func plain(r rune) rune {
	if r == '{' || r == '}' {
		return -1
	}
	return r
}

func germanStarter(shop string) []inbox.Template {
	return []inbox.Template{
		{
			Name: "abholbereit",
			Body: "Guten Tag {{name}}, hier ist " + shop + ". Ihre Bestellung {{nummer}} ist fertig und liegt für Sie bereit. " +
				"Sie können sie zu unseren Öffnungszeiten abholen. Bei Fragen antworten Sie einfach auf diese Nachricht.",
			Examples: map[string]string{"name": "Frau Beispiel", "nummer": "4711"},
		},
		{
			Name: "termin_morgen",
			Body: "Guten Tag {{name}}, hier ist " + shop + ". Wir erinnern an Ihren Termin am {{datum}} um {{uhrzeit}} Uhr. " +
				"Wenn etwas dazwischenkommt, antworten Sie bitte auf diese Nachricht.",
			Examples: map[string]string{"name": "Herr Muster", "datum": "Dienstag, 24. November", "uhrzeit": "14:30"},
			Buttons: []inbox.TemplateButton{
				{Type: inbox.ButtonQuickReply, Text: "Ich komme"}, {Type: inbox.ButtonQuickReply, Text: "Bitte verschieben"},
			},
		},
		{
			Name: "frage_zur_bestellung",
			Body: "Guten Tag {{name}}, hier ist " + shop + ". Zu Ihrer Bestellung {{nummer}} haben wir noch eine Frage. " +
				"Bitte antworten Sie auf diese Nachricht, dann klären wir das gern mit Ihnen.",
			Examples: map[string]string{"name": "Frau Beispiel", "nummer": "4711"},
		},
	}
}

func englishStarter(shop string) []inbox.Template {
	return []inbox.Template{
		{
			Name: "ready_for_collection",
			Body: "Hello {{name}}, this is " + shop + ". Your order {{number}} is ready and waiting for you. " +
				"You can collect it during our opening hours. If you have any questions, simply reply to this message.",
			Examples: map[string]string{"name": "Ms Example", "number": "4711"},
		},
		{
			Name: "appointment_tomorrow",
			Body: "Hello {{name}}, this is " + shop + ". We would like to remind you of your appointment on {{date}} at {{time}}. " +
				"If anything comes up, please reply to this message.",
			Examples: map[string]string{"name": "Mr Sample", "date": "Tuesday, 24 November", "time": "2:30 pm"},
			Buttons: []inbox.TemplateButton{
				{Type: inbox.ButtonQuickReply, Text: "I will be there"}, {Type: inbox.ButtonQuickReply, Text: "Please reschedule"},
			},
		},
		{
			Name: "question_about_order",
			Body: "Hello {{name}}, this is " + shop + ". We have a question about your order {{number}}. " +
				"Please reply to this message and we will sort it out with you.",
			Examples: map[string]string{"name": "Ms Example", "number": "4711"},
		},
	}
}

package print

import "tresen/internal/qr"

// Language of the printed words.
type Language string

// The languages.
const (
	German  Language = "de"
	English Language = "en"
)

// Languages lists them.
func Languages() []Language { return []Language{German, English} }

// Industry chooses the words of headline and invitation.
type Industry string

// The industries.
const (
	Shop  Industry = "shop"  // Laden
	Trade Industry = "trade" // Handwerk
	Salon Industry = "salon" // Friseur, Kosmetik
	Food  Industry = "food"  // Gastronomie
)

// Industries lists them.
func Industries() []Industry { return []Industry{Shop, Trade, Salon, Food} }

// Wording are the words of one industry in one language.
type Wording struct {
	Headline string
	// Short stands on labels with no room for Headline.
	Short string
	// Invitation is the line below the headline.
	Invitation string
	// Prefill is proposed as the text the customer finds already typed. Every
	// letter makes the code finer, and whom he writes to he sees anyway.
	Prefill string
}

// WordingFor returns the words proposed for an industry. Unknown ones get those
// of a shop, in German.
func WordingFor(language Language, industry Industry) Wording {
	byIndustry, ok := wordings[language]
	if !ok {
		byIndustry = wordings[German]
	}
	w, ok := byIndustry[industry]
	if !ok {
		w = byIndustry[Shop]
	}
	return w
}

var wordings = map[Language]map[Industry]Wording{
	German: {
		Shop: {
			"Schreiben Sie uns auf WhatsApp", "Schreiben Sie uns auf WhatsApp",
			"Ist es da, und in Ihrer Größe? Fragen Sie, bevor Sie kommen.", "Guten Tag",
		},
		Trade: {
			"Schaden per WhatsApp melden", "Schaden per WhatsApp melden",
			"Foto vom Schaden? Erst der Termin, dann das Foto, ohne Personen.", "Reparatur:",
		},
		Salon: {
			"Termin per WhatsApp anfragen", "Termin per WhatsApp anfragen",
			"Schreiben Sie uns Ihren Wunschtag. Wir schlagen eine Zeit vor.", "Termin:",
		},
		Food: {
			"Einen Tisch per WhatsApp anfragen", "Tisch per WhatsApp anfragen",
			"Tag, Uhrzeit, wie viele Gäste: mehr brauchen wir nicht.", "Tisch am",
		},
	},
	English: {
		Shop: {
			"Message us on WhatsApp", "Message us on WhatsApp",
			"Is it in stock, and in your size? Ask before you come.", "Hello",
		},
		Trade: {
			"Ask for a repair via WhatsApp", "Ask for a repair via WhatsApp",
			"A photo of the damage? Appointment first, then the photo, no people in it.", "Repair:",
		},
		Salon: {
			"Ask for an appointment via WhatsApp", "Appointments via WhatsApp",
			"Tell us the day you would like. We suggest a time.", "Appointment:",
		},
		Food: {
			"Ask for a table via WhatsApp", "Ask for a table via WhatsApp",
			"Day, time, how many guests: that is all we need.", "Table on",
		},
	},
}

// phrases are the words every layout shares.
type phrases struct {
	steps                 [3]string
	howLabel, phone, mail string
	numberLabel           string
	hours, hoursLabel     string
	or                    string
	calm, sensitive       string
	privacyAndImprint     string
	privacy, imprint      string
	trademark             string
	trademarkShort        string
	alt                   string
	glueFlap, base        string
}

func phrasesFor(language Language) phrases {
	if language == English {
		return phrases{
			steps:    [3]string{"Open the camera", "Scan the code", "Send the message yourself"},
			howLabel: "How it works", phone: "Phone", mail: "E-mail", numberLabel: "WhatsApp",
			hours: "We reply ", hoursLabel: "Replies", or: "Or:",
			calm:              "You write first. We only answer your request – no advertising without your yes.",
			sensitive:         "Please do not send health or bank details.",
			privacyAndImprint: "Privacy & legal notice: ", privacy: "Privacy: ", imprint: "Legal notice: ",
			trademark: "WhatsApp is a trademark of WhatsApp LLC.", trademarkShort: "WhatsApp: trademark of WhatsApp LLC",
			alt: "QR code: opens a WhatsApp chat with ", glueFlap: "glue here", base: "base",
		}
	}
	return phrases{
		steps:    [3]string{"Kamera öffnen", "Code scannen", "Nachricht selbst absenden"},
		howLabel: "So geht es", phone: "Telefon", mail: "E-Mail", numberLabel: "WhatsApp",
		hours: "Wir antworten ", hoursLabel: "Antwort", or: "Oder:",
		calm:              "Sie schreiben zuerst. Wir antworten nur auf Ihre Anfrage – keine Werbung ohne Ihr Ja.",
		sensitive:         "Bitte keine Gesundheits- oder Bankdaten senden.",
		privacyAndImprint: "Datenschutz & Impressum: ", privacy: "Datenschutz: ", imprint: "Impressum: ",
		trademark: "WhatsApp ist eine Marke der WhatsApp LLC.", trademarkShort: "WhatsApp: Marke der WhatsApp LLC",
		alt: "QR-Code: öffnet einen WhatsApp-Chat mit ", glueFlap: "Klebelasche", base: "Standfläche",
	}
}

// description is the text alternative of the code.
func description(language Language, shop string, number qr.Number) string {
	return phrasesFor(language).alt + shop + ", " + number.International
}

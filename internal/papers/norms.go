package papers

import "tresen/internal/retention"

// norms are the citations, by what they are cited for: for Germany, Austria and
// Switzerland, each in German and English. Together with givens it is the closed
// list of figures that come from no fact.
var norms = map[string]map[retention.Country][2]string{
	"record":    eu("Art. 30 Abs. 1 DSGVO", "Art. 30(1) GDPR", "Art. 12 DSG", "Art. 12 FADP"),
	"security":  eu("Art. 32 DSGVO", "Art. 32 GDPR", "Art. 8 DSG", "Art. 8 FADP"),
	"processor": eu("Art. 28 Abs. 3 DSGVO", "Art. 28(3) GDPR", "Art. 9 DSG", "Art. 9 FADP"),
	"account":   eu("Art. 5 Abs. 2 DSGVO", "Art. 5(2) GDPR", "Art. 12 DSG", "Art. 12 FADP"),
	"dpia":      eu("Art. 35 DSGVO", "Art. 35 GDPR", "Art. 22 DSG", "Art. 22 FADP"),
	"breach":    eu("Art. 33 DSGVO", "Art. 33 GDPR", "Art. 24 DSG", "Art. 24 FADP"),
	"content":   eu("Art. 33 Abs. 3 DSGVO", "Art. 33(3) GDPR", "Art. 24 DSG", "Art. 24 FADP"),
	"register":  eu("Art. 33 Abs. 5 DSGVO", "Art. 33(5) GDPR", "Art. 24 DSG", "Art. 24 FADP"),
	"persons":   eu("Art. 34 DSGVO", "Art. 34 GDPR", "Art. 24 DSG", "Art. 24 FADP"),
	"sealed":    eu("Art. 34 Abs. 3 lit. a DSGVO", "Art. 34(3)(a) GDPR", "Art. 24 DSG", "Art. 24 FADP"),
	"transfer":  eu("Art. 44 bis 46 DSGVO", "Art. 44 to 46 GDPR", "Art. 16 DSG", "Art. 16 FADP"),
	"minimise":  eu("Art. 5 Abs. 1 lit. c DSGVO", "Art. 5(1)(c) GDPR", "Art. 6 DSG", "Art. 6 FADP"),
	"special":   eu("Art. 9 DSGVO", "Art. 9 GDPR", "Art. 5 lit. c DSG", "Art. 5(c) FADP"),
	"inform":    eu("Art. 13 DSGVO", "Art. 13 GDPR", "Art. 19 DSG", "Art. 19 FADP"),
	"rights":    eu("Art. 12 bis 22 DSGVO", "Art. 12 to 22 GDPR", "Art. 25 DSG", "Art. 25 FADP"),
	"storage":   eu("Art. 5 Abs. 1 lit. e, Art. 17 DSGVO", "Art. 5(1)(e), Art. 17 GDPR", "Art. 6 Abs. 4 DSG", "Art. 6(4) FADP"),
	"enquiry":   eu("Art. 6 Abs. 1 lit. b und f DSGVO", "Art. 6(1)(b) and (f) GDPR", "Art. 6 DSG", "Art. 6 FADP"),
	"order":     eu("Art. 6 Abs. 1 lit. b DSGVO", "Art. 6(1)(b) GDPR", "Art. 6 DSG", "Art. 6 FADP"),
	"duty":      eu("Art. 6 Abs. 1 lit. c DSGVO", "Art. 6(1)(c) GDPR", "Art. 25 DSG", "Art. 25 FADP"),
	"proof":     eu("Art. 7 Abs. 1 DSGVO", "Art. 7(1) GDPR", "Art. 6 Abs. 6 DSG", "Art. 6(6) FADP"),
	"claims":    split("Art. 17 Abs. 3 lit. e DSGVO, §§ 195, 199 BGB", "Art. 17(3)(e) GDPR, §§ 195, 199 BGB", "Art. 17 Abs. 3 lit. e DSGVO", "Art. 17(3)(e) GDPR", "Art. 31 DSG", "Art. 31 FADP"),
	"calls":     split("§ 7a Abs. 2 UWG", "§ 7a(2) UWG", "Art. 7 Abs. 1 DSGVO", "Art. 7(1) GDPR", "Art. 6 Abs. 6 DSG", "Art. 6(6) FADP"),
	"officer":   split("§ 38 Abs. 1 BDSG", "§ 38(1) BDSG", "Art. 37 DSGVO", "Art. 37 GDPR", "Art. 10 DSG", "Art. 10 FADP"),
	"ads":       split("§ 7 Abs. 2 Nr. 2 UWG", "§ 7(2) no. 2 UWG", "§ 174 TKG 2021", "§ 174 TKG 2021", "Art. 3 Abs. 1 lit. o UWG", "Art. 3(1)(o) UWG"),
	"imprint":   split("§ 5 DDG", "§ 5 DDG", "§ 5 ECG", "§ 5 ECG", "Art. 3 Abs. 1 lit. s UWG", "Art. 3(1)(s) UWG"),
	"letter":    split("§ 257 HGB, § 147 AO", "§ 257 HGB, § 147 AO", "§ 132 BAO, § 212 UGB", "§ 132 BAO, § 212 UGB", "Art. 958f OR", "Art. 958f CO"),
	"voucher":   split("§ 147 AO, § 14b UStG", "§ 147 AO, § 14b UStG", "§ 132 BAO, § 212 UGB", "§ 132 BAO, § 212 UGB", "Art. 958f OR", "Art. 958f CO"),
}

// letters are the eight things Art. 28(3) GDPR asks of a contract, in its order.
var letters = []struct{ key, de, en string }{
	{"a", "Verarbeitung nur auf dokumentierte Weisung, auch bei Übermittlungen", "processing only on documented instructions, transfers included"},
	{"b", "Verpflichtung zur Vertraulichkeit", "people bound to confidentiality"},
	{"c", "Maßnahmen zur Sicherheit", "security measures"},
	{"d", "Bedingungen für weitere Auftragsverarbeiter", "conditions for engaging other processors"},
	{"e", "Hilfe bei Anfragen betroffener Personen", "help with requests of data subjects"},
	{"f", "Hilfe bei Sicherheit, Meldungen und Folgenabschätzung", "help with security, notifications and assessments"},
	{"g", "Löschen oder Zurückgeben am Ende", "deletion or return at the end"},
	{"h", "Nachweise und Überprüfungen", "evidence and audits"},
}

// Figures nobody here decides, each with its source.
const (
	// metaRestDays is how long Meta keeps contents at rest by default. (Meta docs: No storage.)
	metaRestDays = 30
	// relayKeepDays is the longest a relay keeps an envelope (docs/RELAY.md).
	relayKeepDays = 7
	// BreachHours is the time for a notification (Art. 33(1) GDPR).
	BreachHours = 72
	// rawHours is the longest an ununderstood delivery is kept, sealed.
	rawHours = 72
	// contractMonths is after how many months a contract is looked at again, and
	// a confirmed record counts as old.
	contractMonths = 12
)

// givens are those figures, for the test that traces every figure.
var givens = []int{metaRestDays, relayKeepDays, BreachHours, rawHours, contractMonths}

func eu(de, en, swiss, swissEN string) map[retention.Country][2]string {
	return split(de, en, de, en, swiss, swissEN)
}

func split(de, deEN, at, atEN, ch, chEN string) map[retention.Country][2]string {
	return map[retention.Country][2]string{
		retention.Germany: {de, deEN}, retention.Austria: {at, atEN}, retention.Switzerland: {ch, chEN},
	}
}

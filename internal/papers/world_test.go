package papers

import (
	"time"

	"tresen/internal/retention"
)

// distinctFacts has another figure and another day everywhere.
func distinctFacts() Facts {
	day := func(n int) time.Time {
		return time.Date(2021+n%5, time.Month(1+n%12), 1+n%28, 1+n%22, n%60, 0, 0, time.UTC)
	}
	return Facts{
		At: day(1003), Version: "3.141.59", Country: retention.Germany,
		Shop: Shop{
			Name: "Blumen Müller", People: []string{"Rosa Müller"}, Address: "Gasse 4711, 79098 Freiburg", Mail: "laden815@blumen.example", Phone: "+49 761 4445566",
			Authority: "Behörde, Platz 911", Region: "DE-BW", ImprintWhole: true, ImprintURL: "blumen.example/impressum77", PrivacyURL: "blumen.example/datenschutz88",
		},
		Answers: Answers{
			Officer: Answer{Text: "Frau Amt, Zimmer 1301"}, Tax: Answer{Text: "Steuerbüro 1302"}, Help: Answer{Text: "Herr Kabel 1303"},
			RelayOperator: "Relaisbetrieb 1304", RelayPlace: "Halle 1305", Assessed: "2024-07-19",
		},
		Provider:    Provider{Kind: ProviderMeta, Host: "graph.example", Region: "DE", RegionRead: true, PhoneApp: No},
		Relay:       Relay{Paired: true, Host: "relay2.example:8443"},
		Translation: Translation{Service: "deepl", Host: "api2.deepl.example", Agreed: day(1110)},
		Backup:      Backup{Chosen: true, Reachable: true, Newest: day(1221), Tested: day(1332), Generations: 37, MaxAgeDays: 41},
		Retention:   Retention{Rules: distinctRules(retention.Germany), Ran: day(1443), Overdue: 1009},
		Protection:  Protection{Keys: "keychain", Disk: Yes, Lock: Yes, LockMinutes: 43, Roles: Yes},
		Log:         Log{Entries: 1013, Whole: Yes, Tested: day(1554), Hits: 1019},
		Transfer:    Transfer{DE: "nach Beschluss (EU) 2023/1795", EN: "under Decision (EU) 2023/1795", AsAt: "2025-08-05"},
		Counts: Counts{
			ColdStarts: 1021, Uses: 1031, Uncovered: 1033, OldSensitive: 1039, AutoMegabytes: 47, Notices: Yes, Cases: 1049, CasesKnown: true, RecordConfirmed: day(1665),
		},
		Contracts: []Contract{
			{ID: 1, Party: PartyWhatsApp, Name: "WhatsApp", Version: "Terms 1401", Dated: "2023-02-16", Accepted: "2025-03-17", AcceptedBy: "Rosa 1402", Letters: "abdh", FileName: "terms1403.pdf", FileSize: 1404405, SHA256: "ab1406"},
			{ID: 2, Name: "Putzdienst 1407", Version: "v1408", Dated: "2022-04-18", Accepted: "2022-05-19", AcceptedBy: "Rosa 1409", Letters: "abdh", FileName: "p1412.pdf", FileSize: 1413, SHA256: "cd1414"},
			{ID: 3, Party: PartyRelay, Name: "Relay", Version: "v1410", Accepted: "2025-06-20", Letters: "abdh", FileName: "r1415.pdf", FileSize: 1416, SHA256: "ef1417"},
			{ID: 4, Party: PartyTranslate, Name: "DeepL", Version: "v1411", Accepted: "2024-06-21", Letters: "abdh", FileName: "d1418.pdf", FileSize: 1419, SHA256: "gh1420"},
		},
		Screening: Screening{At: "2024-09-23", By: "Rosa 1501", Yes: []string{"scale"}, Reason: "wegen 1502 Fällen"},
		Places: []Place{
			{Key: PlaceDatabase, Path: "/daten1601/tresen.db", Bytes: 16021603, Files: 1604, Sealed: true},
			{Key: PlaceLog, Path: "/daten1605/log", Bytes: 606, Files: 1607},
			{Key: PlaceBackup, Path: "/stick1608", Bytes: 1609161016, Files: 1611, Sealed: true},
		},
		Hosts: []Host{{Name: "graph17.example", Why: "api", Contacts: 1701, Last: day(1776)}, {Name: "files18.example", Why: "files", Contacts: 1702, Last: day(1887)}},
	}
}

// distinctRules are the country's classes with periods of their own.
func distinctRules(c retention.Country) []retention.Rule {
	rules := retention.Catalogue(c)
	for i := range rules {
		rules[i].Period = retention.Period{Years: 101 + i, Months: 201 + i, Days: 301 + i}
	}
	return rules
}

func distinctEdition() Edition {
	return Edition{Number: 59, At: time.Date(2023, 11, 24, 7, 8, 0, 0, time.UTC), By: "Kanzlei 1801"}
}

func distinctBreach() Breach {
	known := time.Date(2024, 2, 27, 23, 17, 0, 0, time.UTC)
	return Breach{
		ID: 1, KnownAt: known, Nature: "Rechner 1901 weg", Kinds: []string{"confidentiality", "availability"}, Persons: "etwa 1902", Records: "1903",
		Data: "Namen 1904", Consequences: "Ärger 1905", Measures: "Anzeige 1906", Contact: "Rosa 1907", Risk: RiskHigh, RiskReason: "weil 1908", Locked: Yes,
		Keys: "keychain", Disk: Yes, NotifiedAt: known.Add(100 * time.Hour), Authority: "Amt 1909", PersonsToldAt: known.Add(201 * time.Hour), LateReason: "Feiertag 1910",
		ClosedAt: known.Add(303 * time.Hour),
	}
}

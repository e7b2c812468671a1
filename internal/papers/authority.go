package papers

import "tresen/internal/retention"

// AuthorityOf names the supervisory authority for private businesses of a
// region ("DE-BW"), or of the country where there is one for all. Its address is
// not kept here: authorities move, and the owner can look it up. It is empty for
// a German shop whose Land is not known.
func AuthorityOf(country retention.Country, region string) string {
	switch country {
	case retention.Austria:
		return "Österreichische Datenschutzbehörde"
	case retention.Switzerland:
		return "Eidgenössischer Datenschutz- und Öffentlichkeitsbeauftragter (EDÖB)"
	}
	return map[string]string{
		"DE-BW": "Landesbeauftragter für den Datenschutz und die Informationsfreiheit Baden-Württemberg",
		"DE-BY": "Bayerisches Landesamt für Datenschutzaufsicht",
		"DE-BE": "Berliner Beauftragte für Datenschutz und Informationsfreiheit",
		"DE-BB": "Landesbeauftragte für den Datenschutz und für das Recht auf Akteneinsicht Brandenburg",
		"DE-HB": "Landesbeauftragte für Datenschutz und Informationsfreiheit der Freien Hansestadt Bremen",
		"DE-HH": "Hamburgischer Beauftragter für Datenschutz und Informationsfreiheit",
		"DE-HE": "Hessischer Beauftragter für Datenschutz und Informationsfreiheit",
		"DE-MV": "Landesbeauftragter für Datenschutz und Informationsfreiheit Mecklenburg-Vorpommern",
		"DE-NI": "Landesbeauftragter für den Datenschutz Niedersachsen",
		"DE-NW": "Landesbeauftragte für Datenschutz und Informationsfreiheit Nordrhein-Westfalen",
		"DE-RP": "Landesbeauftragter für den Datenschutz und die Informationsfreiheit Rheinland-Pfalz",
		"DE-SL": "Unabhängiges Datenschutzzentrum Saarland",
		"DE-SN": "Sächsische Datenschutz- und Transparenzbeauftragte",
		"DE-ST": "Landesbeauftragte für den Datenschutz Sachsen-Anhalt",
		"DE-SH": "Unabhängiges Landeszentrum für Datenschutz Schleswig-Holstein",
		"DE-TH": "Thüringer Landesbeauftragter für den Datenschutz und die Informationsfreiheit",
	}[region]
}

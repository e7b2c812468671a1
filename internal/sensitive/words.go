package sensitive

// The words are folded (ä as ae, ß as ss, lower case). A word belongs to the
// strong ones only if a shop hardly ever means anything else by it.

// strong are whole words.
var strong = set(
	"krank", "kranke", "kranker", "krankes", "kranken", "krankem", "erkrankt", "erkrankte",
	"befund", "befunde", "befunds", "befunden", "attest", "atteste", "attests",
	"asthma", "migraene", "demenz", "rheuma", "fieber", "krebserkrankung", "burnout", "hiv", "aids", "epilepsie",
	"schlaganfall", "herzinfarkt", "dialyse", "insulin", "fehlgeburt", "abtreibung", "corona", "covid",
	"sick", "ill", "illness", "disease", "pregnant", "pregnancy", "diagnosed", "migraine", "dementia", "epilepsy", "fever", "cancer",
	"miscarriage", "wheelchair", "rollstuhl", "rollator",
)

// strongStems begin words: "schwangerschaft", "allergisch", "krankenhausaufenthalt" (but not "kränze").
var strongStems = []string{
	"schwanger", "allergi", "allerg", "diabet", "depressi", "krankheit", "krankschreib", "krankgeschrieb", "krankgemeldet", "krankmeld", "erkrankung",
	"chemotherap", "psychother", "physiother", "schwerbehindert", "pflegegrad", "pflegestufe", "antibiotik", "antidepress", "blutdruck", "blutwert",
	"operiert", "medikament", "unvertraeglich", "laktoseintoler", "glutenunvertr", "zoeliakie", "inkontinen", "arbeitsunfaehig", "suizid",
	"prescri", "medicat", "chemother", "antibiotic", "antidepress", "disabilit", "coeliac", "celiac",
}

// strongEnds close German compounds.
var strongEnds = []string{
	"allergie", "befund", "befunde", "erkrankung", "krankheit", "intoleranz", "medikament", "medikamente", "unvertraeglichkeit", "infektion",
	"brustkrebs", "hautkrebs", "lungenkrebs", "darmkrebs", "prostatakrebs", "entzuendung", "schwangerschaft", "depression",
}

// weakStems and weakWords count only together with another one.
var (
	weakStems = []string{
		"arzt", "aerzt", "hausarzt", "hausaerzt", "zahnarzt", "apothek", "klinik", "krankenhaus", "krankenkass", "krankenvers", "patient", "therap",
		"hospital", "doctor", "pharmac", "clinic", "surger",
	}
	weakWords = []string{
		"rezept", "diagnose", "praxis", "tablette", "salbe", "symptom", "schmerz", "op", "operation", "untersuchung", "krebs", "impfung", "dosis",
		"diagnosis", "pill", "symptom", "pain", "vaccination", "treatment", "insurance", "ueberweisung", "spritze", "behandlung",
	}
)

func set(words ...string) map[string]bool {
	s := make(map[string]bool, len(words))
	for _, w := range words {
		s[w] = true
	}
	return s
}

package papers

// Recipient is somebody who gets personal data, as an access letter names them.
// Key is the processor's, or tax or help; a transfer has none.
type Recipient struct{ Key, Who, What string }

// Recipients names who gets data of the shop's customers, and to which countries
// they go with which safeguard, from what is configured (Art. 15(1)(c), (2) GDPR).
func Recipients(f Facts, language string) (recipients, transfers []Recipient) {
	w := &writer{f: f, german: language != "en"}
	for _, p := range f.Processors() {
		recipients = append(recipients, Recipient{p.Key, w.processorName(p), w.processorRole(p)})
	}
	if f.Answers.Tax.Text != "" {
		recipients = append(recipients, Recipient{"tax", f.Answers.Tax.Text, w.t("Steuerberatung: nur ausgeführte Belege und Geschäftsbriefe", "tax adviser: only exported records and letters")})
	}
	if f.Answers.Help.Text != "" {
		recipients = append(recipients, Recipient{"help", f.Answers.Help.Text, w.t("Hilfe am Rechner: könnte bei der Arbeit Daten sehen", "help with the computer: could see data while at work")})
	}
	if f.Provider.Kind == "" {
		return recipients, nil
	}
	transfers = append(transfers, Recipient{Who: w.t("USA", "USA"), What: w.transferBasis()}, Recipient{Who: w.t("Ort der Speicherung bei Meta", "Place of storage at Meta"), What: w.region()})
	return recipients, transfers
}

package inbox

import "time"

// WebsiteNotice is a text that visitors of the shop's own pages are shown
// before they write: information under Art. 13 GDPR, never consent.
type WebsiteNotice struct {
	// ID is our own mark of the text, as "W1-K7QF".
	ID string `json:"id"`
	// Version names the template, Language is de or en.
	Version  string `json:"version"`
	Language string `json:"language"`
	Text     string `json:"text"`
	// Fingerprint is the SHA-256 of Text in hex.
	Fingerprint string `json:"fingerprint"`
	// KeptAt is when the shop first took this text for its pages.
	KeptAt time.Time `json:"keptAt"`
}

// ShownNotice is that a customer's message named a notice. The customer could
// have typed it herself: a hint, no proof.
type ShownNotice struct {
	ID string    `json:"id"`
	At time.Time `json:"at"`
}

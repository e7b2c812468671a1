package inbox

// Translation is what a message says in another language. It is stored as one
// sealed JSON value beside the message.
type Translation struct {
	// Text is the translation of what a customer wrote; for what the shop sent
	// translated it is the shop's own words. Empty if there was nothing to translate.
	Text string `json:"t,omitempty"`
	// From and To are languages, as "en", or empty where unknown.
	From string `json:"f,omitempty"`
	To   string `json:"o,omitempty"`
	// Provider is who translated.
	Provider string `json:"p,omitempty"`
}

// Interpreting says whether and how a conversation is translated.
type Interpreting struct {
	On bool `json:"on,omitempty"`
	// Language is what the customer writes, as "en", or empty while unknown.
	Language string `json:"l,omitempty"`
}

package app

// BroadcastDesk is what the window needs to show broadcasts.
type BroadcastDesk struct {
	// Templates are those that can go to several people.
	Templates []TemplateRow  `json:"templates"`
	List      []BroadcastRow `json:"list"`
	// Agreed counts, for each purpose, who could get a message now.
	Agreed []BroadcastPurpose `json:"agreed"`
}

// BroadcastPurpose is a purpose of consent and how many people it covers now.
type BroadcastPurpose struct {
	Purpose string `json:"purpose"`
	People  int    `json:"people"`
}

// BroadcastRow is a broadcast that was begun.
type BroadcastRow struct {
	ID int64 `json:"id"`
	// State is running, paused, stopped or done.
	State string `json:"state"`
	// Reason is why it is paused or what it waits for: hand, quality, too_much,
	// rate, account, template, limit, or empty; Number Meta's error number or 0.
	Reason   string `json:"reason"`
	Number   int    `json:"number"`
	Purpose  string `json:"purpose"`
	Template string `json:"template"`
	Category string `json:"category"`
	Text     string `json:"text"`
	MadeAtMs int64  `json:"madeAtMs"`
	// NextAtMs is when it goes on, EndedAtMs when it ended, or 0.
	NextAtMs  int64 `json:"nextAtMs"`
	EndedAtMs int64 `json:"endedAtMs"`
	// People is how many there were; Outcomes what became of them, in the order of a message's way.
	People   int                `json:"people"`
	Outcomes []BroadcastOutcome `json:"outcomes"`
}

// BroadcastOutcome counts people. Outcome is waiting, leaving, sent, delivered,
// read, failed, unclear, withdrawn, stopped or erased.
type BroadcastOutcome struct {
	Outcome string `json:"outcome"`
	People  int    `json:"people"`
}

// BroadcastUse is a broadcast as the person makes it. A value may hold {Name}
// for the shop's own name of each person; Nameless stands for those without one.
type BroadcastUse struct {
	TemplateID string            `json:"templateId"`
	Purpose    string            `json:"purpose"`
	Language   string            `json:"language"`
	Values     map[string]string `json:"values"`
	Nameless   string            `json:"nameless"`
}

// BroadcastPlan says what a broadcast would do.
type BroadcastPlan struct {
	Fields []TemplateField   `json:"fields"`
	Frame  FrameRow          `json:"frame"`
	People []BroadcastPerson `json:"people"`
	// LeftOut counts who would get nothing, by the reason, the most first.
	LeftOut []BroadcastLeftOut `json:"leftOut"`
	// Cost is decimal text in Currency, or empty if the shop entered no price.
	Cost     string `json:"cost"`
	Currency string `json:"currency"`
	// DayLimit is to how many people the number may write first within 24
	// hours, 0 without a limit; LimitKnown is false if that is only the smallest Meta gives.
	DayLimit   int  `json:"dayLimit"`
	LimitKnown bool `json:"limitKnown"`
	// UsedToday is how many of them it has written to.
	UsedToday int `json:"usedToday"`
	// Seconds is how long the broadcast takes at least.
	Seconds int `json:"seconds"`
	// BetterAtMs is when the shop opens next if it is closed now, or 0.
	BetterAtMs int64 `json:"betterAtMs"`
}

// BroadcastPerson is somebody who would get a message.
type BroadcastPerson struct {
	CustomerID string `json:"customerId"`
	Name       string `json:"name"`
}

// BroadcastLeftOut counts people. Reason is a refusal of the consent register,
// barred or restricted.
type BroadcastLeftOut struct {
	Reason string `json:"reason"`
	People int    `json:"people"`
}

// StartBroadcast begins a broadcast. People is the number the person typed to
// confirm; StartAtMs is 0 for now.
type StartBroadcast struct {
	Use       BroadcastUse `json:"use"`
	People    int          `json:"people"`
	StartAtMs int64        `json:"startAtMs"`
}

// RecipientRow is one person of a broadcast.
type RecipientRow struct {
	CustomerID string `json:"customerId"`
	Name       string `json:"name"`
	Outcome    string `json:"outcome"`
	// Failure is an error code and Number Meta's, if the message failed.
	Failure string `json:"failure"`
	Number  int    `json:"number"`
}

package inbox

import "time"

// PlacedCodeID names an entry of the register of codes.
type PlacedCodeID int64

// PlacedCode is an entry of the register of codes: what hangs where. It is
// about the shop's own paper. The counts are plain numbers that name nobody, so
// they stay when a customer is erased.
type PlacedCode struct {
	ID PlacedCodeID
	// Places are the names that stand in brackets in the prefilled text; none if
	// nobody can tell from a message where it came from, several for a series.
	Places []string
	// Kind and Paper say what was printed, in the words of the printing engine.
	Kind, Paper string
	// URL is the link of the first code, Text what it leaves in the customer's
	// input field; MessageCode is set if the link is one of WhatsApp's editable ones.
	URL, Text, MessageCode string
	// Form is what it takes to make it again; only its writer reads it.
	Form []byte
	// PlacedAt is since when it hangs, RetiredAt when it was taken down.
	PlacedAt, RetiredAt time.Time
	// PrintedAt is when it was last made, Prints how often.
	PrintedAt time.Time
	Prints    int
	// TestedAt is when a message last proved that the code works.
	TestedAt time.Time
	// Conversations counts those whose first message named the place, Messages
	// all that named it.
	Conversations, Messages int
}

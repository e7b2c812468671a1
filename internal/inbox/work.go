package inbox

import "time"

// LabelID numbers a label of the shop.
type LabelID int64

// ColleagueID numbers one of the shop's own people. 0 is nobody.
type ColleagueID int64

// Label is a word the shop sorts its customers by.
type Label struct {
	ID LabelID
	// Name is always shown; Colour only helps to find it.
	Name   string
	Colour LabelColour
}

// LabelColour names a colour of the window's palette.
type LabelColour string

// LabelColours are the colours a label can have. What they look like is the
// window's business, as it depends on the theme.
func LabelColours() []LabelColour {
	return []LabelColour{"grey", "blue", "green", "amber", "red", "violet", "teal", "brown"}
}

// Colleague is one of the shop's own people, as somebody a conversation can be given to.
type Colleague struct {
	ID   ColleagueID
	Name string
	Role Role
	// HasPIN is true for whoever can sign in at the counter.
	HasPIN bool
}

// Role says what one of the shop's own people may do.
type Role string

// The roles, each of which may do everything the next one may.
const (
	RoleOwner  Role = "owner"  // everything
	RoleStaff  Role = "staff"  // answers; cannot export, delete, or change privacy, connection and roles
	RoleReader Role = "reader" // reads along, for example an apprentice
)

// Valid reports whether r is one of the roles.
func (r Role) Valid() bool { return r == RoleOwner || r == RoleStaff || r == RoleReader }

// Note is what the shop wrote down about a customer. It is never sent.
type Note struct {
	ID   int64
	At   time.Time
	Text string
}

// Work is how far the shop is with a conversation.
type Work struct {
	// DoneAt is when it was put aside, or zero while it is open.
	DoneAt    time.Time
	Pinned    bool
	Colleague ColleagueID
	// RemindAt is when the shop wants to come back to it, or zero.
	RemindAt time.Time
	// Blocked is true if the customer cannot write to the shop any more.
	Blocked bool
	Labels  []LabelID
}

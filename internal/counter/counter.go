// Package counter says who stands at the shop's counter, what that person may
// do, and when the window has to lock. It protects the screen from whoever
// leans over the counter and the shop's data from hands that are not meant to
// delete them (Art. 5(1)(f), 25 and 32 GDPR); it does not protect from somebody
// who has the operating system's account, because the keychain opens for that
// account. It must not know what is kept, shown or called: it gets a clock's
// readings and gives answers.
package counter

import (
	"sync"
	"time"

	"tresen/internal/inbox"
)

// Need is the least that is needed for doing something.
type Need int

// The needs, each including the next ones'.
const (
	Nothing Need = iota // also while the window is locked, by anybody
	Reader
	Staff
	Owner
)

// May reports whether somebody with this role may do what has this need.
func May(r inbox.Role, n Need) bool {
	switch r {
	case inbox.RoleOwner:
		return true
	case inbox.RoleStaff:
		return n <= Staff
	case inbox.RoleReader:
		return n <= Reader
	}
	return n == Nothing
}

// The idle times a shop can choose from, and the one it begins with.
const (
	ShortestIdle = time.Minute
	LongestIdle  = 2 * time.Hour
	UsualIdle    = 5 * time.Minute
)

// asleep is the gap between two looks that only a sleeping computer explains.
const asleep = time.Minute

// Watch knows who is signed in. Its zero value is a shop without PINs: nothing
// locks, and whoever sits there is the owner. It is safe for concurrent use.
type Watch struct {
	mu     sync.Mutex
	on     bool
	locked bool
	person inbox.ColleagueID
	role   inbox.Role
	idle   time.Duration
	// active is the last sign of a person, looked the last Look; without monotonic
	// readings, because those stand still while a computer sleeps.
	active, looked time.Time
}

// Status is what Watch knows at one moment.
type Status struct {
	// On is false in a shop without PINs.
	On     bool
	Locked bool
	// Person is who is signed in, or who was before the window locked; 0 for nobody.
	Person inbox.ColleagueID
	Role   inbox.Role
}

// TurnOn makes the window lock after idle without a sign of a person.
func (w *Watch) TurnOn(idle time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.idle = min(max(idle, ShortestIdle), LongestIdle)
	if !w.on {
		w.on, w.locked = true, true
	}
}

// TurnOff is for a shop that no longer has PINs.
func (w *Watch) TurnOff() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.on, w.locked, w.person, w.role = false, false, 0, ""
}

// SignIn unlocks the window for a person.
func (w *Watch) SignIn(person inbox.ColleagueID, role inbox.Role, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.locked, w.person, w.role = false, person, role
	w.active = now.Round(0)
}

// Lock locks the window. It reports false if that changed nothing.
func (w *Watch) Lock() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.lock()
}

func (w *Watch) lock() bool {
	if !w.on || w.locked {
		return false
	}
	w.locked, w.role = true, ""
	return true
}

// Touch notes a sign of a person: a key, a pointer.
func (w *Watch) Touch(now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.active = now.Round(0); w.active.After(w.looked) && !w.looked.IsZero() && w.active.Sub(w.looked) > asleep {
		w.lock() // the first movement after a sleep wakes the computer, it does not unlock the window
	}
}

// Look is called every few seconds. It locks the window once its time is over
// or the computer has slept, and reports whether it has just done so.
func (w *Watch) Look(now time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	now = now.Round(0)
	slept := !w.looked.IsZero() && now.Sub(w.looked) > asleep
	w.looked = now
	return (slept || w.over(now)) && w.lock()
}

// over says whether nobody was there for too long. A clock that was set back
// does not lengthen the time: it counts as a sign of nobody.
func (w *Watch) over(now time.Time) bool {
	away := now.Sub(w.active)
	return away >= w.idle || away < -asleep
}

// Allow fails with locked or not_allowed if what has this need must not be done now.
func (w *Watch) Allow(n Need, now time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.on || n == Nothing {
		return nil
	}
	if w.locked || w.over(now.Round(0)) {
		return inbox.NewError(inbox.CodeLocked, "the window is locked")
	}
	if !May(w.role, n) {
		return inbox.NewError(inbox.CodeNotAllowed, "not for this role")
	}
	return nil
}

// Status returns what is known now.
func (w *Watch) Status() Status {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := Status{On: w.on, Locked: w.locked, Person: w.person, Role: w.role}
	if !w.on {
		s.Role = inbox.RoleOwner
	}
	return s
}

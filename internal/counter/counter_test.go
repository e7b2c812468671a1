package counter

import (
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestEveryRoleMayDoWhatTheNextOneMay(t *testing.T) {
	for _, c := range []struct {
		role                 inbox.Role
		reader, staff, owner bool
	}{
		{inbox.RoleOwner, true, true, true},
		{inbox.RoleStaff, true, true, false},
		{inbox.RoleReader, true, false, false},
		{"", false, false, false},
		{"admin", false, false, false},
	} {
		if May(c.role, Reader) != c.reader || May(c.role, Staff) != c.staff || May(c.role, Owner) != c.owner || !May(c.role, Nothing) {
			t.Errorf("%q", c.role)
		}
	}
}

func TestAShopWithoutPINsBehavesAsIfTheOwnerSatThere(t *testing.T) {
	var w Watch
	if w.Look(noon) || w.Lock() || w.Allow(Owner, noon.Add(24*time.Hour)) != nil {
		t.Error("something is locked")
	}
	if s := w.Status(); s.On || s.Locked || s.Role != inbox.RoleOwner {
		t.Errorf("%+v", s)
	}
}

func code(err error) inbox.Code {
	if err == nil {
		return ""
	}
	return inbox.CodeOf(err)
}

func TestTheWindowLocks(t *testing.T) {
	signedIn := func() *Watch {
		w := &Watch{}
		w.TurnOn(5 * time.Minute)
		if got := code(w.Allow(Reader, noon)); got != inbox.CodeLocked {
			t.Fatalf("turned on: %q", got)
		}
		w.SignIn(7, inbox.RoleStaff, noon)
		w.Look(noon)
		return w
	}
	beats := func(w *Watch, from, to time.Duration, touch bool) (locked bool) {
		for at := from; at <= to; at += 5 * time.Second {
			if touch {
				w.Touch(noon.Add(at))
			}
			locked = w.Look(noon.Add(at)) || locked
		}
		return locked
	}
	t.Run("after the idle time", func(t *testing.T) {
		w := signedIn()
		if beats(w, 0, 5*time.Minute-5*time.Second, false) {
			t.Error("too early")
		}
		if !w.Look(noon.Add(5 * time.Minute)) {
			t.Error("not locked")
		}
		if w.Look(noon.Add(5*time.Minute + 5*time.Second)) {
			t.Error("locked twice")
		}
		if s := w.Status(); !s.Locked || s.Person != 7 || s.Role != "" {
			t.Errorf("%+v", s)
		}
	})
	t.Run("not while somebody works", func(t *testing.T) {
		w := signedIn()
		if beats(w, 0, time.Hour, true) {
			t.Error("locked")
		}
	})
	t.Run("for a call even before the next look", func(t *testing.T) {
		if got := code(signedIn().Allow(Reader, noon.Add(5*time.Minute))); got != inbox.CodeLocked {
			t.Errorf("got %q", got)
		}
	})
	t.Run("after sleep, and the movement that wakes it", func(t *testing.T) {
		w := signedIn()
		if !w.Look(noon.Add(2 * time.Minute)) {
			t.Error("not locked by the next look")
		}
		w = signedIn()
		w.Touch(noon.Add(2 * time.Minute))
		if got := code(w.Allow(Reader, noon.Add(2*time.Minute))); got != inbox.CodeLocked {
			t.Errorf("woken: %q", got)
		}
	})
	t.Run("when the clock is set back", func(t *testing.T) {
		if got := code(signedIn().Allow(Reader, noon.Add(-time.Hour))); got != inbox.CodeLocked {
			t.Errorf("got %q", got)
		}
	})
	t.Run("by hand, once", func(t *testing.T) {
		w := signedIn()
		if !w.Lock() || w.Lock() {
			t.Error("lock")
		}
		w.TurnOff()
		if got := code(w.Allow(Owner, noon)); got != "" {
			t.Errorf("turned off: %q", got)
		}
	})
	t.Run("and says what a role may not", func(t *testing.T) {
		if got := code(signedIn().Allow(Owner, noon)); got != inbox.CodeNotAllowed {
			t.Errorf("got %q", got)
		}
	})
	t.Run("within bounds", func(t *testing.T) {
		w := &Watch{}
		w.TurnOn(0)
		w.SignIn(7, inbox.RoleOwner, noon)
		if got := code(w.Allow(Owner, noon.Add(30*time.Second))); got != "" {
			t.Errorf("an idle time of nothing locks at once: %q", got)
		}
	})
}

func TestPIN(t *testing.T) {
	p, err := NewPIN("4711 Möhre")
	if err != nil {
		t.Fatal(err)
	}
	if !p.Matches("4711 Möhre") || p.Matches("4711 möhre") || p.Matches("") || (PIN{}).Matches("") {
		t.Error("matches")
	}
	for _, bad := range []string{"", "123", strings.Repeat("x", 65), "\xff\xff\xff\xff"} {
		if _, err := NewPIN(bad); code(err) != inbox.CodeInvalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestWrongTriesWaitLongerAndLonger(t *testing.T) {
	var p PIN
	want := []time.Duration{0, 0, 15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute}
	for i, wait := range want {
		p = p.Tried(noon)
		if got := p.Wait(noon); got != wait {
			t.Errorf("after %d: %v instead of %v", i+1, got, wait)
		}
	}
	if got := p.Wait(noon.Add(14 * time.Minute)); got != time.Minute {
		t.Errorf("left %v", got)
	}
	if got := p.Wait(noon.Add(15 * time.Minute)); got != 0 {
		t.Errorf("over %v", got)
	}
	if got := p.Wait(noon.Add(-time.Hour)); got != 15*time.Minute {
		t.Errorf("clock set back: %v", got)
	}
	for range 1000 {
		p = p.Tried(noon)
	}
	if got := p.Wait(noon); got != longestPause {
		t.Errorf("after a thousand: %v", got)
	}
	if got := p.Right().Wait(noon); got != 0 {
		t.Errorf("after a right one: %v", got)
	}
}

func TestRecoveryCode(t *testing.T) {
	a, b := NewRecoveryCode(), NewRecoveryCode()
	if a == b || len(a) != 24 || PlainCode(" "+strings.ToLower(a)+"\n") != strings.ReplaceAll(a, "-", "") {
		t.Errorf("%q %q", a, PlainCode(a))
	}
}

package app

import (
	"tresen/internal/counter"
	"tresen/internal/inbox"
)

// Counter is who stands at the shop's counter: locking, signing in, roles.
type Counter struct{ app *App }

// CounterState is everything the window shows about it. While the window is
// locked it holds nothing about customers but how many conversations are unread.
type CounterState struct {
	// On is false in a shop without PINs, where everybody is the owner.
	On     bool `json:"on"`
	Locked bool `json:"locked"`
	// Role is owner, staff, reader, or empty while locked.
	Role string `json:"role"`
	// PersonID is who is signed in, or was before the window locked; 0 for nobody.
	PersonID int64 `json:"personId"`
	// People are those who can sign in while locked, and all colleagues otherwise.
	People      []CounterPerson `json:"people"`
	IdleMinutes int             `json:"idleMinutes"`
	// Passphrase is true if the passphrase of the data folder is a way back without a PIN.
	Passphrase bool `json:"passphrase"`
	// Code is true if there is a recovery code.
	Code   bool `json:"code"`
	Unread int  `json:"unread"`
	// ForgottenAtMs is when all PINs were taken away from outside the window, until the owner sets new ones; 0 if never.
	ForgottenAtMs int64 `json:"forgottenAtMs"`
}

// CounterPerson is one of the shop's own people.
type CounterPerson struct {
	ID     int64  `json:"id"`
	Name   string `json:"name"`
	Role   string `json:"role"`
	HasPIN bool   `json:"hasPin"`
}

// UnlockRequest is a try to sign in.
type UnlockRequest struct {
	PersonID int64  `json:"personId"`
	PIN      string `json:"pin"`
}

// UnlockResult says how it ended.
type UnlockResult struct {
	OK bool `json:"ok"`
	// WaitMs is how long the next try has to wait.
	WaitMs int64 `json:"waitMs"`
}

// RecoverRequest is the owner's way back without a PIN.
type RecoverRequest struct {
	PersonID int64 `json:"personId"`
	// Secret is the recovery code or, where there is one, the data folder's passphrase.
	Secret string `json:"secret"`
	NewPIN string `json:"newPin"`
}

// TurnOnRequest begins locking: it names the owner and her PIN.
type TurnOnRequest struct {
	// PersonID is one of the colleagues, or 0 for a new one called Name.
	PersonID int64  `json:"personId"`
	Name     string `json:"name"`
	PIN      string `json:"pin"`
}

// RecoveryCode is shown once and never again.
type RecoveryCode struct {
	Code string `json:"code"`
}

// PINRequest gives somebody a PIN; an empty one means she cannot sign in.
type PINRequest struct {
	PersonID int64  `json:"personId"`
	PIN      string `json:"pin"`
}

// ChangePINRequest replaces the PIN of whoever is signed in.
type ChangePINRequest struct {
	Old string `json:"old"`
	New string `json:"new"`
}

// RoleRequest says what somebody may do.
type RoleRequest struct {
	PersonID int64  `json:"personId"`
	Role     string `json:"role"`
}

// State returns what is known; before a shop is open, that nothing is locked.
func (b *Counter) State() (state CounterState, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if inbox.CodeOf(err) == inbox.CodeNotFound && err != nil {
		return CounterState{Role: string(inbox.RoleOwner), People: []CounterPerson{}}, nil
	}
	if err != nil {
		return state, err
	}
	return s.counterState()
}

// Unlock tries to sign in. A wrong PIN is a result, not an error.
func (b *Counter) Unlock(r UnlockRequest) (result UnlockResult, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return result, err
	}
	return s.signIn(inbox.ColleagueID(r.PersonID), r.PIN)
}

// Recover signs an owner in with the recovery code or the passphrase and gives
// her a new PIN. A wrong secret is a result, not an error.
func (b *Counter) Recover(r RecoverRequest) (result UnlockResult, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return result, err
	}
	return s.recoverCounter(r)
}

// Lock locks the window.
func (b *Counter) Lock() (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	if s.watch.Lock() {
		s.cfg.emit(EventCounterChanged, nil)
	}
	return nil
}

// Touch notes that somebody is working at the window.
func (b *Counter) Touch() (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	s.watch.Touch(s.cfg.now())
	return nil
}

// TurnOn begins locking with the owner's PIN and returns the recovery code.
func (b *Counter) TurnOn(r TurnOnRequest) (code RecoveryCode, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return code, err
	}
	return s.turnCounterOn(r)
}

// TurnOff takes all PINs away: nothing locks, and everybody is the owner.
func (b *Counter) TurnOff() (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.turnCounterOff("counterOff")
}

// SetPIN gives somebody a PIN or takes it away. The last owner keeps hers.
func (b *Counter) SetPIN(r PINRequest) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.setPIN(inbox.ColleagueID(r.PersonID), r.PIN)
}

// ChangePIN lets whoever is signed in choose another PIN. A wrong old one is a result.
func (b *Counter) ChangePIN(r ChangePINRequest) (result UnlockResult, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return result, err
	}
	return s.changePIN(r)
}

// SetRole says what somebody may do. The last owner stays one.
func (b *Counter) SetRole(r RoleRequest) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.setRole(inbox.ColleagueID(r.PersonID), inbox.Role(r.Role))
}

// SetIdle says after how many minutes without a sign of a person the window locks.
func (b *Counter) SetIdle(minutes int) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.setIdle(minutes)
}

// NewCode makes another recovery code; the one before does not work any more.
func (b *Counter) NewCode() (code RecoveryCode, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return code, err
	}
	code.Code = counter.NewRecoveryCode()
	return code, s.keepCode(code.Code)
}

package app

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"time"

	"tresen/internal/counter"
	"tresen/internal/inbox"
	"tresen/internal/store"
)

// counterSettings is kept sealed under this name.
const counterSetting = "counter"

type counterSettings struct {
	IdleMinutes int `json:"idleMinutes"`
	// Code is what is kept of the recovery code; Passphrase counts the tries of the passphrase.
	Code       counter.PIN `json:"code"`
	Passphrase counter.PIN `json:"passphrase"`
	// ForgottenMs is when all PINs were taken away from outside the window.
	ForgottenMs int64 `json:"forgottenMs"`
}

func (c counterSettings) idle() time.Duration { return time.Duration(c.IdleMinutes) * time.Minute }

func (s *Session) counterSettings() (counterSettings, error) {
	out := counterSettings{IdleMinutes: int(counter.UsualIdle / time.Minute)}
	value, err := s.store.Setting(s.ctx, counterSetting)
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	if err := json.Unmarshal(value, &out); err != nil {
		return out, inbox.NewError(inbox.CodeStorageDamaged, "decode counter settings")
	}
	return out, nil
}

func saveCounterSettings(tx *store.Tx, c counterSettings) error {
	value, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return tx.SetSetting(counterSetting, value)
}

// openCounter locks the window at the start of a shop that has PINs.
func (s *Session) openCounter() error {
	people, err := s.store.ListColleagues(s.ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(people, canLead) {
		return nil
	}
	settings, err := s.counterSettings()
	if err != nil {
		return err
	}
	s.watch.TurnOn(settings.idle())
	return nil
}

// canLead reports whether somebody can sign in as owner. Without such a person
// nothing may be locked: nobody could open it again.
func canLead(c inbox.Colleague) bool { return c.Role == inbox.RoleOwner && c.HasPIN }

// lookEvery is how often the counter looks at the clock.
const lookEvery = 5 * time.Second

func (s *Session) watchCounter(ctx context.Context) error {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		if s.watch.Look(s.cfg.now()) {
			s.cfg.emit(EventCounterChanged, nil)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

func (s *Session) counterState() (CounterState, error) {
	status := s.watch.Status()
	state := CounterState{On: status.On, Locked: status.Locked, Role: string(status.Role), PersonID: int64(status.Person), People: []CounterPerson{}}
	settings, err := s.counterSettings()
	if err != nil {
		return state, err
	}
	state.IdleMinutes, state.Code, state.ForgottenAtMs = settings.IdleMinutes, len(settings.Code.Sum) > 0, settings.ForgottenMs
	state.Passphrase = s.passphrase()
	people, err := s.store.ListColleagues(s.ctx)
	if err != nil {
		return state, err
	}
	for _, p := range people {
		if p.HasPIN || !status.Locked {
			state.People = append(state.People, CounterPerson{ID: int64(p.ID), Name: p.Name, Role: string(p.Role), HasPIN: p.HasPIN})
		}
	}
	counts, err := s.store.CountViews(s.ctx, s.cfg.now())
	state.Unread = counts.Unread
	return state, err
}

// try notes a try, waits for nobody, and compares. save keeps the PIN's count
// of tries; it is called before the comparison and again after a right one.
func (s *Session) try(p counter.PIN, matches func() bool, save func(*store.Tx, counter.PIN) error) (UnlockResult, error) {
	now := s.cfg.now()
	if wait := p.Wait(now); wait > 0 {
		return UnlockResult{WaitMs: wait.Milliseconds()}, nil
	}
	p = p.Tried(now)
	if err := s.store.Update(s.ctx, func(tx *store.Tx) error { return save(tx, p) }); err != nil {
		return UnlockResult{}, err
	}
	if !matches() {
		return UnlockResult{WaitMs: p.Wait(now).Milliseconds()}, nil
	}
	err := s.store.Update(s.ctx, func(tx *store.Tx) error { return save(tx, p.Right()) })
	return UnlockResult{OK: err == nil}, err
}

func (s *Session) colleague(id inbox.ColleagueID) (inbox.Colleague, error) {
	people, err := s.store.ListColleagues(s.ctx)
	if err != nil {
		return inbox.Colleague{}, err
	}
	i := slices.IndexFunc(people, func(c inbox.Colleague) bool { return c.ID == id })
	if i < 0 {
		return inbox.Colleague{}, inbox.NewError(inbox.CodeNotFound, "no such colleague")
	}
	return people[i], nil
}

func (s *Session) pin(id inbox.ColleagueID) (pin counter.PIN, err error) {
	value, err := s.store.PIN(s.ctx, id)
	if err != nil {
		return pin, err
	}
	if err := json.Unmarshal(value, &pin); err != nil {
		return pin, inbox.NewError(inbox.CodeStorageDamaged, "decode pin")
	}
	return pin, nil
}

func savePIN(id inbox.ColleagueID) func(*store.Tx, counter.PIN) error {
	return func(tx *store.Tx, pin counter.PIN) error {
		value, err := json.Marshal(pin)
		if err != nil {
			return err
		}
		return tx.SetPIN(id, value)
	}
}

func (s *Session) tryPIN(id inbox.ColleagueID, text string) (UnlockResult, error) {
	pin, err := s.pin(id)
	if err != nil {
		return UnlockResult{}, err
	}
	return s.try(pin, func() bool { return pin.Matches(normalise(text)) }, savePIN(id))
}

func (s *Session) signIn(id inbox.ColleagueID, text string) (UnlockResult, error) {
	s.signingIn.Lock()
	defer s.signingIn.Unlock()
	person, err := s.colleague(id)
	if err != nil {
		return UnlockResult{}, err
	}
	result, err := s.tryPIN(id, text)
	if err != nil || !result.OK {
		return result, err
	}
	s.enter(person)
	return result, nil
}

func (s *Session) enter(person inbox.Colleague) {
	s.watch.SignIn(person.ID, person.Role, s.cfg.now())
	s.cfg.emit(EventCounterChanged, nil)
}

func (s *Session) recoverCounter(r RecoverRequest) (UnlockResult, error) {
	s.signingIn.Lock()
	defer s.signingIn.Unlock()
	person, err := s.colleague(inbox.ColleagueID(r.PersonID))
	if err != nil {
		return UnlockResult{}, err
	}
	if !canLead(person) {
		return UnlockResult{}, inbox.NewError(inbox.CodeNotAllowed, "only an owner can come back this way")
	}
	pin, err := counter.NewPIN(normalise(r.NewPIN))
	if err != nil {
		return UnlockResult{}, err
	}
	result, err := s.trySecret(r.Secret)
	if err != nil || !result.OK {
		return result, err
	}
	err = s.store.Update(s.ctx, func(tx *store.Tx) error {
		if err := savePIN(person.ID)(tx, pin); err != nil {
			return err
		}
		return s.note(tx, "pinRecovered", person.ID, "")
	})
	if err != nil {
		return UnlockResult{}, err
	}
	s.enter(person)
	return result, nil
}

// trySecret tries the recovery code and, where there is one, the passphrase.
func (s *Session) trySecret(secret string) (UnlockResult, error) {
	settings, err := s.counterSettings()
	if err != nil {
		return UnlockResult{}, err
	}
	kept, matches := settings.Code, func() bool { return settings.Code.Matches(counter.PlainCode(secret)) }
	if s.passphrase() && len(counter.PlainCode(secret)) != len(counter.PlainCode(counter.NewRecoveryCode())) {
		kept, matches = settings.Passphrase, func() bool { return s.vault.IsPassphrase([]byte(normalise(secret))) }
		return s.try(kept, matches, func(tx *store.Tx, p counter.PIN) error {
			settings.Passphrase = p
			return saveCounterSettings(tx, settings)
		})
	}
	return s.try(kept, matches, func(tx *store.Tx, p counter.PIN) error {
		settings.Code = p
		return saveCounterSettings(tx, settings)
	})
}

// note records who got which right, by number: the log names nobody.
func (s *Session) note(tx *store.Tx, kind string, id inbox.ColleagueID, role inbox.Role) error {
	_, err := tx.AppendLog(s.cfg.now(), kind, struct {
		Colleague int64      `json:"colleague,omitempty"`
		Role      inbox.Role `json:"role,omitempty"`
	}{int64(id), role})
	return err
}

func (s *Session) turnCounterOn(r TurnOnRequest) (RecoveryCode, error) {
	s.signingIn.Lock()
	defer s.signingIn.Unlock()
	if s.watch.Status().On {
		return RecoveryCode{}, inbox.NewError(inbox.CodeConflict, "is on already")
	}
	pin, err := counter.NewPIN(normalise(r.PIN))
	if err != nil {
		return RecoveryCode{}, err
	}
	if r.PersonID == 0 {
		if r.Name, err = cleanName(r.Name, maxName); err != nil {
			return RecoveryCode{}, err
		}
	}
	code := counter.NewRecoveryCode()
	keptCode, err := counter.NewPIN(counter.PlainCode(code))
	if err != nil {
		return RecoveryCode{}, err
	}
	settings, err := s.counterSettings()
	if err != nil {
		return RecoveryCode{}, err
	}
	settings.Code, settings.ForgottenMs = keptCode, 0
	id := inbox.ColleagueID(r.PersonID)
	err = s.store.Update(s.ctx, func(tx *store.Tx) (err error) {
		if id == 0 {
			if id, err = tx.InsertColleague(r.Name); err != nil {
				return err
			}
		}
		if err := tx.SetRole(id, inbox.RoleOwner); err != nil {
			return err
		}
		if err := savePIN(id)(tx, pin); err != nil {
			return err
		}
		if err := s.note(tx, "counterOn", id, inbox.RoleOwner); err != nil {
			return err
		}
		return saveCounterSettings(tx, settings)
	})
	if err != nil {
		return RecoveryCode{}, err
	}
	s.watch.TurnOn(settings.idle())
	s.enter(inbox.Colleague{ID: id, Role: inbox.RoleOwner})
	s.cfg.emit(EventWorkChanged, nil)
	return RecoveryCode{Code: code}, nil
}

func (s *Session) turnCounterOff(kind string) error {
	s.signingIn.Lock()
	defer s.signingIn.Unlock()
	people, err := s.store.ListColleagues(s.ctx)
	if err != nil {
		return err
	}
	settings, err := s.counterSettings()
	if err != nil {
		return err
	}
	settings.Code = counter.PIN{}
	if kind == pinsForgotten {
		settings.ForgottenMs = s.cfg.now().UnixMilli()
	}
	err = s.store.Update(s.ctx, func(tx *store.Tx) error {
		for _, p := range people {
			if err := tx.SetPIN(p.ID, nil); err != nil {
				return err
			}
		}
		if err := s.note(tx, kind, 0, ""); err != nil {
			return err
		}
		return saveCounterSettings(tx, settings)
	})
	if err != nil {
		return err
	}
	s.watch.TurnOff()
	s.cfg.emit(EventCounterChanged, nil)
	return nil
}

// pinsForgotten is the log's word for the last way back, from outside the window.
const pinsForgotten = "pinsForgotten"

// forgetPINs is the way back when PIN and recovery code are both lost. Who has
// the system's account can do it, as that account opens the data anyway; that it
// was done is logged and shown until the owner sets PINs again.
func (s *Session) forgetPINs() error {
	if !s.watch.Status().On {
		return nil
	}
	slog.Warn("all PINs were taken away, as asked on the command line")
	return s.turnCounterOff(pinsForgotten)
}

// lead fails with conflict if nobody but id could sign in as owner.
func (s *Session) lead(id inbox.ColleagueID) error {
	people, err := s.store.ListColleagues(s.ctx)
	if err != nil {
		return err
	}
	if !s.watch.Status().On || slices.ContainsFunc(people, func(c inbox.Colleague) bool { return c.ID != id && canLead(c) }) {
		return nil
	}
	for _, p := range people {
		if p.ID == id && canLead(p) {
			return &inbox.Error{Code: inbox.CodeConflict, Field: "owner"}
		}
	}
	return nil
}

func (s *Session) setPIN(id inbox.ColleagueID, text string) error {
	s.signingIn.Lock()
	defer s.signingIn.Unlock()
	if !s.watch.Status().On {
		return inbox.NewError(inbox.CodeConflict, "the owner has no pin yet")
	}
	var value []byte
	if text == "" {
		if err := s.lead(id); err != nil {
			return err
		}
	} else {
		pin, err := counter.NewPIN(normalise(text))
		if err != nil {
			return err
		}
		if value, err = json.Marshal(pin); err != nil {
			return err
		}
	}
	err := s.store.Update(s.ctx, func(tx *store.Tx) error {
		if err := tx.SetPIN(id, value); err != nil {
			return err
		}
		kind := "pinSet"
		if value == nil {
			kind = "pinRemoved"
		}
		return s.note(tx, kind, id, "")
	})
	if err == nil {
		s.cfg.emit(EventCounterChanged, nil)
	}
	return err
}

func (s *Session) changePIN(r ChangePINRequest) (UnlockResult, error) {
	s.signingIn.Lock()
	defer s.signingIn.Unlock()
	id := s.watch.Status().Person
	if id == 0 {
		return UnlockResult{}, inbox.NewError(inbox.CodeConflict, "nobody is signed in")
	}
	pin, err := counter.NewPIN(normalise(r.New))
	if err != nil {
		return UnlockResult{}, err
	}
	result, err := s.tryPIN(id, r.Old)
	if err != nil || !result.OK {
		return result, err
	}
	return result, s.store.Update(s.ctx, func(tx *store.Tx) error { return savePIN(id)(tx, pin) })
}

func (s *Session) setRole(id inbox.ColleagueID, role inbox.Role) error {
	s.signingIn.Lock()
	defer s.signingIn.Unlock()
	if !role.Valid() {
		return inbox.InvalidField("role", "unknown role")
	}
	if role != inbox.RoleOwner {
		if err := s.lead(id); err != nil {
			return err
		}
	}
	err := s.store.Update(s.ctx, func(tx *store.Tx) error {
		if err := tx.SetRole(id, role); err != nil {
			return err
		}
		return s.note(tx, "role", id, role)
	})
	if err != nil {
		return err
	}
	if status := s.watch.Status(); status.On && !status.Locked && status.Person == id {
		s.watch.SignIn(id, role, s.cfg.now())
	}
	s.cfg.emit(EventCounterChanged, nil)
	s.cfg.emit(EventWorkChanged, nil)
	return nil
}

func (s *Session) setIdle(minutes int) error {
	s.signingIn.Lock() // the tries of a code stand in the same setting
	defer s.signingIn.Unlock()
	d := time.Duration(minutes) * time.Minute
	if d < counter.ShortestIdle || d > counter.LongestIdle {
		return inbox.InvalidField("idleMinutes", "outside its bounds")
	}
	settings, err := s.counterSettings()
	if err != nil {
		return err
	}
	settings.IdleMinutes = minutes
	if err := s.store.Update(s.ctx, func(tx *store.Tx) error { return saveCounterSettings(tx, settings) }); err != nil {
		return err
	}
	if s.watch.Status().On {
		s.watch.TurnOn(settings.idle())
	}
	s.cfg.emit(EventCounterChanged, nil)
	return nil
}

func (s *Session) keepCode(code string) error {
	s.signingIn.Lock()
	defer s.signingIn.Unlock()
	kept, err := counter.NewPIN(counter.PlainCode(code))
	if err != nil {
		return err
	}
	settings, err := s.counterSettings()
	if err != nil {
		return err
	}
	settings.Code = kept
	return s.store.Update(s.ctx, func(tx *store.Tx) error {
		if err := s.note(tx, "recoveryCode", 0, ""); err != nil {
			return err
		}
		return saveCounterSettings(tx, settings)
	})
}

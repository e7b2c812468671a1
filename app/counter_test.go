package app

import (
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
)

// counterDesk is an open shop and what is done about its counter; pass lets time go by.
func counterDesk(t *testing.T) (d *desk, c *Counter, pass func(time.Duration)) {
	d = newDesk(t)
	d.start()
	d.connect(d.request())
	return d, &Counter{d.app}, func(by time.Duration) { d.ahead.Add(int64(by)) }
}

func TestLockingAtTheCounter(t *testing.T) {
	d, c, pass := counterDesk(t)
	state, err := c.State()
	if do(d, state, err); state.On || state.Locked || state.Role != "owner" {
		t.Errorf("without PINs %+v", state)
	}
	d.refused("PIN before the owner's", c.SetPIN(PINRequest{PersonID: 1, PIN: "1234"}), inbox.CodeConflict, "")
	_, err = c.TurnOn(TurnOnRequest{Name: "Frau Blum", PIN: "123"})
	d.refused("short PIN", err, inbox.CodeInvalid, "pin")
	code, err := c.TurnOn(TurnOnRequest{Name: "Frau Blum", PIN: "4711"})
	do(d, code, err)
	people, err := (&Work{d.app}).SaveColleague(ColleagueRow{Name: "Jana"})
	do(d, people, err)
	owner, jana := people[0].ID, people[1].ID
	d.check(c.SetPIN(PINRequest{PersonID: jana, PIN: "0815"}))
	d.refused("last owner becomes staff", c.SetRole(RoleRequest{PersonID: owner, Role: "staff"}), inbox.CodeConflict, "owner")
	d.refused("last owner loses her PIN", c.SetPIN(PINRequest{PersonID: owner}), inbox.CodeConflict, "owner")
	_, err = (&Work{d.app}).DeleteColleague(owner)
	d.refused("last owner leaves", err, inbox.CodeConflict, "owner")

	d.check(c.Lock())
	_, err = d.anna().SendText(d.ctx, "Kommt trotzdem an")
	d.check(err)
	d.await("delivery while locked", func() bool {
		state, err = c.State()
		return do(d, state, err).Unread == 1
	})
	_, err = d.inbox.ListConversations(ConversationQuery{Limit: 1})
	d.refused("list while locked", err, inbox.CodeLocked, "")
	state, err = c.State()
	if do(d, state, err); !state.Locked || state.Role != "" || len(state.People) != 2 || state.Unread != 1 {
		t.Errorf("locked %+v", state)
	}

	enter := func(id int64, pin string) UnlockResult {
		t.Helper()
		r, err := c.Unlock(UnlockRequest{PersonID: id, PIN: pin})
		return do(d, r, err)
	}
	for range 3 {
		enter(jana, "1111")
	}
	if r := enter(jana, "0815"); r.OK || r.WaitMs <= 0 || r.WaitMs > 15_000 {
		t.Errorf("fourth try %+v", r)
	}
	d.start() // the pause survives
	c = &Counter{d.app}
	if r := enter(jana, "0815"); r.OK || r.WaitMs <= 0 {
		t.Errorf("after a restart %+v", r)
	}
	pass(16 * time.Second)
	if r := enter(jana, "0815"); !r.OK {
		t.Errorf("after the pause %+v", r)
	}
	if list := d.list(); len(list.Rows) != 1 || list.Rows[0].Unread != 1 {
		t.Errorf("received while locked: %+v", list)
	}
	_, err = d.customers.Erase(d.list().Rows[0].CustomerID)
	d.refused("staff erases", err, inbox.CodeNotAllowed, "")
	d.refused("staff makes herself owner", c.SetRole(RoleRequest{PersonID: jana, Role: "owner"}), inbox.CodeNotAllowed, "")
	pass(6 * time.Minute)
	d.refused("after a while", d.inbox.MarkRead(1), inbox.CodeLocked, "")

	if r := enter(owner, "4711"); !r.OK {
		t.Fatalf("owner %+v", r)
	}
	d.check(c.SetRole(RoleRequest{PersonID: jana, Role: "reader"}))
	session, err := d.app.session()
	d.check(err)
	log, err := session.store.ListLog(d.ctx, 0, 100)
	d.check(err)
	var kinds []string
	for _, e := range log {
		kinds = append(kinds, e.Kind)
		if strings.Contains(string(e.Detail), "Jana") {
			t.Errorf("the log names somebody: %s", e.Detail)
		}
	}
	if got := strings.Join(kinds, " "); !strings.Contains(got, "counterOn pinSet role") {
		t.Errorf("log %s", got)
	}
	d.check(c.TurnOff())
	pass(time.Hour)
	if state, err := c.State(); do(d, state, err).On || len(d.list().Rows) != 1 {
		t.Errorf("turned off %+v", state)
	}
}

func TestWaysBackWithoutAPIN(t *testing.T) {
	d, c, pass := counterDesk(t)
	code, err := c.TurnOn(TurnOnRequest{Name: "Frau Blum", PIN: "4711"})
	do(d, code, err)
	state, err := c.State()
	owner := do(d, state, err).PersonID
	d.check(c.Lock())
	back := func(secret string) UnlockResult {
		t.Helper()
		r, err := c.Recover(RecoverRequest{PersonID: owner, Secret: secret, NewPIN: "9999"})
		return do(d, r, err)
	}
	if r := back("AAAA-BBBB-CCCC-DDDD-EEEE"); r.OK {
		t.Error("a wrong code opens")
	}
	if r := back(strings.ToLower(code.Code)); !r.OK {
		t.Errorf("the code does not open: %+v", r)
	}
	d.check(c.Lock())
	if r, err := c.Unlock(UnlockRequest{PersonID: owner, PIN: "4711"}); do(d, r, err).OK {
		t.Error("the old PIN still opens")
	}
	if r, err := c.Unlock(UnlockRequest{PersonID: owner, PIN: "9999"}); !do(d, r, err).OK {
		t.Error("the new PIN does not open")
	}
	d.check(c.Lock())
	pass(time.Hour)
	d.cfg.ForgetPINs = true
	d.start()
	c = &Counter{d.app}
	if state, err := c.State(); do(d, state, err).On || state.ForgottenAtMs == 0 {
		t.Errorf("PINs forgotten: %+v", state)
	}
}

func TestPassphraseIsAWayBack(t *testing.T) {
	d := newDesk(t)
	d.cfg.Keychain = noKeychain{}
	d.start()
	r := d.request()
	r.Passphrase = "Blumen für Größe"
	d.connect(r)
	c := &Counter{d.app}
	code, err := c.TurnOn(TurnOnRequest{Name: "Frau Blum", PIN: "4711"})
	do(d, code, err)
	d.check(c.Lock())
	state, err := c.State()
	if do(d, state, err); !state.Passphrase {
		t.Errorf("state %+v", state)
	}
	for secret, ok := range map[string]bool{"Blumen fur Grosse": false, "Blumen fu\u0308r Gro\u0308ße": true} {
		result, err := c.Recover(RecoverRequest{PersonID: state.PersonID, Secret: secret, NewPIN: "1234"})
		if do(d, result, err).OK != ok {
			t.Errorf("%s: %+v", secret, result)
		}
	}
}

package app

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"

	"tresen/internal/counter"
	"tresen/internal/inbox"
)

// boundMethods calls each with every method the window can call.
func boundMethods(a *App, each func(name string, method reflect.Value)) {
	for _, b := range a.Bound() {
		v := reflect.ValueOf(b)
		for i := range v.NumMethod() {
			each("tresen/app.(*"+v.Elem().Type().Name()+")."+v.Type().Method(i).Name, v.Method(i))
		}
	}
}

// callWithNothing calls a bound method with zero values and returns its error.
func callWithNothing(method reflect.Value) error {
	var args []reflect.Value
	for i := range method.Type().NumIn() {
		args = append(args, reflect.Zero(method.Type().In(i)))
	}
	out := method.Call(args)
	err, _ := out[len(out)-1].Interface().(error)
	return err
}

func TestEveryBoundMethodIsClassified(t *testing.T) {
	a := New(Config{DataDir: t.TempDir(), DemoDir: t.TempDir()})
	table := a.needs().byName
	bound := map[string]bool{"tresen/app.(*App).ServeMedia": true}
	boundMethods(a, func(name string, _ reflect.Value) {
		bound[name] = true
		if _, ok := table[name]; !ok {
			t.Errorf("classify %s in app/roles.go: put it into the list of the least role that may call it", name)
		}
	})
	for name := range table {
		if !bound[name] {
			t.Errorf("%s is in app/roles.go, but the window cannot call it", name)
		}
	}
	listed := 0
	for _, methods := range needs() {
		listed += len(methods)
	}
	if listed != len(table) {
		t.Errorf("%d entries for %d methods: one is in two lists", listed, len(table))
	}
}

// The check must come before any effect, so every method that is refused is
// called here for real.
func TestNothingIsDoneWhileLockedOrForbidden(t *testing.T) {
	d := open(t)
	s, err := d.app.session()
	d.check(err)
	s.watch.TurnOn(counter.LongestIdle)
	table := d.app.needs().byName
	refuses := func(role inbox.Role, code inbox.Code) {
		boundMethods(d.app, func(name string, method reflect.Value) {
			if need := table[name]; need == counter.Nothing || counter.May(role, need) {
				return
			}
			if err := callWithNothing(method); err == nil || inbox.CodeOf(err) != code {
				t.Errorf("%s as %q: %v instead of %s; ask (*App).session or (*App).allow before anything else", name, role, err, code)
			}
		})
	}
	refuses("", inbox.CodeLocked)
	answer := httptest.NewRecorder()
	d.app.ServeMedia(answer, httptest.NewRequest(http.MethodGet, MediaPath+"1", nil))
	if answer.Code != http.StatusForbidden {
		t.Errorf("a file while locked: %d", answer.Code)
	}
	for _, role := range []inbox.Role{inbox.RoleReader, inbox.RoleStaff} {
		s.watch.SignIn(1, role, s.cfg.now())
		refuses(role, inbox.CodeNotAllowed)
	}
	s.watch.TurnOff()
	d.mustShow(phaseOpen, "")
	if list := d.list(); len(list.Rows) != 0 {
		t.Errorf("list %+v", list)
	}
}

package receive

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tresen/internal/inbox"
)

// stub is a source that does what it is told.
type stub func(ctx context.Context, handle Handler) error

func (s stub) Run(ctx context.Context, handle Handler) error { return s(ctx, handle) }

func idle(ctx context.Context, _ Handler) error {
	<-ctx.Done()
	return nil
}

type keeper struct {
	*Supervisor
	mu      sync.Mutex
	opened  []time.Duration
	began   time.Time
	results []func(ctx context.Context, handle Handler) error
}

// open plays the results one after the other; a nil one cannot be opened.
func (k *keeper) open(context.Context) (Source, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.opened = append(k.opened, time.Since(k.began))
	if len(k.results) == 0 {
		return stub(idle), nil
	}
	next := k.results[0]
	k.results = k.results[1:]
	if next == nil {
		return nil, inbox.NewError(inbox.CodeInUse, "port taken")
	}
	return stub(next), nil
}

func (k *keeper) times() []time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.opened)
}

func newKeeper(results ...func(context.Context, Handler) error) *keeper {
	k := &keeper{began: time.Now(), results: results}
	k.Supervisor = NewSupervisor(func(context.Context, Delivery) error { return nil }, func() {})
	return k
}

func TestSupervisorOpensAgainLaterEachTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		panics := func(context.Context, Handler) error { panic("secret") }
		fails := func(context.Context, Handler) error { return errors.New("gone") }
		k := newKeeper(nil, fails, panics, nil)
		ctx, cancel := context.WithCancel(t.Context())
		k.Keep(ctx, "relay", k.open)
		synctest.Wait()
		if s := k.States(); len(s) != 1 || s[0].Code != inbox.CodeInUse {
			t.Errorf("states %+v", s)
		}
		time.Sleep(time.Minute)
		want := []time.Duration{0, time.Second, 3 * time.Second, 7 * time.Second, 15 * time.Second}
		if got := k.times(); !slices.Equal(got, want) {
			t.Errorf("opened after %v, want %v", got, want)
		}
		if s := k.States(); s[0].Code != "" {
			t.Errorf("states %+v", s)
		}
		cancel()
		k.Wait()
	})
}

func TestSupervisorOpensAtOnceWhenWoken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKeeper(nil, nil, nil, nil, nil)
		ctx, cancel := context.WithCancel(t.Context())
		k.Keep(ctx, "direct", k.open)
		time.Sleep(10 * time.Second) // tried at 0, 1, 3 and 7 s; the next would be at 15 s
		if err := k.Check(t.Context()); inbox.CodeOf(err) != inbox.CodeInUse {
			t.Errorf("check: %v", err)
		}
		if got := k.times(); len(got) != 5 || got[4] != 10*time.Second {
			t.Errorf("opened after %v", got)
		}
		if err := k.Check(t.Context()); err != nil { // the sixth can be opened
			t.Error(err)
		}
		cancel()
		k.Wait()
	})
}

// After sleep a way in is opened at once, not after the rest of its pause.
func TestSupervisorNoticesSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKeeper(nil, nil, nil, nil, nil, nil)
		var slept atomic.Int64
		k.now = func() time.Time { return time.Now().Add(time.Duration(slept.Load())) }
		ctx, cancel := context.WithCancel(t.Context())
		k.Keep(ctx, "direct", k.open)
		time.Sleep(16 * time.Second) // the next try would be at 31 s
		slept.Store(int64(8 * time.Hour))
		time.Sleep(4500 * time.Millisecond) // before the try that follows a second after that one
		if got := k.times(); len(got) != 6 || got[5] != 20*time.Second {
			t.Errorf("opened after %v", got)
		}
		cancel()
		k.Wait()
	})
}

func TestDroppedWayLetsGoBeforeTheNextIsOpened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		held := 0
		hold := func(ctx context.Context, _ Handler) error {
			mu.Lock()
			held++
			if held > 1 {
				t.Error("two at once")
			}
			mu.Unlock()
			<-ctx.Done()
			time.Sleep(time.Second) // lets deliveries under way finish
			mu.Lock()
			held--
			mu.Unlock()
			return nil
		}
		k := newKeeper(hold, hold)
		k.Keep(t.Context(), "direct", k.open)
		synctest.Wait()
		k.Keep(t.Context(), "direct", k.open)
		synctest.Wait()
		if s := k.States(); len(s) != 1 {
			t.Errorf("states %+v", s)
		}
		if !k.Drop("direct") || k.Drop("direct") {
			t.Error("dropping")
		}
		k.Wait()
	})
}

package simulator

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestRunningClockAndNoGoroutineLeft runs in a bubble: its time is the machine's
// time for the simulator, and the bubble fails if a goroutine outlives Close.
func TestRunningClockAndNoGoroutineLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var mu sync.Mutex
		seen := map[string]time.Duration{}
		sim, err := New(Config{
			Statuses: StatusTiming{Sent: time.Second, Delivered: 5 * time.Second, Read: time.Minute, AutoRead: true},
			Deliver: func(_ context.Context, body []byte, _ http.Header) int {
				mu.Lock()
				defer mu.Unlock()
				for _, s := range statuses(t, []hook{{body: body}}) {
					seen[s] = time.Since(start)
				}
				return 200
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer sim.Close()
		if _, err := sim.Perform(t.Context(), PlayShop(), Performance{Live: true}); err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		body := `{"messaging_product":"whatsapp","to":"+491713920011","type":"text","text":{"body":"x"}}`
		r := httptest.NewRequestWithContext(t.Context(), "POST", messagesPath, strings.NewReader(body))
		r.Header = owner.Clone()
		sim.ServeHTTP(w, r)
		if w.Code != 200 {
			t.Fatalf("send: %d %s", w.Code, w.Body)
		}
		if err := sim.WaitIdle(t.Context()); err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		defer mu.Unlock()
		for status, want := range map[string]time.Duration{"sent": time.Second, "delivered": 5 * time.Second, "read": 65 * time.Second} {
			if got := seen[status]; got != want {
				t.Errorf("%s after %v, want %v", status, got, want)
			}
		}
	})
}

// TestCloseWaitsForRequests: a request that waits for the clock ends with Close.
func TestCloseWaitsForRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, err := New(Config{Now: noon})
		if err != nil {
			t.Fatal(err)
		}
		sim.SetFaults(Faults{Slow: time.Hour})
		answered := false
		go func() {
			r := httptest.NewRequestWithContext(t.Context(), "GET", numberPath, nil)
			r.Header = owner.Clone()
			sim.ServeHTTP(httptest.NewRecorder(), r)
			answered = true
		}()
		synctest.Wait()
		if err := sim.Close(); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if !answered {
			t.Error("the request outlived Close")
		}
		w := httptest.NewRecorder()
		sim.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", numberPath, nil))
		if w.Code != http.StatusServiceUnavailable {
			t.Errorf("request after Close: %d", w.Code)
		}
	})
}

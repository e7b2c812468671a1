package simulator

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"testing"
	"time"
)

func TestAdvanceVisitsEveryInstant(t *testing.T) {
	b := open(t, Config{Statuses: StatusTiming{Sent: time.Second, Delivered: 3 * time.Second, Read: time.Minute, AutoRead: true}})
	b.guest()
	b.post("+491713920011", text("x")).wamid(t)
	b.idle()
	b.Advance(time.Hour)
	var times []string
	for _, h := range b.idle() {
		times = append(times, at(t, h.value(t), "statuses", 0, "timestamp").(string))
	}
	at := func(d time.Duration) string { return formatUnix(noon.Add(d).Unix()) }
	if want := []string{at(time.Second), at(3 * time.Second), at(63 * time.Second)}; !reflect.DeepEqual(times, want) {
		t.Errorf("timestamps %v, want %v", times, want)
	}
	if got := b.Now(); !got.Equal(noon.Add(time.Hour)) {
		t.Errorf("clock at %v", got)
	}
}

func TestSetClockAndRunOn(t *testing.T) {
	b := open(t, Config{})
	b.SetClock(noon.Add(48 * time.Hour))
	if !b.Now().Equal(noon.Add(48 * time.Hour)) {
		t.Error("SetClock did not set the clock")
	}
	b.RunClock()
	first := b.Now()
	if first.Before(noon.Add(48*time.Hour)) || first.After(noon.Add(49*time.Hour)) {
		t.Errorf("clock runs on from %v", first)
	}
	b.Advance(24 * time.Hour)
	if d := b.Now().Sub(first); d < 24*time.Hour || d > 25*time.Hour {
		t.Errorf("advanced a running clock by %v", d)
	}
}

func TestWaitIdleEndsWithItsContext(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	b := open(t, Config{Deliver: func(context.Context, []byte, http.Header) int {
		close(entered)
		<-release
		return 200
	}})
	say(t, b.customer(Person{}), "x")
	<-entered
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.WaitIdle(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("WaitIdle: %v", err)
	}
	close(release)
	if err := b.WaitIdle(t.Context()); err != nil {
		t.Error(err)
	}
}

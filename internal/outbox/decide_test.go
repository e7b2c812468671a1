package outbox

import (
	"errors"
	"testing"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
)

func TestDecide(t *testing.T) {
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	failure := func(code inbox.Code, e cloudapi.Error) error { return &inbox.Error{Code: code, Err: &e} }
	answered := func(code inbox.Code, class cloudapi.Class) error {
		return failure(code, cloudapi.Error{Class: class, HTTPStatus: 400, Number: 7})
	}
	second, minute := time.Second, time.Minute
	for _, c := range []struct {
		name     string
		err      error
		attempt  int
		offlines int
		want     decision
		from, to time.Duration // when the message is tried again
	}{
		{name: "never", err: answered(inbox.CodeInvalid, cloudapi.ClassNever), attempt: 1,
			want: decision{fail: true, code: inbox.CodeInvalid, number: 7, answered: true}},
		{name: "refused by ourselves", err: inbox.InvalidField("text", "empty"), attempt: 1,
			want: decision{fail: true, code: inbox.CodeInvalid}},
		{name: "unknown", err: errors.New("?"), attempt: 1, want: decision{fail: true, code: inbox.CodeInternal}},
		{name: "offline", err: failure(inbox.CodeOffline, cloudapi.Error{Class: cloudapi.ClassNow}), attempt: 9,
			want: decision{state: State{Offline: true}, retryAt: now.Add(second)}},
		{name: "offline again", err: failure(inbox.CodeOffline, cloudapi.Error{Class: cloudapi.ClassNow}), attempt: 1, offlines: 3,
			want: decision{state: State{Offline: true}, retryAt: now.Add(8 * second)}},
		{name: "offline for long", err: failure(inbox.CodeOffline, cloudapi.Error{Class: cloudapi.ClassNow}), attempt: 1, offlines: 1000,
			want: decision{state: State{Offline: true}, retryAt: now.Add(minute)}},
		{name: "token", err: answered(inbox.CodeTokenExpired, cloudapi.ClassAuth), attempt: 9,
			want: decision{state: State{Paused: inbox.CodeTokenExpired}}},
		{name: "locked keychain", err: failure(inbox.CodeKeychain, cloudapi.Error{Class: cloudapi.ClassAuth}), attempt: 1,
			want: decision{state: State{Paused: inbox.CodeKeychain}, retryAt: now.Add(keychainPause)}},
		{name: "account", err: answered(inbox.CodePayment, cloudapi.ClassAccount), attempt: 9,
			want: decision{state: State{Paused: inbox.CodePayment}, retryAt: now.Add(accountPause)}},
		{name: "twice, first", err: answered(inbox.CodeInternal, cloudapi.ClassTwice), attempt: 1,
			want: decision{counts: true, answered: true}, from: 3200 * time.Millisecond, to: 4800 * time.Millisecond},
		{name: "twice, last", err: answered(inbox.CodeInternal, cloudapi.ClassTwice), attempt: 3,
			want: decision{fail: true, code: inbox.CodeInternal, number: 7, answered: true}},
		{name: "backoff", err: answered(inbox.CodeRateLimited, cloudapi.ClassBackoff), attempt: 4,
			want: decision{counts: true, answered: true}, from: 12800 * time.Millisecond, to: 19200 * time.Millisecond},
		{name: "backoff, last", err: answered(inbox.CodeRateLimited, cloudapi.ClassBackoff), attempt: maxAttempts,
			want: decision{fail: true, code: inbox.CodeRateLimited, number: 7, answered: true}},
		{name: "retry-after", err: failure(inbox.CodeRateLimited, cloudapi.Error{Class: cloudapi.ClassBackoff, HTTPStatus: 429, RetryAfter: minute}),
			attempt: 1, want: decision{counts: true, answered: true}, from: minute, to: minute},
		{name: "slow", err: answered(inbox.CodeRateLimited, cloudapi.ClassSlow), attempt: 1,
			want: decision{counts: true, answered: true}, from: 96 * second, to: 144 * second},
		{name: "pair, first", err: answered(inbox.CodeRateLimited, cloudapi.ClassPair), attempt: 1,
			want: decision{counts: true, answered: true}, from: second, to: second},
		{name: "pair, fourth", err: answered(inbox.CodeRateLimited, cloudapi.ClassPair), attempt: 4,
			want: decision{counts: true, answered: true}, from: 64 * second, to: 64 * second},
		{name: "pair, last", err: answered(inbox.CodeRateLimited, cloudapi.ClassPair), attempt: maxAttempts,
			want: decision{fail: true, code: inbox.CodeRateLimited, number: 7, answered: true}},
	} {
		got := decide(c.err, c.attempt, now, c.offlines)
		wait := got.next.Sub(now)
		if got.fail != got.next.IsZero() || !got.fail && (wait < c.from || wait > c.to) {
			t.Errorf("%s: tried again after %v", c.name, wait)
		}
		got.next = time.Time{}
		if got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestPaceForgetsWhoIsFullAgain(t *testing.T) {
	p, now := newPace(), time.Unix(1e9, 0)
	for i := range 100 {
		p.take(inbox.CustomerID{byte(i)}, now)
	}
	p.take(inbox.CustomerID{200}, now.Add(pairEvery))
	if len(p.buckets) != 1 {
		t.Errorf("%d buckets", len(p.buckets))
	}
}

package logging

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// line runs log against a logger and returns what comes out.
func line(log func(*slog.Logger)) string {
	var b bytes.Buffer
	log(New(slog.LevelDebug, &b))
	return b.String()
}

// customer is what somebody might log by mistake.
type customer struct {
	Name  string
	Phone string
	Tags  []string
}

// careless offers itself to the log.
type careless struct{ secret string }

func (c careless) LogValue() slog.Value { return slog.StringValue("user " + c.secret) }

type stringer struct{ secret string }

func (s stringer) String() string { return s.secret }

type panicking struct{}

func (panicking) String() string { panic("inside") }

// ways are all ways into a log line.
var ways = map[string]func(*slog.Logger, string){
	"message":        func(l *slog.Logger, s string) { l.Info("to " + s) },
	"string":         func(l *slog.Logger, s string) { l.Info("m", "to", s) },
	"counting key":   func(l *slog.Logger, s string) { l.Info("m", "count", s) },
	"own id's key":   func(l *slog.Logger, s string) { l.Info("m", "message_id", s) },
	"error":          func(l *slog.Logger, s string) { l.Info("m", "err", errors.New("send to "+s)) },
	"wrapped error":  func(l *slog.Logger, s string) { l.Info("m", "err", fmt.Errorf("a: %w", errors.New(s))) },
	"group":          func(l *slog.Logger, s string) { l.Info("m", slog.Group("g", slog.Group("h", "to", s))) },
	"struct":         func(l *slog.Logger, s string) { l.Info("m", "c", customer{Phone: s}) },
	"pointer":        func(l *slog.Logger, s string) { l.Info("m", "c", &customer{Tags: []string{s}}) },
	"slice":          func(l *slog.Logger, s string) { l.Info("m", "c", []any{1, s}) },
	"map":            func(l *slog.Logger, s string) { l.Info("m", "c", map[string]any{s: 1}) },
	"bytes":          func(l *slog.Logger, s string) { l.Info("m", "c", []byte(s)) },
	"LogValuer":      func(l *slog.Logger, s string) { l.Info("m", "c", careless{s}) },
	"Stringer":       func(l *slog.Logger, s string) { l.Info("m", "c", stringer{s}) },
	"Stringer as id": func(l *slog.Logger, s string) { l.Info("m", "job_id", stringer{s}) },
	"With":           func(l *slog.Logger, s string) { l.With("to", s).Info("m") },
	"With in group":  func(l *slog.Logger, s string) { l.WithGroup("g").With("to", s).Info("m") },
	"group's name":   func(l *slog.Logger, s string) { l.WithGroup(s).Info("m", "a", 1) },
	"key":            func(l *slog.Logger, s string) { l.Info("m", s, 1) },
	"missing value":  func(l *slog.Logger, s string) { args := []any{s}; l.Info("m", args...) },
	"not a key":      func(l *slog.Logger, s string) { args := []any{stringer{s}}; l.Info("m", args...) },
	"attributes": func(l *slog.Logger, s string) {
		l.LogAttrs(context.Background(), slog.LevelError, "m", slog.Any("x", []string{s}))
	},
}

func TestNothingPersonalSurvivesAnyWay(t *testing.T) {
	r := samples{rand.New(rand.NewPCG(5, 6))}
	for name, way := range ways {
		for range 50 {
			secret := r.any()
			got := line(func(l *slog.Logger) { way(l, secret) })
			if got == "" {
				t.Fatalf("%s: no line", name)
			}
			_, got, _ = strings.Cut(got, "level=") // the time has digits of its own
			if piece := leak(got, secret); piece != "" {
				t.Fatalf("%s: %q of %q is in %q", name, piece, secret, got)
			}
		}
	}
}

func TestNumbers(t *testing.T) {
	const phone = 4915112345678
	for want, log := range map[string]func(*slog.Logger){
		"n=[number]":         func(l *slog.Logger) { l.Info("m", "n", phone) },
		"u=[number]":         func(l *slog.Logger) { l.Info("m", "u", uint64(phone)) },
		"f=[number]":         func(l *slog.Logger) { l.Info("m", "f", 1234567.5) },
		"ratio=0.123456789":  func(l *slog.Logger) { l.Info("m", "ratio", 0.123456789) },
		"any=[[number]]":     func(l *slog.Logger) { l.Info("m", "any", []int64{phone}) },
		"n=123456":           func(l *slog.Logger) { l.Info("m", "n", 123456) },
		"n=-123456":          func(l *slog.Logger) { l.Info("m", "n", -123456) },
		"f=0.5":              func(l *slog.Logger) { l.Info("m", "f", 0.5) },
		"bytes=1234567890":   func(l *slog.Logger) { l.Info("m", "bytes", 1234567890) },
		"g.count=1234567890": func(l *slog.Logger) { l.Info("m", slog.Group("g", "count", 1234567890)) },
		"message_id=4294967296": func(l *slog.Logger) {
			l.Info("m", "message_id", int64(1)<<32)
		},
		"took=1.234567891s": func(l *slog.Logger) { l.Info("m", "took", 1234567891*time.Nanosecond) },
		"ok=true":           func(l *slog.Logger) { l.Info("m", "ok", true) },
		"at=2026-11-22T07:00:00.000Z": func(l *slog.Logger) {
			l.Info("m", "at", time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC))
		},
		"job_id=019ab6f0-0000-7000-8000-000000000000": func(l *slog.Logger) {
			l.Info("m", "job_id", "019ab6f0-0000-7000-8000-000000000000")
		},
		"reference=019ab6f0-0000-7000-8000-000000000000": func(l *slog.Logger) {
			l.Info("m", "reference", stringer{"019ab6f0-0000-7000-8000-000000000000"})
		},
		"wa_id=[secret]":     func(l *slog.Logger) { l.Info("m", "wa_id", "019ab6f0-0000-7000-8000-000000000000") },
		"access_token=[sec":  func(l *slog.Logger) { l.Info("m", "access_token", "kurz") },
		"AppSecret=[secret]": func(l *slog.Logger) { l.Info("m", "AppSecret", 1) },
	} {
		if got := line(log); !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
}

func TestOddValues(t *testing.T) {
	got := line(func(l *slog.Logger) {
		l.Info("m", slog.Attr{}, slog.Any("nothing", nil), slog.Any("bad", panicking{}), slog.Any("err", (*customer)(nil)))
	})
	if strings.Contains(got, `""=`) || !strings.Contains(got, "nothing=<nil>") || !strings.Contains(got, "PANIC") {
		t.Errorf("%q", got)
	}
}

func TestLevel(t *testing.T) {
	var b bytes.Buffer
	New(slog.LevelWarn, &b).Info("m")
	if b.Len() != 0 {
		t.Errorf("%q below the level", b.String())
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("no standard error") }

func TestOneBrokenOutputDoesNotStopTheOthers(t *testing.T) {
	var b bytes.Buffer
	New(slog.LevelInfo, brokenWriter{}, &b).Info("still here")
	if !strings.Contains(b.String(), "still here") {
		t.Errorf("%q", b.String())
	}
}

func BenchmarkLog(b *testing.B) {
	l := New(slog.LevelInfo, &bytes.Buffer{})
	for b.Loop() {
		l.Info("delivery applied", "messages", 3, "took", time.Millisecond, "err", errors.New("send: offline"))
	}
}

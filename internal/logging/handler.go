package logging

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"strconv"
	"strings"
)

// Handler is a slog.Handler that redacts messages and attributes and gives the rest
// to another handler.
type Handler struct {
	next slog.Handler
	r    *redactor
}

// NewHandler returns a Handler in front of next.
func NewHandler(next slog.Handler) *Handler {
	return &Handler{next: next, r: newRedactor()}
}

// New returns a logger that writes redacted text lines from level on to each
// output. An output that fails (a program started from a desktop may have no
// standard error) does not keep a line from the others.
func New(level slog.Leveler, outputs ...io.Writer) *slog.Logger {
	return slog.New(NewHandler(slog.NewTextHandler(tee(outputs), &slog.HandlerOptions{Level: level})))
}

type tee []io.Writer

func (t tee) Write(p []byte) (int, error) {
	var errs []error
	for _, w := range t {
		if _, err := w.Write(p); err != nil {
			errs = append(errs, err)
		}
	}
	return len(p), errors.Join(errs...)
}

// Enabled implements slog.Handler.
func (h *Handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

// Handle implements slog.Handler.
func (h *Handler) Handle(ctx context.Context, rec slog.Record) error {
	clean := slog.NewRecord(rec.Time, rec.Level, h.r.redact(rec.Message), rec.PC)
	rec.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(h.attr(a))
		return true
	})
	return h.next.Handle(ctx, clean)
}

// WithAttrs implements slog.Handler.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &Handler{next: h.next.WithAttrs(h.attrs(attrs)), r: h.r}
}

// WithGroup implements slog.Handler.
func (h *Handler) WithGroup(name string) slog.Handler {
	return &Handler{next: h.next.WithGroup(h.r.redact(name)), r: h.r}
}

func (h *Handler) attrs(attrs []slog.Attr) []slog.Attr {
	clean := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		clean[i] = h.attr(a)
	}
	return clean
}

func (h *Handler) attr(a slog.Attr) slog.Attr {
	if a.Equal(slog.Attr{}) { // handlers leave it out
		return a
	}
	if isSecret(a.Key) {
		return slog.String(a.Key, redactedSecret)
	}
	return slog.Attr{Key: h.r.redact(a.Key), Value: h.value(a.Key, a.Value.Resolve())}
}

// value redacts by the string form: a number in a struct, an error or a slice is as
// personal as in a string.
func (h *Handler) value(key string, v slog.Value) slog.Value {
	switch v.Kind() {
	case slog.KindBool, slog.KindDuration, slog.KindTime:
		return v
	case slog.KindGroup:
		return slog.GroupValue(h.attrs(v.Group())...)
	case slog.KindInt64, slog.KindUint64, slog.KindFloat64:
		return h.number(key, v)
	case slog.KindString:
		if isOwnID(key) && isUUID(v.String()) {
			return v
		}
		return slog.StringValue(h.r.redact(v.String()))
	}
	switch x := v.Any().(type) {
	case []byte:
		return slog.StringValue(strconv.Itoa(len(x)) + " bytes")
	case fmt.Stringer:
		if isOwnID(key) && isUUID(safeString(x)) {
			return slog.StringValue(safeString(x))
		}
	}
	return slog.StringValue(h.r.redact(safeString(v.Any())))
}

// safeString is the value's text; fmt survives methods that panic.
func safeString(v any) string { return fmt.Sprintf("%+v", v) }

func (h *Handler) number(key string, v slog.Value) slog.Value {
	const most = 999_999 // six digits are no phone number
	small := false
	switch v.Kind() {
	case slog.KindInt64:
		small = v.Int64() >= -most && v.Int64() <= most
	case slog.KindUint64:
		small = v.Uint64() <= most
	case slog.KindFloat64:
		small = math.Abs(v.Float64()) <= most && v.Float64() == math.Trunc(v.Float64())
	}
	if small || isCount(key) || isOwnID(key) {
		return v
	}
	return slog.StringValue(h.r.redact(v.String()))
}

// isCount lists the attributes whose value counts or measures something and may
// have any number of digits.
func isCount(key string) bool {
	switch key {
	case "attempt", "bytes", "count", "epoch", "free_bytes", "generation", "limit", "line",
		"messages", "pid", "port", "ratio", "rows", "size", "status", "took_ms", "total", "version":
		return true
	}
	return false
}

// isSecret tells by its name that an attribute must not be logged whatever its form.
func isSecret(key string) bool {
	key = strings.ToLower(key)
	for _, part := range []string{"token", "secret", "password", "passphrase", "authorization"} {
		if strings.Contains(key, part) {
			return true
		}
	}
	return false
}

// isOwnID lists the attributes that carry an id of our own making: a number of the
// database or a UUID, never an id of Meta's.
func isOwnID(key string) bool {
	switch key {
	case "contact_id", "conversation_id", "delivery_id", "job_id", "message_id", "outbox_id", "reference":
		return true
	}
	return false
}

// isUUID tells whether s is exactly a UUID in its usual form.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range []byte(s) {
		hyphen := i == 8 || i == 13 || i == 18 || i == 23
		hex := c >= '0' && c <= '9' || c >= 'a' && c <= 'f'
		if hyphen != (c == '-') || !hyphen && !hex {
			return false
		}
	}
	return true
}

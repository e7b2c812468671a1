package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/google/uuid"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
)

// windowError is what an error looks like to the window. Wails passes it as a
// JSON string, because its JavaScript side makes `new Error(text)` of it.
type windowError struct {
	Code  inbox.Code `json:"code"`
	Field string     `json:"field,omitempty"`
	// Topic says more exactly what the provider meant, or is empty.
	Topic cloudapi.Topic `json:"topic,omitempty"`
	// Reference finds an internal error in the log.
	Reference string `json:"reference,omitempty"`
}

// FormatError is the ErrorFormatter of the bridge: it turns any error into a
// JSON string of code, field and, for internal errors, a reference to the log.
func FormatError(err error) any {
	out := windowError{Code: inbox.CodeOf(err)}
	if number := cloudapi.Number(err); number != 0 {
		out.Topic = cloudapi.TopicOf(number)
	}
	var known *inbox.Error
	if errors.As(err, &known) {
		out.Field = known.Field
	}
	if out.Code == inbox.CodeInternal {
		out.Reference = uuid.NewString()[:8]
		slog.Error("call from the window failed", "reference", out.Reference, "err", err)
	}
	text, err := json.Marshal(out)
	if err != nil {
		return `{"code":"internal"}`
	}
	return string(text)
}

// guard turns a panic in a bound method into an error; without it the window's
// promise would stay pending for ever. The panic value may hold anything, so
// only its type and the stack are logged.
func guard(err *error) {
	if v := recover(); v != nil {
		slog.Error("panic in a call from the window", "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
		*err = inbox.NewError(inbox.CodeInternal, "panic")
	}
}

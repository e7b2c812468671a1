package cloudapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"tresen/internal/inbox"
)

// Error is a request that did not succeed. Methods return it inside an
// *inbox.Error that carries the code. Its text names no person and no token.
type Error struct {
	// Doing says what was tried, as "send message".
	Doing string
	// HTTPStatus is the answer's status, or 0 without an answer.
	HTTPStatus int
	// Number and Subcode are Meta's, or 0.
	Number, Subcode int
	// Class says what the failure means for trying again.
	Class Class
	// RetryAfter is the pause the server asked for, or 0. Never above an hour.
	RetryAfter time.Duration
	// Trace is Meta's id of the request (fbtrace_id), for Meta's support.
	Trace string
	// Ambiguous is true if the server may have done what was asked although we
	// have no answer. Such a request must not be repeated blindly.
	Ambiguous bool
	// Err is the cause, or nil.
	Err error
}

func (e *Error) Error() string {
	text := e.Doing
	if e.HTTPStatus != 0 {
		text += ": HTTP " + strconv.Itoa(e.HTTPStatus)
	}
	if e.Number != 0 {
		text += ", error " + strconv.Itoa(e.Number)
	}
	if e.Subcode != 0 {
		text += "/" + strconv.Itoa(e.Subcode)
	}
	if e.Ambiguous {
		text += ", outcome unknown"
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap gives errors.Is and errors.As the cause.
func (e *Error) Unwrap() error { return e.Err }

// IsAmbiguous reports whether the request behind err may have taken effect.
func IsAmbiguous(err error) bool {
	e := asError(err)
	return e != nil && e.Ambiguous
}

func asError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// ClassOf returns the class of the Error in err's chain. Anything else, such as
// input this package refused, is ClassNever.
func ClassOf(err error) Class {
	var e *Error
	if errors.As(err, &e) {
		return e.Class
	}
	return ClassNever
}

func coded(code inbox.Code, e *Error) error { return &inbox.Error{Code: code, Err: e} }

// networkError describes a request that got no answer. left says that bytes of
// it may have left this computer.
func networkError(doing string, err error, left bool) error {
	e := &Error{Doing: doing, Class: ClassNow, Err: withoutURL(err)}
	if left {
		e.Class, e.Ambiguous = ClassNever, true
		return coded(inbox.CodeUnclear, e)
	}
	return coded(inbox.CodeOffline, e)
}

// withoutURL removes the address from an error of net/http: it carries ids of
// persons and, for debug_token, the token.
func withoutURL(err error) error {
	var e *url.Error
	for errors.As(err, &e) {
		err = e.Err
	}
	if err == nil {
		return errors.New("no cause given")
	}
	return err
}

// answerError describes an answer that is no success.
func answerError(doing string, answer *http.Response, body value, now time.Time) error {
	problem := body.get("error")
	if !problem.exists() {
		for first := range body.get("errors").items() {
			problem = first
			break
		}
	}
	number := -1
	if code := problem.get("code"); code.text() != "" {
		number = int(code.int())
	}
	if code, ok := blockFailure(body); ok {
		number = int(code.int())
	}
	e := &Error{
		Doing:      doing,
		HTTPStatus: answer.StatusCode,
		Number:     max(number, 0),
		Subcode:    int(problem.get("error_subcode").int()),
		RetryAfter: retryAfter(answer.Header.Get("Retry-After"), now),
	}
	if trace := problem.get("fbtrace_id").text(); isToken(trace, maxTypeName) {
		e.Trace = trace
	}
	m := meaningOfAnswer(answer.StatusCode, number, e.Subcode)
	e.Class = m.class
	if answer.StatusCode == http.StatusGatewayTimeout && number < 0 && mayDouble(answer.Request.Method) {
		// The gateway handed the request on and never heard what became of it.
		e.Class, e.Ambiguous = ClassNever, true
		m.code = inbox.CodeUnclear
	}
	return coded(m.code, e)
}

// maxRetryAfter keeps a wrong header from stopping a queue for days.
const maxRetryAfter = time.Hour

func retryAfter(header string, now time.Time) time.Duration {
	var wait time.Duration
	if seconds, err := strconv.ParseInt(header, 10, 32); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(header); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), maxRetryAfter)
}

// unreadable describes a success whose body says nothing useful.
func unreadable(doing, method string, status int, err error) error {
	e := &Error{Doing: doing, HTTPStatus: status, Class: ClassBackoff, Err: withoutURL(err)}
	if mayDouble(method) {
		e.Class, e.Ambiguous = ClassNever, true
		return coded(inbox.CodeUnclear, e)
	}
	return coded(inbox.CodeOffline, e)
}

// mayDouble reports whether repeating a request can do harm. Reading and
// deleting twice end the same as once.
func mayDouble(method string) bool { return method == http.MethodPost }

// tokenError describes that there is no token to send with.
func tokenError(doing string, err error) error {
	e := &Error{Doing: doing, Class: ClassAuth, Err: fmt.Errorf("read token: %w", err)}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		e.Class = ClassNow
	}
	code := inbox.CodeOf(err)
	if code == inbox.CodeInternal {
		code = inbox.CodeTokenExpired
	}
	return coded(code, e)
}

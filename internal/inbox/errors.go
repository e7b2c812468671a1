package inbox

import (
	"errors"
	"fmt"
)

// Code is the class of an error as the shop's people need to know it. The
// window translates codes; nobody above cloudapi sees Meta's error numbers.
type Code string

// The codes. Each has a message, a severity and a next step in the catalogues.
const (
	CodeInvalid           Code = "invalid"
	CodeNotFound          Code = "not_found"
	CodeConflict          Code = "conflict"
	CodeWindowClosed      Code = "window_closed"
	CodeNoOptIn           Code = "no_opt_in"
	CodeTemplateRejected  Code = "template_rejected"
	CodeTokenExpired      Code = "token_expired"
	CodePermission        Code = "permission"
	CodeAccountBlocked    Code = "account_blocked"
	CodePayment           Code = "payment"
	CodeUndeliverable     Code = "undeliverable"
	CodeRateLimited       Code = "rate_limited"
	CodeOffline           Code = "offline"
	CodeUnclear           Code = "unclear"
	CodeRelayUnreachable  Code = "relay_unreachable"
	CodeUnpaired          Code = "unpaired"
	CodeTranslateConsent  Code = "translate_consent"
	CodeTranslateKey      Code = "translate_key"
	CodeTranslateQuota    Code = "translate_quota"
	CodeTranslateOffline  Code = "translate_offline"
	CodeTranslateLanguage Code = "translate_language"
	CodeInUse             Code = "in_use"
	CodeKeyMissing        Code = "key_missing"
	CodeKeychain          Code = "keychain_unavailable"
	CodeWrongPassphrase   Code = "wrong_passphrase"
	CodeStorageDamaged    Code = "storage_damaged"
	CodeStorageFull       Code = "storage_full"
	CodeStorageLocked     Code = "storage_locked"
	CodeStorageNewer      Code = "storage_newer"
	CodeStorageReadOnly   Code = "storage_read_only"
	CodeLocked            Code = "locked"
	CodeNotAllowed        Code = "not_allowed"
	CodeRestricted        Code = "restricted" // the person's data are only stored (Art. 18 GDPR)
	CodeInternal          Code = "internal"
)

// Codes lists every code, so that a test can prove each has its words in both languages.
func Codes() []Code {
	return []Code{
		CodeInvalid, CodeNotFound, CodeConflict, CodeWindowClosed, CodeNoOptIn, CodeTemplateRejected,
		CodeTokenExpired, CodePermission, CodeAccountBlocked, CodePayment, CodeUndeliverable, CodeRateLimited,
		CodeOffline, CodeUnclear, CodeRelayUnreachable, CodeUnpaired, CodeTranslateConsent, CodeTranslateKey,
		CodeTranslateQuota, CodeTranslateOffline, CodeTranslateLanguage, CodeInUse, CodeKeyMissing, CodeKeychain,
		CodeWrongPassphrase, CodeStorageDamaged, CodeStorageFull, CodeStorageLocked, CodeStorageNewer,
		CodeStorageReadOnly, CodeLocked, CodeNotAllowed, CodeRestricted, CodeInternal,
	}
}

// Error carries a Code to the window and a cause to the log. Its text is
// English, for logs, and holds no personal data.
type Error struct {
	Code Code
	// Field names the input the error is about (a DTO field), or is empty.
	Field string
	Err   error
}

// NewError returns an Error with a plain reason.
func NewError(code Code, reason string) *Error {
	return &Error{Code: code, Err: errors.New(reason)}
}

// WrapError returns err with a code, saying what was being done.
func WrapError(code Code, doing string, err error) *Error {
	return &Error{Code: code, Err: fmt.Errorf("%s: %w", doing, err)}
}

// InvalidField returns the error for an input that cannot be accepted.
func InvalidField(field, reason string) *Error {
	return &Error{Code: CodeInvalid, Field: field, Err: errors.New(reason)}
}

func (e *Error) Error() string {
	text := string(e.Code)
	if e.Field != "" {
		text += " " + e.Field
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap gives errors.Is and errors.As the cause.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf returns the code of the first Error in err's chain, or CodeInternal.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}

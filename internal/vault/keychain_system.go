package vault

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/zalando/go-keyring"
)

// SystemKeychain returns the keychain of the operating system: Windows Credential
// Manager, macOS Keychain or the Secret Service of a Linux desktop. Items are kept
// under service. Whether there is a usable one, Probe tells.
func SystemKeychain(service string) Keychain { return systemKeychain{service} }

type systemKeychain struct{ service string }

func (k systemKeychain) Get(account string) ([]byte, error) {
	if !keychainReachable() {
		return nil, &KeychainError{Op: "get", Class: "no_bus"}
	}
	text, err := keyring.Get(k.service, account)
	if err != nil {
		return nil, keychainError("get", err)
	}
	value, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, &KeychainError{Op: "get", Class: "not_kept"}
	}
	return value, nil
}

// Set reads the item back: macOS runs a command whose failure is not always
// reported, and a master key that was not kept would lose everything.
func (k systemKeychain) Set(account string, value []byte) error {
	if !keychainReachable() {
		return &KeychainError{Op: "set", Class: "no_bus"}
	}
	if err := keyring.Set(k.service, account, base64.StdEncoding.EncodeToString(value)); err != nil {
		return keychainError("set", err)
	}
	got, err := k.Get(account)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if err != nil || !bytes.Equal(got, value) {
		return &KeychainError{Op: "set", Class: "not_kept"}
	}
	clear(got)
	return nil
}

// Delete makes sure that the item is gone: an erasure rests on it.
func (k systemKeychain) Delete(account string) error {
	if !keychainReachable() {
		return &KeychainError{Op: "delete", Class: "no_bus"}
	}
	if err := keyring.Delete(k.service, account); err != nil {
		return keychainError("delete", err)
	}
	switch _, err := k.Get(account); {
	case errors.Is(err, ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	return &KeychainError{Op: "delete", Class: "other"}
}

// keychainError classifies the library's errors by their text, the only thing that
// tells them apart, and lets none of that text through.
func keychainError(op string, err error) error {
	if errors.Is(err, keyring.ErrNotFound) {
		return ErrNotFound
	}
	class, text := "other", err.Error()
	switch {
	case errors.Is(err, keyring.ErrSetDataTooBig):
		class = "too_big"
	case strings.Contains(text, "failed to unlock"):
		class = "locked"
	case strings.Contains(text, "was not provided by any .service files"):
		class = "no_service"
	case strings.Contains(text, "dial unix"), strings.Contains(text, "dbus-launch"),
		strings.Contains(text, "session bus"):
		class = "no_bus"
	}
	return &KeychainError{Op: op, Class: class}
}

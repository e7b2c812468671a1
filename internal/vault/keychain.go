package vault

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// Keychain is a store for small secrets outside our files. Values of up to 1,800
// bytes must fit. Get and Delete return ErrNotFound for an absent item; any other
// error means that the keychain cannot be used and wraps ErrKeychainUnavailable.
type Keychain interface {
	Get(account string) ([]byte, error)
	Set(account string, value []byte) error
	Delete(account string) error
}

// KeychainError says which operation a keychain refused and why, without the
// system's own text, which may name accounts. It wraps ErrKeychainUnavailable.
type KeychainError struct {
	Op    string // "get", "set", "delete"
	Class string // "no_bus", "no_service", "locked", "too_big", "not_kept", "other"
}

func (e *KeychainError) Error() string {
	return fmt.Sprintf("vault: keychain unavailable: %s: %s", e.Op, e.Class)
}

// Unwrap makes errors.Is(err, ErrKeychainUnavailable) true.
func (e *KeychainError) Unwrap() error { return ErrKeychainUnavailable }

// Probe sets, reads and deletes an item of a random name and returns nil if kc can
// be used. The desktop may show its own question (unlock the keychain) meanwhile,
// and Probe waits for the answer.
func Probe(kc Keychain) error {
	b := make([]byte, 24)
	rand.Read(b)
	account, value := "probe."+hex.EncodeToString(b[:8]), b[8:]
	if err := kc.Set(account, value); err != nil {
		return err
	}
	got, err := kc.Get(account)
	if errDelete := kc.Delete(account); err == nil {
		err = errDelete
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if err != nil || !bytes.Equal(got, value) {
		return &KeychainError{Op: "get", Class: "not_kept"}
	}
	return nil
}

// MemoryKeychain is a keychain that ends with the process: for the demo mode and
// for tests.
type MemoryKeychain struct {
	mu    sync.Mutex
	items map[string][]byte
}

// NewMemoryKeychain returns an empty MemoryKeychain.
func NewMemoryKeychain() *MemoryKeychain {
	return &MemoryKeychain{items: make(map[string][]byte)}
}

// Clone returns a keychain with the same items.
func (m *MemoryKeychain) Clone() *MemoryKeychain {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := NewMemoryKeychain()
	for account, value := range m.items {
		c.items[account] = slices.Clone(value)
	}
	return c
}

// Get returns a copy of the item or ErrNotFound.
func (m *MemoryKeychain) Get(account string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	value, ok := m.items[account]
	if !ok {
		return nil, ErrNotFound
	}
	return slices.Clone(value), nil
}

// Set stores a copy of value; it never fails.
func (m *MemoryKeychain) Set(account string, value []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.items[account])
	m.items[account] = slices.Clone(value)
	return nil
}

// Delete overwrites and removes the item, or returns ErrNotFound.
func (m *MemoryKeychain) Delete(account string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	value, ok := m.items[account]
	if !ok {
		return ErrNotFound
	}
	clear(value)
	delete(m.items, account)
	return nil
}

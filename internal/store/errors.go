package store

import (
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// wrap says what was being done and maps what the disk or the keys say to a
// code a person can act on. It returns nil for nil. SQLite's messages name
// tables and columns, never values.
func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	var known *inbox.Error
	if errors.As(err, &known) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	switch {
	case errors.Is(err, sql.ErrNoRows), errors.Is(err, vault.ErrKeyDestroyed):
		return inbox.WrapError(inbox.CodeNotFound, doing, err)
	case errors.Is(err, vault.ErrTampered):
		return inbox.WrapError(inbox.CodeStorageDamaged, doing, err)
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		if code, ok := sqliteCodes[lite.Code()&0xff]; ok {
			return inbox.WrapError(code, doing, err)
		}
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// sqliteCodes maps SQLite's primary result codes.
var sqliteCodes = map[int]inbox.Code{
	sqlite3.SQLITE_FULL:     inbox.CodeStorageFull,
	sqlite3.SQLITE_READONLY: inbox.CodeStorageReadOnly,
	sqlite3.SQLITE_PERM:     inbox.CodeStorageReadOnly,
	sqlite3.SQLITE_CANTOPEN: inbox.CodeStorageReadOnly,
	sqlite3.SQLITE_CORRUPT:  inbox.CodeStorageDamaged,
	sqlite3.SQLITE_NOTADB:   inbox.CodeStorageDamaged,
	sqlite3.SQLITE_IOERR:    inbox.CodeStorageDamaged,
	sqlite3.SQLITE_BUSY:     inbox.CodeStorageLocked,
	sqlite3.SQLITE_LOCKED:   inbox.CodeStorageLocked,
}

// wrapKeyring is wrap for changes of the keyring file. Whatever stands in their
// way stands in the way of every new customer, so it always carries a code that
// says the storage is to blame.
func wrapKeyring(doing string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, vault.ErrKeychainUnavailable) {
		return inbox.WrapError(inbox.CodeKeychain, doing, err)
	}
	err = wrapFile(doing, err)
	if inbox.CodeOf(err) == inbox.CodeInternal {
		return &inbox.Error{Code: inbox.CodeStorageDamaged, Err: err}
	}
	return err
}

package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// keyNames says which lookup generation hashed the identifiers and which key
// seals what belongs to nobody known. An erasure replaces both. They are kept
// in the database, so that they change together with the rows.
type keyNames struct {
	LookupGen uint32      `json:"lookupGen"`
	Raw       vault.KeyID `json:"raw"`
}

const keyNamesSetting = "key_names"

// findKeyNames reads the key names of a database and so proves that the vault
// belongs to it. found is false for a database nobody has written to yet.
func findKeyNames(db *connection, v *vault.Vault) (names keyNames, found bool, err error) {
	var sealed []byte
	err = db.queryRow("SELECT value FROM setting WHERE name = ?", keyNamesSetting).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		var rows int
		err = db.queryRow("SELECT (SELECT count(*) FROM setting) + (SELECT count(*) FROM customer)").Scan(&rows)
		if err == nil && rows > 0 {
			err = inbox.NewError(inbox.CodeStorageDamaged, "no key names")
		}
		return names, false, wrap("find key names", err)
	}
	if err != nil {
		return names, false, wrap("find key names", err)
	}
	plain, err := v.Open(vault.ShopKey, settingAD(keyNamesSetting), sealed)
	if err != nil {
		return names, false, foreignVault()
	}
	if err := json.Unmarshal(plain, &names); err != nil {
		return names, false, inbox.NewError(inbox.CodeStorageDamaged, "decode key names")
	}
	// A database from before an erasure does not fit the keyring from after it.
	if _, err := v.Lookup(names.LookupGen, "", ""); err != nil || !v.HasKey(names.Raw) {
		return names, false, foreignVault()
	}
	return names, true, nil
}

func foreignVault() error {
	return inbox.NewError(inbox.CodeKeyMissing, "the keyring does not belong to this database")
}

// newKeyNames makes the names for an empty database.
func newKeyNames(v *vault.Vault) (keyNames, error) {
	raw, err := v.NewKey()
	return keyNames{LookupGen: v.LookupGen(), Raw: raw}, wrapKeyring("make raw key", err)
}

// setKeyNames changes the key names with the transaction. The writer must use
// the new ones at once: later updates of the same group run before the commit.
func (tx *Tx) setKeyNames(names keyNames) error {
	value, err := json.Marshal(names)
	if err != nil {
		return fmt.Errorf("encode key names: %w", err)
	}
	before := tx.w.keys
	tx.request.undo = append(tx.request.undo, func() { tx.w.keys = before })
	tx.w.keys = names
	tx.w.cache.clear()
	return tx.SetSetting(keyNamesSetting, value)
}

package store

import (
	"encoding/binary"
	"encoding/json"
	"fmt"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// Most messages are plain text, and every list opens a profile and a message
// for each of its rows. Both therefore have a packed form besides JSON: a first
// byte no JSON text begins with, then strings with their lengths.
const packed = 1

// sealedMessage is what a message row's content holds, sealed.
type sealedMessage struct {
	WAMID inbox.WAMID `json:"w,omitempty"`
	inbox.Content
}

func (m *sealedMessage) encode() ([]byte, error) {
	if !m.onlyText() {
		return json.Marshal(m)
	}
	b := make([]byte, 0, 1+binary.MaxVarintLen32+len(m.WAMID)+len(m.Text))
	return append(appendString(append(b, packed), string(m.WAMID)), m.Text...), nil
}

// onlyText reports whether WAMID and Text are all there is.
func (m *sealedMessage) onlyText() bool {
	return m.TypeName == "" && m.Media == nil && m.Location == nil && m.Contacts == nil && m.Reply == nil && m.Order == nil &&
		m.System == nil && m.Call == nil && m.Referral == nil && m.Context == nil && m.Unsupported == nil &&
		m.Interactive == nil && m.Template == nil && !m.Automatic && m.RetriedAs == 0 && !m.Imported
}

func (m *sealedMessage) decode(b []byte) error {
	if len(b) == 0 || b[0] != packed {
		return json.Unmarshal(b, m)
	}
	wamid, text, ok := cutString(b[1:])
	if !ok {
		return errPacked
	}
	*m = sealedMessage{WAMID: inbox.WAMID(wamid), Content: inbox.Content{Text: string(text)}}
	return nil
}

func encodeProfile(p inbox.Profile) []byte {
	b := []byte{packed}
	for _, s := range []string{p.ShopName, p.ProfileName, p.Username, p.Number} {
		b = appendString(b, s)
	}
	return b
}

func decodeProfile(b []byte) (p inbox.Profile, err error) {
	if len(b) == 0 || b[0] != packed {
		return p, errPacked
	}
	b = b[1:]
	for _, s := range []*string{&p.ShopName, &p.ProfileName, &p.Username, &p.Number} {
		value, rest, ok := cutString(b)
		if !ok {
			return p, errPacked
		}
		*s, b = string(value), rest
	}
	return p, nil
}

var errPacked = inbox.NewError(inbox.CodeStorageDamaged, "decode packed value")

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func cutString(b []byte) (s, rest []byte, ok bool) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)-size) {
		return nil, nil, false
	}
	return b[size : size+int(n)], b[size+int(n):], true
}

// sealJSON seals v's JSON for one place.
func sealJSON(v *vault.Vault, key vault.KeyID, table, column string, rowID int64, value any) ([]byte, error) {
	plain, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("encode %s.%s: %w", table, column, err)
	}
	sealed, err := v.Seal(key, vault.AD{Table: table, Column: column, Row: rowID}, plain)
	clear(plain)
	return sealed, err
}

// json opens what sealJSON sealed.
func (o *opener) json(key vault.KeyID, table, column string, rowID int64, sealed []byte, into any) error {
	plain, err := o.open(key, vault.AD{Table: table, Column: column, Row: rowID}, sealed)
	if err != nil {
		return err
	}
	err = json.Unmarshal(plain, into)
	clear(plain)
	if err != nil {
		// The JSON error would quote content.
		return inbox.NewError(inbox.CodeStorageDamaged, "decode "+table+"."+column)
	}
	return nil
}

func sealMessage(v *vault.Vault, key vault.KeyID, id inbox.MessageID, m sealedMessage) ([]byte, error) {
	plain, err := m.encode()
	if err != nil {
		return nil, fmt.Errorf("encode message.content: %w", err)
	}
	sealed, err := v.Seal(key, messageAD(id), plain)
	clear(plain)
	return sealed, wrap("seal message", err)
}

func (o *opener) message(key vault.KeyID, id inbox.MessageID, sealed []byte) (m sealedMessage, err error) {
	plain, err := o.open(key, messageAD(id), sealed)
	if err != nil {
		return m, fmt.Errorf("open message: %w", err)
	}
	err = m.decode(plain)
	clear(plain)
	if err != nil {
		return m, inbox.NewError(inbox.CodeStorageDamaged, "decode message.content")
	}
	return m, nil
}

func (o *opener) profile(key vault.KeyID, customer int64, sealed []byte) (p inbox.Profile, err error) {
	plain, err := o.open(key, profileAD(customer), sealed)
	if err != nil {
		return p, fmt.Errorf("open profile: %w", err)
	}
	p, err = decodeProfile(plain)
	clear(plain)
	return p, err
}

func messageAD(id inbox.MessageID) vault.AD {
	return vault.AD{Table: "message", Column: "content", Row: int64(id)}
}

func profileAD(customer int64) vault.AD {
	return vault.AD{Table: "customer", Column: "profile", Row: customer}
}

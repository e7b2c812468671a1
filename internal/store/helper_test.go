package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// folder is a data folder of a test. (Package storetest cannot be used here: it
// imports this one.)
type folder struct {
	dir      string
	keychain *vault.MemoryKeychain
	vault    *vault.Vault
	store    *Store
}

func openFolder(t testing.TB) *folder {
	t.Helper()
	f := newFolder(t, t.TempDir())
	f.open(t)
	return f
}

// newFolder makes a vault but no database.
func newFolder(t testing.TB, dir string) *folder {
	t.Helper()
	f := &folder{dir: dir, keychain: vault.NewMemoryKeychain()}
	v, err := vault.Create(f.dir, vault.WithKeychain(f.keychain))
	if err != nil {
		t.Fatal(err)
	}
	f.vault = v
	t.Cleanup(f.close)
	return f
}

func (f *folder) path() string { return filepath.Join(f.dir, FileName) }

func (f *folder) open(t testing.TB) {
	t.Helper()
	s, err := open(context.Background(), f.dir, f.vault, 50*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	f.store = s
}

func (f *folder) close() {
	if f.store != nil {
		f.store.Close()
		f.store = nil
	}
}

func (f *folder) reopen(t testing.TB) {
	t.Helper()
	f.close()
	f.vault.Close()
	v, err := vault.Open(f.dir, vault.WithKeychain(f.keychain))
	if err != nil {
		t.Fatal(err)
	}
	f.vault = v
	f.open(t)
}

// update runs fn and fails the test if it fails.
func (f *folder) update(t testing.TB, fn func(tx *Tx) error) {
	t.Helper()
	if err := f.store.Update(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

// updateFor is update by whoever answers a person's request.
func (f *folder) updateFor(t testing.TB, fn func(tx *Tx) error) {
	t.Helper()
	if err := f.store.Update(For(context.Background(), HerCase), fn); err != nil {
		t.Fatal(err)
	}
}

const shopNumber inbox.PhoneNumberID = "106540352242922"

var epoch = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func at(second int) time.Time { return epoch.Add(time.Duration(second) * time.Second) }

// person returns the identity of the nth customer of a test.
func person(n int) inbox.Identity {
	return inbox.Identity{WAID: fmt.Sprintf("49171392%04d", n), BSUID: fmt.Sprintf("DE.100%d", n)}
}

// conversation makes sure that the nth customer has a conversation.
func conversation(tx *Tx, n int) (ConversationRef, error) {
	c, err := tx.FindCustomerByIdentifier(inbox.KindWAID, person(n).WAID)
	if inbox.CodeOf(err) == inbox.CodeNotFound && err != nil {
		if c, err = tx.InsertCustomer(inbox.Profile{}, at(0)); err != nil {
			return ConversationRef{}, err
		}
		err = tx.NoteIdentity(c, person(n), at(0))
	}
	if err != nil {
		return ConversationRef{}, err
	}
	return tx.EnsureConversation(c, shopNumber)
}

// text returns a message of the customer; its wamid follows from its text.
func text(ref ConversationRef, second int, body string) NewMessage {
	return NewMessage{
		Conversation: ref, PhoneNumberID: shopNumber, WAMID: inbox.WAMID("wamid." + body), Direction: inbox.Inbound,
		Kind: inbox.KindText, SentAt: at(second), Content: inbox.Content{Text: body},
	}
}

// say lets the nth customer write a text.
func (f *folder) say(t testing.TB, n, second int, body string) (in Inserted, ref ConversationRef) {
	t.Helper()
	f.update(t, func(tx *Tx) (err error) {
		if ref, err = conversation(tx, n); err == nil {
			in, err = tx.InsertMessage(text(ref, second, body))
		}
		return err
	})
	return in, ref
}

// page returns the newest texts of a conversation, oldest first.
func (f *folder) page(t testing.TB, q Span) []string {
	t.Helper()
	list, err := f.store.ListMessages(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{}
	for _, m := range list {
		texts = append(texts, m.Content.Text)
	}
	return texts
}

func wantCode(t testing.TB, err error, code inbox.Code) {
	t.Helper()
	if err == nil || inbox.CodeOf(err) != code {
		t.Fatalf("got error %v with code %s, want %s", err, inbox.CodeOf(err), code)
	}
}

var errTest = errors.New("of a test")

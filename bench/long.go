package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
	"tresen/internal/vault"
)

// playPassphrase is the play shop's, which is no secret (app/demorun.go).
const playPassphrase = "tresen demo: nothing here is real"

// makeLong makes a play shop with one conversation of many messages of every
// length, which the tests of the window open and scroll.
func makeLong(ctx context.Context, dir string, messages int) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	v, err := vault.Create(dir, vault.WithPassphrase([]byte(playPassphrase)))
	if err != nil {
		return err
	}
	defer v.Close()
	st, err := store.Open(ctx, dir, v)
	if err != nil {
		return err
	}
	defer st.Close()
	began := time.Now().Add(-time.Duration(messages) * 5 * time.Minute)
	var ref store.ConversationRef
	err = st.Update(ctx, func(tx *store.Tx) error {
		c, err := tx.InsertCustomer(inbox.Profile{ProfileName: "Lange Bekannte"}, began)
		if err != nil {
			return err
		}
		if err := tx.NoteIdentity(c, inbox.Identity{WAID: "491713920042", BSUID: "DE.13491208655302741942"}, began); err != nil {
			return err
		}
		ref, err = tx.EnsureConversation(c, "106540352242922")
		return err
	})
	rng := rand.New(rand.NewPCG(3, 4))
	const perCommit = 5000
	for from := 0; from < messages && err == nil; from += perCommit {
		err = st.Update(ctx, func(tx *store.Tx) error {
			for n := from; n < min(from+perCommit, messages); n++ {
				if _, err := tx.InsertMessage(longMessage(ref, rng, n, began)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err == nil {
		err = st.Update(ctx, func(tx *store.Tx) error { _, err := tx.MarkRead(ref.ID); return err })
	}
	return err
}

func longMessage(ref store.ConversationRef, rng *rand.Rand, n int, began time.Time) store.NewMessage {
	m := store.NewMessage{
		Conversation: ref, PhoneNumberID: "106540352242922", WAMID: inbox.WAMID(fmt.Sprintf("wamid.LONG%d", n)),
		Kind: inbox.KindText, SentAt: began.Add(time.Duration(n) * 5 * time.Minute), Read: true,
	}
	if n%3 == 1 {
		m.Direction, m.Status = inbox.Outbound, inbox.StatusRead
	}
	var text strings.Builder
	fmt.Fprintf(&text, "Nr. %d.", n+1)
	for range 1 + rng.IntN(4)*rng.IntN(4) {
		text.WriteString(" " + sentence(rng))
	}
	m.Content.Text = text.String()
	switch n % 29 {
	case 3:
		m.Content.Text = "*Fett* und _schräg_:\n- eins\n- zwei\n> " + m.Content.Text
	case 11:
		m.Kind, m.Content = inbox.KindLocation, inbox.Content{Location: &inbox.Location{Latitude: 52.5, Longitude: 13.4, Name: "Markt"}}
	case 17:
		m.Content.Text = "🌻"
	case 23:
		m.Kind, m.Content = inbox.KindContacts, inbox.Content{Contacts: []inbox.Card{{Name: "Jule", Phones: []string{"+49 30 1", "+49 30 2"}}}}
	}
	return m
}

package store

import (
	"context"
	"fmt"
	"testing"

	"tresen/internal/inbox"
)

// claim is somebody writing from a number at a time.
type claim struct{ who, number, second int }

// outcome applies claims and tells in words who has what. Each call is about
// other people.
func (f *folder) outcome(t *testing.T, call int, claims []claim) string {
	t.Helper()
	person := func(n int) inbox.Identity { return person(10*call + n) }
	refs := map[int]CustomerRef{}
	out := ""
	f.update(t, func(tx *Tx) (err error) {
		for _, c := range claims {
			if _, ok := refs[c.who]; !ok {
				if refs[c.who], err = tx.InsertCustomer(inbox.Profile{}, at(c.second)); err != nil {
					return err
				}
			}
			id := inbox.Identity{BSUID: person(c.who).BSUID, WAID: person(c.number).WAID}
			if err := tx.NoteIdentity(refs[c.who], id, at(c.second)); err != nil {
				return err
			}
		}
		return nil
	})
	for who := 1; who <= len(refs); who++ {
		c, err := f.store.Customer(context.Background(), refs[who].ID)
		if err != nil {
			t.Fatal(err)
		}
		to, err := f.store.Recipient(context.Background(), refs[who].ID)
		if err != nil || to.WAID != c.Profile.Number {
			t.Fatalf("sends to %q, shows %q, %v", to.WAID, c.Profile.Number, err)
		}
		out += fmt.Sprintf("%d since %d:", who, int(c.FirstSeen.Sub(epoch).Seconds()))
		for number := 1; number <= 9; number++ {
			for _, i := range c.Identifiers {
				if i.Kind == inbox.KindWAID && i.Value == person(number).WAID {
					out += fmt.Sprintf(" %d from %d", number, int(i.FirstSeen.Sub(epoch).Seconds()))
					if !i.Retired.IsZero() {
						out += fmt.Sprintf(" to %d", int(i.Retired.Sub(epoch).Seconds()))
					}
				}
			}
		}
		if c.Profile.Number != "" {
			out += fmt.Sprintf(" shown as %s", c.Profile.Number[len(c.Profile.Number)-1:])
		}
		out += "; "
	}
	return out
}

// Numbers are given to other people after a while: the old chat must not
// become the new owner's (Art. 5(1)(d) GDPR).
func TestNumberBelongsToWhoeverCameLast(t *testing.T) {
	for name, test := range map[string]struct {
		claims []claim
		want   string
	}{
		"one person":      {[]claim{{1, 1, 10}, {1, 1, 20}, {1, 1, 5}}, "1 since 5: 1 from 5 shown as 1; "},
		"recycled number": {[]claim{{1, 1, 10}, {1, 1, 20}, {2, 1, 50}, {2, 1, 60}}, "1 since 10: 1 from 10 to 50; 2 since 50: 1 from 50 shown as 1; "},
		"recycled twice":  {[]claim{{1, 1, 10}, {2, 1, 50}, {3, 1, 70}}, "1 since 10: 1 from 10 to 50; 2 since 50: 1 from 50 to 70; 3 since 70: 1 from 70 shown as 1; "},
		"the old owner has another": {[]claim{{1, 1, 10}, {2, 1, 50}, {1, 2, 60}},
			"1 since 10: 1 from 10 to 50 2 from 60 shown as 2; 2 since 50: 1 from 50 shown as 1; "},
	} {
		t.Run(name, func(t *testing.T) {
			f, calls := openFolder(t), 0
			permute(test.claims, func(order []claim) {
				calls++
				if got := f.outcome(t, calls, order); got != test.want {
					t.Errorf("order %v:\n got %s\nwant %s", order, got, test.want)
				}
			})
		})
	}
}

func TestAnnouncedIdentifierIsAHintAndNoLink(t *testing.T) {
	f := openFolder(t)
	_, old := f.say(t, 1, 1, "unter der alten Nummer")
	f.update(t, func(tx *Tx) error {
		if err := tx.UpdateProfile(old.Customer, inbox.Profile{ShopName: "Frau Muster"}); err != nil {
			return err
		}
		for range 2 {
			if err := tx.AnnounceIdentifier(old.Customer, inbox.KindWAID, person(2).WAID, at(5)); err != nil {
				return err
			}
		}
		_, err := tx.FindCustomerByIdentifier(inbox.KindWAID, person(2).WAID)
		wantCode(t, err, inbox.CodeNotFound)
		return nil
	})
	_, fresh := f.say(t, 2, 10, "unter der neuen Nummer")
	if fresh.Customer.ID == old.Customer.ID {
		t.Fatal("linked silently")
	}
	p, found, err := f.store.Formerly(context.Background(), fresh.Customer.ID)
	if err != nil || !found || p.ShopName != "Frau Muster" {
		t.Errorf("hint %+v, %v, %v", p, found, err)
	}
	if _, found, err := f.store.Formerly(context.Background(), old.Customer.ID); err != nil || found {
		t.Errorf("hint about herself: %v, %v", found, err)
	}
	c, err := f.store.Customer(context.Background(), old.Customer.ID)
	if err != nil || len(c.Identifiers) != 2 {
		t.Errorf("identifiers %+v, %v", c.Identifiers, err)
	}
}

func TestProfileComesFromTheNewestMessage(t *testing.T) {
	type saying struct {
		number inbox.PhoneNumberID
		second int
		name   string
		user   string
	}
	sayings := []saying{
		{"1", 10, "Erika", "erika"}, {"1", 20, "Erika M.", ""}, {"2", 15, "Rika", "rika"}, {"1", 30, "", ""},
	}
	f, calls := openFolder(t), 0
	permute(sayings, func(order []saying) {
		calls++
		var c CustomerRef
		f.update(t, func(tx *Tx) (err error) {
			if c, err = tx.InsertCustomer(inbox.Profile{ShopName: "Frau Muster"}, at(0)); err != nil {
				return err
			}
			for _, s := range order {
				ref, err := tx.EnsureConversation(c, s.number)
				if err != nil {
					return err
				}
				m := text(ref, s.second, fmt.Sprint(calls, "/", s.second))
				m.PhoneNumberID, m.ProfileName, m.Username = s.number, s.name, s.user
				if _, err := tx.InsertMessage(m); err != nil {
					return err
				}
			}
			return nil
		})
		got, err := f.store.Customer(context.Background(), c.ID)
		if want := (inbox.Profile{ShopName: "Frau Muster", ProfileName: "Erika M."}); err != nil || got.Profile != want {
			t.Errorf("order %v: got %+v, %v", order, got.Profile, err)
		}
	})
}

func TestShopNameAndCounts(t *testing.T) {
	f := openFolder(t)
	in, ref := f.say(t, 1, 1, "eins")
	f.say(t, 1, 2, "zwei")
	f.update(t, func(tx *Tx) error {
		if err := tx.SetShopName(ref.Customer.ID, "Frau Muster"); err != nil {
			return err
		}
		if err := tx.SaveDraft(ref, inbox.Draft{Text: "Moin"}); err != nil {
			return err
		}
		if err := tx.SetReaction(ref, in.ID, shopNumber, "wamid.r", inbox.Reaction{Emoji: "👍", At: at(3)}); err != nil {
			return err
		}
		m := text(ref, 4, "Bild")
		m.Kind, m.Content = inbox.KindImage, inbox.Content{Media: &inbox.Media{ID: "77"}}
		_, err := tx.InsertMessage(m)
		return err
	})
	c, err := f.store.Customer(context.Background(), ref.Customer.ID)
	if err != nil || c.Profile.ShopName != "Frau Muster" || c.Profile.Number != person(1).WAID || !c.FirstSeen.Equal(at(0)) {
		t.Errorf("customer %+v, %v", c, err)
	}
	n, err := f.store.CountCustomer(context.Background(), ref.Customer.ID)
	want := CustomerCounts{Conversations: 1, Messages: 3, Media: 1, Reactions: 1, Identifiers: 2, Drafts: 1}
	if err != nil || n != want {
		t.Errorf("counts %+v, %v", n, err)
	}
	nobody := inbox.CustomerID{1}
	_, err = f.store.Customer(context.Background(), nobody)
	wantCode(t, err, inbox.CodeNotFound)
	_, err = f.store.CountCustomer(context.Background(), nobody)
	wantCode(t, err, inbox.CodeNotFound)
}

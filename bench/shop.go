package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/privacy"
	"tresen/internal/store"
	"tresen/internal/vault"
)

// loyal is how many messages the customer has who will be erased.
const loyal = 10_000

// shop is a data folder with a history.
type shop struct {
	size
	dir      string
	keychain *vault.MemoryKeychain
	vault    *vault.Vault
	store    *store.Store
	refs     []store.ConversationRef
	rng      *rand.Rand
}

// measureShop makes a shop of a size and prints what its owner waits for.
func measureShop(ctx context.Context, root string, z size) error {
	s := &shop{size: z, dir: filepath.Join(root, fmt.Sprint("shop-", z.messages)), keychain: vault.NewMemoryKeychain(), rng: rand.New(rand.NewPCG(1, 2))}
	defer os.RemoveAll(s.dir)
	defer s.close()
	if err := s.make(ctx); err != nil {
		return err
	}
	info, err := os.Stat(filepath.Join(s.dir, store.FileName))
	if err != nil {
		return err
	}
	fmt.Printf("### %s messages, %s customers\n\nDatabase of %d MB (%d bytes per message). "+
		"Warm: the operating system has read the files before.\n\n| | p50 | p99 | processor time |\n| --- | ---: | ---: | ---: |\n",
		thousands(z.messages), thousands(z.customers), info.Size()/1e6, info.Size()/int64(z.messages))
	for _, measure := range []func(context.Context) error{s.measureLists, s.measurePages, s.measureStart, s.measureSearch, s.measureErasure} {
		if err := measure(ctx); err != nil {
			return err
		}
	}
	fmt.Println()
	return nil
}

func (s *shop) close() {
	if s.store != nil {
		s.store.Close()
		s.vault.Close()
		s.store = nil
	}
}

func (s *shop) open(ctx context.Context) (err error) {
	if s.vault, err = vault.Open(s.dir, vault.WithKeychain(s.keychain)); err != nil {
		return err
	}
	s.store, err = store.Open(ctx, s.dir, s.vault)
	return err
}

// make fills the folder: messages arrive in the order of time, to customers who
// write more or less often.
func (s *shop) make(ctx context.Context) (err error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	if s.vault, err = vault.Create(s.dir, vault.WithKeychain(s.keychain), vault.WithRefill(2048)); err != nil {
		return err
	}
	if s.store, err = store.Open(ctx, s.dir, s.vault); err != nil {
		return err
	}
	const perCommit = 5000
	for n := 0; n < s.customers; n += perCommit {
		if err := s.store.Update(ctx, func(tx *store.Tx) error { return s.addCustomers(tx, min(perCommit, s.customers-n)) }); err != nil {
			return err
		}
	}
	for n := 0; n < s.messages; n += perCommit {
		if err := s.store.Update(ctx, func(tx *store.Tx) error { return s.addMessages(tx, n, min(n+perCommit, s.messages)) }); err != nil {
			return err
		}
	}
	// Everybody but the newest has been answered.
	for n, ref := range s.refs {
		if n%10 == 0 {
			continue
		}
		if err := s.store.Update(ctx, func(tx *store.Tx) error { _, err := tx.MarkRead(ref.ID); return err }); err != nil {
			return err
		}
	}
	return s.store.Compact(ctx)
}

func (s *shop) addCustomers(tx *store.Tx, n int) error {
	for range n {
		i := len(s.refs)
		c, err := tx.InsertCustomer(inbox.Profile{ProfileName: fmt.Sprintf("Kundin Nummer %d", i), Username: fmt.Sprintf("kundin.%d", i)}, time.Now())
		if err != nil {
			return err
		}
		who := inbox.Identity{WAID: fmt.Sprintf("49171%07d", i), BSUID: fmt.Sprintf("DE.10000000%d", i)}
		if err := tx.NoteIdentity(c, who, time.Now()); err != nil {
			return err
		}
		ref, err := tx.EnsureConversation(c, phoneNumberID)
		if err != nil {
			return err
		}
		s.refs = append(s.refs, ref)
	}
	return nil
}

func (s *shop) addMessages(tx *store.Tx, from, to int) error {
	began := time.Now().Add(-time.Duration(s.messages) * 20 * time.Second)
	for n := from; n < to; n++ {
		// Some write much more often than others; the first is the loyal one.
		who := 1 + int(math.Pow(s.rng.Float64(), 2.5)*float64(len(s.refs)-1))
		if n%(s.messages/loyal) == 0 {
			who = 0
		}
		m := store.NewMessage{
			Conversation: s.refs[who], PhoneNumberID: phoneNumberID, WAMID: inbox.WAMID(fmt.Sprintf("wamid.HBgMNDkxNzE%dFQIAEhgUM0E%d", who, n)),
			Kind: inbox.KindText, SentAt: began.Add(time.Duration(n) * 20 * time.Second), Content: inbox.Content{Text: sentence(s.rng)},
			ProfileName: fmt.Sprintf("Kundin Nummer %d", who), Username: fmt.Sprintf("kundin.%d", who),
		}
		if n%3 == 0 {
			m.Direction, m.Status, m.ProfileName, m.Username = inbox.Outbound, inbox.StatusAccepted, "", ""
		}
		in, err := tx.InsertMessage(m)
		if err != nil {
			return err
		}
		if n%3 == 0 {
			for i, status := range []inbox.MessageStatus{inbox.StatusSent, inbox.StatusDelivered, inbox.StatusRead} {
				report := store.StatusReport{Status: status, At: m.SentAt.Add(time.Duration(i) * time.Second), Pricing: "service/regular"}
				if _, err := tx.RecordStatus(in.ID, report); err != nil {
					return err
				}
			}
		}
		if n%50 == 0 {
			if err := tx.SetReaction(s.refs[who], in.ID, phoneNumberID, m.WAMID+"r", inbox.Reaction{Emoji: "👍", At: m.SentAt}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *shop) row(name string, t timings) { fmt.Printf("| %s | %s |\n", name, t.text()) }

func (s *shop) measureLists(ctx context.Context) error {
	for _, n := range []int{50, 2000} {
		t, err := repeat(8000/n+40, func(int) error {
			list, err := s.store.ListConversations(ctx, store.Position{}, n)
			if err == nil && len(list) != min(n, s.customers) {
				err = fmt.Errorf("%d conversations", len(list))
			}
			return err
		})
		if err != nil {
			return err
		}
		s.row(fmt.Sprintf("conversation list, first %s", thousands(n)), t)
	}
	t, err := repeat(200, func(int) error { _, _, err := s.store.CountConversations(ctx); return err })
	if err != nil {
		return err
	}
	s.row("counting conversations and unread", t)
	return nil
}

func (s *shop) measurePages(ctx context.Context) error {
	busy := s.refs[1 : len(s.refs)/200] // they have more than a page
	t, err := repeat(5000, func(int) error {
		list, err := s.store.ListMessages(ctx, store.Span{Conversation: busy[s.rng.IntN(len(busy))].ID, Limit: 50})
		if err == nil && len(list) != 50 {
			err = fmt.Errorf("%d messages", len(list))
		}
		return err
	})
	if err != nil {
		return err
	}
	s.row(fmt.Sprintf("newest 50 messages of any of %d conversations", len(busy)), t)
	first, err := s.store.ListMessages(ctx, store.Span{Conversation: s.refs[0].ID, Limit: 50})
	if err != nil {
		return err
	}
	before := first[0].ID
	t, err = repeat(150, func(int) error {
		list, err := s.store.ListMessages(ctx, store.Span{Conversation: s.refs[0].ID, Before: before, Limit: 50})
		if err == nil && len(list) == 50 {
			before = list[0].ID
		}
		return err
	})
	if err != nil {
		return err
	}
	s.row("page of 50 messages before, scrolling up", t)
	return nil
}

func (s *shop) measureStart(ctx context.Context) error {
	start := func(int) error {
		if err := s.open(ctx); err != nil {
			return err
		}
		_, err := s.store.ListConversations(ctx, store.Position{}, 50)
		return err
	}
	s.close()
	var warm, cold timings
	for range 9 {
		t, err := repeat(1, start)
		if err != nil {
			return err
		}
		warm = warm.plus(t)
		s.close()
	}
	s.row("start until the list is there, warm", warm)
	for range 5 {
		if err := os.WriteFile("/proc/sys/vm/drop_caches", []byte("3"), 0); err != nil {
			break // needs an administrator on Linux
		}
		t, err := repeat(1, start)
		if err != nil {
			return err
		}
		cold = cold.plus(t)
		s.close()
	}
	if cold.each != nil {
		s.row("start until the list is there, nothing read before", cold)
	}
	return s.open(ctx)
}

// measureErasure erases the loyal customer and says when which step was done.
func (s *shop) measureErasure(ctx context.Context) error {
	began := time.Now()
	var job store.Erasure
	done := map[string]time.Duration{}
	eraser := privacy.New(privacy.Config{Store: s.store, Progress: func(id int64) {
		now, err := s.store.Erasure(ctx, id)
		if _, known := done[now.Step]; err == nil && !known {
			done[now.Step] = time.Since(began)
		}
	}})
	counts, err := s.store.CountCustomer(ctx, s.refs[0].Customer.ID)
	if err != nil {
		return err
	}
	if job, err = eraser.Erase(ctx, s.refs[0].Customer.ID); err != nil {
		return err
	}
	hidden := time.Since(began)
	if err := eraser.RunPending(ctx); err != nil {
		return err
	}
	total := time.Since(began)
	if job, err = s.store.Erasure(ctx, job.ID); err != nil {
		return err
	}
	if job.State != "done" || job.Hits != 0 || job.Messages != counts.Messages {
		return errors.Join(errors.New("the erasure did not do its work"), fmt.Errorf("%+v", job))
	}
	fmt.Printf("| erase a customer of %s messages: hidden from everybody | %s | | |\n", thousands(counts.Messages), short(hidden))
	for _, step := range []struct{ next, name string }{
		{"memory", "key destroyed: erased"}, {"files", "rows deleted"}, {"scan", "database compacted"}, {"", "every file searched, nothing found"},
	} {
		fmt.Printf("| … %s | %s | | |\n", step.name, short(done[step.next]))
	}
	fmt.Printf("| … record closed | %s | | |\n", short(total))
	return nil
}

var words = strings.Fields(`und der die das nicht ist es ich Sie mit für auf ein eine haben wir noch bitte morgen Termin Uhr Brötchen
	Bestellung gerne danke können würde heute kommen Lieferung Rechnung offen geschlossen Samstag Reparatur fertig abholen Blumenstrauß
	Geburtstag Hochzeitstorte Öffnungszeiten Übergabe Größe schön grün weiß vielleicht natürlich selbstverständlich Kostenvoranschlag`)

// sentence returns a text of about 120 bytes, as long as shop talk is.
func sentence(rng *rand.Rand) string {
	var b strings.Builder
	for n := 3 + int(rng.ExpFloat64()*14); n > 0; n-- {
		b.WriteString(words[rng.IntN(len(words))])
		b.WriteByte(' ')
	}
	return strings.TrimSpace(b.String())
}

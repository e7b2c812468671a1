package receive_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/receive"
	"tresen/internal/store"
	"tresen/internal/vault"
)

// stormFolder tells the test binary to be the program that is killed.
const stormFolder = "TRESEN_STORM_FOLDER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(stormFolder); dir != "" {
		if err := receiveUntilKilled(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// fileKeychain is a keychain that outlives the process: one file per item.
type fileKeychain struct{ dir string }

func (k fileKeychain) path(account string) string {
	return filepath.Join(k.dir, hex.EncodeToString([]byte(account)))
}

func (k fileKeychain) Get(account string) ([]byte, error) {
	b, err := os.ReadFile(k.path(account))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, vault.ErrNotFound
	}
	return b, err
}

// Set is whole or not at all, as a system's keychain is.
func (k fileKeychain) Set(account string, value []byte) error {
	if err := os.WriteFile(k.path(account)+".new", value, 0o600); err != nil {
		return err
	}
	return os.Rename(k.path(account)+".new", k.path(account))
}

func (k fileKeychain) Delete(account string) error {
	err := os.Remove(k.path(account))
	if errors.Is(err, fs.ErrNotExist) {
		return vault.ErrNotFound
	}
	return err
}

func stormKeychain(dir string) vault.Protector {
	return vault.WithKeychain(fileKeychain{filepath.Join(dir, "keychain")})
}

func openStorm(dir string) (*store.Store, error) {
	v, err := vault.Open(dir, stormKeychain(dir), vault.WithRefill(4)) // so that the keyring is often being written
	if err != nil {
		return nil, err
	}
	return store.Open(context.Background(), dir, v)
}

// receiveUntilKilled opens the folder, listens and says where.
func receiveUntilKilled(dir string) error {
	s, err := openStorm(dir)
	if err != nil {
		return err
	}
	d, err := receive.ListenDirect("127.0.0.1:0", verifyToken)
	if err != nil {
		return err
	}
	fmt.Println(d.URL())
	return d.Run(context.Background(), receive.New(s, receive.Signed(secret), nil).Handle)
}

// storm is what the parent knows of the deliveries it has sent.
type storm struct {
	t   *testing.T
	dir string

	mu           sync.Mutex
	acknowledged map[string]bool
	sent         []string // every body, acknowledged or not
	next         int
	left         int    // acknowledgements until the program is killed
	kill         func() // may be called more than once
}

// run starts the program, sends it deliveries and kills it some time after it
// has acknowledged so many.
func (s *storm) run(acknowledgements int, later time.Duration) {
	s.t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), stormFolder+"="+s.dir)
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		s.t.Fatalf("the program did not start: %v\n%s", err, problems.String())
	}
	url = strings.TrimSpace(url)
	s.left, s.kill = acknowledgements, func() { time.AfterFunc(later, func() { cmd.Process.Kill() }) }
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	defer client.CloseIdleConnections()
	var senders sync.WaitGroup
	for range 8 {
		senders.Go(func() {
			for s.send(client, url) {
			}
		})
	}
	senders.Wait() // they end when nobody answers any more
	s.kill()       // in case they ended for another reason
	cmd.Wait()     // reports the kill
}

// body returns the next delivery: a few messages, some of customers nobody has seen.
func (s *storm) body() (body string, wamids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.sent) > 0 && s.next%7 == 0 {
		s.next++
		body := s.sent[rand.IntN(len(s.sent))] // Meta repeats deliveries
		return body, nil
	}
	var list []string
	for range 1 + s.next%3 {
		s.next++
		who := fmt.Sprintf("49171%07d", rand.IntN(1+s.next/5))
		wamid := fmt.Sprint("wamid.", s.next)
		wamids = append(wamids, wamid)
		list = append(list, message(who, "DE."+who, wamid, goldenTime.Add(time.Duration(s.next)*time.Second), says("Nachricht "+wamid)))
	}
	body = messages(list...)
	s.sent = append(s.sent, body)
	return body, wamids
}

// send reports false once nobody answers any more.
func (s *storm) send(client *http.Client, url string) bool {
	body, wamids := s.body()
	r, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		s.t.Error(err)
		return false
	}
	r.Header = signed([]byte(body))
	answer, err := client.Do(r)
	if err != nil {
		return false
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		s.t.Errorf("answered %d", answer.StatusCode)
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range wamids {
		s.acknowledged[w] = true
	}
	if s.left--; s.left == 0 {
		s.kill()
	}
	return true
}

// Nothing acknowledged is lost and nothing is there twice, however often the
// program is killed while deliveries pour in. (A power cut is another matter:
// synchronous=FULL, see TestOpenSetsWhatTheGuaranteesRestOn of store.)
func TestKilledInAStormOfDeliveries(t *testing.T) {
	rounds := 15
	if testing.Short() {
		rounds = 4
	}
	s := &storm{t: t, dir: t.TempDir(), acknowledged: map[string]bool{}}
	if err := os.Mkdir(filepath.Join(s.dir, "keychain"), 0o700); err != nil {
		t.Fatal(err)
	}
	v, err := vault.Create(s.dir, stormKeychain(s.dir))
	if err != nil {
		t.Fatal(err)
	}
	v.Close()
	for range rounds {
		s.run(1+rand.IntN(80), time.Duration(rand.IntN(5000))*time.Microsecond)
	}
	s.checkFolder()
	t.Logf("%d messages sent, %d acknowledged, in %d lives of the program", s.next, len(s.acknowledged), rounds)
}

func (s *storm) checkFolder() {
	t := s.t
	db, err := sql.Open("sqlite", "file:"+filepath.Join(s.dir, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, pragma := range []string{"integrity_check", "foreign_key_check"} {
		rows, err := db.Query("PRAGMA " + pragma)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var result string
			if err := rows.Scan(&result); err != nil || result != "ok" {
				t.Errorf("%s: %s, %v", pragma, result, err)
			}
		}
		rows.Close()
	}
	shop, err := openStorm(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer shop.Close()
	seen := map[string]int{}
	list, err := shop.ListConversations(context.Background(), everything, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		got, err := shop.ListMessages(context.Background(), store.Span{Conversation: c.ID, Limit: 100_000})
		if err != nil {
			t.Fatal(err)
		}
		s.checkConversation(c, got, seen)
	}
	for wamid := range s.acknowledged {
		if seen[wamid] != 1 {
			t.Errorf("%s was acknowledged and is there %d times", wamid, seen[wamid])
		}
	}
	s.checkSendAgain(shop, len(seen))
}

func (s *storm) checkConversation(c inbox.Conversation, got []inbox.Message, seen map[string]int) {
	if c.Unread != len(got) || len(got) == 0 || c.Last == nil || c.Last.ID != got[len(got)-1].ID || !c.LastActivity.Equal(c.Last.SentAt) {
		s.t.Errorf("conversation counts %d unread and %v as newest of %d messages", c.Unread, c.Last, len(got))
	}
	for _, m := range got {
		seen[string(m.WAMID)]++
		if seen[string(m.WAMID)] > 1 || m.Content.Text != "Nachricht "+string(m.WAMID) {
			s.t.Errorf("%s is there %d times and says %q", m.WAMID, seen[string(m.WAMID)], m.Content.Text)
		}
	}
}

// checkSendAgain delivers everything once more, as Meta does with what was not
// acknowledged: then all of it is there, once.
func (s *storm) checkSendAgain(shop *store.Store, before int) {
	r := receive.New(shop, receive.Signed(secret), nil)
	wamids := map[string]bool{}
	for _, body := range s.sent {
		if err := deliver(s.t, r, body); err != nil {
			s.t.Fatal(err)
		}
		var parsed struct {
			Entry []struct {
				Changes []struct {
					Value struct{ Messages []struct{ ID string } }
				}
			}
		}
		if err := json.Unmarshal([]byte(body), &parsed); err != nil {
			s.t.Fatal(err)
		}
		for _, m := range parsed.Entry[0].Changes[0].Value.Messages {
			wamids[m.ID] = true
		}
	}
	list, err := shop.ListConversations(context.Background(), everything, 100_000)
	if err != nil {
		s.t.Fatal(err)
	}
	total := 0
	for _, c := range list {
		total += c.Unread
	}
	if total != len(wamids) || total < before {
		s.t.Errorf("%d messages after all was delivered again, want %d", total, len(wamids))
	}
}

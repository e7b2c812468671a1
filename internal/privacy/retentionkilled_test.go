package privacy

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/store"
	"tresen/internal/storetest"
)

// traces are the sealed values of every message that has to go, as the database
// holds them before the run.
func (y *year) traces() (needles [][]byte) {
	y.Helper()
	_, leaving, staying := y.expected()
	var due []inbox.MessageID
	for _, p := range leaving {
		list, err := y.Store.ListMessages(context.Background(), store.Span{Conversation: p.conversation, Limit: 100})
		y.must(err)
		for _, m := range list {
			due = append(due, m.ID)
		}
	}
	early := 0
	for _, p := range staying {
		early += y.early(p)
		for id := range p.sensitive {
			if y.early(p) == len(p.sensitive) {
				due = append(due, id)
			}
		}
	}
	if early == 0 || len(leaving) == 0 {
		y.Fatalf("%d messages of people who stay and %d people go; this test needs both", early, len(leaving))
	}
	db, err := sql.Open("sqlite", filepath.Join(y.Dir, store.FileName)+"?_pragma=query_only(ON)")
	y.must(err)
	defer db.Close()
	for _, id := range due {
		var content []byte
		y.must(db.QueryRow("SELECT content FROM message WHERE message_id = ?", id).Scan(&content))
		needles = append(needles, content[:12], content[len(content)-12:])
	}
	return needles
}

func (y *year) hits(needles [][]byte) int {
	y.Helper()
	result, err := Scan(context.Background(), []string{y.Dir}, needles)
	y.must(err)
	return result.Hits
}

// killed is what a kill at one step leaves.
type killed struct {
	step   string
	folder *storetest.Folder
}

// image copies the folder as a kill at this moment leaves it.
func (y *year) image(step string) killed {
	y.Helper()
	dir := y.TempDir()
	y.must(os.CopyFS(dir, os.DirFS(y.Dir)))
	return killed{step, &storetest.Folder{Dir: dir, Keychain: y.Keychain.Clone(), Vault: y.Vault}}
}

// A kill at any step of a run, of which there are as many as a run tells, leaves
// nothing that the next run does not finish: nothing of what is over is in any
// file, in no spare page and no write-ahead log.
func TestRetentionSurvivesAKillAtEveryStep(t *testing.T) {
	if !killing {
		t.Skip("runs without the race detector")
	}
	y := newYear(t, 12)
	y.letters()
	needles := y.traces()
	if y.hits(needles) < len(needles) {
		t.Fatal("the search does not find what is there")
	}
	_, leaving, staying := y.expected()
	var kills []killed
	hit := func(step string) error {
		kills = append(kills, y.image(fmt.Sprint(len(kills)+1, " ", step)))
		return nil
	}
	y.keeper.stop, y.keeper.cfg.Eraser.crash = hit, hit
	_, err := y.keeper.RunOnce(t.Context())
	y.must(err)
	if len(kills) < 15 {
		t.Errorf("only %d steps", len(kills))
	}
	for _, k := range kills {
		t.Run(k.step, func(t *testing.T) {
			k.folder.Reopen(t)
			defer func() { k.folder.Store.Close(); k.folder.Vault.Close() }()
			again := &year{T: t, Folder: k.folder, now: y.now, people: y.people}
			again.work()
			again.must(again.keeper.cfg.Eraser.RunPending(t.Context()))
			run, err := again.keeper.RunOnce(t.Context())
			if err != nil || run.Left != 0 {
				t.Errorf("left over: %d, %v", run.Left, err)
			}
			again.mustBeGone(leaving)
			again.mustBeThere(staying)
			again.mustProve(leaving)
			if n := again.hits(needles); n != 0 {
				t.Errorf("%d traces", n)
			}
			run, err = again.keeper.RunOnce(t.Context())
			if err != nil || len(run.Counts) != 0 || run.Customers != 0 {
				t.Errorf("a second run found %v, %v", run.Counts, err)
			}
			if list, err := again.Store.UnfinishedErasures(t.Context()); err != nil || len(list) != 0 {
				t.Errorf("%d erasures are not finished, %v", len(list), err)
			}
		})
	}
}

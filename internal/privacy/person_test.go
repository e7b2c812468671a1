package privacy

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/consent"
	"tresen/internal/inbox"
	"tresen/internal/retention"
	"tresen/internal/simulator"
	"tresen/internal/store"
)

// finished is what an erasure told about itself at its end.
type finished struct {
	job  store.Erasure
	plan Plan
}

// keeper returns a keeper whose eraser adds to told what it finished.
func (w *world) keeper(told *[]finished) *Keeper {
	w.Helper()
	e := w.eraser()
	e.cfg.Uploads, e.cfg.Version = w.client(), "1.2.3"
	e.cfg.Finished = func(job store.Erasure, plan Plan) { *told = append(*told, finished{job, plan}) }
	return NewKeeper(KeeperConfig{Store: w.store, Eraser: e, Now: func() time.Time { return w.now }, Location: time.UTC})
}

// claim gives the canary an order with claims, a consent and a letter in the archive.
func (w *world) claim(k *Keeper) inbox.CustomerID {
	w.Helper()
	c := w.conversation(canaryName)
	w.check(w.store.Update(w.ctx, func(tx *store.Tx) error {
		ref, _, err := tx.FindConversation(c.ID)
		if err != nil {
			return err
		}
		d := consent.Declaration{Purpose: consent.PurposeNews, Act: consent.ActConfirmed, At: w.now, Wording: consent.Wording{Text: "Ja, ich möchte …"}}
		d.Origin, d.Witness = consent.OriginOral, "Frau Müller"
		if err := consent.New(make([]byte, 32)).Declare(tx, ref.Customer, d); err != nil {
			return err
		}
		return tx.SetMatter(c.ID, store.Matter{Kind: "order", ClosedAt: w.now.Add(-time.Hour), Claims: true})
	}))
	list, err := w.store.ListMessages(w.ctx, store.Span{Conversation: c.ID, Limit: 1})
	w.check(err)
	w.check(k.ArchiveMessage(w.ctx, list[0].ID, retention.Letter, "Angebot"))
	return c.CustomerID
}

func (w *world) log(kind string) (entries []store.LogEntry) {
	w.Helper()
	list, err := w.store.ListLog(w.ctx, 0, 1000)
	w.check(err)
	if _, err := w.store.VerifyLog(w.ctx); err != nil {
		w.Errorf("log: %v", err)
	}
	return slices.DeleteFunc(list, func(e store.LogEntry) bool { return e.Kind != kind })
}

func (w *world) archive() map[string]int {
	w.Helper()
	list, err := w.store.ListArchived(w.ctx)
	w.check(err)
	n := map[string]int{}
	for _, a := range list {
		n[a.Class]++
	}
	return n
}

// What the law keeps goes to the archive, everything else is gone, the log says
// both without naming anybody, and only number and identifier together fit it.
func TestErasedPersonWithTriage(t *testing.T) {
	w := newWorld(t)
	var told []finished
	k := w.keeper(&told)
	id := w.claim(k)
	traces, before := w.evidence(), w.image()
	plan, err := k.Triage(w.ctx, ErasureRequest{Customer: id})
	w.check(err)
	if plan.Refused() || len(plan.Residue()) != 3 {
		t.Fatalf("%+v", plan)
	}
	job, err := k.ErasePerson(w.ctx, ErasureRequest{Customer: id, Case: "LA-2026-0007", Trigger: "art17", RequestedAt: w.now.AddDate(0, 0, -3)})
	w.check(err)
	w.check(k.cfg.Eraser.RunPending(w.ctx))
	w.mustBeGone(traces, before, job.ID)
	if n := w.archive(); n["proof"] != 1 || n["claims"] != 1 || n["letter"] != 1 {
		t.Errorf("archive %v", n)
	}
	entries := w.log("erasure")
	if len(entries) != 1 || len(told) != 1 {
		t.Fatalf("%d entries, told %d times", len(entries), len(told))
	}
	var e ErasureEntry
	w.check(json.Unmarshal(entries[0].Detail, &e))
	if e.Case != "LA-2026-0007" || e.Trigger != "art17" || e.Basis != "Art. 17(1) GDPR" || e.RequestedAt != w.now.AddDate(0, 0, -3).Format(dateLayout) ||
		e.Counts["messages"] != "1-10" || e.Verify.Hits != 0 || e.Verify.Files == 0 || len(e.Residue) != 3 || e.Steps["contactBook"] != "deleted" || e.App != "1.2.3" {
		t.Errorf("%+v", e)
	}
	for _, secret := range append(numbers(), canaryName, w.canary.Person().BSUID) {
		if bytes.Contains(entries[0].Detail, []byte(secret)) {
			t.Errorf("the log holds %s", secret)
		}
	}
	nonce := told[0].plan.Nonce
	if !slices.Contains(e.Commit, Commitment(nonce, "wa:"+canaryNumber)) || !slices.Contains(e.Commit, Commitment(nonce, "bsuid:"+w.canary.Person().BSUID)) ||
		slices.Contains(e.Commit, Commitment(nonce, "wa:491713920078")) || slices.Contains(e.Commit, Commitment(make([]byte, 16), "wa:"+canaryNumber)) {
		t.Errorf("commitments %v", e.Commit)
	}
	w.close()
	for _, f := range (evidence{"number of the certificate": nonce}).find(w, w.dir) {
		t.Error(f)
	}
	w.open(w.dir)
}

func TestRefusedErasureChangesNothing(t *testing.T) {
	w := newWorld(t)
	var told []finished
	k := w.keeper(&told)
	c := w.conversation(canaryName)
	w.check(w.store.Update(w.ctx, func(tx *store.Tx) error { return tx.SetMatter(c.ID, store.Matter{Kind: "order"}) }))
	_, err := k.ErasePerson(w.ctx, ErasureRequest{Customer: c.CustomerID, Trigger: "user"})
	var refused *inbox.Error
	if !errors.As(err, &refused) || refused.Code != inbox.CodeConflict || refused.Field != "decision" {
		t.Fatalf("%v", err)
	}
	if len(w.conversations()) != 2 || len(w.archive()) != 0 {
		t.Error("something changed")
	}
	key := retention.Element{Kind: retention.ElementConversation, Conversation: c.ID}.Key()
	_, err = k.ErasePerson(w.ctx, ErasureRequest{Customer: c.CustomerID, Trigger: "user", Chosen: map[string]retention.Decision{key: retention.DecideRestrict}})
	w.check(err)
	w.check(k.cfg.Eraser.RunPending(w.ctx))
	if len(w.conversations()) != 1 || w.archive()["claims"] != 1 {
		t.Errorf("archive %v", w.archive())
	}
}

// upload lets the shop have sent the canary a file that Meta still has.
func (w *world) upload() (mediaID string) {
	w.Helper()
	mediaID, err := w.client().UploadMedia(w.ctx, cloudapi.Upload{MIME: "text/plain", Name: "Gutschein.txt", Content: strings.NewReader("Gutschein"), Size: 9})
	w.check(err)
	c := w.conversation(canaryName)
	file := w.newFile(c.CustomerID, []byte("Gutschein"))
	w.check(w.store.Update(w.ctx, func(tx *store.Tx) error {
		ref, number, err := tx.FindConversation(c.ID)
		if err != nil {
			return err
		}
		id, err := tx.QueueMessage(store.NewMessage{Conversation: ref, PhoneNumberID: number, Kind: inbox.KindDocument, Direction: inbox.Outbound,
			SentAt: w.now, Content: inbox.Content{Media: &inbox.Media{FileName: "Gutschein.txt"}}}, store.CallbackID{7})
		if err != nil {
			return err
		}
		if err := tx.KeepOwnFile(id, store.Sealed{File: file, At: w.now, Facts: inbox.FileFacts{MIME: "text/plain"}}); err != nil {
			return err
		}
		return tx.SetUploaded(id, mediaID, w.now.AddDate(0, 0, 30))
	}))
	return mediaID
}

// What the shop sent is deleted at Meta too, later if Meta cannot be reached,
// and without keeping the erasure waiting.
func TestUploadsAreDeletedAtMeta(t *testing.T) {
	w := newWorld(t)
	var told []finished
	k := w.keeper(&told)
	mediaID := w.upload()
	evidence, before := w.evidence(), w.image()
	w.sim.SetFaults(simulator.Faults{FailRequests: 1000, FailStatus: 503})
	job, err := k.ErasePerson(w.ctx, ErasureRequest{Customer: w.conversation(canaryName).CustomerID, Trigger: "user"})
	w.check(err)
	w.check(k.cfg.Eraser.RunPending(w.ctx))
	if got := w.job(job.ID); got.State != "done" || got.UploadState != "pending" || got.Uploads != 1 || got.UploadsDeleted != 0 {
		t.Errorf("%+v", got)
	}
	note, err := w.store.ErasureNote(w.ctx, w.job(job.ID))
	w.check(err)
	if len(note.Identifiers)+len(note.WAMIDs)+len(note.Slices)+len(note.Plan) != 0 || !slices.Equal(note.Uploads, []string{mediaID}) {
		t.Errorf("note %+v", note)
	}
	w.sim.SetFaults(simulator.Faults{})
	w.check(k.cfg.Eraser.RunPending(w.ctx))
	if got := w.job(job.ID); got.UploadState != "deleted" || got.UploadsDeleted != 1 || got.ContactBook != "deleted" {
		t.Errorf("%+v", got)
	}
	if err := w.client().DeleteMedia(w.ctx, mediaID); inbox.CodeOf(err) != inbox.CodeNotFound {
		t.Errorf("Meta still has the file: %v", err)
	}
	if n := len(w.log("erasureMeta")); n != 1 {
		t.Errorf("%d later entries", n)
	}
	w.mustBeGone(evidence, before, job.ID)
}

func TestAmountsAreRoughInASmallShop(t *testing.T) {
	for n, want := range map[int]string{0: "0", 1: "1-10", 10: "1-10", 11: "11-100", 100: "11-100", 101: "101-1000"} {
		if got := amount(n, true); got != want {
			t.Errorf("%d is %s", n, got)
		}
	}
	if amount(7, false) != "7" || FormatNonce(bytes.Repeat([]byte{0xab}, 4)) != "ABAB-ABAB" || !strings.HasPrefix(CaseNumber(store.Erasure{ID: 3, StartedAt: time.Unix(0, 0).UTC()}), "LV-1970-0003") {
		t.Error("wrong")
	}
}

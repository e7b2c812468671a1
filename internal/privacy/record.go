package privacy

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/retention"
	"tresen/internal/store"
)

// Plan is what was decided before an erasure began. It stays sealed with the
// job and is destroyed with its note; log and certificate tell its result.
type Plan struct {
	// Trigger is art17, withdrawal, objection, user, selfTest or retention:CLASS.
	Trigger string `json:"trigger"`
	// Basis is the norm the erasure itself follows.
	Basis       string            `json:"basis"`
	Country     retention.Country `json:"country"`
	RequestedAt time.Time         `json:"requestedAt"`
	Triage      retention.Triage  `json:"triage"`
	// Told says when recipients were told of it, by their keys.
	Told    map[string]time.Time `json:"told,omitempty"`
	Nonce   []byte               `json:"nonce,omitempty"`
	Commits []string             `json:"commits,omitempty"`
}

func decodePlan(b json.RawMessage) (p Plan, ok bool) {
	return p, len(b) > 0 && json.Unmarshal(b, &p) == nil
}

// nonceSize is the size of the number on a certificate, in bytes.
const nonceSize = 16

// commitTo draws a certificate's number and commits to the person's identifiers
// with it: whoever knows number and identifier can show that an entry of the log
// is about her, and nobody else can tell.
func (p *Plan) commitTo(ids []inbox.Identifier) {
	p.Nonce = make([]byte, nonceSize)
	rand.Read(p.Nonce)
	for _, i := range ids {
		if canonical, ok := canonicalIdentifier(i); ok {
			p.Commits = append(p.Commits, Commitment(p.Nonce, canonical))
		}
	}
}

// canonicalIdentifier is how an identifier is written before it is hashed: a number as
// digits only, a BSUID byte for byte as received.
func canonicalIdentifier(i inbox.Identifier) (string, bool) {
	switch i.Kind {
	case inbox.KindWAID:
		digits, ok := inbox.NormalizeWAID(i.Value)
		return "wa:" + digits, ok
	case inbox.KindBSUID:
		return "bsuid:" + i.Value, true
	}
	return "", false
}

// Commitment is SHA-256 over a certificate's number and a canonical identifier
// ("wa:" and digits, or "bsuid:" and the id), in base64.
func Commitment(nonce []byte, canonical string) string {
	sum := sha256.Sum256(append(slices.Clone(nonce), canonical...))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// FormatNonce writes a certificate's number in groups of four, for people.
func FormatNonce(nonce []byte) string {
	text := fmt.Sprintf("%X", nonce)
	var groups []string
	for group := range slices.Chunk([]byte(text), 4) {
		groups = append(groups, string(group))
	}
	return strings.Join(groups, "-")
}

// CaseNumber is the number under which an erasure is found in the log: the one
// of the case it belongs to, or one of its own.
func CaseNumber(job store.Erasure) string {
	if job.Case != "" {
		return job.Case
	}
	id := job.ID
	if job.Leader != 0 {
		id = job.Leader
	}
	return fmt.Sprintf("LV-%d-%04d", job.StartedAt.Year(), id)
}

// Residue is something that outlives an erasure, as the log says it.
type Residue struct {
	Kind   string `json:"kind"`
	Class  string `json:"class,omitempty"`
	Count  string `json:"n"`
	Until  string `json:"until,omitempty"`
	Norm   string `json:"norm"`
	Reason string `json:"reason"`
}

// ErasureEntry is the log's entry of one erasure, without anything about the
// person. Counts are exact, or rough in a shop so small that they would tell who it was.
type ErasureEntry struct {
	Version     int               `json:"v"`
	Case        string            `json:"case"`
	RequestedAt string            `json:"requestedAt,omitempty"`
	ExecutedAt  time.Time         `json:"executedAt"`
	Trigger     string            `json:"trigger"`
	Basis       string            `json:"basis,omitempty"`
	Counts      map[string]string `json:"counts"`
	Residue     []Residue         `json:"residue,omitempty"`
	Steps       map[string]string `json:"steps"`
	Verify      struct {
		Hits    int `json:"hits"`
		Files   int `json:"files"`
		Skipped int `json:"skipped"`
	} `json:"verify"`
	Commit []string `json:"commit,omitempty"`
	App    string   `json:"app,omitempty"`
}

// smallShop is the number of people below which the log rounds counts.
const smallShop = 20

// amount writes a count, rough in a small shop.
func amount(n int, rough bool) string {
	if !rough || n == 0 {
		return fmt.Sprint(n)
	}
	low := 1
	for low*10 < n {
		low *= 10
	}
	if low == 1 {
		return "1-10"
	}
	return fmt.Sprintf("%d-%d", low+1, low*10)
}

const dateLayout = "2006-01-02"

// entry words a finished erasure for the log.
func entry(job store.Erasure, plan Plan, people int, version string) ErasureEntry {
	rough := people < smallShop
	e := ErasureEntry{
		Version: 1, Case: CaseNumber(job), ExecutedAt: job.EndedAt.UTC().Truncate(time.Second), Trigger: plan.Trigger, Basis: plan.Basis, App: version,
		Counts: map[string]string{"messages": amount(job.Messages, rough), "media": amount(job.Media, rough)}, Commit: plan.Commits,
		Steps: map[string]string{
			"rows": "ok", "key": "destroyed", "epoch": fmt.Sprint(job.Epoch), "files": "ok", "compact": "ok",
			"contactBook": job.ContactBook, "uploads": job.UploadState,
		},
	}
	if e.Trigger == "" {
		e.Trigger = job.Reason
	}
	if !plan.RequestedAt.IsZero() {
		e.RequestedAt = plan.RequestedAt.Format(dateLayout)
	}
	e.Verify.Hits, e.Verify.Files, e.Verify.Skipped = job.Hits, job.Files, job.Skipped
	for _, part := range plan.Triage.Elements {
		switch {
		case part.Decision == retention.DecideRestrict:
			e.Residue = append(e.Residue, residue(part, rough))
		case part.Kind != retention.ElementConversation:
			e.Counts[string(part.Kind)] = amount(part.Count, rough)
		}
	}
	return e
}

func residue(part retention.Element, rough bool) Residue {
	r := Residue{Kind: string(part.Kind), Class: string(part.Class), Count: amount(part.Count, rough), Norm: part.Norm, Reason: string(part.Reason)}
	if !part.Until.IsZero() {
		r.Until = LastDay(part.Until).Format(dateLayout)
	}
	return r
}

// RefusalEntry is the log's entry of an erasure that was refused, without
// anything about the person.
type RefusalEntry struct {
	Version     int       `json:"v"`
	Case        string    `json:"case"`
	RequestedAt string    `json:"requestedAt,omitempty"`
	Residue     []Residue `json:"residue"`
}

// Refusal says what an erasure would leave that cannot be done now, and words it
// for the log. It fails with conflict ("decision") if nothing stands against it.
func (k *Keeper) Refusal(ctx context.Context, r ErasureRequest) ([]retention.Element, RefusalEntry, error) {
	e := RefusalEntry{Version: 1, Case: r.Case}
	if !r.RequestedAt.IsZero() {
		e.RequestedAt = r.RequestedAt.In(k.cfg.Location).Format(dateLayout)
	}
	t, err := k.Triage(ctx, r)
	if err != nil {
		return nil, e, err
	}
	if !t.Refused() {
		return nil, e, &inbox.Error{Code: inbox.CodeConflict, Field: "decision", Err: errNotRefused}
	}
	people, err := k.cfg.Store.CountPeople(ctx)
	kept := t.Residue()
	for _, part := range kept {
		e.Residue = append(e.Residue, residue(part, people < smallShop))
	}
	return kept, e, err
}

var errNotRefused = inbox.NewError(inbox.CodeConflict, "nothing must stay")

// LastDay is the last day on which something is kept that ends at a moment.
func LastDay(end time.Time) time.Time { return end.Add(-time.Second) }

// end records a finished erasure and its entry in the log, both or none. Of whom
// another's entry tells there is none of her own.
func (t *task) end(e *Eraser) func(context.Context, store.Erasure) error {
	return func(ctx context.Context, job store.Erasure) error {
		people, err := e.cfg.Store.CountPeople(ctx)
		if err != nil {
			return err
		}
		recorded, err := e.cfg.Store.ErasureWithJoined(ctx, job.ID) // the counts of what was deleted are there only
		if err != nil {
			return err
		}
		job.Messages, job.Media = recorded[0].Messages, recorded[0].Media
		t.job, recorded[0] = job, job
		plan, _ := decodePlan(t.note.Plan)
		err = e.cfg.Store.Update(ctx, func(tx *store.Tx) error {
			if err := tx.UpdateErasure(job); err != nil {
				return err
			}
			if job.Leader != 0 {
				return nil
			}
			kind := "erasure"
			if job.Reason == "selfTest" {
				kind = "selfTest"
			}
			_, err := tx.AppendLog(job.EndedAt, kind, entry(together(recorded), plan, people, e.cfg.Version))
			return err
		})
		e.progress(job)
		return err
	}
}

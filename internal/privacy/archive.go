package privacy

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"time"

	"tresen/internal/consent"
	"tresen/internal/inbox"
	"tresen/internal/retention"
	"tresen/internal/store"
)

// ArchivedPerson is who an archive entry is about, as she was known then.
type ArchivedPerson struct {
	Name        string   `json:"name"`
	Identifiers []string `json:"identifiers"`
}

// ArchivedMessage is a message in the archive.
type ArchivedMessage struct {
	WAMID     string        `json:"wamid,omitempty"`
	Direction string        `json:"direction"` // in, out or echo
	Kind      string        `json:"kind"`
	SentAt    time.Time     `json:"sentAt"`
	Content   inbox.Content `json:"content"`
	// File is the name of its file within the entry, or empty.
	File   string `json:"file,omitempty"`
	SHA256 []byte `json:"sha256,omitempty"`
}

// ArchiveContent is what an entry of the archive holds.
type ArchiveContent struct {
	Person       ArchivedPerson        `json:"person"`
	Reason       string                `json:"reason"`
	Messages     []ArchivedMessage     `json:"messages,omitempty"`
	Declarations []consent.Declaration `json:"declarations,omitempty"`
	Cases        []ArchivedCase        `json:"cases,omitempty"`
}

func (k *Keeper) person(ctx context.Context, id inbox.CustomerID) (ArchivedPerson, error) {
	c, err := k.cfg.Store.Customer(ctx, id)
	if err != nil {
		return ArchivedPerson{}, err
	}
	p := ArchivedPerson{}
	p.Name, _ = c.Profile.DisplayName()
	for _, i := range c.Identifiers {
		p.Identifiers = append(p.Identifiers, string(i.Kind)+":"+i.Value)
	}
	return p, nil
}

// ArchiveMessage copies one message and its file into the archive as a business
// letter or a voucher, where it outlives the conversation until the law no
// longer asks for it. It fails with conflict if it is there already.
func (k *Keeper) ArchiveMessage(ctx context.Context, id inbox.MessageID, class retention.Class, reason string) error {
	rule, err := k.rule(ctx, class)
	if err != nil {
		return err
	}
	m, err := k.cfg.Store.Message(ctx, id)
	if err != nil {
		return err
	}
	conversation, err := k.cfg.Store.Conversation(ctx, id.Conversation())
	if err != nil {
		return err
	}
	content := ArchiveContent{Reason: reason}
	if content.Person, err = k.person(ctx, conversation.CustomerID); err != nil {
		return err
	}
	entry := store.Archived{Class: string(class), StartsAt: m.SentAt, EndsAt: rule.End(m.SentAt.In(k.cfg.Location))}
	return k.archive(ctx, entry, []inbox.Message{m}, content, id)
}

// archive makes an entry of messages and content. source tells repetitions
// after an interruption apart: the first message it is a copy of, or a part of
// the person's random id.
func (k *Keeper) archive(ctx context.Context, entry store.Archived, messages []inbox.Message, content ArchiveContent, source inbox.MessageID) error {
	n, err := k.cfg.Store.NewArchived()
	if err != nil {
		return err
	}
	defer n.Discard()
	for _, m := range messages {
		a := ArchivedMessage{WAMID: string(m.WAMID), Direction: directions[m.Direction], Kind: string(m.Kind), SentAt: m.SentAt, Content: m.Content}
		if err := k.archiveFile(ctx, n, m, &a); err != nil {
			return err
		}
		content.Messages = append(content.Messages, a)
	}
	entry.Messages = len(messages)
	return k.cfg.Store.Update(ctx, func(tx *store.Tx) error {
		id, err := tx.Archive(n, entry, source, content)
		if err != nil {
			return err
		}
		_, err = tx.AppendLog(k.cfg.Now(), "archive", struct {
			Entry    int64     `json:"entry"`
			Class    string    `json:"class"`
			Messages int       `json:"messages"`
			EndsAt   time.Time `json:"endsAt"`
		}{id, entry.Class, entry.Messages, entry.EndsAt})
		return err
	})
}

var directions = map[inbox.Direction]string{inbox.Inbound: "in", inbox.Outbound: "out", inbox.Echo: "echo"}

func (k *Keeper) archiveFile(ctx context.Context, n *store.NewArchived, m inbox.Message, a *ArchivedMessage) error {
	if m.File == nil || m.File.State != inbox.FileStored {
		return nil
	}
	f, err := k.cfg.Store.OpenFile(ctx, m.ID)
	if err != nil {
		return err
	}
	sum := sha256.New()
	a.File, err = n.AddFile(io.TeeReader(io.NewSectionReader(f, 0, f.Size()), sum))
	a.SHA256 = sum.Sum(nil)
	return errors.Join(err, f.Close())
}

// archivePage is how many messages are read at a time.
const archivePage = 500

// archiveConversation copies a whole conversation; again says what happens if
// that has been done before.
func (k *Keeper) archiveConversation(ctx context.Context, c retention.Conversation, entry store.Archived, again repetition) error {
	var all []inbox.Message
	for after := inbox.MessageID(0); ; {
		page, err := k.cfg.Store.ListMessages(ctx, store.Span{Conversation: c.ID, After: after, Limit: archivePage})
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		all = append(all, page...)
		after = page[len(page)-1].ID
	}
	if len(all) == 0 {
		return nil
	}
	content := ArchiveContent{Reason: "claims"}
	var err error
	if content.Person, err = k.person(ctx, c.Customer); err != nil {
		return err
	}
	return again(k, ctx, entry, all, content, all[0].ID)
}

// archiveProof keeps what proves a person's consents and withdrawals beyond her
// erasure (Art. 17(3)(e), 7(1) GDPR), as far as the rule is about them, and no
// more than that: her declarations and by what she was known to WhatsApp, not
// her name. It reports whether anything is kept.
func (k *Keeper) archiveProof(ctx context.Context, id inbox.CustomerID, rule retention.Rule, again repetition) (kept bool, err error) {
	rows, last, err := k.proof(ctx, id, rule.Class)
	if err != nil || last.IsZero() {
		return false, err
	}
	ends := rule.End(last)
	if !k.cfg.Now().Before(ends) {
		return false, nil
	}
	content := ArchiveContent{Reason: "consent"}
	if content.Declarations, err = consent.Decode(rows); err != nil {
		return false, err
	}
	if content.Person, err = k.person(ctx, id); err != nil {
		return false, err
	}
	content.Person.Name = ""
	entry := store.Archived{Class: string(rule.Class), StartsAt: rows[0].At, EndsAt: ends}
	return true, again(k, ctx, entry, nil, content, inbox.MessageID(binary.BigEndian.Uint64(id[8:])))
}

// proofClass says by which rule the proof of a consent is kept.
func proofClass(p consent.Purpose) retention.Class {
	if p == consent.PurposeCalls {
		return retention.Calls
	}
	return retention.Proof
}

// proof returns a person's declarations of a class, and when something was last
// agreed to, used or taken back: the period of the proof begins there. (§ 7a(2)
// UWG; §§ 195, 199 BGB.) Who was only asked, or said no, agreed to nothing that
// would have to be proved: then last is zero.
func (k *Keeper) proof(ctx context.Context, id inbox.CustomerID, class retention.Class) (rows []store.Consent, last time.Time, err error) {
	rows, err = k.cfg.Store.ListConsents(ctx, id)
	if err != nil {
		return nil, last, err
	}
	rows = slices.DeleteFunc(rows, func(c store.Consent) bool { return proofClass(consent.Purpose(c.Purpose)) != class })
	for _, row := range rows {
		if row.Act == string(consent.ActConfirmed) || row.Act == string(consent.ActWithdrawn) {
			last = row.At.In(k.cfg.Location)
		}
	}
	if last.IsZero() {
		return rows, last, nil
	}
	uses, err := k.cfg.Store.LastConsentUses(ctx, id)
	for purpose, used := range uses {
		if proofClass(consent.Purpose(purpose)) == class && used.After(last) {
			last = used.In(k.cfg.Location)
		}
	}
	return rows, last, err
}

// repetition archives what may have been archived before.
type repetition func(*Keeper, context.Context, store.Archived, []inbox.Message, ArchiveContent, inbox.MessageID) error

// keepFirst leaves the copy there is: what it was made of may be gone in part.
func keepFirst(k *Keeper, ctx context.Context, entry store.Archived, messages []inbox.Message, content ArchiveContent, source inbox.MessageID) error {
	return forgiveConflict(k.archive(ctx, entry, messages, content, source))
}

// replaceFirst makes the copy anew: everything is still there, and there may be
// more of it.
func replaceFirst(k *Keeper, ctx context.Context, entry store.Archived, messages []inbox.Message, content ArchiveContent, source inbox.MessageID) error {
	err := k.archive(ctx, entry, messages, content, source)
	if inbox.CodeOf(err) != inbox.CodeConflict || err == nil {
		return err
	}
	old, err := k.cfg.Store.FindArchived(ctx, entry.Class, source)
	if err != nil {
		return err
	}
	if err := k.cfg.Store.DropArchived(ctx, []int64{old.ID}); err != nil {
		return err
	}
	entry.Hold = entry.Hold || old.Hold
	return k.archive(ctx, entry, messages, content, source)
}

func forgiveConflict(err error) error {
	if err != nil && inbox.CodeOf(err) == inbox.CodeConflict {
		return nil
	}
	return err
}

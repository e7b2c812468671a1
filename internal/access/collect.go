package access

import (
	"context"
	"fmt"
	"mime"
	"slices"
	"strconv"
	"time"

	"tresen/internal/consent"
	"tresen/internal/inbox"
	"tresen/internal/store"
)

// Request says whose record is wanted and what the shop adds to it.
type Request struct {
	Customer   inbox.CustomerID
	Case       string
	Controller Controller
	CreatedAt  time.Time
	Notes      []Note
	Archive    []Kept
	Cases      []Case
	Periods    []Period
	Recipients []Recipient
	Transfers  []Recipient
	// Redact names messages, by Message.ID, whose content says something about others.
	Redact map[string]bool
	// Language is de or en.
	Language string
}

const pageSize = 500

// Collect reads everything that is kept about a person. progress is called with
// how many messages were read.
func Collect(ctx context.Context, s *store.Store, q Request, progress func(int)) (Record, error) {
	ctx = store.For(ctx, store.HerCopy)
	r := Record{
		Schema: SchemaVersion, Case: q.Case, CreatedAt: q.CreatedAt, Controller: q.Controller,
		Conversations: []Conversation{}, Consents: []Consent{}, Notices: []Notice{}, Cases: []Case{}, Archive: []Kept{},
		Notes: []Note{}, Periods: []Period{}, Recipients: []Recipient{}, Transfers: []Recipient{},
	}
	r.Notes, r.Cases, r.Periods = append(r.Notes, q.Notes...), append(r.Cases, q.Cases...), append(r.Periods, q.Periods...)
	r.Recipients, r.Transfers = append(r.Recipients, q.Recipients...), append(r.Transfers, q.Transfers...)
	customer, err := s.Customer(ctx, q.Customer)
	if err != nil {
		return r, err
	}
	if r.Person, err = person(ctx, s, customer); err != nil {
		return r, err
	}
	everybody, err := s.Everybody(ctx, q.Customer)
	if err != nil {
		return r, err
	}
	var ids []inbox.ConversationID
	for _, c := range everybody {
		if c != q.Customer {
			if err := addPerson(ctx, s, c, &r); err != nil {
				return r, err
			}
		}
		if err := collectProof(ctx, s, c, &r); err != nil {
			return r, err
		}
		own, err := s.ConversationsOf(ctx, c)
		if err != nil {
			return r, err
		}
		ids = append(ids, own...)
	}
	read := 0
	for _, id := range ids {
		c, err := collectConversation(ctx, s, id, q, func(n int) { read += n; progress(read) })
		if err != nil {
			return r, err
		}
		r.Conversations = append(r.Conversations, c)
	}
	copies := r.redactedWAMIDs()
	for _, k := range q.Archive {
		r.Archive = append(r.Archive, k.redacted(q, copies))
	}
	return r, nil
}

// redactedWAMIDs are the provider's names of what was blacked out, under which
// the archive may hold copies.
func (r Record) redactedWAMIDs() map[string]bool {
	names := map[string]bool{}
	for _, c := range r.Conversations {
		for _, m := range c.Messages {
			if m.Redacted && m.WAMID != "" {
				names[m.WAMID] = true
			}
		}
	}
	return names
}

// addPerson adds what a customer is known by who is the same person.
func addPerson(ctx context.Context, s *store.Store, id inbox.CustomerID, r *Record) error {
	c, err := s.Customer(ctx, id)
	if err != nil {
		return err
	}
	other, err := person(ctx, s, c)
	r.Person.Identifiers = append(r.Person.Identifiers, other.Identifiers...)
	if other.FirstAt.Before(r.Person.FirstAt) {
		r.Person.FirstAt = other.FirstAt
	}
	return err
}

func person(ctx context.Context, s *store.Store, c inbox.Customer) (Person, error) {
	p := Person{
		ShopName: c.Profile.ShopName, ProfileName: c.Profile.ProfileName, Username: c.Profile.Username,
		FirstAt: c.FirstSeen, Identifiers: []Identifier{},
	}
	for _, i := range c.Identifiers {
		p.Identifiers = append(p.Identifiers, Identifier{Kind: string(i.Kind), Value: i.Value, FirstAt: i.FirstSeen, Retired: moment(i.Retired)})
	}
	labels, err := s.ListLabels(ctx)
	if err != nil {
		return p, err
	}
	own, err := s.Labels(ctx, c.ID)
	for _, l := range labels {
		if slices.Contains(own, l.ID) {
			p.Labels = append(p.Labels, l.Name)
		}
	}
	return p, err
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func collectProof(ctx context.Context, s *store.Store, id inbox.CustomerID, r *Record) error {
	rows, err := s.ListConsents(ctx, id)
	if err != nil {
		return err
	}
	declarations, err := consent.Decode(rows)
	if err != nil {
		return err
	}
	for _, d := range declarations {
		r.Consents = append(r.Consents, Consent{Purpose: string(d.Purpose), Act: string(d.Act), At: d.At, Wording: d.Wording, Evidence: d.Evidence})
	}
	return collectNotices(ctx, s, id, r)
}

func collectConversation(ctx context.Context, s *store.Store, id inbox.ConversationID, q Request, progress func(int)) (Conversation, error) {
	head, err := s.Conversation(ctx, id)
	if err != nil {
		return Conversation{}, err
	}
	c := Conversation{Number: string(head.PhoneNumberID), Messages: []Message{}}
	for after := inbox.MessageID(0); ; {
		page, err := s.ListMessages(ctx, store.Span{Conversation: id, After: after, Limit: pageSize})
		if err != nil {
			return c, err
		}
		if len(page) == 0 {
			return c, nil
		}
		translations, err := s.Translations(ctx, page[0].ID, page[len(page)-1].ID)
		if err != nil {
			return c, err
		}
		for _, m := range page {
			out := message(m, q)
			if err := addSaid(ctx, s, m, translations, &out); err != nil {
				return c, err
			}
			c.Messages = append(c.Messages, out)
		}
		after = page[len(page)-1].ID
		progress(len(page))
	}
}

// addSaid adds what a message said before and says in the other language.
func addSaid(ctx context.Context, s *store.Store, m inbox.Message, translations map[inbox.MessageID]inbox.Translation, out *Message) error {
	if out.Redacted {
		return nil
	}
	if t, ok := translations[m.ID]; ok {
		out.Translation = &Translation{Text: t.Text, From: t.From, To: t.To}
	}
	if m.EditedAt.IsZero() {
		return nil
	}
	versions, err := s.Versions(ctx, m.ID)
	for _, v := range versions {
		out.Versions = append(out.Versions, Version{Until: v.At, Text: spoken(v.Content)})
	}
	return err
}

// spoken is the text of a message, or of what comes along with its file.
func spoken(c inbox.Content) string {
	if c.Text == "" && c.Media != nil {
		return c.Media.Caption
	}
	return c.Text
}

var directions = map[inbox.Direction]string{inbox.Inbound: "in", inbox.Outbound: "out", inbox.Echo: "echo"}

// blackedOut stands where content of other people was.
var blackedOut = map[string]string{"de": "[geschwärzt: Rechte Dritter]", "en": "[redacted: rights of others]"}

func message(m inbox.Message, q Request) Message {
	out := Message{
		ID: strconv.FormatInt(int64(m.ID), 10), WAMID: string(m.WAMID), Direction: directions[m.Direction], Type: string(m.Kind),
		SentAt: m.SentAt, Text: spoken(m.Content), Status: string(m.Status), StatusAt: moment(m.StatusAt),
		Imported: m.Content.Imported, EditedAt: moment(m.EditedAt), RevokedAt: moment(m.RevokedAt),
	}
	if m.Content.Context != nil {
		out.Quotes = string(m.Content.Context.WAMID)
	}
	for _, r := range m.Reactions {
		out.Reactions = append(out.Reactions, Reaction{Emoji: r.Emoji, FromShop: r.FromShop, At: r.At})
	}
	if q.Redact[out.ID] {
		out.Redacted, out.Text = true, blackedOut[q.Language]
		return out
	}
	out.Details = details(m.Content)
	if m.Content.Media != nil {
		out.File = file(m)
	}
	return out
}

func details(c inbox.Content) *Details {
	d := Details{
		Location: c.Location, Contacts: c.Contacts, Reply: c.Reply, Order: c.Order, System: c.System, Call: c.Call,
		Referral: c.Referral, Interactive: c.Interactive,
	}
	if d.empty() {
		return nil
	}
	return &d
}

func file(m inbox.Message) *File {
	f := &File{Name: m.Content.Media.FileName, Type: m.Content.Media.MIME, State: "missing", message: m.ID}
	if m.File == nil {
		return f
	}
	f.State, f.Bytes = string(m.File.State), m.File.Bytes
	if m.File.State != inbox.FileStored {
		return f
	}
	f.Type = m.File.Facts.MIME
	f.Path = fmt.Sprintf("04_Medien/%s_%d%s", m.SentAt.UTC().Format("20060102T150405Z"), int64(m.ID), extension(f.Type))
	return f
}

// extension comes from the bytes' type; the sender's file name is outside text
// and could be a path or a program.
func extension(mimeType string) string {
	known := map[string]string{
		"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "video/mp4": ".mp4", "audio/ogg": ".ogg",
		"audio/mpeg": ".mp3", "audio/mp4": ".m4a", "application/pdf": ".pdf", "text/plain": ".txt",
	}
	base, _, err := mime.ParseMediaType(mimeType)
	if ext := known[base]; err == nil && ext != "" {
		return ext
	}
	return ".bin"
}

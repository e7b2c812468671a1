package access

import (
	"context"
	"fmt"
	"mime"
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
	Periods    []Period
	// Redact names messages whose content says something about others.
	Redact map[inbox.MessageID]bool
	// Language is de or en.
	Language string
}

const pageSize = 500

// Collect reads everything that is kept about a person. progress is called with
// how many messages were read.
func Collect(ctx context.Context, s *store.Store, q Request, progress func(int)) (Record, error) {
	r := Record{
		Schema: SchemaVersion, Case: q.Case, CreatedAt: q.CreatedAt, Controller: q.Controller,
		Conversations: []Conversation{}, Consents: []Consent{}, Notices: []Notice{}, Notes: []Note{}, Periods: []Period{},
	}
	r.Notes = append(r.Notes, q.Notes...)
	r.Periods = append(r.Periods, q.Periods...)
	customer, err := s.Customer(ctx, q.Customer)
	if err != nil {
		return r, err
	}
	r.Person = person(customer)
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
	return r, collectProof(ctx, s, q.Customer, &r)
}

// addPerson adds what a customer is known by who is the same person.
func addPerson(ctx context.Context, s *store.Store, id inbox.CustomerID, r *Record) error {
	c, err := s.Customer(ctx, id)
	if err != nil {
		return err
	}
	other := person(c)
	r.Person.Identifiers = append(r.Person.Identifiers, other.Identifiers...)
	if other.FirstAt.Before(r.Person.FirstAt) {
		r.Person.FirstAt = other.FirstAt
	}
	shown, err := s.ShownNotices(ctx, id)
	for _, n := range shown {
		r.Notices = append(r.Notices, Notice{ID: n.ID, At: n.At})
	}
	return err
}

func person(c inbox.Customer) Person {
	p := Person{
		ShopName: c.Profile.ShopName, ProfileName: c.Profile.ProfileName, Username: c.Profile.Username,
		FirstAt: c.FirstSeen, Identifiers: []Identifier{},
	}
	for _, i := range c.Identifiers {
		p.Identifiers = append(p.Identifiers, Identifier{Kind: string(i.Kind), Value: i.Value, FirstAt: i.FirstSeen, Retired: moment(i.Retired)})
	}
	return p
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
	shown, err := s.ShownNotices(ctx, id)
	for _, n := range shown {
		r.Notices = append(r.Notices, Notice{ID: n.ID, At: n.At})
	}
	return err
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
		for _, m := range page {
			c.Messages = append(c.Messages, message(m, q))
		}
		after = page[len(page)-1].ID
		progress(len(page))
	}
}

var directions = map[inbox.Direction]string{inbox.Inbound: "in", inbox.Outbound: "out", inbox.Echo: "echo"}

// blackedOut stands where content of other people was.
var blackedOut = map[string]string{"de": "[geschwärzt: Rechte Dritter]", "en": "[redacted: rights of others]"}

func message(m inbox.Message, q Request) Message {
	out := Message{
		ID: strconv.FormatInt(int64(m.ID), 10), WAMID: string(m.WAMID), Direction: directions[m.Direction], Type: string(m.Kind),
		SentAt: m.SentAt, Text: m.Content.Text, Status: string(m.Status), StatusAt: moment(m.StatusAt),
		Imported: m.Content.Imported, EditedAt: moment(m.EditedAt), RevokedAt: moment(m.RevokedAt),
	}
	if m.Content.Context != nil {
		out.Quotes = string(m.Content.Context.WAMID)
	}
	for _, r := range m.Reactions {
		out.Reactions = append(out.Reactions, Reaction{Emoji: r.Emoji, FromShop: r.FromShop, At: r.At})
	}
	if q.Redact[m.ID] {
		out.Redacted, out.Text = true, blackedOut[q.Language]
		return out
	}
	c := m.Content
	d := Details{
		Location: c.Location, Contacts: c.Contacts, Reply: c.Reply, Order: c.Order, System: c.System, Call: c.Call,
		Referral: c.Referral, Interactive: c.Interactive,
	}
	if !d.empty() {
		out.Details = &d
	}
	if c.Media != nil {
		if out.Text == "" {
			out.Text = c.Media.Caption
		}
		out.File = file(m)
	}
	return out
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

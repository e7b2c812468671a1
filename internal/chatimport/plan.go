package chatimport

import (
	"context"
	"path"
	"strings"
	"time"

	"tresen/internal/chatexport"
	"tresen/internal/inbox"
	"tresen/internal/store"
)

// Nobody is the shop's place among the senders if all messages are the customer's.
const Nobody = -1

// Job is an export, read, and where it is to go.
type Job struct {
	Store        *store.Store
	Archive      *chatexport.Archive
	Chat         chatexport.Chat
	Conversation inbox.ConversationID
	// Shop is the index of the shop among the chat's senders, or Nobody.
	Shop int
}

// Plan says what an import would do.
type Plan struct {
	// Messages are those to be imported, in their order.
	Messages []chatexport.Message
	// Known counts messages the conversation has already.
	Known int
	// Files counts the files that come along, Missing those the export only names.
	Files, Missing int
	// Omitted, Deleted and Empty count what has no content to import.
	Omitted, Deleted, Empty int
	First, Last             time.Time
}

// item is by what a message is known again: exports have no ids.
type item struct {
	shop   bool
	minute int64
	what   string
}

// fileKinds are the kinds of message WhatsApp makes of files, by their ending.
var fileKinds = map[string]inbox.MessageKind{
	".jpg": inbox.KindImage, ".jpeg": inbox.KindImage, ".png": inbox.KindImage, ".webp": inbox.KindSticker, ".mp4": inbox.KindVideo,
	".3gp": inbox.KindVideo, ".mov": inbox.KindVideo, ".opus": inbox.KindAudio, ".ogg": inbox.KindAudio, ".mp3": inbox.KindAudio,
	".m4a": inbox.KindAudio, ".aac": inbox.KindAudio, ".amr": inbox.KindAudio,
}

func kindOf(m chatexport.Message) inbox.MessageKind {
	if m.Kind != chatexport.File {
		return inbox.KindText
	}
	if kind, ok := fileKinds[strings.ToLower(path.Ext(m.File))]; ok {
		return kind
	}
	return inbox.KindDocument
}

// what describes content, blanks and lines aside.
func what(kind inbox.MessageKind, text string) string {
	return string(kind) + ":" + strings.Join(strings.Fields(text), " ")
}

func (j Job) item(m chatexport.Message) item {
	return item{m.Sender == j.Shop, minute(m.At), what(kindOf(m), m.Text)}
}

func minute(t time.Time) int64 { return t.Unix() / 60 }

// Plan compares an export with what the conversation holds.
func (j Job) Plan(ctx context.Context) (Plan, error) {
	p := Plan{}
	var wanted []chatexport.Message
	for _, m := range j.Chat.Messages {
		switch {
		case m.Kind == chatexport.Omitted:
			p.Omitted++
		case m.Kind == chatexport.Deleted:
			p.Deleted++
		case m.Kind == chatexport.Text && m.Text == "":
			p.Empty++
		default:
			wanted = append(wanted, m)
		}
	}
	if len(wanted) == 0 {
		return p, nil
	}
	there, err := j.there(ctx, wanted)
	if err != nil {
		return p, err
	}
	wanted = j.unknown(wanted, there, 0)
	// The shop's and the phone's clock may show different minutes.
	p.Messages = j.unknown(wanted, there, -1, 1)
	p.Known = len(j.Chat.Messages) - p.Omitted - p.Deleted - p.Empty - len(p.Messages)
	for _, m := range p.Messages {
		switch {
		case m.Kind != chatexport.File:
		case j.Archive.Has(m.File):
			p.Files++
		default:
			p.Missing++
		}
		if p.First.IsZero() || m.At.Before(p.First) {
			p.First = m.At
		}
		if m.At.After(p.Last) {
			p.Last = m.At
		}
	}
	return p, nil
}

// unknown returns the messages that are not there within some minutes. Each
// message that is there stands for one of them.
func (j Job) unknown(list []chatexport.Message, there map[item]int, minutes ...int64) (left []chatexport.Message) {
	for _, m := range list {
		known := false
		for _, shift := range minutes {
			i := j.item(m)
			i.minute += shift
			if there[i] > 0 && !known {
				there[i]--
				known = true
			}
		}
		if !known {
			left = append(left, m)
		}
	}
	return left
}

const pageSize = 500

// there counts what the conversation holds in the period of some messages.
func (j Job) there(ctx context.Context, list []chatexport.Message) (map[item]int, error) {
	first, last := list[0].At, list[0].At
	for _, m := range list {
		if m.At.Before(first) {
			first = m.At
		}
		if m.At.After(last) {
			last = m.At
		}
	}
	after, err := inbox.FirstMessageID(j.Conversation, first.Add(-2*time.Minute))
	if err != nil {
		return nil, err
	}
	counts := map[item]int{}
	for after--; ; {
		page, err := j.Store.ListMessages(ctx, store.Span{Conversation: j.Conversation, After: after, Limit: pageSize})
		if err != nil {
			return nil, err
		}
		for _, m := range page {
			counts[item{m.Direction != inbox.Inbound, minute(m.SentAt), whatOf(m)}]++
		}
		if len(page) == 0 || page[len(page)-1].SentAt.After(last.Add(2*time.Minute)) {
			return counts, nil
		}
		after = page[len(page)-1].ID
	}
}

func whatOf(m inbox.Message) string {
	c := m.Content
	switch {
	case c.Media != nil && c.Text == "":
		return what(m.Kind, c.Media.Caption)
	case c.Media != nil:
		return what(m.Kind, c.Text)
	case c.Reply != nil && c.Text == "":
		return what(inbox.KindText, c.Reply.Title)
	}
	return what(inbox.KindText, c.Text)
}

// voice reports whether a file is called as phones call voice notes.
func voice(name string) bool {
	return strings.HasPrefix(name, "PTT-") || strings.Contains(name, "-AUDIO-") || strings.HasSuffix(name, ".opus")
}

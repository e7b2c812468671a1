package app

import (
	"context"
	"errors"
	"runtime/debug"
	"slices"
	"time"
	"unicode/utf8"

	"tresen/internal/finder"
	"tresen/internal/inbox"
	"tresen/internal/outbox"
	"tresen/internal/search"
	"tresen/internal/store"
)

// Search is how the window finds messages and people.
type Search struct{ app *App }

// SearchRequest says what is looked for. Everything that is set must hold.
type SearchRequest struct {
	// Text is what somebody typed.
	Text       string `json:"text"`
	CustomerID string `json:"customerId"`
	// Kinds are message kinds; empty means all.
	Kinds []string `json:"kinds"`
	// LabelID is 0 for any.
	LabelID int64 `json:"labelId"`
	// FromMs ≤ sent < ToMs; 0 is no bound.
	FromMs int64 `json:"fromMs"`
	ToMs   int64 `json:"toMs"`
	// Attachment is any, with or without.
	Attachment string `json:"attachment"`
	// After is the After of the page before, or empty.
	After string `json:"after"`
	Limit int    `json:"limit"`
}

// SearchPage is what was found.
type SearchPage struct {
	// People is filled on the first page only.
	People   []PersonHit  `json:"people"`
	Messages []MessageHit `json:"messages"`
	More     bool         `json:"more"`
	After    string       `json:"after"`
	// Ready is false while older messages are still being loaded; Indexed says how many can be found.
	Ready   bool `json:"ready"`
	Indexed int  `json:"indexed"`
	// Superseded is true if a newer search has ended this one; there is nothing in it.
	Superseded bool `json:"superseded"`
}

// PersonHit is somebody whose names or notes hold the words.
type PersonHit struct {
	CustomerID     string     `json:"customerId"`
	ConversationID int64      `json:"conversationId"`
	Name           string     `json:"name"`
	NameSource     NameSource `json:"nameSource"`
	// Marks are pairs of start and end in Name, as JavaScript counts.
	Marks []int `json:"marks"`
	// Detail is another name or the note in which the words were found, or empty.
	Detail      string `json:"detail"`
	DetailMarks []int  `json:"detailMarks"`
}

// MessageHit is a message that holds the words.
type MessageHit struct {
	MessageID      string     `json:"messageId"`
	ConversationID int64      `json:"conversationId"`
	CustomerID     string     `json:"customerId"`
	Name           string     `json:"name"`
	NameSource     NameSource `json:"nameSource"`
	Kind           string     `json:"kind"`
	FromShop       bool       `json:"fromShop"`
	SentAtMs       int64      `json:"sentAtMs"`
	// Snippet is the part of the message around the first word; Marks are pairs of start and end in it.
	Snippet string `json:"snippet"`
	Marks   []int  `json:"marks"`
	// InFileName tells that Snippet is the file's name.
	InFileName bool `json:"inFileName"`
}

// Find returns one page of messages, newest first, and the people whose names
// or notes fit. Each call ends the one before.
func (b *Search) Find(r SearchRequest) (page SearchPage, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return page, err
	}
	return s.find(r)
}

// frugal is the GC percentage while a large index is in memory: it holds no
// pointers, so collecting often costs little and saves as much memory again.
const frugal = 20

// largeIndex is the size in bytes from which that matters.
const largeIndex = 32 << 20

// runFinder keeps the search index until the session ends.
func (s *Session) runFinder(ctx context.Context) error {
	usual := debug.SetGCPercent(frugal)
	defer debug.SetGCPercent(usual)
	defer s.finder.Close()
	return s.finder.Run(ctx)
}

// indexed is called when the index has been loaded and when it has changed
// without a message.
func (s *Session) indexed() {
	if ready, _ := s.finder.Ready(); ready {
		s.trim.Do(func() {
			if s.finder.Bytes() < largeIndex {
				debug.SetGCPercent(100)
			}
			debug.FreeOSMemory()
		})
	}
	s.cfg.emit(EventSearchChanged, nil)
}

func (s *Session) find(r SearchRequest) (SearchPage, error) {
	page := SearchPage{People: []PersonHit{}, Messages: []MessageHit{}}
	query, err := s.searchQuery(r)
	if err != nil {
		return page, err
	}
	ctx, end := s.searching.begin(s.ctx)
	defer end()
	found, err := s.finder.Search(ctx, query)
	if errors.Is(err, context.Canceled) && s.ctx.Err() == nil {
		page.Superseded = true
		return page, nil
	}
	if err != nil {
		return page, err
	}
	for _, p := range found.People {
		page.People = append(page.People, personHit(p, r.Text))
	}
	for _, m := range found.Messages {
		page.Messages = append(page.Messages, messageHit(m, r.Text))
	}
	if page.More = found.More; page.More {
		page.After = found.After.String()
	}
	page.Ready, page.Indexed = found.Ready, found.Indexed
	return page, nil
}

func (s *Session) searchQuery(r SearchRequest) (search.Query, error) {
	q := search.Query{Text: r.Text, Limit: r.Limit}
	if utf8.RuneCountInString(r.Text) > maxName*10 {
		return q, inbox.InvalidField("text", "too long")
	}
	if r.CustomerID != "" {
		id, err := inbox.ParseCustomerID(r.CustomerID)
		if err != nil {
			return q, err
		}
		q.Customer = id
	}
	if r.After != "" {
		id, err := inbox.ParseMessageID(r.After)
		if err != nil {
			return q, err
		}
		q.After = id
	}
	for _, kind := range r.Kinds {
		if !slices.Contains(inbox.MessageKinds(), inbox.MessageKind(kind)) {
			return q, inbox.InvalidField("kinds", "unknown kind")
		}
		q.Kinds = append(q.Kinds, inbox.MessageKind(kind))
	}
	has, known := map[string]search.Has{"": search.Any, "any": search.Any, "with": search.With, "without": search.Without}[r.Attachment]
	if !known {
		return q, inbox.InvalidField("attachment", "unknown word")
	}
	q.Attachment = has
	if r.LabelID != 0 {
		bearing, err := s.store.LabelledConversations(s.ctx, inbox.LabelID(r.LabelID))
		if err != nil {
			return q, err
		}
		q.Keep = func(id inbox.MessageID) bool { return bearing[id.Conversation()] }
	}
	if r.FromMs > 0 {
		q.From = time.UnixMilli(r.FromMs)
	}
	if r.ToMs > 0 {
		q.To = time.UnixMilli(r.ToMs)
	}
	return q, nil
}

func personHit(p store.Person, text string) PersonHit {
	name, source := p.Profile.DisplayName()
	hit := PersonHit{CustomerID: p.ID.String(), Name: name, NameSource: NameSource(source), Marks: highlight(name, text), DetailMarks: []int{}}
	if n := len(p.Conversations); n > 0 {
		hit.ConversationID = int64(p.Conversations[n-1])
	}
	if len(hit.Marks) > 0 {
		return hit
	}
	for _, other := range []string{p.Profile.ProfileName, p.Profile.Username, p.Profile.Number} {
		if marks := highlight(other, text); len(marks) > 0 {
			hit.Detail, hit.DetailMarks = other, marks
			return hit
		}
	}
	for _, note := range p.Notes {
		part := excerpt(note.Text, text)
		if marks := highlight(part, text); len(marks) > 0 {
			hit.Detail, hit.DetailMarks = part, marks
			break
		}
	}
	return hit
}

func messageHit(f store.Found, text string) MessageHit {
	m := f.Message
	name, source := f.Profile.DisplayName()
	hit := MessageHit{
		MessageID: m.ID.String(), ConversationID: int64(m.ID.Conversation()), CustomerID: f.Customer.String(), Name: name,
		NameSource: NameSource(source), Kind: string(m.Kind), FromShop: m.Direction != inbox.Inbound, SentAtMs: millis(m.SentAt),
	}
	shown := shownText(m)
	if len(search.Highlight(shown, text)) == 0 {
		if other, isFile, ok := elsewhere(m.Content, text); ok {
			shown, hit.InFileName = other, isFile
		}
	}
	hit.Snippet = excerpt(shown, text)
	hit.Marks = highlight(hit.Snippet, text)
	return hit
}

// elsewhere returns the first text of a message, other than the one shown
// first, that holds one of the words.
func elsewhere(c inbox.Content, text string) (found string, isFile, ok bool) {
	if c.Media != nil {
		name := inbox.CleanLine(c.Media.FileName, 255)
		if len(search.Highlight(name, text)) > 0 {
			return name, true, true
		}
	}
	for _, other := range finder.Others(c) {
		if other = inbox.CleanText(other, 2*outbox.MaxText); len(search.Highlight(other, text)) > 0 {
			return other, false, true
		}
	}
	return "", false, false
}

// The part of a message that is shown: in characters before and after the first word.
const (
	snippetBefore = 36
	snippetAfter  = 160
)

// excerpt cuts a line around the first word of a query out of a text.
func excerpt(s, query string) string {
	from := 0
	if ranges := search.Highlight(s, query); len(ranges) > 0 {
		from = ranges[0].Start
	}
	start := from
	for n := 0; n < snippetBefore && start > 0; n++ {
		_, size := utf8.DecodeLastRuneInString(s[:start])
		start -= size
	}
	cut := oneLine(s[start:], snippetBefore+snippetAfter)
	if start > 0 {
		cut = "…" + cut
	}
	return cut
}

// highlight returns where the words stand, flattened for the window.
func highlight(text, query string) []int {
	marks := []int{}
	for _, r := range search.InUTF16(text, search.Highlight(text, query)) {
		marks = append(marks, r.Start, r.End)
	}
	return marks
}

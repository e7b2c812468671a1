package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"

	"tresen/internal/chatexport"
	"tresen/internal/chatimport"
	"tresen/internal/inbox"
	"tresen/internal/store"
)

// ChatImports brings chats that a phone exported into conversations.
type ChatImports struct{ app *App }

// ChatSender is one of the people in an export, as the phone called them.
type ChatSender struct {
	Name     string `json:"name"`
	Messages int    `json:"messages"`
}

// ChatFile is an export that was chosen and read. Nothing of it is kept yet.
type ChatFile struct {
	// Token names it until it was imported or dropped; empty if nobody chose one.
	Token   string       `json:"token"`
	Senders []ChatSender `json:"senders"`
	// Example is a date that can be read in two ways, or empty; then the person has to say which.
	Example string `json:"example"`
	// DayFirst and MonthFirst are what Example means either way, as yyyy-mm-dd.
	DayFirst   string `json:"dayFirst"`
	MonthFirst string `json:"monthFirst"`
}

// ChatImportRequest says how a chosen export is to be imported.
type ChatImportRequest struct {
	Token          string `json:"token"`
	ConversationID int64  `json:"conversationId"`
	// Shop is the index of the shop among the senders, -1 if all messages are the customer's.
	Shop int `json:"shop"`
	// Order is day, month or empty where the file says so itself.
	Order string `json:"order"`
}

// ChatLine is one message of a preview.
type ChatLine struct {
	FromShop bool   `json:"fromShop"`
	AtMs     int64  `json:"atMs"`
	Text     string `json:"text"`
	// File is true if it has one.
	File bool `json:"file"`
}

// ChatPreview says what an import would do.
type ChatPreview struct {
	Messages int `json:"messages"`
	Known    int `json:"known"`
	Files    int `json:"files"`
	// Missing counts files the export names but does not hold.
	Missing int `json:"missing"`
	// Omitted were exported without their file, Deleted taken back, Notices written by WhatsApp.
	Omitted   int   `json:"omitted"`
	Deleted   int   `json:"deleted"`
	Notices   int   `json:"notices"`
	Shortened int   `json:"shortened"`
	FirstAtMs int64 `json:"firstAtMs"`
	LastAtMs  int64 `json:"lastAtMs"`
	// Lines are the first and the last messages.
	Lines []ChatLine `json:"lines"`
	// Sender is what the export calls the customer, Customer what the shop does.
	Sender   string `json:"sender"`
	Customer string `json:"customer"`
}

// ChatImported says what an import did.
type ChatImported struct {
	ID       int64 `json:"id"`
	Messages int   `json:"messages"`
	Files    int   `json:"files"`
	Lost     int   `json:"lost"`
	// Cancelled is true if it was stopped; then nothing of it is left.
	Cancelled bool `json:"cancelled"`
}

// ChatImportRow is an import that can be taken back.
type ChatImportRow struct {
	ID       int64 `json:"id"`
	AtMs     int64 `json:"atMs"`
	Messages int   `json:"messages"`
}

// TaskEvent says how far something long has come.
type TaskEvent struct {
	Token string `json:"token"`
	Done  int64  `json:"done"`
	Total int64  `json:"total"`
}

// chatFiles are the exports somebody has chosen and not yet imported.
type chatFiles struct {
	mu    sync.Mutex
	files map[string]*chatFile
}

type chatFile struct {
	archive *chatexport.Archive
	// running is the import of it.
	running running
}

// Choose asks the person for an export and reads it. It fails with invalid and
// one of the fields of package chatexport.
func (b *ChatImports) Choose() (file ChatFile, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return file, err
	}
	paths, err := b.app.cfg.PickFiles()
	if err != nil || len(paths) == 0 {
		return ChatFile{Senders: []ChatSender{}}, err
	}
	return s.openChat(paths[0])
}

// Preview says what an import would do, and does nothing.
func (b *ChatImports) Preview(r ChatImportRequest) (p ChatPreview, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return p, err
	}
	return s.previewChat(r)
}

// Run imports a chosen export and returns when it is in. Progress is told by
// events. It fails with conflict while the same export is being imported.
func (b *ChatImports) Run(r ChatImportRequest) (done ChatImported, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return done, err
	}
	return s.importChat(r)
}

// Drop forgets a chosen export; if it is being imported, that stops and is taken back.
func (b *ChatImports) Drop(token string) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.dropChat(token)
}

// List returns the imports into a conversation, the newest first.
func (b *ChatImports) List(conversationID int64) (rows []ChatImportRow, err error) {
	defer guard(&err)
	rows = []ChatImportRow{}
	s, err := b.app.session()
	if err != nil {
		return rows, err
	}
	list, err := s.store.ListImports(s.ctx, inbox.ConversationID(conversationID))
	for _, i := range list {
		if i.Done {
			rows = append(rows, ChatImportRow{ID: int64(i.ID), AtMs: millis(i.At), Messages: i.Messages})
		}
	}
	return rows, err
}

// Remove takes an import back.
func (b *ChatImports) Remove(r RemoveImportRequest) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	if err := s.store.RemoveImport(s.ctx, store.ChatImportID(r.ID)); err != nil {
		return err
	}
	s.cfg.emit(EventConversationChanged, ConversationEvent{ConversationID: r.ConversationID})
	return s.logImport("importRemoved", 0)
}

// RemoveImportRequest names an import and where it is.
type RemoveImportRequest struct {
	ID             int64 `json:"id"`
	ConversationID int64 `json:"conversationId"`
}

func (s *Session) openChat(path string) (ChatFile, error) {
	file := ChatFile{Senders: []ChatSender{}}
	a, err := chatexport.Open(path)
	if err != nil {
		return file, err
	}
	chat, err := a.Parse(s.chatOptions(""))
	if err != nil {
		return file, errors.Join(err, a.Close())
	}
	for _, sender := range chat.Senders {
		file.Senders = append(file.Senders, ChatSender(sender))
	}
	file.Example = chat.Example
	if chat.Example != "" {
		file.DayFirst, file.MonthFirst = chat.Readings()
	}
	file.Token = uuid.NewString()
	s.chats.mu.Lock()
	defer s.chats.mu.Unlock()
	if s.chats.files == nil {
		s.chats.files = map[string]*chatFile{}
	}
	s.chats.files[file.Token] = &chatFile{archive: a}
	return file, nil
}

// chatOptions reads an export as a phone next to this computer wrote it.
func (s *Session) chatOptions(order string) chatexport.Options {
	return chatexport.Options{Order: chatexport.Order(order), Zone: time.Local, Now: s.cfg.now()}
}

func (s *Session) chatFile(token string) (*chatFile, error) {
	s.chats.mu.Lock()
	defer s.chats.mu.Unlock()
	if f := s.chats.files[token]; f != nil {
		return f, nil
	}
	return nil, inbox.NewError(inbox.CodeNotFound, "no such export was chosen")
}

func (s *Session) dropChat(token string) error {
	f, err := s.chatFile(token)
	if err != nil {
		return nil // dropped already
	}
	s.chats.mu.Lock()
	defer s.chats.mu.Unlock()
	f.running.end()
	delete(s.chats.files, token)
	return f.archive.Close()
}

// dropChats forgets what was chosen and not imported.
func (s *Session) dropChats() {
	s.chats.mu.Lock()
	defer s.chats.mu.Unlock()
	for _, f := range s.chats.files {
		_ = f.archive.Close() // it was only read
	}
	s.chats.files = nil
}

func (s *Session) chatJob(r ChatImportRequest) (chatimport.Job, chatimport.Plan, error) {
	f, err := s.chatFile(r.Token)
	if err != nil {
		return chatimport.Job{}, chatimport.Plan{}, err
	}
	if r.Order != "" && r.Order != string(chatexport.DayFirst) && r.Order != string(chatexport.MonthFirst) {
		return chatimport.Job{}, chatimport.Plan{}, inbox.InvalidField("order", "unknown")
	}
	chat, err := f.archive.Parse(s.chatOptions(r.Order))
	if err != nil {
		return chatimport.Job{}, chatimport.Plan{}, err
	}
	if chat.Order == chatexport.Unknown {
		return chatimport.Job{}, chatimport.Plan{}, inbox.InvalidField("order", "not decided")
	}
	if r.Shop < chatimport.Nobody || r.Shop >= len(chat.Senders) || r.Shop == chatimport.Nobody && len(chat.Senders) > 1 {
		return chatimport.Job{}, chatimport.Plan{}, inbox.InvalidField("shop", "not decided")
	}
	j := chatimport.Job{Store: s.store, Archive: f.archive, Chat: chat, Conversation: inbox.ConversationID(r.ConversationID), Shop: r.Shop}
	p, err := j.Plan(s.ctx)
	return j, p, err
}

// previewEnds is how many messages of each end a preview shows.
const previewEnds = 2

func (s *Session) previewChat(r ChatImportRequest) (ChatPreview, error) {
	j, p, err := s.chatJob(r)
	if err != nil {
		return ChatPreview{Lines: []ChatLine{}}, err
	}
	c, err := s.store.Conversation(s.ctx, j.Conversation)
	if err != nil {
		return ChatPreview{Lines: []ChatLine{}}, err
	}
	out := ChatPreview{
		Messages: len(p.Messages), Known: p.Known, Files: p.Files, Missing: p.Missing, Omitted: p.Omitted, Deleted: p.Deleted,
		Notices: j.Chat.Notices + p.Empty, Shortened: j.Chat.Shortened, FirstAtMs: millis(p.First), LastAtMs: millis(p.Last), Lines: []ChatLine{},
	}
	out.Customer, _ = c.Profile.DisplayName()
	for i, sender := range j.Chat.Senders {
		if i != r.Shop {
			out.Sender = sender.Name
		}
	}
	for i, m := range p.Messages {
		if i < previewEnds || i >= len(p.Messages)-previewEnds {
			out.Lines = append(out.Lines, ChatLine{
				FromShop: m.Sender == r.Shop, AtMs: millis(m.At), Text: oneLine(m.Text, 2*previewLength), File: m.Kind == chatexport.File,
			})
		}
	}
	return out, nil
}

func (s *Session) importChat(r ChatImportRequest) (ChatImported, error) {
	f, err := s.chatFile(r.Token)
	if err != nil {
		return ChatImported{}, err
	}
	ctx, end, err := f.running.begin(s.ctx)
	if err != nil {
		return ChatImported{}, err
	}
	defer end()
	j, p, err := s.chatJob(r)
	if err != nil {
		return ChatImported{}, err
	}
	done, err := j.Run(ctx, p, s.media.Look, s.cfg.now(), func(n int) {
		s.cfg.emit(EventTaskProgress, TaskEvent{Token: r.Token, Done: int64(n), Total: int64(len(p.Messages))})
	})
	s.cfg.emit(EventConversationChanged, ConversationEvent{ConversationID: r.ConversationID})
	if ctx.Err() != nil && s.ctx.Err() == nil && errors.Is(err, context.Canceled) {
		return ChatImported{Cancelled: true}, nil
	}
	if err != nil {
		return ChatImported{}, err
	}
	if err := errors.Join(s.logImport("import", done.Messages), s.dropChat(r.Token)); err != nil {
		return ChatImported{}, err
	}
	return ChatImported{ID: int64(done.ID), Messages: done.Messages, Files: done.Files, Lost: done.Lost}, nil
}

func (s *Session) logImport(kind string, messages int) error {
	return s.store.Update(s.ctx, func(tx *store.Tx) error {
		_, err := tx.AppendLog(s.cfg.now(), kind, struct {
			Messages int `json:"messages,omitempty"`
		}{messages})
		return err
	})
}

// tidyImports takes back imports that were broken off.
func (s *Session) tidyImports(ctx context.Context) error {
	list, err := s.store.UnfinishedImports(ctx)
	for _, id := range list {
		if err := s.store.RemoveImport(ctx, id); err != nil {
			return err
		}
	}
	return err
}

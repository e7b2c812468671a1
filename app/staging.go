package app

import (
	"encoding/base64"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/google/uuid"

	"tresen/internal/inbox"
	"tresen/internal/media"
	"tresen/internal/microphone"
	"tresen/internal/outbox"
	"tresen/internal/store"
	"tresen/internal/voice"
)

// staging holds the files that wait in composers to be sent: sealed from the
// first byte on, and gone when the program ends.
type staging struct {
	mu    sync.Mutex
	files map[string]*stagedFile
	// preparing lets one picture be unpacked at a time.
	preparing sync.Mutex
}

// stagedFile is one of them. mu is held while its bytes are written or looked at.
type stagedFile struct {
	mu           sync.Mutex
	id           string
	conversation inbox.ConversationID
	owner        inbox.CustomerID
	name         string
	size         int64
	// recorder is set for a voice note; what is written are samples.
	recorder *voice.Recorder
	// microphone is set while the program itself records.
	microphone *microphone.Microphone
	raw        *store.NewFile
	written    int64
	ready      *media.Prepared
	gone       bool
}

const (
	// maxStaged is how many files may wait in one conversation; WhatsApp's apps
	// take as many at once.
	maxStaged = 30
	// maxChunk bounds one part of a file on its way from the window, in bytes.
	maxChunk = 4 << 20
	// maxStagedSize is the largest file WhatsApp takes at all.
	maxStagedSize = 100 << 20
)

func (f *stagedFile) discard() {
	f.closeMicrophone()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gone = true
	f.raw.Discard()
	if f.ready != nil {
		f.ready.Discard()
	}
}

// stage begins a file for a conversation.
func (s *Session) stage(conversation int64, name string, size int64) (*stagedFile, error) {
	if size > maxStagedSize {
		return nil, inbox.InvalidField(media.FieldSize, "larger than anything WhatsApp takes")
	}
	c, err := s.store.Conversation(s.ctx, inbox.ConversationID(conversation))
	if err != nil {
		return nil, err
	}
	s.staging.mu.Lock()
	defer s.staging.mu.Unlock()
	waiting := 0
	for _, f := range s.staging.files {
		if f.conversation == c.ID {
			waiting++
		}
	}
	if waiting >= maxStaged {
		return nil, inbox.InvalidField("fileCount", "too many files at once")
	}
	raw, err := s.store.CreateFile(c.CustomerID)
	if err != nil {
		return nil, err
	}
	f := &stagedFile{id: uuid.NewString(), conversation: c.ID, owner: c.CustomerID, name: inbox.CleanLine(filepath.Base(name), 255), size: size, raw: raw}
	if s.staging.files == nil {
		s.staging.files = map[string]*stagedFile{}
	}
	s.staging.files[f.id] = f
	return f, nil
}

func (s *Session) stagedFile(id string) (*stagedFile, error) {
	s.staging.mu.Lock()
	defer s.staging.mu.Unlock()
	if f := s.staging.files[id]; f != nil {
		return f, nil
	}
	return nil, inbox.NewError(inbox.CodeNotFound, "no such file waits")
}

// unstage takes a file out of its composer and deletes what was not sent.
func (s *Session) unstage(id string) {
	s.staging.mu.Lock()
	f := s.staging.files[id]
	delete(s.staging.files, id)
	s.staging.mu.Unlock()
	if f != nil {
		f.discard()
	}
}

func (s *Session) unstageAll() {
	s.staging.mu.Lock()
	files := s.staging.files
	s.staging.files = nil
	s.staging.mu.Unlock()
	for _, f := range files {
		f.discard()
	}
}

// write adds bytes to a file that is still arriving.
func (f *stagedFile) write(b []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gone || f.ready != nil || f.recorder == nil && f.written+int64(len(b)) > f.size {
		return inbox.NewError(inbox.CodeConflict, "the file is complete or gone")
	}
	f.written += int64(len(b))
	if f.recorder != nil {
		return f.recorder.Write(b)
	}
	_, err := f.raw.Write(b)
	return err
}

// finish looks at a complete file and makes it fit to be sent. A film that was
// refused can be finished again as a document.
func (s *Session) finish(f *stagedFile, asDocument bool) (StagedRow, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gone || f.recorder != nil || f.written != f.size || f.ready != nil {
		return StagedRow{}, inbox.NewError(inbox.CodeConflict, "the file is not complete or gone")
	}
	if err := f.raw.Finish(); err != nil {
		return StagedRow{}, err
	}
	s.staging.preparing.Lock()
	defer s.staging.preparing.Unlock()
	p := media.Preparer{Store: s.store, Now: s.cfg.now}
	ready, err := p.Prepare(f.owner, f.raw, f.name, asDocument)
	if refused := (*inbox.Error)(nil); errors.As(err, &refused) && refused.Code == inbox.CodeInvalid {
		return StagedRow{ID: f.id, Name: f.name, Bytes: f.size, Problem: refused.Field}, nil
	}
	if err != nil {
		return StagedRow{}, err
	}
	f.ready = &ready
	if ready.File != f.raw {
		f.raw.Discard()
	}
	return f.row()
}

func (f *stagedFile) row() (StagedRow, error) {
	row := StagedRow{
		ID: f.id, Name: f.name, Kind: string(f.ready.Kind), Type: f.ready.MIME, Bytes: f.ready.File.Size(), Voice: f.recorder != nil,
		Width: f.ready.Facts.Width, Height: f.ready.Facts.Height,
	}
	if f.ready.Thumb == nil {
		return row, nil
	}
	thumb, err := f.ready.Thumb.Open()
	if err != nil {
		return row, err
	}
	defer thumb.Close()
	picture, err := io.ReadAll(thumb)
	row.Preview = base64.StdEncoding.EncodeToString(picture)
	return row, err
}

// stagePath stages a file from the disk.
func (s *Session) stagePath(conversation int64, path string) (StagedRow, error) {
	source, err := os.Open(path)
	if err != nil {
		return StagedRow{}, inbox.InvalidField("fileUnreadable", "file cannot be read")
	}
	defer source.Close()
	info, err := source.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return StagedRow{}, inbox.InvalidField("fileUnreadable", "file cannot be read")
	}
	f, err := s.stage(conversation, path, info.Size())
	if err != nil {
		return StagedRow{}, err
	}
	buffer := make([]byte, 256<<10)
	for {
		n, err := source.Read(buffer)
		if n > 0 {
			if err := f.write(buffer[:n]); err != nil {
				s.unstage(f.id)
				return StagedRow{}, err
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			s.unstage(f.id)
			return StagedRow{}, inbox.InvalidField("fileUnreadable", "file cannot be read")
		}
	}
	row, err := s.finish(f, false)
	if err != nil || row.Problem != "" && row.Problem != media.FieldFilm {
		s.unstage(f.id)
	}
	return row, err
}

// sendStaged queues files that wait, in the order given, all of them or none.
func (s *Session) sendStaged(r SendFilesRequest) ([]MessageRow, error) {
	hold, err := s.hold()
	if err != nil {
		return nil, err
	}
	var replyTo inbox.MessageID
	if r.ReplyTo != "" {
		if replyTo, err = inbox.ParseMessageID(r.ReplyTo); err != nil {
			return nil, err
		}
	}
	list := make([]outbox.Outgoing, 0, len(r.Files))
	seen := map[string]bool{}
	for i, item := range r.Files {
		f, err := s.stagedFile(item.ID)
		if err != nil {
			return nil, err
		}
		if seen[f.id] {
			return nil, inbox.InvalidField("files", "twice the same")
		}
		seen[f.id] = true
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.ready == nil || f.gone || f.conversation != inbox.ConversationID(r.ConversationID) {
			return nil, inbox.NewError(inbox.CodeConflict, "the file is not ready")
		}
		m := f.outgoing(item.Caption)
		m.Hold = hold
		if i == 0 {
			m.ReplyTo = replyTo
		}
		list = append(list, m)
	}
	if len(list) == 0 {
		return nil, inbox.InvalidField("files", "none")
	}
	ids, err := s.outbox.QueueAll(s.ctx, list)
	if err != nil {
		return nil, err
	}
	s.staging.mu.Lock()
	for _, item := range r.Files {
		delete(s.staging.files, item.ID)
	}
	s.staging.mu.Unlock()
	rows := make([]MessageRow, 0, len(ids))
	for _, id := range ids {
		row, err := s.message(id)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (f *stagedFile) outgoing(caption string) outbox.Outgoing {
	said := &inbox.Media{MIME: f.ready.MIME, Voice: f.recorder != nil, Caption: caption}
	if f.ready.Kind == inbox.KindDocument {
		said.FileName = f.name
	}
	return outbox.Outgoing{
		Conversation: f.conversation, Kind: f.ready.Kind, File: &f.ready.Sealed, Content: inbox.Content{Media: said},
	}
}

package app

import (
	"encoding/base64"
	"errors"
	"path/filepath"

	"tresen/internal/inbox"
	"tresen/internal/media"
)

// StagedRow is a file that waits in a composer.
type StagedRow struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Kind is as what it will be sent: image, video, audio or document.
	Kind string `json:"kind"`
	// Type is its MIME type as it will be sent, or empty.
	Type  string `json:"type"`
	Bytes int64  `json:"bytes"`
	Voice bool   `json:"voice"`
	// Width and Height are a picture's, in pixels, or 0.
	Width  int `json:"width"`
	Height int `json:"height"`
	// Preview is a small JPEG or PNG in base64, or empty.
	Preview string `json:"preview"`
	// Problem says why the file cannot be sent as it is, or is empty. With
	// fileFilm it can be sent as a document.
	Problem string `json:"problem"`
}

// BeginFileRequest announces a file the window has, of so many bytes.
type BeginFileRequest struct {
	ConversationID int64  `json:"conversationId"`
	Name           string `json:"name"`
	Size           int64  `json:"size"`
}

// AppendFileRequest is the next part of it, at most 4 MB, in base64.
type AppendFileRequest struct {
	ID   string `json:"id"`
	Data string `json:"data"`
}

// FinishFileRequest says that a file is complete.
type FinishFileRequest struct {
	ID         string `json:"id"`
	AsDocument bool   `json:"asDocument"`
}

// SendFilesRequest sends files that wait; the first quotes ReplyTo if it is set.
type SendFilesRequest struct {
	ConversationID int64        `json:"conversationId"`
	ReplyTo        string       `json:"replyTo"`
	Files          []FileToSend `json:"files"`
}

// FileToSend is a file with the words below it.
type FileToSend struct {
	ID      string `json:"id"`
	Caption string `json:"caption"`
}

// PickFiles asks for files with the system's dialog and stages them. What
// cannot be sent is returned with its problem.
func (b *Sending) PickFiles(conversationID int64) (rows []StagedRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	paths, err := b.app.cfg.PickFiles()
	if err != nil {
		return nil, err
	}
	rows = []StagedRow{}
	for _, path := range paths {
		row, err := s.stagePath(conversationID, path)
		if refused := (*inbox.Error)(nil); errors.As(err, &refused) && refused.Code == inbox.CodeInvalid {
			row, err = StagedRow{Name: inbox.CleanLine(filepath.Base(path), 255), Problem: refused.Field}, nil
		}
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// BeginFile stages a file that was dropped or pasted; its bytes follow.
func (b *Sending) BeginFile(r BeginFileRequest) (id string, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return "", err
	}
	f, err := s.stage(r.ConversationID, r.Name, r.Size)
	if err != nil {
		return "", err
	}
	return f.id, nil
}

// AppendFile adds the next bytes.
func (b *Sending) AppendFile(r AppendFileRequest) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	f, err := s.stagedFile(r.ID)
	if err != nil {
		return err
	}
	data, err := base64.StdEncoding.DecodeString(r.Data)
	if err != nil || len(data) > maxChunk {
		return inbox.InvalidField("data", "not base64 or too much at once")
	}
	return f.write(data)
}

// FinishFile looks at a complete file. One that cannot be sent is returned with
// its problem and gone, unless it can go as a document.
func (b *Sending) FinishFile(r FinishFileRequest) (row StagedRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return row, err
	}
	f, err := s.stagedFile(r.ID)
	if err != nil {
		return row, err
	}
	row, err = s.finish(f, r.AsDocument)
	if err != nil || row.Problem != "" && row.Problem != media.FieldFilm {
		s.unstage(r.ID)
	}
	return row, err
}

// DiscardFile takes a file out of its composer.
func (b *Sending) DiscardFile(id string) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	s.unstage(id)
	return nil
}

// SendFiles queues files that wait, in this order, all of them or none.
func (b *Sending) SendFiles(r SendFilesRequest) (rows []MessageRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	return s.sendStaged(r)
}

package app

import (
	"encoding/base64"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"tresen/internal/inbox"
	"tresen/internal/media"
)

// Media is what the window can do with the files of messages. What a file
// looks or sounds like it gets by address (see ServeMedia).
type Media struct{ app *App }

// FileRow is what has become of a message's file.
type FileRow struct {
	// State is open, held, stored, expired, removed, failed, or lost if the file
	// never reached the provider.
	State string `json:"state"`
	// Arriving is true while the file comes in; Done of Bytes have.
	Arriving bool  `json:"arriving"`
	Done     int64 `json:"done"`
	Bytes    int64 `json:"bytes"`
	// ExpiresAtMs is when the provider forgets the file, 0 if that is not known.
	ExpiresAtMs int64 `json:"expiresAtMs"`
	// Thumb is true if there is a small picture.
	Thumb bool `json:"thumb"`
	// Type is the type the bytes have turned out to be; before they are here, what the sender says.
	Type string `json:"type"`
	// Inline is true if the window may show or play it.
	Inline   bool `json:"inline"`
	Width    int  `json:"width"`
	Height   int  `json:"height"`
	Animated bool `json:"animated"`
	Voice    bool `json:"voice"`
	// Risk is why it should not be opened without a thought: program, script, macro, page, differs, or empty.
	Risk        string `json:"risk"`
	FailureCode string `json:"failureCode"`
}

// FileRequest names a message's file.
type FileRequest struct {
	MessageID string `json:"messageId"`
	// FileName is proposed to the person where the sender gave the file no name; without ending.
	FileName string `json:"fileName"`
	// Warned is true if the person has read why the file is risky.
	Warned bool `json:"warned"`
}

// FileSaved says whether a file was written; it was not if the person chose no place.
type FileSaved struct {
	Saved bool `json:"saved"`
}

// PosterRequest is a frame of a film, a JPEG or PNG in base64.
type PosterRequest struct {
	MessageID string `json:"messageId"`
	Frame     string `json:"frame"`
}

// Keeping is how long files are kept, and what those kept take.
type Keeping struct {
	// Days is -1 as long as the messages, 0 not at all, otherwise a number of days.
	Days  int   `json:"days"`
	Files int   `json:"files"`
	Bytes int64 `json:"bytes"`
}

// MediaEvent says how far a file has arrived.
type MediaEvent struct {
	MessageID string `json:"messageId"`
	Done      int64  `json:"done"`
	Total     int64  `json:"total"`
}

// Fetch gets a file that waits for a click. It fails with not_found if the
// provider does not have it any more.
func (b *Media) Fetch(messageID string) (err error) {
	defer guard(&err)
	s, id, err := b.app.sessionFor(messageID)
	if err != nil {
		return err
	}
	return s.media.Fetch(s.ctx, id)
}

// Stop ends a file's arrival; it waits for a click then.
func (b *Media) Stop(messageID string) (err error) {
	defer guard(&err)
	s, id, err := b.app.sessionFor(messageID)
	if err != nil {
		return err
	}
	return s.media.Stop(s.ctx, id)
}

// SaveAs asks the person where to put a file and writes it there. It fails
// with not_found, or with field "file" if it cannot be written.
func (b *Media) SaveAs(r FileRequest) (saved FileSaved, err error) {
	defer guard(&err)
	s, id, err := b.app.sessionFor(r.MessageID)
	if err != nil {
		return saved, err
	}
	saved.Saved, err = b.app.saveMedia(s, id, r.FileName)
	return saved, err
}

// Open opens a file with the system's program for it, from a copy that goes
// when this program ends or the customer is erased. Programs are never opened.
// It fails with conflict, field "risk", if the person has not been warned.
func (b *Media) Open(r FileRequest) (err error) {
	defer guard(&err)
	s, id, err := b.app.sessionFor(r.MessageID)
	if err != nil {
		return err
	}
	return b.app.openMedia(s, id, r.Warned)
}

// SetPoster keeps a frame of a film as its small picture.
func (b *Media) SetPoster(r PosterRequest) (err error) {
	defer guard(&err)
	s, id, err := b.app.sessionFor(r.MessageID)
	if err != nil {
		return err
	}
	frame, err := base64.StdEncoding.DecodeString(r.Frame)
	if err != nil {
		return inbox.InvalidField("frame", "not base64")
	}
	c, err := s.store.Conversation(s.ctx, id.Conversation())
	if err != nil {
		return err
	}
	return s.media.SetPoster(s.ctx, id, c.CustomerID, frame)
}

// GetKeeping returns how long files are kept and what they take.
func (b *Media) GetKeeping() (k Keeping, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return k, err
	}
	return s.keeping()
}

// SetKeeping sets how long files are kept and removes at once what is older.
func (b *Media) SetKeeping(days int) (k Keeping, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return k, err
	}
	if days < media.KeepForever || days > maxKeepDays {
		return k, inbox.InvalidField("days", "outside -1 to 3650")
	}
	if err := s.setKeeping(days); err != nil {
		return k, err
	}
	return s.keeping()
}

func (a *App) saveMedia(s *Session, id inbox.MessageID, proposed string) (bool, error) {
	f, err := s.store.OpenFile(s.looking(), id)
	if err != nil {
		return false, err
	}
	defer f.Close()
	ending := media.Ending(f.Name, f.Facts)
	if f.Name != "" {
		proposed = strings.TrimSuffix(f.Name, filepath.Ext(f.Name))
	}
	path, err := a.cfg.SaveFile(fileName(proposed)+ending, "*"+ending)
	if err != nil {
		return false, &inbox.Error{Code: inbox.CodeInternal, Err: errors.New("ask for a place for the file")}
	}
	if path == "" {
		return false, nil
	}
	if ending != "" && !strings.EqualFold(filepath.Ext(path), ending) {
		path = unused(path, ending)
	}
	err = a.writeWhole(path, 0o600, func(w io.Writer) error {
		_, err := io.Copy(w, f)
		return err
	})
	if err != nil {
		return false, err
	}
	a.cfg.MarkForeign(path)
	return true, nil
}

func (a *App) openMedia(s *Session, id inbox.MessageID, warned bool) error {
	m, err := s.store.Message(s.looking(), id)
	if err != nil {
		return err
	}
	if m.File == nil || m.Content.Media == nil {
		return inbox.NewError(inbox.CodeNotFound, "message has no file")
	}
	name := m.Content.Media.FileName
	switch risk := media.RiskOf(name, m.File.Facts); {
	case risk == media.RiskProgram || risk == media.RiskScript:
		return &inbox.Error{Code: inbox.CodePermission, Field: "risk", Err: errors.New("programs are not opened")}
	case risk != media.RiskNone && !warned:
		return &inbox.Error{Code: inbox.CodeConflict, Field: "risk", Err: errors.New("not warned")}
	}
	path, err := s.store.PlainCopy(s.looking(), id, media.Ending(name, m.File.Facts))
	if err != nil {
		return err
	}
	a.cfg.MarkForeign(path)
	if err := a.cfg.OpenFile(path); err != nil {
		return &inbox.Error{Code: inbox.CodeNotFound, Field: "program", Err: err}
	}
	return nil
}

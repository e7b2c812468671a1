package app

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/media"
	"tresen/internal/template"
)

// TemplateSample is a file Meta's reviewers see above a template's text.
type TemplateSample struct {
	// Handle is Meta's name for it, or empty if nothing was chosen.
	Handle string `json:"handle"`
	Name   string `json:"name"`
	// Problem says why the file cannot be used, in the words of StagedRow or of
	// a template's file, or is empty.
	Problem string `json:"problem"`
}

// sampleTimeout bounds the upload of a sample.
const sampleTimeout = 5 * time.Minute

// PickSample asks for a file for a header of a kind (image, video, document)
// and brings it to Meta. Nothing of it is kept here.
func (b *Templates) PickSample(kind string) (sample TemplateSample, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return sample, err
	}
	paths, err := b.app.cfg.PickFiles()
	if err != nil || len(paths) == 0 {
		return sample, err
	}
	sample.Name = inbox.CleanLine(filepath.Base(paths[0]), 255)
	content, mime, err := readSample(paths[0], kind)
	if refused := (*inbox.Error)(nil); errors.As(err, &refused) && refused.Code == inbox.CodeInvalid {
		sample.Problem = refused.Field
		return sample, nil
	}
	if err != nil {
		return sample, err
	}
	sample.Handle, err = s.uploadSample(content, mime)
	return sample, err
}

// readSample fails with invalid, naming the problem, for a file that cannot
// stand in such a header.
func readSample(path, kind string) (content []byte, mime string, err error) {
	unreadable := inbox.InvalidField("fileUnreadable", "file cannot be read")
	file, err := os.Open(path)
	if err != nil {
		return nil, "", unreadable
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, "", unreadable
	}
	whole, err := io.ReadAll(io.LimitReader(file, media.MaxSample+1))
	if err != nil {
		return nil, "", unreadable
	}
	if content, mime, err = media.Sample(whole); err != nil {
		return nil, "", err
	}
	for format, field := range headerTypeFields {
		if headerKinds[format] == kind && !template.TakesFile(format, mime) {
			return nil, "", inbox.InvalidField(field, "not a file for this header")
		}
	}
	return content, mime, nil
}

// uploadSample finds out which Meta app the token belongs to and uploads there.
// Meta is not told how the shop calls its file.
func (s *Session) uploadSample(content []byte, mime string) (handle string, err error) {
	ctx, cancel := context.WithTimeout(s.ctx, sampleTimeout)
	defer cancel()
	token, err := s.client.DebugToken(ctx)
	if err != nil {
		return "", err
	}
	return s.client.UploadHandle(ctx, token.AppID, "sample"+media.Ending("", inbox.FileFacts{MIME: mime}), mime, content)
}

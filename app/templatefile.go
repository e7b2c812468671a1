package app

import (
	"tresen/internal/inbox"
	"tresen/internal/outbox"
	"tresen/internal/template"
)

// Fields of the errors about the file above a template's text; each has its
// words in the catalogues.
const (
	fieldHeaderFile  = "headerFile"      // there is none
	fieldHeaderImage = "headerImageType" // neither JPEG nor PNG
	fieldHeaderVideo = "headerVideoType" // no film phones play
	fieldHeaderPaper = "headerPaperType" // no PDF
)

var headerTypeFields = map[inbox.HeaderFormat]string{
	inbox.HeaderImage: fieldHeaderImage, inbox.HeaderVideo: fieldHeaderVideo, inbox.HeaderDocument: fieldHeaderPaper,
}

// queueWithFile queues a filled template with a file that waits for the same
// conversation. It fails with invalid, naming one of the fields above, for a
// file the template does not take, and like QueueContent; the file waits on then.
func (s *Session) queueWithFile(id string, m outbox.Outgoing) (inbox.MessageID, error) {
	if id == "" {
		return 0, inbox.InvalidField(fieldHeaderFile, "missing")
	}
	f, err := s.stagedFile(id)
	if err != nil {
		return 0, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ready == nil || f.gone || f.conversation != m.Conversation {
		return 0, inbox.NewError(inbox.CodeConflict, "the file is not ready")
	}
	format := m.Content.Template.HeaderFormat
	if !template.TakesFile(format, f.ready.MIME) {
		return 0, inbox.InvalidField(headerTypeFields[format], "not a file for this template")
	}
	said := f.outgoing("")
	m.Content.Media, m.File = said.Content.Media, said.File
	queued, err := s.outbox.QueueContent(s.ctx, m)
	if err != nil {
		return 0, err
	}
	s.staging.mu.Lock()
	defer s.staging.mu.Unlock()
	delete(s.staging.files, id)
	return queued, nil
}

// suggestPlace is where the shop is, for a template with a place above its
// text, or nil if it has none or the shop has not said.
func (s *Session) suggestPlace(t inbox.Template) (*LocationInput, error) {
	if t.Header == nil || t.Header.Format != inbox.HeaderLocation {
		return nil, nil
	}
	settings, err := s.sendingSettings()
	if err != nil || !settings.Place.Set {
		return nil, err
	}
	p := settings.Place
	return &LocationInput{Latitude: p.Latitude, Longitude: p.Longitude, Name: p.Name, Address: p.Address}, nil
}

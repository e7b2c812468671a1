package outbox

import (
	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
)

// pendingUpload stands for the id a file will have once it is uploaded.
const pendingUpload = "pending"

// Check reports whether a message can be sent as it is, but for the upload of
// its file. It fails with invalid, naming the field.
func Check(kind inbox.MessageKind, c inbox.Content) error {
	b, err := body(kind, c, pendingUpload)
	if err != nil {
		return err
	}
	return cloudapi.Check(b)
}

// sendable returns the body of a message whose file, if any, has been uploaded.
func sendable(kind inbox.MessageKind, c inbox.Content) (cloudapi.Body, error) {
	upload := ""
	if c.Media != nil {
		upload = c.Media.ID
	}
	b, err := body(kind, c, upload)
	if err != nil {
		return nil, err
	}
	return b, cloudapi.Check(b)
}

// body builds what is sent from what is stored, so that a restart changes nothing.
func body(kind inbox.MessageKind, c inbox.Content, upload string) (cloudapi.Body, error) {
	switch kind {
	case inbox.KindText:
		return cloudapi.Text{Body: c.Text}, nil
	case inbox.KindImage, inbox.KindVideo, inbox.KindAudio, inbox.KindDocument, inbox.KindSticker:
		if c.Media == nil {
			return nil, inbox.InvalidField("media", "missing")
		}
		return cloudapi.File{
			Kind: kind, ID: upload, Caption: c.Media.Caption, Name: c.Media.FileName, Voice: c.Media.Voice,
		}, nil
	case inbox.KindLocation:
		if c.Location == nil {
			return nil, inbox.InvalidField("location", "missing")
		}
		return cloudapi.Place{Location: *c.Location}, nil
	case inbox.KindInteractive:
		if c.Interactive == nil {
			return nil, inbox.InvalidField("interactive", "missing")
		}
		file, err := headerFile(c.Media, upload)
		return cloudapi.Interactive{Interactive: *c.Interactive, File: file}, err
	case inbox.KindTemplate:
		if c.Template == nil {
			return nil, inbox.InvalidField("template", "missing")
		}
		file, err := headerFile(c.Media, upload)
		return cloudapi.Template{TemplateMessage: *c.Template, File: file, Place: c.Location}, err
	}
	return nil, inbox.InvalidField("kind", "cannot be sent")
}

// headerFile is the file above an interactive message or a template.
func headerFile(m *inbox.Media, upload string) (*cloudapi.HeaderFile, error) {
	if m == nil {
		return nil, nil
	}
	kind := FileKind(m.MIME)
	if kind == inbox.KindAudio {
		return nil, inbox.InvalidField("header", "must be an image, a video or a document")
	}
	if upload == "" {
		return nil, inbox.InvalidField("header", "not uploaded")
	}
	return &cloudapi.HeaderFile{Type: string(kind), MediaID: upload, FileName: m.FileName}, nil
}

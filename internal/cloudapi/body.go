package cloudapi

import (
	"math"
	"strings"
	"unicode/utf8"

	"tresen/internal/inbox"
)

// WhatsApp's limits for what is sent, in characters. (Meta docs: Send messages.)
const (
	maxTextRunes    = 4096
	maxCaptionRunes = 1024
	maxPlaceRunes   = 1000
	maxEmojiBytes   = 64
)

// Body is the content of an outgoing message: Text, File, Place, Reaction,
// Interactive or Template.
type Body interface {
	// payload returns Meta's type name and the object of that name. It fails
	// with invalid, naming the field, for what Meta would refuse.
	payload() (typeName string, object any, err error)
}

// Check reports whether Meta would take the body as far as can be told here. It
// fails with invalid, naming the field.
func Check(b Body) error {
	_, _, err := b.payload()
	return err
}

// Text is a text message. With PreviewURL WhatsApp loads the first web address
// in it and shows a preview.
type Text struct {
	Body       string
	PreviewURL bool
}

func (t Text) payload() (string, any, error) {
	if strings.TrimSpace(t.Body) == "" {
		return "", nil, inbox.InvalidField("text", "empty")
	}
	if err := limited("text", t.Body, maxTextRunes); err != nil {
		return "", nil, err
	}
	type object struct {
		Body       string `json:"body"`
		PreviewURL bool   `json:"preview_url,omitempty"`
	}
	return "text", object(t), nil
}

// limited refuses what is no text or longer than so many characters.
func limited(field, s string, limit int) error {
	switch {
	case !utf8.ValidString(s):
		return inbox.InvalidField(field, "not UTF-8")
	case utf8.RuneCountInString(s) > limit:
		return inbox.InvalidField(field, "too long")
	}
	return nil
}

// File is an image, video, audio, document or sticker that was uploaded.
type File struct {
	Kind inbox.MessageKind
	// ID is the upload's (Client.UploadMedia).
	ID string
	// Caption is for image, video and document, Name for document.
	Caption, Name string
	// Voice makes audio a voice note; it must be Ogg/Opus with one channel.
	Voice bool
}

func (f File) payload() (string, any, error) {
	object := map[string]any{"id": f.ID}
	switch f.Kind {
	case inbox.KindImage, inbox.KindVideo:
	case inbox.KindDocument:
		if name := cleanFileName(f.Name); f.Name != "" && name != "" {
			object["filename"] = name
		}
	case inbox.KindAudio:
		if f.Voice {
			object["voice"] = true
		}
	case inbox.KindSticker:
	default:
		return "", nil, inbox.InvalidField("kind", "not a kind of file")
	}
	if f.ID == "" {
		return "", nil, inbox.InvalidField("mediaId", "missing")
	}
	if f.Caption == "" {
		return string(f.Kind), object, nil
	}
	if f.Kind == inbox.KindAudio || f.Kind == inbox.KindSticker {
		return "", nil, inbox.InvalidField("caption", "this kind has none")
	}
	if err := limited("caption", f.Caption, maxCaptionRunes); err != nil {
		return "", nil, err
	}
	object["caption"] = f.Caption
	return string(f.Kind), object, nil
}

// Place is a location message.
type Place struct{ inbox.Location }

func (p Place) payload() (string, any, error) {
	object, err := p.object()
	return "location", object, err
}

func (p Place) object() (map[string]any, error) {
	if math.IsNaN(p.Latitude) || math.Abs(p.Latitude) > 90 {
		return nil, inbox.InvalidField("latitude", "not between -90 and 90")
	}
	if math.IsNaN(p.Longitude) || math.Abs(p.Longitude) > 180 {
		return nil, inbox.InvalidField("longitude", "not between -180 and 180")
	}
	object := map[string]any{"latitude": p.Latitude, "longitude": p.Longitude}
	for _, part := range []struct{ field, value string }{{"name", p.Name}, {"address", p.Address}} {
		if err := limited(part.field, part.value, maxPlaceRunes); err != nil {
			return nil, err
		}
		if part.value != "" {
			object[part.field] = part.value
		}
	}
	return object, nil
}

// Reaction puts an emoji on a message of the customer's, in place of any the
// shop put there before; an empty one takes it away.
type Reaction struct {
	Target inbox.WAMID
	Emoji  string
}

func (r Reaction) payload() (string, any, error) {
	if r.Target == "" {
		return "", nil, inbox.InvalidField("messageId", "missing")
	}
	if len(r.Emoji) > maxEmojiBytes || !utf8.ValidString(r.Emoji) || strings.ContainsAny(r.Emoji, " \t\r\n") {
		return "", nil, inbox.InvalidField("emoji", "not one emoji")
	}
	return "reaction", map[string]any{"message_id": string(r.Target), "emoji": r.Emoji}, nil
}

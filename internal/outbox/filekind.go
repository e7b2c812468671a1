package outbox

import "tresen/internal/inbox"

// FileKind returns as what a file of this MIME type is sent: image, video or
// audio where WhatsApp shows it as such, otherwise document. (Meta docs:
// Supported media types.)
func FileKind(mime string) inbox.MessageKind {
	switch mime {
	case "image/jpeg", "image/png":
		return inbox.KindImage
	case "video/mp4", "video/3gpp":
		return inbox.KindVideo
	case "audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg":
		return inbox.KindAudio
	}
	return inbox.KindDocument
}

package shopyear

import (
	"tresen/internal/simulator"
)

// anything is a message of some kind WhatsApp knows, most often a text. Only the
// first of a chat opens it or comes from an advertisement.
func (t *tale) anything(first bool) simulator.Message {
	text := simulator.Message{Type: "text", Text: t.text(sentences)}
	if first {
		switch t.IntN(20) {
		case 0:
			text.Referral = map[string]any{"source_type": "ad", "source_id": "120212345678901234", "headline": "Blumen-Abo"}
		case 1:
			return simulator.Message{Type: "request_welcome"}
		}
		return text
	}
	if t.IntN(5) < 3 {
		text.Forwarded = t.IntN(30) == 0
		return text
	}
	switch t.IntN(15) {
	case 0, 1, 2:
		return t.file("image", "image/jpeg", "")
	case 3:
		return t.file("video", "video/mp4", "")
	case 4:
		return t.file("audio", "audio/ogg; codecs=opus", "")
	case 5:
		return t.file("document", "application/pdf", "Rechnung für Käthe.pdf")
	case 6:
		return t.file("sticker", "image/webp", "")
	case 7:
		return simulator.Message{Type: "location", Location: &simulator.Location{Latitude: 49.79, Longitude: 9.95, Address: "Äußere Gasse 17"}}
	case 8:
		return simulator.Message{Type: "contacts", Contacts: []any{map[string]any{
			"name":   map[string]any{"formatted_name": "Ihre Schwester", "first_name": "Schwester"},
			"phones": []any{map[string]any{"phone": "+49 171 3920077", "type": "CELL"}},
		}}}
	case 9:
		return simulator.Message{Type: "order", Text: t.text(sentences), Order: &simulator.Order{CatalogID: "194836987003835",
			Items: []simulator.OrderItem{{ProductID: "strauss-m", Quantity: 1, Price: 34.9, Currency: "EUR"}}}}
	case 10:
		return simulator.Message{Type: "button_reply", ReplyID: "morgen", ReplyTitle: "Morgen früh"}
	case 11:
		return simulator.Message{Type: "list_reply", ReplyID: "rot", ReplyTitle: "Rote Rosen", ReplyDescription: "langstielig"}
	case 12:
		return simulator.Message{Type: "nfm_reply", Response: map[string]any{"wunsch": t.text(sentences)}}
	case 13:
		return simulator.Message{Type: "unsupported", Unsupported: "poll_creation"}
	default:
		return simulator.Message{Type: "hologram", Raw: map[string]any{"hologram": map[string]any{"of": t.text(sentences)}}}
	}
}

// file is a message with a small file, and a caption where WhatsApp has one.
func (t *tale) file(kind, mime, name string) simulator.Message {
	m := simulator.Message{Type: kind, Media: &simulator.File{MIME: mime, Name: name, Bytes: t.bytes(kind), Voice: kind == "audio"}}
	if kind == "image" || kind == "document" {
		m.Text = t.text(sentences)
	}
	return m
}

package simulator

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// checkPayload validates the part of a send that belongs to its type (§2.2).
func (s *Simulator) checkPayload(m *sentMessage) *apiError {
	p := m.payload
	switch m.kind {
	case "text":
		return checkText(p)
	case "image", "video", "audio", "document", "sticker":
		return s.checkMediaParam(m.number, m.kind, p)
	case "location":
		return checkLocation(p)
	case "contacts":
		return checkContacts(p)
	case "reaction":
		return checkReaction(p)
	case "template":
		return s.checkTemplateSend(m)
	}
	return s.checkInteractive(m.number, p)
}

func checkText(p doc) *apiError {
	if err := p.only("text", "body", "preview_url"); err != nil {
		return err
	}
	return p.needed("text", "body", 4096)
}

func checkLocation(p doc) *apiError {
	if err := p.only("location", "latitude", "longitude", "name", "address"); err != nil {
		return err
	}
	for key, limit := range map[string]float64{"latitude": 90, "longitude": 180} {
		if !p.has(key) {
			return fail(131008, "Parameter '%s' of 'location' is mandatory", key)
		}
		if v, ok := p.number(key); !ok || v < -limit || v > limit {
			return fail(131009, "Parameter '%s' of 'location' is not valid", key)
		}
	}
	if err := p.limited("location", "name", 1000); err != nil {
		return err
	}
	return p.limited("location", "address", 1000)
}

func checkContacts(p doc) *apiError {
	cards, _ := p["contacts"].([]doc)
	if len(cards) == 0 || len(cards) > 257 {
		return fail(131009, "contacts must hold between 1 and 257 entries")
	}
	for _, card := range cards {
		if err := card.only("contacts", "addresses", "birthday", "emails", "name", "org", "phones", "urls"); err != nil {
			return err
		}
		name, ok := card.child("name")
		if !ok || name.text("formatted_name") == "" {
			return fail(131008, "contacts[].name.formatted_name is mandatory")
		}
		parts := 0
		for _, part := range []string{"first_name", "last_name", "middle_name", "suffix", "prefix"} {
			if name.text(part) != "" {
				parts++
			}
		}
		if parts == 0 {
			return fail(131009, "contacts[].name needs at least one part besides formatted_name")
		}
	}
	return nil
}

func checkReaction(p doc) *apiError {
	if err := p.only("reaction", "message_id", "emoji"); err != nil {
		return err
	}
	if !strings.HasPrefix(p.text("message_id"), "wamid.") {
		return fail(131009, "reaction.message_id is not valid")
	}
	emoji, isText := p["emoji"].(string)
	if !isText {
		return fail(131008, "Parameter 'emoji' of 'reaction' is mandatory")
	}
	if emoji != "" && !looksLikeEmoji(emoji) {
		return fail(131009, "reaction.emoji is not an emoji")
	}
	return nil
}

// looksLikeEmoji is a rough test: one short cluster without letters.
func looksLikeEmoji(text string) bool {
	if utf8.RuneCountInString(text) > 12 {
		return false
	}
	strong := false
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9', r == '#', r == '*', r == 0x200d, r == 0xfe0f, r == 0x20e3:
			strong = strong || r == 0x20e3
		case r < 0xa0:
			return false
		default:
			strong = true
		}
	}
	return strong
}

// checkMediaParam checks {id|link, caption, filename, voice} of a media type.
func (s *Simulator) checkMediaParam(n *number, kind string, p doc) *apiError {
	known := []string{"id", "link"}
	switch kind {
	case "image", "video":
		known = append(known, "caption")
	case "document":
		known = append(known, "caption", "filename")
	case "audio":
		known = append(known, "voice")
	}
	if err := p.only(kind, known...); err != nil {
		return err
	}
	if err := p.limited(kind, "caption", 1024); err != nil {
		return err
	}
	if p.has("id") == p.has("link") {
		return fail(131009, "'%s' needs either 'id' or 'link'", kind)
	}
	if p.has("link") {
		if u, err := url.Parse(p.text("link")); err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
			return fail(131009, "'%s.link' is not a valid URL", kind)
		}
		return nil
	}
	item := s.media[p.text("id")]
	if item == nil || item.expired(s.clock.now()) {
		return fail(131009, "The media id of '%s' does not exist or has expired", kind)
	}
	return nil
}

// mediaVerdict finds what only shows when the message is delivered: a file whose
// kind does not fit the message.
func (s *Simulator) mediaVerdict(m *sentMessage) *apiError {
	kind, id := m.kind, m.payload.text("id")
	switch kind {
	case "template":
		kind, id = headerFile(m.payload)
	case "image", "video", "audio", "document", "sticker":
	default:
		return nil
	}
	item := s.media[id]
	if item == nil {
		return nil
	}
	if kind != "document" && kindOfMIME(item.mime) != kind {
		return fail(131053, "The media file is of another type than the message.")
	}
	if m.payload.flag("voice") && (!strings.HasPrefix(item.mime, "audio/ogg") || opusChannels(item.bytes) != 1) {
		return fail(131053, "Voice messages must be Ogg files with the Opus codec and one channel.")
	}
	return nil
}

// opusChannels reads how many channels an Ogg file's first stream has, which
// must be Opus; 0 if it is something else. (RFC 3533, section 6; RFC 7845,
// section 5.1.)
func opusChannels(b []byte) int {
	const pageHeader, opusHead = 27, 19
	if len(b) < pageHeader || string(b[:4]) != "OggS" || b[4] != 0 || b[5]&2 == 0 {
		return 0
	}
	packet := b[min(len(b), pageHeader+int(b[26])):]
	if len(packet) < opusHead || string(packet[:8]) != "OpusHead" || packet[8]>>4 != 0 {
		return 0
	}
	return int(packet[9])
}

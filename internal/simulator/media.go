package simulator

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// File is a media file.
type File struct {
	MIME     string `json:"mime"`
	Name     string `json:"name,omitempty"`
	Bytes    []byte `json:"bytes,omitempty"` // base64 in JSON
	Voice    bool   `json:"voice,omitempty"`
	Animated bool   `json:"animated,omitempty"`
	// Link is set instead of Bytes where the business sent a link; the simulator
	// never loads it.
	Link string `json:"link,omitempty"`
	// Size pretends a size; above 100 MB the business gets 131052 instead.
	Size int64 `json:"size,omitempty"`
}

func (f File) messageType() string {
	if kind := kindOfMIME(f.MIME); kind != "" {
		return kind
	}
	return "document"
}

// mediaItem is a file Meta holds.
type mediaItem struct {
	id      string
	number  *number // uploader; nil for files of customers
	mime    string
	bytes   []byte
	expires time.Time
}

func (m *mediaItem) expired(now time.Time) bool { return !now.Before(m.expires) }

// Lifetimes of Meta docs: Media (uploads, received files, URLs).
const (
	uploadLife   = 30 * 24 * time.Hour
	receivedLife = 7 * 24 * time.Hour
	urlLife      = 5 * time.Minute
)

// maxInbound is the largest file a customer can get through to a business.
const maxInbound = 100 << 20

// mediaLimit is the largest size in bytes of a kind of file that can be uploaded;
// zero means the MIME type is not supported (§3).
func mediaLimit(mimeType string) int {
	switch mimeType {
	case "audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg":
		return 16 << 20
	case "image/jpeg", "image/png":
		return 5 << 20
	case "image/webp":
		return 500 << 10
	case "video/mp4", "video/3gpp":
		return 16 << 20
	case "text/plain", "application/pdf", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"application/vnd.openxmlformats-officedocument.presentationml.presentation":
		return 100 << 20
	}
	return 0
}

// kindOfMIME is the message type a file is sent as.
func kindOfMIME(mimeType string) string {
	base, _, err := mime.ParseMediaType(mimeType)
	if err != nil {
		return ""
	}
	switch {
	case base == "image/webp":
		return "sticker"
	case base == "image/jpeg", base == "image/png":
		return "image"
	case strings.HasPrefix(base, "video/"):
		return "video"
	case strings.HasPrefix(base, "audio/"):
		return "audio"
	}
	return "document"
}

// uploadMedia answers POST /{PNID}/media.
func (s *Simulator) uploadMedia(c *call) (any, *apiError) {
	c.r.Body = http.MaxBytesReader(c.w, c.r.Body, maxMediaBody)
	reader, err := c.r.MultipartReader()
	if err != nil {
		return nil, plain(100, 0, "(#100) The parameter messaging_product is required.")
	}
	fields, file, fileType, aerr := readUploadForm(reader)
	if aerr != nil {
		return nil, aerr
	}
	if err := needProduct(fields); err != nil {
		return nil, err
	}
	if file == nil {
		return nil, plain(100, 0, "(#100) The parameter file is required.")
	}
	declared := fields.text("type")
	if declared == "" {
		declared = fileType
	}
	base, params, err := mime.ParseMediaType(declared)
	limit := mediaLimit(base)
	if err != nil || limit == 0 {
		return nil, plain(100, 0, "(#100) Param file must be a file with one of the following types: audio/aac, audio/mp4, "+
			"audio/mpeg, audio/amr, audio/ogg, image/jpeg, image/png, image/webp, text/plain, application/pdf, office documents, "+
			"video/mp4, video/3gpp. Received file of type '%s'.", base)
	}
	if len(file) > limit {
		return nil, plain(100, 2018294, "(#100) The file is larger than the limit of %d bytes for its type.", limit)
	}
	if len(file) == 0 || !plausible(base, file) {
		return nil, fail(131053, "The bytes of the file do not match its type.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	item := s.keepMedia(mime.FormatMediaType(base, params), file, uploadLife)
	item.number = c.number
	return object{"id": item.id}, nil
}

func readUploadForm(reader *multipart.Reader) (doc, []byte, string, *apiError) {
	fields := doc{}
	var file []byte
	var fileType string
	for {
		part, err := reader.NextPart()
		if err == io.EOF {
			return fields, file, fileType, nil
		}
		if err != nil {
			return nil, nil, "", plain(100, 0, "(#100) The multipart body is damaged.")
		}
		body, err := io.ReadAll(part)
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, nil, "", plain(1, 0, "Request entity too large").withStatus(http.StatusRequestEntityTooLarge)
		}
		if err != nil {
			return nil, nil, "", plain(100, 0, "(#100) The multipart body is damaged.")
		}
		if part.FormName() == "file" {
			file, fileType = body, part.Header.Get("Content-Type")
			if file == nil {
				file = []byte{}
			}
		} else {
			fields[part.FormName()] = string(body)
		}
	}
}

// plausible compares the first bytes of a file with its type, for types that have
// a signature.
func plausible(mimeType string, b []byte) bool {
	starts := func(prefix string) bool { return bytes.HasPrefix(b, []byte(prefix)) }
	switch mimeType {
	case "image/jpeg":
		return starts("\xff\xd8\xff")
	case "image/png":
		return starts("\x89PNG\r\n\x1a\n")
	case "image/webp":
		return starts("RIFF") && len(b) > 12 && string(b[8:12]) == "WEBP"
	case "audio/ogg":
		return starts("OggS")
	case "audio/amr":
		return starts("#!AMR")
	case "application/pdf":
		return starts("%PDF-")
	case "video/mp4", "audio/mp4", "video/3gpp":
		return len(b) > 8 && string(b[4:8]) == "ftyp"
	}
	return true
}

func (s *Simulator) keepMedia(mimeType string, b []byte, life time.Duration) *mediaItem {
	if len(s.media)%256 == 255 {
		for id, old := range s.media {
			if old.expired(s.clock.now()) {
				delete(s.media, id)
			}
		}
	}
	item := &mediaItem{id: s.ids.digits(16), mime: mimeType, bytes: b, expires: s.clock.now().Add(life)}
	s.media[item.id] = item
	return item
}

// customerMedia stores a customer's file and makes the webhook's media object.
// Files over 100 MB become an error (131052).
func (s *Simulator) customerMedia(m Message) (object, error) {
	f := m.Media
	if f == nil {
		return nil, errors.New("media is missing")
	}
	if f.Size > maxInbound || len(f.Bytes) > maxInbound {
		return object{"errors": []any{fail(131052, "The file is too large to be downloaded.").asStatus()}}, nil
	}
	item := s.keepMedia(f.MIME, f.Bytes, receivedLife)
	if m.ID != "" { // a message with an id of its own has a media id of its own
		delete(s.media, item.id)
		item.id = mediaIDOf(m.ID)
		s.media[item.id] = item
	}
	if !m.At.IsZero() {
		item.expires = m.At.Add(receivedLife)
	}
	sum := sha256.Sum256(f.Bytes)
	out := object{"mime_type": f.MIME, "sha256": base64.StdEncoding.EncodeToString(sum[:]), "id": item.id}
	if url := s.mediaURL(item, s.URL()); s.URL() != "" {
		out["url"] = url
	}
	if m.Text != "" && m.Type != "audio" && m.Type != "sticker" {
		out["caption"] = m.Text
	}
	switch m.Type {
	case "document":
		out["filename"] = f.Name
	case "audio":
		out["voice"] = f.Voice
	case "sticker":
		out["animated"] = f.Animated
	}
	return out, nil
}

func mediaIDOf(wamid string) string {
	sum := sha256.Sum256([]byte(wamid))
	return fmt.Sprint(uint64(1e15) + binary.BigEndian.Uint64(sum[:])%uint64(9e15))
}

// mediaURL makes a URL that is good for five minutes.
func (s *Simulator) mediaURL(item *mediaItem, base string) string {
	ext := s.clock.now().Add(urlLife).Unix()
	return fmt.Sprintf("%s/whatsapp_business/attachments/?mid=%s&ext=%d&hash=%s", base, item.id, ext, s.mediaHash(item.id, ext))
}

func (s *Simulator) mediaHash(id string, ext int64) string {
	return sign(s.cfg.AppSecret, fmt.Appendf(nil, "%s %d", id, ext))[:32]
}

// showMedia answers GET /{MEDIA_ID}.
func (s *Simulator) showMedia(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	item, err := s.mediaFor(c)
	if err != nil {
		return nil, err
	}
	base := s.URL()
	if base == "" {
		base = "http://" + c.r.Host
	}
	if c.caller.is360 {
		// 360dialog passes Meta's URL on; the client replaces the host (§6.1).
		base = "https://lookaside.fbsbx.com"
	}
	return object{
		"messaging_product": "whatsapp", "url": s.mediaURL(item, base), "mime_type": item.mime,
		"sha256": sha256Hex(item.bytes), "file_size": fmt.Sprint(len(item.bytes)), "id": item.id,
	}, nil
}

func (s *Simulator) mediaFor(c *call) (*mediaItem, *apiError) {
	item := s.media[c.id]
	if item == nil || item.expired(s.clock.now()) {
		return nil, unknownObject(c.id, c.r.Method)
	}
	if pnid := c.query("phone_number_id"); pnid != "" && (s.numberByID(pnid) == nil || (item.number != nil && item.number.id != pnid)) {
		return nil, unknownObject(c.id, c.r.Method)
	}
	return item, nil
}

// deleteMedia answers DELETE /{MEDIA_ID}.
func (s *Simulator) deleteMedia(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	item, err := s.mediaFor(c)
	if err != nil {
		return nil, err
	}
	delete(s.media, item.id)
	return object{"success": true}, nil
}

// downloadMedia serves the bytes behind a media URL to callers with a token.
func (s *Simulator) downloadMedia(c *call) (any, *apiError) {
	if _, err := s.authenticate(c.r); err != nil {
		return nil, err
	}
	if c.r.Method != http.MethodGet {
		return nil, unknownObject("attachments", c.r.Method)
	}
	q, err := url.ParseQuery(c.r.URL.RawQuery)
	if err != nil {
		return nil, (&apiError{html: true}).withStatus(http.StatusNotFound)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	item := s.media[q.Get("mid")]
	ext := int64(atoi(q.Get("ext")))
	now := s.clock.now()
	if item == nil || item.expired(now) || now.Unix() >= ext || q.Get("hash") != s.mediaHash(item.id, ext) {
		return nil, (&apiError{html: true}).withStatus(http.StatusNotFound)
	}
	body := item.bytes
	if s.faults.BadMedia && len(body) > 0 {
		body = bytes.Clone(body)
		body[len(body)/2] ^= 0xff
	}
	return raw{contentType: item.mime, body: body}, nil
}

package simulator

import (
	"io"
	"net/http"
	"strconv"
	"strings"
)

// uploadSession is a resumable upload (§3), used for profile pictures and
// template samples.
type uploadSession struct {
	mime   string
	length int
	bytes  []byte
	handle string
}

// startUpload answers POST /{APP_ID}/uploads.
func (s *Simulator) startUpload(c *call) (any, *apiError) {
	length, err := strconv.Atoi(c.query("file_length"))
	if err != nil || length < 1 || length > 100<<20 {
		return nil, plain(100, 0, "(#100) Param file_length must be a number of bytes.")
	}
	mimeType := c.query("file_type")
	if !contains([]string{"application/pdf", "image/jpeg", "image/jpg", "image/png", "video/mp4"}, mimeType) {
		return nil, plain(100, 0, "(#100) Param file_type must be one of {application/pdf, image/jpeg, image/jpg, image/png, video/mp4}.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := "upload:" + s.ids.hex(32)
	s.uploads[id] = &uploadSession{mime: mimeType, length: length}
	// The id carries a query, as Meta's does.
	return object{"id": id + "?sig=" + s.ids.hex(8)}, nil
}

// writeUpload answers POST /upload:<ID>.
func (s *Simulator) writeUpload(c *call) (any, *apiError) {
	offset := atoi(c.r.Header.Get("file_offset"))
	body, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, maxMediaBody))
	if err != nil {
		return nil, plain(100, 0, "(#100) The upload was cut off.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.uploads[c.id]
	if u == nil {
		return nil, unknownObject(c.id, c.r.Method)
	}
	if offset != len(u.bytes) || offset+len(body) > u.length {
		return nil, plain(100, 0, "(#100) file_offset does not continue the upload.")
	}
	u.bytes = append(u.bytes, body...)
	if len(u.bytes) < u.length {
		return object{"id": c.id, "file_offset": len(u.bytes)}, nil
	}
	u.handle = "4::" + s.ids.pick("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 60)
	return object{"h": u.handle}, nil
}

// showUpload answers GET /upload:<ID>.
func (s *Simulator) showUpload(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.uploads[c.id]
	if u == nil {
		return nil, unknownObject(c.id, c.r.Method)
	}
	return object{"id": c.id, "file_offset": len(u.bytes)}, nil
}

// finishedUpload finds a complete upload by its handle.
func (s *Simulator) finishedUpload(handle string) *uploadSession {
	if !strings.HasPrefix(handle, "4::") {
		return nil
	}
	for _, u := range s.uploads {
		if u.handle == handle {
			return u
		}
	}
	return nil
}

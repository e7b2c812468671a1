package app

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"tresen/internal/inbox"
	"tresen/internal/media"
	"tresen/internal/store"
)

// MediaPath begins the addresses under which the window gets files.
const MediaPath = "/media/"

// maxPart is how many bytes answer one request for a part: WebView2 holds an
// answer whole in memory before the page gets any of it.
const maxPart = 4 << 20

// ServeMedia answers /media/<message id> with the message's file and
// /media/<message id>/thumb with its small picture, opened while they are sent.
// Only what can do no harm in the window is served; all else is 415.
func (a *App) ServeMedia(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, "", http.StatusMethodNotAllowed)
		return
	}
	f, kind, err := a.mediaFile(r)
	if err != nil {
		status := mediaStatus(err)
		if status == http.StatusInternalServerError {
			slog.Warn("file not shown", "code", inbox.CodeOf(err))
		}
		http.Error(w, "", status)
		return
	}
	defer f.Close()
	h.Set("Content-Type", kind)
	h.Set("Accept-Ranges", "bytes")
	servePart(w, r, f)
}

func mediaStatus(err error) int {
	switch inbox.CodeOf(err) {
	case inbox.CodeNotFound:
		return http.StatusNotFound
	case inbox.CodeInvalid:
		return http.StatusUnsupportedMediaType
	case inbox.CodeLocked, inbox.CodeNotAllowed, inbox.CodeRestricted:
		return http.StatusForbidden
	}
	return http.StatusInternalServerError
}

func (a *App) mediaFile(r *http.Request) (*store.StoredFile, string, error) {
	s, err := a.session()
	if err != nil {
		return nil, "", err
	}
	name, thumb := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, MediaPath), "/thumb")
	id, err := inbox.ParseMessageID(name)
	if err != nil {
		return nil, "", inbox.NewError(inbox.CodeNotFound, "no such file")
	}
	ctx := s.lookingIn(r.Context())
	if thumb {
		f, err := s.store.OpenThumb(ctx, id)
		return f, thumbType(f), err
	}
	f, err := s.store.OpenFile(ctx, id)
	if err == nil && !media.Inline(f.Facts.MIME) {
		err = errors.Join(inbox.NewError(inbox.CodeInvalid, "not shown in the window"), f.Close())
	}
	if err != nil {
		return nil, "", err
	}
	return f, f.Facts.MIME, nil
}

// thumbType tells the two kinds of small pictures apart; both are of our own making.
func thumbType(f *store.StoredFile) string {
	var first [1]byte
	if f != nil {
		if _, err := f.ReadAt(first[:], 0); err == nil && first[0] == 0x89 {
			return "image/png"
		}
	}
	return "image/jpeg"
}

// servePart answers with the whole file or the part asked for, at most maxPart
// of it. What is more than one part, or no part at all, gets the whole: that
// is allowed. (RFC 9110, section 14.2.)
func servePart(w http.ResponseWriter, r *http.Request, f *store.StoredFile) {
	size := f.Size()
	from, to, ok, possible := readRange(r.Header.Get("Range"), size)
	h := w.Header()
	if !possible {
		h.Set("Content-Range", "bytes */"+strconv.FormatInt(size, 10))
		http.Error(w, "", http.StatusRequestedRangeNotSatisfiable)
		return
	}
	status := http.StatusOK
	if ok {
		to = min(to, from+maxPart-1)
		h.Set("Content-Range", "bytes "+strconv.FormatInt(from, 10)+"-"+strconv.FormatInt(to, 10)+"/"+strconv.FormatInt(size, 10))
		status = http.StatusPartialContent
	}
	h.Set("Content-Length", strconv.FormatInt(to-from+1, 10))
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return
	}
	// The window may have closed the answer, or the customer has been erased:
	// there is nobody left to tell.
	_, _ = io.Copy(w, io.NewSectionReader(f, from, to-from+1))
}

// readRange reads a Range header of one part. ok is false if the whole file is
// to be sent; possible is false if the part lies outside of it.
func readRange(header string, size int64) (from, to int64, ok, possible bool) {
	spec, found := strings.CutPrefix(header, "bytes=")
	first, last, dash := strings.Cut(strings.TrimSpace(spec), "-")
	if !found || !dash || strings.Contains(spec, ",") {
		return 0, size - 1, false, true
	}
	start, errFirst := strconv.ParseInt(first, 10, 64)
	end, errLast := strconv.ParseInt(last, 10, 64)
	switch {
	case first == "" && errLast == nil && end > 0: // the last bytes
		return max(0, size-end), size - 1, true, size > 0
	case errFirst != nil || start < 0 || last != "" && (errLast != nil || end < start):
		return 0, size - 1, false, true
	case start >= size:
		return 0, 0, false, false
	case last == "":
		return start, size - 1, true, true
	}
	return start, min(end, size-1), true, true
}

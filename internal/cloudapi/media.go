package cloudapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"time"

	"tresen/internal/inbox"
)

// mediaTimeout bounds one upload or download of up to 100 MB on a slow line.
const mediaTimeout = 10 * time.Minute

// MediaInfo tells where a file can be fetched for the next five minutes.
type MediaInfo struct {
	URL  string
	MIME string
	// SHA256 is the file's hash, or nil if Meta gave none.
	SHA256 []byte
	// Size is in bytes, or 0 if unknown.
	Size int64
}

// ErrMediaTooLarge says that a file is larger than the caller wants.
var ErrMediaTooLarge = errors.New("file too large")

// MediaURL asks where a file is. A file that is gone is CodeNotFound. (Meta
// docs: Media. Ids from webhooks live 7 days, urls 5 minutes.)
func (c *Client) MediaURL(ctx context.Context, mediaID string) (MediaInfo, error) {
	const doing = "read media url"
	if !isToken(mediaID, maxName) {
		return MediaInfo{}, inbox.InvalidField("mediaId", "not an id")
	}
	answer, err := c.get(ctx, doing, c.objectPath(mediaID), c.ownNumber())
	if err != nil {
		return MediaInfo{}, notFound(err)
	}
	info := MediaInfo{
		URL:    answer.get("url").text(),
		MIME:   line(answer.get("mime_type"), maxMIME),
		SHA256: readSHA256(answer.get("sha256").text()),
		Size:   max(answer.get("file_size").int(), 0),
	}
	if info.URL == "" {
		return MediaInfo{}, unreadable(doing, http.MethodGet, http.StatusOK, errors.New("answer has no url"))
	}
	return info, nil
}

// ownNumber makes Meta check that a file belongs to the client's number.
func (c *Client) ownNumber() url.Values {
	if c.config.Style == D360 {
		return nil
	}
	return url.Values{"phone_number_id": {string(c.config.PhoneNumberID)}}
}

// notFound turns "no such object, or not yours" into CodeNotFound: for a media
// id it means that the file's time is over.
func notFound(err error) error {
	var e *Error
	if errors.As(err, &e) && e.Number == 100 {
		e.Class = ClassNever
		return coded(inbox.CodeNotFound, e)
	}
	return err
}

// DownloadMedia writes the file at address to w and returns its MIME type and
// size. It refuses hosts that are not on the list, redirects, and files above
// limit bytes (ErrMediaTooLarge); what was written by then is for the caller to
// discard. An address older than five minutes is CodeNotFound.
func (c *Client) DownloadMedia(ctx context.Context, address string, w io.Writer, limit int64) (mimeType string, size int64, err error) {
	const doing = "download media"
	target, err := c.mediaAddress(address)
	if err != nil {
		return "", 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, mediaTimeout)
	defer cancel()
	answer, err := c.send(ctx, request{doing: doing, method: http.MethodGet}, target)
	if err != nil {
		return "", 0, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return "", 0, answerError(doing, answer, problemOf(answer.Body), c.now())
	}
	if answer.ContentLength > limit {
		return "", 0, &inbox.Error{Code: inbox.CodeInvalid, Field: "media", Err: ErrMediaTooLarge}
	}
	size, err = copyMedia(w, io.LimitReader(answer.Body, limit+1))
	if err != nil {
		return "", size, err
	}
	if size > limit {
		return "", size, &inbox.Error{Code: inbox.CodeInvalid, Field: "media", Err: ErrMediaTooLarge}
	}
	return inbox.CleanLine(answer.Header.Get("Content-Type"), maxMIME), size, nil
}

// problemOf reads the body of an answer that is no file.
func problemOf(body io.Reader) value {
	data, err := io.ReadAll(io.LimitReader(body, maxAnswer))
	if err != nil {
		return value{}
	}
	v, err := readDocument(data)
	if err != nil {
		return value{}
	}
	return v
}

// copyMedia tells a broken line, which is worth another try, from a disk that
// does not take the file.
func copyMedia(w io.Writer, r io.Reader) (int64, error) {
	source := &failingReader{r: r}
	size, err := io.Copy(w, source)
	switch {
	case source.err != nil:
		e := &Error{Doing: "download media", Class: ClassNow, Err: withoutURL(source.err)}
		return size, coded(inbox.CodeOffline, e)
	case err != nil:
		return size, fmt.Errorf("keep media: %w", err)
	}
	return size, nil
}

// failingReader remembers with what error reading ended.
type failingReader struct {
	r   io.Reader
	err error
}

func (f *failingReader) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != nil && err != io.EOF {
		f.err = err
	}
	return n, err
}

// mediaAddress checks an address that came from outside: the token goes to
// listed hosts only. 360dialog serves the files under its own host with the
// path unchanged. (360dialog docs: Media.)
func (c *Client) mediaAddress(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil {
		return nil, inbox.InvalidField("mediaUrl", "not a web address")
	}
	if c.config.Style == D360 {
		u.Scheme, u.Host = c.base.Scheme, c.base.Host
		return u, nil
	}
	if !slices.ContainsFunc(c.config.MediaHosts, func(allowed string) bool { return hostMatches(u, allowed) }) {
		return nil, inbox.InvalidField("mediaUrl", "host is not on the list")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())) {
		return nil, inbox.InvalidField("mediaUrl", "https is needed")
	}
	return u, nil
}

// hostMatches compares with "host" (standard port of https only), "host:port"
// or ".suffix".
func hostMatches(u *url.URL, allowed string) bool {
	host := strings.ToLower(u.Host)
	if u.Scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	}
	allowed = strings.ToLower(allowed)
	if strings.HasPrefix(allowed, ".") {
		return strings.HasSuffix(host, allowed) && len(host) > len(allowed)
	}
	return host == allowed
}

// Upload is a file to be kept at the provider.
type Upload struct {
	MIME, Name string
	// Content is read once, while it is sent.
	Content io.Reader
	// Size is Content's length in bytes.
	Size int64
	// Progress is told how many bytes have been read for sending, or is nil. It
	// must not block.
	Progress func(sent int64)
}

// UploadMedia stores a file at Meta for 30 days and returns its id. Repeating
// it does no harm, so it is never ambiguous. A Content that cannot be read is
// storage_damaged. (Meta docs: Media, upload.)
func (c *Client) UploadMedia(ctx context.Context, u Upload) (mediaID string, err error) {
	const doing = "upload media"
	head, tail, contentType, err := uploadForm(u.MIME, u.Name)
	if err != nil {
		return "", inbox.WrapError(inbox.CodeInternal, doing, err)
	}
	content := &failingReader{r: io.LimitReader(u.Content, u.Size)}
	file := io.Reader(content)
	if u.Progress != nil {
		file = &countingReader{r: content, told: u.Progress}
	}
	answer, err := c.call(ctx, request{
		doing: doing, method: http.MethodPost, path: c.numberPath("media"), timeout: mediaTimeout, contentType: contentType,
		body: io.MultiReader(bytes.NewReader(head), file, bytes.NewReader(tail)), length: int64(len(head)) + u.Size + int64(len(tail)),
	})
	if content.err != nil {
		return "", inbox.WrapError(inbox.CodeStorageDamaged, "read file to upload", content.err)
	}
	if err != nil {
		return "", repeatable(err)
	}
	id := opaqueID(answer.get("id"))
	if id == "" {
		return "", repeatable(unreadable(doing, http.MethodPost, http.StatusOK, errors.New("answer has no id")))
	}
	return id, nil
}

// repeatable says of a request whose outcome is unknown that it may simply be
// made again.
func repeatable(err error) error {
	var e *Error
	if !errors.As(err, &e) || !e.Ambiguous {
		return err
	}
	again := *e
	again.Ambiguous, again.Class = false, ClassBackoff
	return coded(inbox.CodeOffline, &again)
}

type countingReader struct {
	r    io.Reader
	n    int64
	told func(int64)
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	c.told(c.n)
	return n, err
}

// uploadForm returns what stands before and behind the file in the request.
func uploadForm(mimeType, fileName string) (head, tail []byte, contentType string, err error) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for _, field := range [][2]string{{"messaging_product", "whatsapp"}, {"type", mimeType}} {
		if err := w.WriteField(field[0], field[1]); err != nil {
			return nil, nil, "", err
		}
	}
	_, err = w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {multipart.FileContentDisposition("file", cleanFileName(fileName))},
		"Content-Type":        {inbox.CleanLine(mimeType, maxMIME)},
	})
	if err != nil {
		return nil, nil, "", err
	}
	head = bytes.Clone(form.Bytes())
	if err := w.Close(); err != nil {
		return nil, nil, "", err
	}
	return head, form.Bytes()[len(head):], w.FormDataContentType(), nil
}

// DeleteMedia removes a file from Meta. A file that is gone already is
// CodeNotFound. Repeating it does no harm.
func (c *Client) DeleteMedia(ctx context.Context, mediaID string) error {
	if !isToken(mediaID, maxName) {
		return inbox.InvalidField("mediaId", "not an id")
	}
	_, err := c.call(ctx, request{
		doing: "delete media", method: http.MethodDelete, path: c.objectPath(mediaID), query: c.ownNumber(),
	})
	if err != nil {
		return notFound(err)
	}
	return nil
}

package cloudapi

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tresen/internal/inbox"
)

// maxResumes bounds how often one upload is taken up again where it broke off.
const maxResumes = 3

// UploadHandle stores a file through Meta's resumable upload and returns the
// handle under which a profile picture or a template's sample is set. appID is
// the Meta app of the token (TokenInfo.AppID). A connection that breaks is
// taken up where it broke off. (Meta docs: Graph API, Resumable Upload; image/
// jpeg, image/png, application/pdf, video/mp4.)
func (c *Client) UploadHandle(ctx context.Context, appID, fileName, mimeType string, content []byte) (handle string, err error) {
	switch {
	case c.config.Style != Meta:
		return "", inbox.InvalidField("style", "only Meta takes resumable uploads")
	case !isToken(appID, maxTypeName):
		return "", inbox.InvalidField("appId", "not an id")
	case len(content) == 0:
		return "", inbox.InvalidField("file", "empty")
	}
	session, err := c.startUpload(ctx, appID, fileName, mimeType, len(content))
	if err != nil {
		return "", err
	}
	offset := 0
	for attempt := 0; ; attempt++ {
		handle, err = c.continueUpload(ctx, session, content, offset)
		if err == nil && handle != "" {
			return handle, nil
		}
		if attempt == maxResumes || err != nil && ClassOf(err) != ClassNow && !IsAmbiguous(err) {
			break
		}
		var askErr error
		if offset, askErr = c.uploadOffset(ctx, session, len(content)); askErr != nil {
			if err == nil {
				err = askErr
			}
			break
		}
	}
	if err == nil {
		err = unreadable("upload file", http.MethodPost, http.StatusOK, errors.New("answer has no handle"))
	}
	return "", err
}

// uploadSession is the address of one upload: Meta's id may carry a query.
type uploadSession struct {
	id    string
	query url.Values
}

func (c *Client) startUpload(ctx context.Context, appID, fileName, mimeType string, length int) (uploadSession, error) {
	const doing = "start upload"
	answer, err := c.call(ctx, request{
		doing: doing, method: http.MethodPost, path: c.objectPath(appID, "uploads"),
		query: url.Values{
			"file_name": {cleanFileName(fileName)}, "file_length": {strconv.Itoa(length)}, "file_type": {mimeType},
		},
	})
	if err != nil {
		return uploadSession{}, err
	}
	session, ok := parseSession(opaqueID(answer.get("id")))
	if !ok {
		return uploadSession{}, unreadable(doing, http.MethodPost, http.StatusOK, errors.New("answer has no upload id"))
	}
	return session, nil
}

// parseSession accepts only ids that stay one segment of the path.
func parseSession(id string) (uploadSession, bool) {
	id, rawQuery, _ := strings.Cut(id, "?")
	name, isUpload := strings.CutPrefix(id, "upload:")
	query, err := url.ParseQuery(rawQuery)
	if !isUpload || name == "" || strings.ContainsAny(name, `/\%#`) || strings.Contains(name, "..") || err != nil {
		return uploadSession{}, false
	}
	return uploadSession{id: id, query: query}, true
}

// continueUpload sends what is missing. An empty handle without an error means
// that Meta has taken a part.
func (c *Client) continueUpload(ctx context.Context, s uploadSession, content []byte, offset int) (handle string, err error) {
	rest := content[offset:]
	answer, err := c.call(ctx, request{
		doing: "upload file", method: http.MethodPost, path: c.objectPath(s.id), query: s.query, timeout: mediaTimeout,
		contentType: "application/octet-stream", body: bytes.NewReader(rest), length: int64(len(rest)),
		fileOffset: strconv.Itoa(offset),
	})
	if err != nil {
		return "", err
	}
	return opaqueID(answer.get("h")), nil
}

func (c *Client) uploadOffset(ctx context.Context, s uploadSession, length int) (int, error) {
	const doing = "resume upload"
	answer, err := c.call(ctx, request{
		doing: doing, method: http.MethodGet, path: c.objectPath(s.id), query: s.query, fileOffset: "0",
	})
	if err != nil {
		return 0, err
	}
	offset := answer.get("file_offset").int()
	if offset < 0 || offset > int64(length) || !answer.get("file_offset").exists() {
		return 0, unreadable(doing, http.MethodGet, http.StatusOK, errors.New("answer has no usable offset"))
	}
	return int(offset), nil
}

package cloudapi

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"

	"tresen/internal/inbox"
)

func TestMediaURL(t *testing.T) {
	const hex = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	client := startClient(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.String() != "/v25.0/1003383421387256?phone_number_id=106540352242922" {
			t.Errorf("request %s", r.URL)
		}
		answer(w, 200, `{"url":"https://lookaside.fbsbx.com/x","mime_type":"image/jpeg","sha256":"`+hex+`","file_size":"303833"}`)
	})
	got, err := client.MediaURL(t.Context(), "1003383421387256")
	if err != nil || got.URL != "https://lookaside.fbsbx.com/x" || got.MIME != "image/jpeg" || got.Size != 303833 || len(got.SHA256) != 32 {
		t.Errorf("MediaURL = %+v, %v", got, err)
	}
}

func TestMediaIDsCannotLeaveTheirPath(t *testing.T) {
	client := startClient(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	for _, id := range []string{"", "..", "../1/messages", "1/2", "1?x=y", "a b"} {
		if _, err := client.MediaURL(t.Context(), id); inbox.CodeOf(err) != inbox.CodeInvalid {
			t.Errorf("MediaURL(%q): %v", id, err)
		}
		if err := client.DeleteMedia(t.Context(), id); inbox.CodeOf(err) != inbox.CodeInvalid {
			t.Errorf("DeleteMedia(%q): %v", id, err)
		}
	}
}

func TestExpiredMediaIsNotFound(t *testing.T) {
	client := startClient(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 400, `{"error":{"code":100,"error_subcode":33}}`)
	})
	if _, err := client.MediaURL(t.Context(), "1"); inbox.CodeOf(err) != inbox.CodeNotFound || ClassOf(err) != ClassNever {
		t.Errorf("MediaURL: %v", err)
	}
	if err := client.DeleteMedia(t.Context(), "1"); inbox.CodeOf(err) != inbox.CodeNotFound {
		t.Errorf("DeleteMedia: %v", err)
	}
}

// allowMedia lets a test fetch files from its own server.
func allowMedia(c *Config) {
	u, err := url.Parse(c.BaseURL)
	if err != nil {
		panic(err)
	}
	c.MediaHosts = []string{u.Host}
}

func TestDownloadMedia(t *testing.T) {
	content := bytes.Repeat([]byte("x"), 1000)
	client := startClient(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+testToken || r.Header.Get("User-Agent") == "" {
			t.Errorf("header %v", r.Header)
		}
		switch r.URL.Path {
		case "/file":
			w.Header().Set("Content-Type", "audio/ogg; codecs=opus")
			w.Write(content)
		case "/chunked":
			w.(http.Flusher).Flush()
			w.Write(content)
		case "/cut":
			w.Header().Set("Content-Length", "2000")
			w.Write(content)
		case "/gone":
			http.NotFound(w, r)
		}
	}, allowMedia)
	base := client.base.String()
	tests := []struct {
		path  string
		limit int64
		code  inbox.Code
	}{
		{"/file", 1000, ""}, {"/chunked", 1000, ""}, {"/file", 999, inbox.CodeInvalid}, {"/chunked", 999, inbox.CodeInvalid},
		{"/cut", 5000, inbox.CodeOffline}, {"/gone", 1000, inbox.CodeNotFound},
	}
	for _, tt := range tests {
		var file bytes.Buffer
		mimeType, size, err := client.DownloadMedia(t.Context(), base+tt.path, &file, tt.limit)
		if tt.code != "" {
			if inbox.CodeOf(err) != tt.code || errors.Is(err, ErrMediaTooLarge) != (tt.code == inbox.CodeInvalid) {
				t.Errorf("%s up to %d: %v", tt.path, tt.limit, err)
			}
			continue
		}
		if err != nil || size != 1000 || !bytes.Equal(file.Bytes(), content) || tt.path == "/file" && mimeType != "audio/ogg; codecs=opus" {
			t.Errorf("%s: %s, %d bytes, %v", tt.path, mimeType, size, err)
		}
	}
	if _, _, err := client.DownloadMedia(t.Context(), base+"/file", failingWriter{}, 1000); !errors.Is(err, io.ErrShortWrite) || inbox.CodeOf(err) == inbox.CodeOffline {
		t.Errorf("full disk: %v", err)
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// The token must reach no host but the listed ones, also not by a redirect.
func TestTokenStaysWithListedHosts(t *testing.T) {
	stranger := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("stranger got %s with %q", r.URL, r.Header.Get("Authorization"))
	}))
	t.Cleanup(stranger.Close)
	client := startClient(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, stranger.URL, http.StatusFound)
	}, allowMedia)
	for _, address := range []string{
		stranger.URL, client.base.String() + "/redirect", "https://lookaside.fbsbx.com.evil.example/", "", "file:///etc/passwd",
		"http://user@" + client.base.Host + "/", "//" + client.base.Host,
	} {
		if _, _, err := client.DownloadMedia(t.Context(), address, io.Discard, 10); err == nil {
			t.Errorf("%q was fetched", address)
		}
	}
}

func TestMediaHosts(t *testing.T) {
	client := newClient(t, MetaBaseURL)
	for address, want := range map[string]bool{
		"https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1": true,
		"https://lookaside.fbsbx.com:443/x":                                true,
		"https://LOOKASIDE.fbsbx.com/x":                                    true,
		"https://scontent.xx.fbcdn.net/x":                                  true,
		"https://mmg.whatsapp.net/x":                                       true,
		"http://lookaside.fbsbx.com/x":                                     false,
		"https://lookaside.fbsbx.com:8443/x":                               false,
		"https://fbcdn.net/x":                                              false,
		"https://evilfbcdn.net/x":                                          false,
		"https://x.fbcdn.net.evil.example/":                                false,
		"https://graph.facebook.com/x":                                     false,
		"https://127.0.0.1/x":                                              false,
	} {
		if _, err := client.mediaAddress(address); (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestD360MediaComesFromItsOwnHost(t *testing.T) {
	client := newClient(t, "https://waba-v2.360dialog.io", func(c *Config) { c.Style = D360 })
	got, err := client.mediaAddress("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1&hash=2")
	if err != nil || got.String() != "https://waba-v2.360dialog.io/whatsapp_business/attachments/?mid=1&hash=2" {
		t.Errorf("%v, %v", got, err)
	}
}

func TestUploadMedia(t *testing.T) {
	client := startClient(t, func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			t.Error(err)
			return
		}
		file, header, err := r.FormFile("file")
		if err != nil {
			t.Error(err)
			return
		}
		content, _ := io.ReadAll(file)
		kind, _, _ := mime.ParseMediaType(header.Header.Get("Content-Type"))
		if r.FormValue("messaging_product") != "whatsapp" || r.FormValue("type") != "image/png" || kind != "image/png" ||
			string(content) != "pixels" || header.Filename != "a_b.png" {
			t.Errorf("form %v, file %q %v", r.Form, header.Filename, header.Header)
		}
		answer(w, 200, `{"id":"1037543291543636"}`)
	})
	var told []int64
	id, err := client.UploadMedia(t.Context(), Upload{MIME: "image/png", Name: "../a\"b.png", Content: strings.NewReader("pixels"), Size: 6,
		Progress: func(n int64) { told = append(told, n) }})
	if err != nil || id != "1037543291543636" || len(told) == 0 || told[len(told)-1] != 6 {
		t.Errorf("UploadMedia = %q, %v, told %v", id, err, told)
	}
}

// An upload can be repeated, so it is never unclear; a file that cannot be read
// is not the provider's fault.
func TestFailedUploadsAreNotUnclear(t *testing.T) {
	lost := startClient(t, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		panic(http.ErrAbortHandler)
	})
	_, err := lost.UploadMedia(t.Context(), Upload{MIME: "image/png", Name: "a", Content: strings.NewReader("pixels"), Size: 6})
	if IsAmbiguous(err) || ClassOf(err) != ClassBackoff || inbox.CodeOf(err) != inbox.CodeOffline {
		t.Errorf("lost answer: %v", err)
	}
	_, err = lost.UploadMedia(t.Context(), Upload{MIME: "image/png", Name: "a", Content: iotest.ErrReader(io.ErrUnexpectedEOF), Size: 6})
	if inbox.CodeOf(err) != inbox.CodeStorageDamaged {
		t.Errorf("damaged file: %v", err)
	}
}

func TestDeleteMedia(t *testing.T) {
	client := startClient(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodDelete || !strings.HasPrefix(r.URL.String(), "/v25.0/1?") {
			t.Errorf("request %s %s", r.Method, r.URL)
		}
		answer(w, 200, `{"success":true}`)
	})
	if err := client.DeleteMedia(t.Context(), "1"); err != nil {
		t.Error(err)
	}
}

package simulator

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"
	"time"
)

// tryUpload posts a file as multipart form.
func (b *bench) tryUpload(header http.Header, path, mimeType string, body []byte) *http.Response {
	b.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	_ = w.WriteField("messaging_product", "whatsapp")
	_ = w.WriteField("type", mimeType)
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="x"`}, "Content-Type": {mimeType},
	})
	if err != nil {
		b.t.Fatal(err)
	}
	_, _ = part.Write(body)
	_ = w.Close()
	req, err := http.NewRequestWithContext(b.t.Context(), "POST", b.URL()+path, &form)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header = header.Clone()
	req.Header.Set("Content-Type", w.FormDataContentType())
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

var owner = http.Header{"Authorization": {"Bearer " + DefaultToken}}

func (b *bench) upload(mimeType string, body []byte) string {
	b.t.Helper()
	resp := b.tryUpload(owner, "/v25.0/"+DefaultPhoneNumberID+"/media", mimeType, body)
	raw, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != 200 {
		b.t.Fatalf("upload %s: %d %s", mimeType, resp.StatusCode, raw)
	}
	d, aerr := parseDoc(raw)
	if aerr != nil {
		b.t.Fatal(aerr)
	}
	return d.text("id")
}

// get loads a URL as it is.
func (b *bench) get(url string, header http.Header) (int, []byte, string) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), "GET", url, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header = header
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp.StatusCode, body, resp.Header.Get("Content-Type")
}

func TestUploadLoadAndDelete(t *testing.T) {
	b := open(t, Config{})
	photo := Photo("x").Bytes
	id := b.upload("image/jpeg", photo)
	node := b.call("GET", "/v25.0/"+id+"?phone_number_id="+DefaultPhoneNumberID, nil)
	if node.body["sha256"] != sha256Hex(photo) || node.body["file_size"] != fmt.Sprint(len(photo)) || node.body["mime_type"] != "image/jpeg" {
		t.Fatalf("media node %v", node.body)
	}
	url := node.body["url"].(string)
	status, body, mimeType := b.get(url, owner)
	if status != 200 || !bytes.Equal(body, photo) || mimeType != "image/jpeg" {
		t.Errorf("download: %d, %d bytes, %s", status, len(body), mimeType)
	}
	if status, _, _ := b.get(url, http.Header{}); status != 401 {
		t.Errorf("download without a token: %d", status)
	}
	if status, _, _ := b.get(strings.Replace(url, "hash=", "hash=0", 1), owner); status != 404 {
		t.Errorf("download with a forged URL: %d", status)
	}
	b.Advance(5 * time.Minute)
	if status, _, _ := b.get(url, owner); status != 404 {
		t.Errorf("download after five minutes: %d", status)
	}
	if a := b.call("DELETE", "/v25.0/"+id, nil); a.body["success"] != true {
		t.Errorf("delete: %v", a.body)
	}
	if a := b.call("GET", "/v25.0/"+id, nil); a.code() != 100 {
		t.Errorf("after deleting: %v", a.body)
	}
}

func TestMediaOfCustomersLivesSevenDays(t *testing.T) {
	b := open(t, Config{})
	anna := b.customer(Person{Phone: "+491713920011"})
	f := VoiceNote(time.Second)
	b.send(anna, Message{Type: "audio", Media: &f})
	audio := at(t, b.idle()[0].value(t), "messages", 0, "audio").(m)
	if audio["voice"] != true || audio["mime_type"] != "audio/ogg; codecs=opus" {
		t.Errorf("audio %v", audio)
	}
	sum, err := base64.StdEncoding.DecodeString(audio["sha256"].(string))
	if err != nil || fmt.Sprintf("%x", sum) != sha256Hex(f.Bytes) {
		t.Errorf("sha256 %v", audio["sha256"])
	}
	if status, body, _ := b.get(audio["url"].(string), owner); status != 200 || !bytes.Equal(body, f.Bytes) {
		t.Errorf("download by the webhook's url: %d", status)
	}
	path := "/v25.0/" + audio["id"].(string)
	b.Advance(7*24*time.Hour - time.Second)
	if a := b.call("GET", path, nil); a.status != 200 {
		t.Errorf("just before seven days: %v", a.body)
	}
	b.Advance(time.Second)
	if a := b.call("GET", path, nil); a.status != 400 {
		t.Errorf("after seven days: %v", a.body)
	}
}

func TestUploadsThatAreRefused(t *testing.T) {
	b := open(t, Config{})
	path := "/v25.0/" + DefaultPhoneNumberID + "/media"
	for name, test := range map[string]struct {
		mimeType string
		body     []byte
	}{
		"unknown type":   {"application/x-msdownload", []byte("MZ")},
		"large picture":  {"image/png", append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 5<<20)...)},
		"large sticker":  {"image/webp", append([]byte("RIFF0000WEBPVP8L"), make([]byte, 500<<10)...)},
		"lying type":     {"image/jpeg", Picture("x").Bytes},
		"empty":          {"text/plain", nil},
		"wav":            {"audio/wav", Tone(time.Second).Bytes},
		"mp3 of a movie": {"video/mp4", []byte("ID3 no movie")},
	} {
		if resp := b.tryUpload(owner, path, test.mimeType, test.body); resp.StatusCode != 400 {
			t.Errorf("%s: %d", name, resp.StatusCode)
		}
	}
	if resp := b.tryUpload(http.Header{}, path, "image/png", Picture("x").Bytes); resp.StatusCode != 401 {
		t.Errorf("without a token: %d", resp.StatusCode)
	}
}

func TestMediaOfTheWrongKindFailsByStatus(t *testing.T) {
	b := open(t, Config{})
	b.guest()
	id := b.upload("audio/ogg", VoiceNote(time.Second).Bytes)
	b.post("+491713920011", m{"type": "image", "image": m{"id": id}}).wamid(t)
	if code := at(t, b.idle()[0].value(t), "statuses", 0, "errors", 0, "code"); code != 131053.0 {
		t.Errorf("code %v", code)
	}
}

func TestD360MediaURLNamesMetasHost(t *testing.T) {
	b := open(t, Config{})
	key := http.Header{"D360-Api-Key": {DefaultD360Key}}
	resp := b.tryUpload(key, "/media", "image/png", Picture("x").Bytes)
	raw, _ := io.ReadAll(resp.Body)
	d, _ := parseDoc(raw)
	a := b.callAs(key, "GET", "/"+d.text("id"), nil)
	path, ok := strings.CutPrefix(a.body["url"].(string), "https://lookaside.fbsbx.com")
	if !ok {
		t.Fatalf("url %v", a.body["url"])
	}
	if status, _, _ := b.get(b.URL()+path, key); status != 200 {
		t.Errorf("download: %d", status)
	}
}

func TestTooLargeForTheBusiness(t *testing.T) {
	b := open(t, Config{})
	anna := b.customer(Person{Phone: "+491713920011"})
	b.send(anna, Message{Type: "video", Media: &File{MIME: "video/mp4", Size: 101 << 20}})
	message := at(t, b.idle()[0].value(t), "messages", 0).(m)
	if at(t, message, "errors", 0, "code") != 131052.0 {
		t.Errorf("message %v", message)
	}
	if _, has := message["video"]; has {
		t.Error("a file that cannot be loaded has an id")
	}
}

func TestDrawnFilesAreWhatTheySay(t *testing.T) {
	for _, f := range []File{Picture("a"), Photo("a")} {
		cfg, format, err := image.DecodeConfig(bytes.NewReader(f.Bytes))
		if err != nil || cfg.Width < 192 || "image/"+format != f.MIME {
			t.Errorf("%s: %v %s %d", f.Name, err, format, cfg.Width)
		}
	}
	if s := Sticker(); len(s.Bytes) > 100<<10 || !plausible("image/webp", s.Bytes) {
		t.Errorf("sticker of %d bytes", len(s.Bytes))
	}
	for _, f := range []File{Clip(), Paper("x", "Grüße, 5 €"), VoiceNote(3 * time.Second)} {
		base, _, _ := strings.Cut(f.MIME, ";")
		if !plausible(base, f.Bytes) || len(f.Bytes) > mediaLimit(base) {
			t.Errorf("%s is not plausible", f.Name)
		}
	}
	if !bytes.Equal(Photo("a").Bytes, Photo("a").Bytes) || bytes.Equal(Photo("a").Bytes, Photo("b").Bytes) {
		t.Error("the same name must give the same picture, another name another")
	}
}

// TestOggPages walks through the pages of a voice note and checks lengths and
// checksums.
func TestOggPages(t *testing.T) {
	b := VoiceNote(3 * time.Second).Bytes
	packets := 0
	for len(b) > 0 {
		if len(b) < 27 || string(b[:4]) != "OggS" {
			t.Fatal("page does not begin with OggS")
		}
		size := 27 + int(b[26])
		for _, lace := range b[27 : 27+int(b[26])] {
			size += int(lace)
			packets++
		}
		page := bytes.Clone(b[:size])
		sum := bytes.Clone(page[22:26])
		copy(page[22:26], []byte{0, 0, 0, 0})
		want := oggChecksum(page)
		if got := uint32(sum[0]) | uint32(sum[1])<<8 | uint32(sum[2])<<16 | uint32(sum[3])<<24; got != want {
			t.Fatalf("checksum %x, want %x", got, want)
		}
		b = b[size:]
	}
	if packets != 2+150 {
		t.Errorf("%d packets, want two headers and 150 frames of 20 ms", packets)
	}
}

package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
	"tresen/internal/store"
	"tresen/internal/storetest"
)

// bench prepares files for one customer.
type bench struct {
	*testing.T
	preparer Preparer
	owner    inbox.CustomerID
}

func newBench(t *testing.T) *bench {
	t.Helper()
	folder := storetest.Open(t)
	b := &bench{T: t, preparer: Preparer{Store: folder.Store, Now: time.Now}}
	err := folder.Store.Update(context.Background(), func(tx *store.Tx) error {
		c, err := tx.InsertCustomer(inbox.Profile{}, time.Now())
		b.owner = c.ID
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// prepare returns what is sent of a file, or the field with which it is refused.
func (b *bench) prepare(name string, content []byte, asDocument bool) (Prepared, []byte, string) {
	b.Helper()
	file, err := b.preparer.Store.CreateFile(b.owner)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(file.Discard)
	if _, err := file.Write(content); err != nil {
		b.Fatal(err)
	}
	if err := file.Finish(); err != nil {
		b.Fatal(err)
	}
	out, err := b.preparer.Prepare(b.owner, file, name, asDocument)
	if e := (*inbox.Error)(nil); errors.As(err, &e) {
		return out, nil, e.Field
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(out.Discard)
	sent, err := out.File.Open()
	if err != nil {
		b.Fatal(err)
	}
	defer sent.Close()
	all, err := io.ReadAll(sent)
	if err != nil {
		b.Fatal(err)
	}
	return out, all, ""
}

// photo is a camera's picture, wider than high, with a red left edge and a
// place in its Exif data; turn is its orientation.
func photo(t *testing.T, width, height int, turn uint16) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.RGBA{40, 80, 120, 255}
			if x < width/4 {
				c = color.RGBA{220, 30, 30, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	exif := []byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x00\x00\x00GPSGEHEIM")
	binary.BigEndian.PutUint16(exif[24:], turn)
	segment := append([]byte{0xff, 0xe1, 0, byte(len(exif) + 2)}, exif...)
	return append(append(bytes.Clone(b.Bytes()[:2]), segment...), b.Bytes()[2:]...)
}

func TestPicturesLoseAllButTheirPixels(t *testing.T) {
	b := newBench(t)
	in := photo(t, 3000, 1500, 6) // the camera was held upright
	if !bytes.Contains(in, []byte("GPSGEHEIM")) || orientation(bytes.NewReader(in)) != 6 {
		t.Fatal("the sample is wrong")
	}
	out, sent, field := b.prepare("a.jpg", in, false)
	if field != "" || out.Kind != inbox.KindImage || out.MIME != jpegType || out.Thumb == nil {
		t.Fatalf("%s: %+v", field, out)
	}
	if bytes.Contains(sent, []byte("GPSGEHEIM")) || bytes.Contains(sent, []byte("Exif")) || len(sent) > maxPicture {
		t.Error("the place is still in it")
	}
	img, err := jpeg.Decode(bytes.NewReader(sent))
	if err != nil || img.Bounds().Dx() != 1024 || img.Bounds().Dy() != 2048 || out.Facts.Width != 1024 || out.Facts.Height != 2048 {
		t.Fatalf("%v, %v, %+v", img.Bounds(), err, out.Facts)
	}
	if r, _, _, _ := img.At(512, 100).RGBA(); r < 0xa000 { // what was left is now on top
		t.Errorf("not turned: %v", img.At(512, 100))
	}
}

func TestScreenshotsStaySharp(t *testing.T) {
	b := newBench(t)
	img := image.NewNRGBA(image.Rect(0, 0, 300, 200))
	img.SetNRGBA(1, 1, color.NRGBA{1, 2, 3, 128})
	var in bytes.Buffer
	if err := png.Encode(&in, img); err != nil {
		t.Fatal(err)
	}
	if out, _, field := b.prepare("a.png", in.Bytes(), false); field != "" || out.MIME != pngType || out.Kind != inbox.KindImage {
		t.Errorf("%s: %+v", field, out)
	}
	noise := image.NewNRGBA(image.Rect(0, 0, 1200, 900))
	random := rand.New(rand.NewPCG(1, 2))
	for i := range noise.Pix {
		noise.Pix[i] = byte(random.Uint32())
	}
	in.Reset()
	if err := png.Encode(&in, noise); err != nil {
		t.Fatal(err)
	}
	if out, _, field := b.prepare("b.png", in.Bytes(), false); field != "" || out.MIME != jpegType {
		t.Errorf("large: %s: %+v", field, out.MIME)
	}
}

func TestWhatCanBeSentAsWhat(t *testing.T) {
	b := newBench(t)
	clip := simulator.Clip().Bytes
	hevc := bytes.ReplaceAll(clip, []byte("avc1"), []byte("hvc1"))
	big := append(bytes.Clone(clip), make([]byte, maxFilm)...)
	for name, c := range map[string]struct {
		file       string
		content    []byte
		asDocument bool
		kind       inbox.MessageKind
		mime       string
		field      string
	}{
		"empty":           {content: nil, field: FieldEmpty},
		"pdf":             {file: "a.pdf", content: simulator.Paper("a", "b").Bytes, kind: inbox.KindDocument, mime: pdfType},
		"text":            {file: "a.csv", content: []byte("a;b\n"), kind: inbox.KindDocument, mime: textType},
		"old word":        {file: "a.doc", content: []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), kind: inbox.KindDocument, mime: "application/msword"},
		"old unknown":     {file: "a.bin", content: []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), field: FieldType},
		"program":         {file: "a.pdf", content: []byte("MZ\x90\x00"), field: FieldType},
		"page":            {file: "a.html", content: []byte("<html>"), field: FieldType},
		"voice":           {file: "a.ogg", content: simulator.VoiceNote(time.Second).Bytes, kind: inbox.KindAudio, mime: oggType},
		"vorbis":          {file: "a.ogg", content: []byte("OggS\x00\x01vorbis"), field: FieldSound},
		"film":            {file: "a.mp4", content: clip, kind: inbox.KindVideo, mime: mp4Type},
		"hevc":            {file: "a.mp4", content: hevc, field: FieldFilm},
		"hevc as it is":   {file: "a.mp4", content: hevc, asDocument: true, kind: inbox.KindDocument, mime: mp4Type},
		"large film":      {file: "a.mp4", content: big, field: FieldFilmSize},
		"broken picture":  {file: "a.jpg", content: []byte("\xff\xd8\xff\xe0"), field: FieldPicture},
		"broken film":     {file: "a.mp4", content: []byte("\x00\x00\x00\x18ftypisom\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xffmoov"), field: FieldFilm},
		"sticker as film": {file: "a.webp", content: simulator.Sticker().Bytes, kind: inbox.KindImage, mime: pngType},
	} {
		out, _, field := b.prepare(c.file, c.content, c.asDocument)
		if field != c.field || field == "" && (out.Kind != c.kind || out.MIME != c.mime) {
			t.Errorf("%s: %s as %s, refused %q; want %s as %s, %q", name, out.MIME, out.Kind, field, c.mime, c.kind, c.field)
		}
	}
}

func box(name string, parts ...[]byte) []byte {
	content := bytes.Join(parts, nil)
	out := binary.BigEndian.AppendUint32(nil, uint32(8+len(content)))
	return append(append(out, name...), content...)
}

// A phone writes into its films where they were made.
func TestFilmsLoseWhereTheyWereMade(t *testing.T) {
	b := newBench(t)
	clip := simulator.Clip().Bytes
	at := bytes.Index(clip, []byte("moov")) - 4
	length := int(binary.BigEndian.Uint32(clip[at:]))
	place := box("udta", box("\xa9xyz", []byte("+52.5+013.4/GEHEIM")))
	moov := box("moov", clip[at+8:at+length], place)
	in := append(append(bytes.Clone(clip[:at]), moov...), clip[at+length:]...)
	_, sent, field := b.prepare("a.mp4", in, false)
	if field != "" || len(sent) != len(in) || bytes.Contains(sent, []byte("GEHEIM")) || bytes.Contains(sent, []byte("udta")) {
		t.Fatalf("%q: %d of %d bytes", field, len(sent), len(in))
	}
	if again, err := readFilm(bytes.NewReader(sent), int64(len(sent))); err != nil || !again.playable() || again.private != nil {
		t.Errorf("%+v, %v", again, err)
	}
}

func FuzzReadFilm(f *testing.F) {
	f.Add(simulator.Clip().Bytes)
	f.Add([]byte("\x00\x00\x00\x01moov\x00\x00\x00\x00\x00\x00\x00\x10"))
	f.Fuzz(func(t *testing.T, b []byte) {
		film, err := readFilm(bytes.NewReader(b), int64(len(b)))
		for _, s := range film.private {
			if s.from < 0 || s.to > int64(len(b)) || s.from > s.to {
				t.Fatalf("%v of %d bytes, %v", s, len(b), err)
			}
		}
	})
}

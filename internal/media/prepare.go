package media

import (
	"errors"
	"io"
	"strings"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// WhatsApp's limits for files that are sent, in bytes. (Meta docs: Supported
// media types.)
const (
	maxPicture  = 5 << 20
	maxSound    = 16 << 20
	maxFilm     = 16 << 20
	maxDocument = 100 << 20
)

// Fields of the errors with which a file is refused; each has its words in the
// catalogues.
const (
	FieldType     = "fileType"     // WhatsApp takes no file of this type
	FieldEmpty    = "fileEmpty"    // there is nothing in it
	FieldSize     = "fileSize"     // too large for its kind
	FieldPicture  = "filePicture"  // a picture that cannot be read
	FieldFilm     = "fileFilm"     // a film other phones cannot play; it can go as a document
	FieldFilmSize = "fileFilmSize" // a film above the limit
	FieldSound    = "fileSound"    // a sound other phones cannot play
)

// Fields lists them, for the catalogues' test.
func Fields() []string {
	return []string{FieldType, FieldEmpty, FieldSize, FieldPicture, FieldFilm, FieldFilmSize, FieldSound}
}

// Prepared is a file as it will be sent.
type Prepared struct {
	store.Sealed
	Kind inbox.MessageKind
	// MIME is what the provider is told, Name how a document is called.
	MIME, Name string
}

// Preparer makes files of the shop's fit to be sent.
type Preparer struct {
	Store *store.Store
	// Now is the clock.
	Now func() time.Time
}

// Prepare looks at a finished file and makes of it what can be sent: pictures
// are turned upright, reduced, and lose everything but their pixels; films lose
// what they say about where they were taken. With asDocument a film goes as it
// is. It fails with invalid and one of the fields above. The file stays the
// caller's, whether or not it is in the result, which is the caller's too.
func (p *Preparer) Prepare(owner inbox.CustomerID, file *store.NewFile, name string, asDocument bool) (out Prepared, err error) {
	defer func() {
		if err != nil && out.File != nil && out.File != file {
			out.Discard()
		}
	}()
	if file.Size() == 0 {
		return out, inbox.InvalidField(FieldEmpty, "empty file")
	}
	plain, err := file.Open()
	if err != nil {
		return out, err
	}
	defer plain.Close()
	out = Prepared{Sealed: store.Sealed{File: file, At: p.Now()}, Name: name}
	if out.MIME, err = sniff(plain, plain.Size()); err != nil {
		return out, err
	}
	out.Facts.MIME = out.MIME
	switch out.MIME {
	case jpegType, pngType, gifType, webpType:
		return out, p.picture(owner, plain, &out)
	case mp4Type, threeGPType:
		return out, p.film(owner, plain, &out, asDocument)
	case mp4AudioType, aacType, amrType, mpegType, oggType:
		out.Kind = inbox.KindAudio
		return out, checkSound(plain, out.MIME)
	}
	out.Kind = inbox.KindDocument
	return out, checkDocument(plain.Size(), &out)
}

func (p *Preparer) picture(owner inbox.CustomerID, plain *store.StoredFile, out *Prepared) error {
	out.Kind = inbox.KindImage
	content, mime, bounds, err := reduce(plain, plain.Size(), out.MIME)
	if err != nil {
		return err
	}
	out.File, out.MIME = nil, mime
	out.Facts = inbox.FileFacts{MIME: mime, Width: bounds.Dx(), Height: bounds.Dy()}
	if out.File, err = p.seal(owner, content); err != nil {
		return err
	}
	reader := strings.NewReader(string(content))
	if small := thumb(reader, int64(len(content)), out.Facts, 1); small != nil {
		out.Thumb, err = p.seal(owner, small)
	}
	return err
}

func (p *Preparer) film(owner inbox.CustomerID, plain *store.StoredFile, out *Prepared, asDocument bool) error {
	out.Kind = inbox.KindVideo
	if plain.Size() > maxFilm {
		return inbox.InvalidField(FieldFilmSize, "film is too large")
	}
	film, err := readFilm(plain, plain.Size())
	if err != nil {
		return err
	}
	switch {
	case !film.pictures && film.sounds == 1:
		// A recording in a film's container.
		out.Kind, out.MIME, out.Facts.MIME = inbox.KindAudio, mp4AudioType, mp4AudioType
	case asDocument:
		out.Kind = inbox.KindDocument
	case !film.playable():
		return inbox.InvalidField(FieldFilm, "film is coded in a way other phones cannot play")
	}
	if len(film.private) == 0 {
		return nil
	}
	out.File = nil
	cleaned, err := p.Store.CreateFile(owner)
	if err != nil {
		return err
	}
	out.File = cleaned
	if _, err = io.Copy(cleaned, &blanking{r: io.NewSectionReader(plain, 0, plain.Size()), spans: film.private}); err != nil {
		return err
	}
	return cleaned.Finish()
}

func (p *Preparer) seal(owner inbox.CustomerID, plain []byte) (*store.NewFile, error) {
	file, err := p.Store.CreateFile(owner)
	if err != nil {
		return nil, err
	}
	if _, err = file.Write(plain); err == nil {
		err = file.Finish()
	}
	if err != nil {
		file.Discard()
		return nil, err
	}
	return file, nil
}

// checkSound refuses what WhatsApp does not play: too large, or an Ogg that
// holds something else than Opus.
func checkSound(plain *store.StoredFile, mime string) error {
	if plain.Size() > maxSound {
		return inbox.InvalidField(FieldSize, "sound is too large")
	}
	if mime != oggType {
		return nil
	}
	head := make([]byte, 64)
	n, err := plain.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !strings.Contains(string(head[:n]), "OpusHead") {
		return inbox.InvalidField(FieldSound, "Ogg without Opus")
	}
	return nil
}

// officeEndings tell old office files apart, which look alike inside.
var officeEndings = map[string]string{
	"doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint",
}

func checkDocument(size int64, out *Prepared) error {
	if size > maxDocument {
		return inbox.InvalidField(FieldSize, "document is too large")
	}
	switch out.MIME {
	case pdfType, textType, docxType, xlsxType, pptxType:
		return nil
	case oleType:
		if mime := officeEndings[ending(out.Name)]; mime != "" {
			out.MIME = mime
			return nil
		}
	}
	return inbox.InvalidField(FieldType, "not a type WhatsApp takes")
}

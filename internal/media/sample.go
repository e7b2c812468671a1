package media

import (
	"bytes"
	"io"

	"tresen/internal/inbox"
)

// MaxSample is the largest file that is taken as a template's sample, in bytes:
// a reviewer looks at it once.
const MaxSample = maxFilm

// Sample makes a file fit to be shown to Meta's reviewers above a template's
// text: a picture and a film lose what a sent one loses. It fails with invalid
// and a field as Prepare does. (Meta docs: Graph API, Resumable Upload; image/
// jpeg, image/png, application/pdf, video/mp4.)
func Sample(content []byte) (clean []byte, mime string, err error) {
	size := int64(len(content))
	switch {
	case size == 0:
		return nil, "", inbox.InvalidField(FieldEmpty, "empty file")
	case size > MaxSample:
		return nil, "", inbox.InvalidField(FieldSize, "too large for a sample")
	}
	file := bytes.NewReader(content)
	if mime, err = sniff(file, size); err != nil {
		return nil, "", err
	}
	switch mime {
	case jpegType, pngType, gifType, webpType:
		clean, mime, _, err = reduce(file, size, mime)
		return clean, mime, err
	case mp4Type:
		clean, err = sampleFilm(file, size)
		return clean, mime, err
	case pdfType:
		return content, mime, nil
	}
	return nil, "", inbox.InvalidField(FieldType, "not a type of sample")
}

func sampleFilm(file *bytes.Reader, size int64) ([]byte, error) {
	film, err := readFilm(file, size)
	if err != nil {
		return nil, err
	}
	if !film.playable() {
		return nil, inbox.InvalidField(FieldFilm, "film is coded in a way other phones cannot play")
	}
	return io.ReadAll(&blanking{r: io.NewSectionReader(file, 0, size), spans: film.private})
}

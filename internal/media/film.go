package media

import (
	"encoding/binary"
	"errors"
	"io"

	"tresen/internal/inbox"
)

// film is what a container tells about a film. (ISO/IEC 14496-12, 14496-15.)
type film struct {
	pictures bool
	// avc is true if all pictures are H.264, aac if all sounds are AAC or AMR.
	avc, aac bool
	sounds   int
	// high is true for H.264's High profile, reordered if frames are shown in
	// another order than they are stored: together WhatsApp does not take them.
	high, reordered bool
	// private are the places of what says where and with what a film was made.
	private []span
}

type span struct{ from, to int64 }

// playable reports whether WhatsApp takes the film: H.264, no High profile with
// B-frames, at most one sound, AAC. (Meta docs: Supported media types, video.)
func (f film) playable() bool {
	return f.pictures && f.avc && f.aac && f.sounds <= 1 && !(f.high && f.reordered)
}

const (
	maxBoxes = 4096
	// maxHeader is how much of a box with facts in it is read.
	maxHeader = 4096
)

type filmReader struct {
	file  io.ReaderAt
	boxes int
	film  film
}

var errFilm = inbox.InvalidField(FieldFilm, "film cannot be read")

func readFilm(file io.ReaderAt, size int64) (film, error) {
	r := &filmReader{file: file, film: film{avc: true, aac: true}}
	err := r.walk(0, size, "")
	var refused *inbox.Error
	if err != nil && !errors.As(err, &refused) {
		err = errFilm
	}
	return r.film, err
}

// containers are the boxes whose content is boxes again.
var containers = map[string]bool{"moov": true, "trak": true, "mdia": true, "minf": true, "stbl": true}

// walk reads the boxes between two places.
func (r *filmReader) walk(from, to int64, parent string) error {
	for at := from; at+8 <= to; {
		if r.boxes++; r.boxes > maxBoxes {
			return errFilm
		}
		var head [16]byte
		if _, err := r.file.ReadAt(head[:8], at); err != nil {
			return err
		}
		length, skip := int64(binary.BigEndian.Uint32(head[:])), int64(8)
		switch length {
		case 0:
			length = to - at
		case 1:
			if _, err := r.file.ReadAt(head[8:], at+8); err != nil {
				return err
			}
			length, skip = int64(binary.BigEndian.Uint64(head[8:])), 16
		}
		if length < skip || length > to-at {
			return errFilm
		}
		name := string(head[4:8])
		if err := r.box(name, parent, at+4, at+skip, at+length); err != nil {
			return err
		}
		at += length
	}
	return nil
}

func (r *filmReader) box(name, parent string, nameAt, from, to int64) error {
	switch {
	case containers[name]:
		return r.walk(from, to, name)
	case name == "udta", name == "meta" && parent != "":
		r.film.private = append(r.film.private, span{nameAt, nameAt + 4}, span{from, to})
	case name == "ctts":
		r.film.reordered = true
	case name == "stsd":
		return r.sampleEntry(from, to)
	}
	return nil
}

// sampleEntry notes how a track is coded.
func (r *filmReader) sampleEntry(from, to int64) error {
	b := make([]byte, min(to-from, maxHeader))
	if _, err := r.file.ReadAt(b, from); err != nil {
		return err
	}
	if len(b) < 16 {
		return errFilm
	}
	switch code := string(b[12:16]); code {
	case "avc1", "avc3":
		r.film.pictures = true
		r.film.high = r.film.high || avcProfile(b) == 100
	case "mp4a", "samr":
		r.film.sounds++
	case "hvc1", "hev1", "av01", "vp09", "mp4v", "s263", "apch", "apcn", "encv":
		r.film.pictures, r.film.avc = true, false
	case "Opus", "ac-3", "ec-3", "alac", "fLaC", "enca", "sowt", "lpcm":
		r.film.sounds++
		r.film.aac = false
	}
	return nil
}

// avcProfile returns H.264's profile from the decoder's configuration.
func avcProfile(entry []byte) byte {
	const configuration = "avcC"
	for at := 0; at+len(configuration)+2 <= len(entry); at++ {
		if string(entry[at:at+len(configuration)]) == configuration {
			return entry[at+len(configuration)+1]
		}
	}
	return 0
}

// blanking copies a file and makes free space of spans: a name of four bytes,
// and then zeros. Nothing moves, so all other places stay right.
type blanking struct {
	r     io.Reader
	at    int64
	spans []span
}

func (b *blanking) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	for i := range b.spans {
		s := b.spans[i]
		for at := max(s.from, b.at); at < min(s.to, b.at+int64(n)); at++ {
			if i%2 == 0 {
				p[at-b.at] = "free"[at-s.from]
			} else {
				p[at-b.at] = 0
			}
		}
	}
	b.at += int64(n)
	return n, err
}

package chatexport

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"tresen/internal/inbox"
)

// What is read at most. WhatsApp exports 10,000 messages with files and 40,000
// without; the rest is room for those who put exports together.
const (
	maxText     = 64 << 20
	maxEntries  = 20_000
	maxFile     = 100 << 20
	maxAllFiles = 8 << 30
	// maxRatio is how much smaller than its content a packed text may be. Chats
	// reach about ten; DEFLATE about a thousand.
	maxRatio = 100
)

// Fields of the errors with which an export is refused; each has its words in
// the catalogues.
const (
	FieldFile     = "exportFile"     // not a text file and not a ZIP, or it cannot be read
	FieldSize     = "exportSize"     // too large, or packed to become too large
	FieldFormat   = "exportFormat"   // no chat in it that can be read
	FieldEncoding = "exportEncoding" // not Unicode text
	FieldGroup    = "exportGroup"    // a group: other people's data
)

// Fields lists them, for the catalogues' test.
func Fields() []string {
	return []string{FieldFile, FieldSize, FieldFormat, FieldEncoding, FieldGroup}
}

// Archive is an export that was opened.
type Archive struct {
	text   string
	files  map[string]*zip.File
	closer io.Closer
	read   int64
}

// Open opens the export at a path. It fails with invalid and one of the fields above.
func Open(name string) (*Archive, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, inbox.InvalidField(FieldFile, "cannot be opened")
	}
	a, err := open(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	a.closer = f
	return a, nil
}

func open(f *os.File) (*Archive, error) {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, inbox.InvalidField(FieldFile, "not a file")
	}
	return read(f, info.Size())
}

// read opens an export of some size.
func read(r io.ReaderAt, size int64) (*Archive, error) {
	head := make([]byte, 4)
	n, err := r.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, inbox.InvalidField(FieldFile, "cannot be read")
	}
	if bytes.HasPrefix(head[:n], []byte("PK\x03\x04")) {
		return readZIP(r, size)
	}
	if size > maxText {
		return nil, inbox.InvalidField(FieldSize, "text is too large")
	}
	text, err := readText(io.NewSectionReader(r, 0, size), maxText)
	return &Archive{text: text}, err
}

// readZIP finds the chat and its files. Names are only looked up, never used as
// paths; what is no regular file is left out.
func readZIP(r io.ReaderAt, size int64) (*Archive, error) {
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, inbox.InvalidField(FieldFile, "not a ZIP")
	}
	if len(z.File) > maxEntries {
		return nil, inbox.InvalidField(FieldSize, "too many files")
	}
	a := &Archive{files: map[string]*zip.File{}}
	var chat *zip.File
	for _, f := range z.File {
		name := path.Base(strings.ReplaceAll(f.Name, `\`, "/"))
		if f.Mode()&fs.ModeType != 0 || f.Flags&1 != 0 || strings.HasPrefix(f.Name, "__MACOSX/") {
			continue
		}
		if rank(name) > 0 && (chat == nil || rank(name) > rank(path.Base(chat.Name))) {
			chat = f
		}
		if _, there := a.files[name]; !there {
			a.files[name] = f
		}
	}
	if chat == nil {
		return nil, inbox.InvalidField(FieldFormat, "no text in it")
	}
	packed, err := chat.Open()
	if err != nil {
		return nil, inbox.InvalidField(FieldFile, "cannot be unpacked")
	}
	defer packed.Close()
	a.text, err = readText(packed, min(maxText, int64(chat.CompressedSize64)*maxRatio+1<<16))
	return a, err
}

// rank says how likely a file of a ZIP is the chat and not one of its documents.
func rank(name string) int {
	switch {
	case name == "_chat.txt":
		return 3
	case !strings.HasSuffix(strings.ToLower(name), ".txt"):
		return 0
	case strings.HasPrefix(name, "WhatsApp"):
		return 2
	}
	return 1
}

func readText(r io.Reader, most int64) (string, error) {
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return "", inbox.InvalidField(FieldFile, "cannot be read")
	}
	if int64(len(b)) > most {
		return "", inbox.InvalidField(FieldSize, "text is too large")
	}
	return decode(b)
}

// decode makes Unicode of what is in a file, as its first bytes say.
func decode(b []byte) (string, error) {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		b = b[3:]
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		return decodeUTF16(b[2:], 1, 0)
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return decodeUTF16(b[2:], 0, 1)
	}
	if !utf8.Valid(b) || bytes.IndexByte(b, 0) >= 0 {
		return "", inbox.InvalidField(FieldEncoding, "not UTF-8")
	}
	return string(b), nil
}

func decodeUTF16(b []byte, high, low int) (string, error) {
	if len(b)%2 != 0 {
		return "", inbox.InvalidField(FieldEncoding, "half a character")
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = uint16(b[2*i+high])<<8 | uint16(b[2*i+low])
	}
	return string(utf16.Decode(units)), nil
}

// Has reports whether a file of that name lies in the export.
func (a *Archive) Has(name string) bool { return a.files[name] != nil }

// CopyFile writes one of the export's files to w. It fails with not_found if
// the export has none of that name, with invalid (exportSize) beyond the limits.
func (a *Archive) CopyFile(w io.Writer, name string) error {
	f := a.files[name]
	if f == nil {
		return inbox.NewError(inbox.CodeNotFound, "no such file in the export")
	}
	// Any number of messages may name the same file.
	if f.UncompressedSize64 > maxFile || a.read > maxAllFiles {
		return inbox.InvalidField(FieldSize, "file is too large")
	}
	r, err := f.Open()
	if err != nil {
		return inbox.InvalidField(FieldFile, "file cannot be unpacked")
	}
	defer r.Close()
	source := &reading{r: io.LimitReader(r, maxFile+1)}
	n, err := io.Copy(w, source)
	a.read += n
	switch {
	case source.err != nil:
		return inbox.InvalidField(FieldFile, "file cannot be unpacked")
	case err != nil:
		return err
	case n > maxFile || a.read > maxAllFiles:
		return inbox.InvalidField(FieldSize, "files are too large")
	}
	return nil
}

// reading remembers that reading failed, not writing.
type reading struct {
	r   io.Reader
	err error
}

func (r *reading) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}

// Close closes the export's file.
func (a *Archive) Close() error {
	if a.closer == nil {
		return nil
	}
	return a.closer.Close()
}

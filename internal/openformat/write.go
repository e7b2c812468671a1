package openformat

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"time"

	aeszip "github.com/yeka/zip"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// Schema describes the lines of each table and the manifest (JSON Schema, draft
// 2020-12). It lies in every export.
//
//go:embed schema.json
var Schema []byte

const (
	// Format and Version say what a file is and how its tables are to be read.
	Format  = "tresen-export"
	Version = 1

	// MinPassphrase is the shortest passphrase of an encrypted export, in characters.
	MinPassphrase = 12

	manifestName = "manifest.json"
	schemaName   = "schema.json"
	readmeName   = "README.txt"

	// blockPart is the advertising block list. Whoever has it and its key can find
	// out which numbers are on it, so that both go along in encrypted exports only.
	blockPart = "data/ad_block.jsonl"
)

// readme is for whoever opens the ZIP without this program.
const readme = "Dies ist ein vollständiger Export aus Tresen. Er enthält personenbezogene Daten im Klartext.\r\n" +
	"data/*.jsonl: eine Zeile JSON je Eintrag; files/: die Dateien; schema.json: was die Felder bedeuten; manifest.json: Prüfsummen (SHA-256).\r\n\r\n" +
	"This is a complete export from Tresen. It holds personal data in the clear.\r\n" +
	"data/*.jsonl: one line of JSON per record; files/: the files; schema.json: what the fields mean; manifest.json: digests (SHA-256).\r\n"

// Part is one file inside an export.
type Part struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	// Records counts the lines of a table.
	Records int `json:"records,omitempty"`
}

// Manifest lists what is in an export. It is written last.
type Manifest struct {
	Format    string    `json:"format"`
	Version   int       `json:"version"`
	Generator string    `json:"generator"`
	CreatedAt time.Time `json:"createdAt"`
	// AdBlockKey is the key of the advertising block list, in hex, in encrypted exports.
	AdBlockKey string `json:"adBlockKey,omitempty"`
	Parts      []Part `json:"parts"`
}

// Options say how an export is written.
type Options struct {
	// Passphrase seals every file in it with AES-256; empty leaves it in the clear.
	Passphrase string
	// BlockKey is the key of the advertising block list; with a passphrase both go along.
	BlockKey  []byte
	Generator string
	Now       time.Time
	// Progress is called with how many files of how many are in.
	Progress func(done, total int)
}

// Counts says what an export holds.
type Counts struct {
	Customers, Messages, Files int
	Bytes                      int64
}

// writer writes the parts of an export and remembers their digests.
type writer struct {
	create   func(name string) (io.Writer, error)
	manifest Manifest
	counts   Counts
	current  *part
}

type part struct {
	Part
	w   io.Writer
	sum interface {
		io.Writer
		Sum([]byte) []byte
	}
}

func (p *part) Write(b []byte) (int, error) {
	n, err := p.w.Write(b)
	p.sum.Write(b[:n])
	p.Bytes += int64(n)
	return n, err
}

// Write writes everything of a shop onto w, a piece at a time. What is being
// erased, secret, or only about this computer is left out. It fails with invalid
// ("passphrase") if that is too short; ctx ends it between records and files.
func Write(ctx context.Context, w io.Writer, s *store.Store, o Options) (Counts, error) {
	if o.Passphrase != "" && len([]rune(o.Passphrase)) < MinPassphrase {
		return Counts{}, inbox.InvalidField("passphrase", "too short")
	}
	out := &writer{manifest: Manifest{Format: Format, Version: Version, Generator: o.Generator, CreatedAt: o.Now.UTC().Truncate(time.Second)}}
	if o.Passphrase != "" {
		out.manifest.AdBlockKey = hex.EncodeToString(o.BlockKey)
	}
	finish := out.open(w, o.Passphrase)
	err := out.write(ctx, s, o)
	return out.counts, errors.Join(err, finish())
}

func (w *writer) open(to io.Writer, passphrase string) (finish func() error) {
	if passphrase == "" {
		z := zip.NewWriter(to)
		w.create = z.Create
		return z.Close
	}
	z := aeszip.NewWriter(to)
	w.create = func(name string) (io.Writer, error) { return z.Encrypt(name, passphrase, aeszip.AES256Encryption) }
	return z.Close
}

func (w *writer) write(ctx context.Context, s *store.Store, o Options) error {
	for name, content := range map[string][]byte{readmeName: []byte(readme), schemaName: Schema} {
		if err := w.begin(name); err != nil {
			return err
		}
		if _, err := w.current.Write(content); err != nil {
			return err
		}
	}
	files, err := s.ReadWhole(ctx, func(table string) error { return w.begin("data/" + table + ".jsonl") }, w.record)
	if err != nil {
		return err
	}
	for i, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.file(s, f); err != nil {
			return err
		}
		o.Progress(i+1, len(files))
	}
	w.end()
	to, err := w.create(manifestName)
	if err != nil {
		return err
	}
	e := json.NewEncoder(to)
	e.SetIndent("", "  ")
	return e.Encode(w.manifest)
}

// begin ends the part before and begins another.
func (w *writer) begin(name string) error {
	w.end()
	to, err := w.create(name)
	w.current = &part{Part: Part{Path: name}, w: to, sum: sha256.New()}
	return err
}

func (w *writer) end() {
	if w.current == nil {
		return
	}
	w.current.SHA256 = hex.EncodeToString(w.current.sum.Sum(nil))
	w.manifest.Parts = append(w.manifest.Parts, w.current.Part)
	w.counts.Bytes += w.current.Bytes
	w.current = nil
}

func (w *writer) record(r map[string]any) error {
	if w.current.Path == blockPart && w.manifest.AdBlockKey == "" {
		return nil
	}
	e := json.NewEncoder(w.current)
	e.SetEscapeHTML(false)
	w.current.Records++
	switch w.current.Path {
	case "data/customer.jsonl":
		w.counts.Customers++
	case "data/message.jsonl":
		w.counts.Messages++
	}
	return e.Encode(r)
}

// file copies one file; one that has been deleted meanwhile is left out.
func (w *writer) file(s *store.Store, f store.WholeFile) error {
	from, err := s.OpenWholeFile(f)
	if err != nil {
		if inbox.CodeOf(err) == inbox.CodeNotFound {
			return nil
		}
		return err
	}
	defer from.Close()
	if err := w.begin("files/" + f.Name); err != nil {
		return err
	}
	w.counts.Files++
	_, err = io.Copy(w.current, from)
	return err
}

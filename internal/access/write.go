package access

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strconv"
	"strings"

	aeszip "github.com/yeka/zip"

	"tresen/internal/inbox"
	"tresen/internal/print"
	"tresen/internal/store"
)

// Schema describes the JSON files (JSON Schema, draft 2020-12). It lies in the package.
//
//go:embed schema.json
var Schema []byte

// minPassphrase is the shortest passphrase of an encrypted package, in characters.
const minPassphrase = 12

// Options says how a package is written.
type Options struct {
	// Language is de or en.
	Language string
	// Portable packs only what the person provided herself (Art. 20 GDPR).
	Portable bool
	// Passphrase seals the package with AES-256; empty leaves it open.
	Passphrase string
	// Open opens the file of a message; a file that is gone is left out.
	Open func(context.Context, inbox.MessageID) (*store.StoredFile, error)
	// Progress is called with how many files were written.
	Progress func(files int)
}

// entry is one file in the manifest.
type entry struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Manifest lists what is in a package.
type Manifest struct {
	Schema    int     `json:"schema"`
	Generator string  `json:"generator"`
	Case      string  `json:"case"`
	Files     []entry `json:"files"`
	// Signature says that the digests are not signed: this program has no key of
	// its own that somebody else could check one with.
	Signature string `json:"signature"`
}

// packer writes files into the archive and remembers their digests.
type packer struct {
	create  func(name string) (io.Writer, error)
	options Options
	words   words
	files   []entry
}

// Write packs a record as a ZIP file onto w. Cancelling ctx stops it between
// files. It fails with invalid if the passphrase is too short.
func Write(ctx context.Context, w io.Writer, press *print.Press, r Record, o Options) (Manifest, error) {
	ctx = store.For(ctx, store.HerCopy)
	words, ok := texts[o.Language]
	if !ok {
		return Manifest{}, inbox.InvalidField("language", "unknown")
	}
	if o.Passphrase != "" && len([]rune(o.Passphrase)) < minPassphrase {
		return Manifest{}, inbox.InvalidField("passphrase", "too short")
	}
	p := &packer{options: o, words: words}
	done := p.open(w)
	manifest, err := p.pack(ctx, press, r)
	return manifest, errors.Join(err, done())
}

// open chooses the plain or the sealed kind of archive.
func (p *packer) open(w io.Writer) (done func() error) {
	if p.options.Passphrase == "" {
		z := zip.NewWriter(w)
		p.create = z.Create
		return z.Close
	}
	z := aeszip.NewWriter(w)
	p.create = func(name string) (io.Writer, error) {
		return z.Encrypt(name, p.options.Passphrase, aeszip.AES256Encryption)
	}
	return z.Close
}

func (p *packer) pack(ctx context.Context, press *print.Press, r Record) (Manifest, error) {
	if p.options.Portable {
		r = r.Portable()
	}
	if err := p.media(ctx, &r); err != nil {
		return Manifest{}, err
	}
	for _, step := range p.steps(press, r) {
		if err := errors.Join(ctx.Err(), step()); err != nil {
			return Manifest{}, err
		}
	}
	m := Manifest{Schema: SchemaVersion, Generator: "Tresen", Case: r.Case, Files: p.files, Signature: "none"}
	return m, p.json("manifest.json", m)
}

// steps are the files of a package, in their order.
func (p *packer) steps(press *print.Press, r Record) []func() error {
	portable := []func() error{
		func() error { return p.json("portability/portability.json", r.Portable()) },
		func() error { return p.bytes("portability/contact.vcf", r.vcard()) },
		func() error { return p.csv("portability/messages.csv", p.messageRows(r.Portable())) },
		func() error { return p.bytes("schema.json", Schema) },
	}
	if p.options.Portable {
		return append(portable, func() error { return p.csv("04_Medien/media.csv", p.mediaRows(r)) })
	}
	return append([]func() error{
		func() error {
			return p.file("00_LIESMICH_README.html", func(w io.Writer) error { return writePage(w, "readme", p.options.Language, r) })
		},
		func() error { return p.bytes("01_Auskunft.pdf", press.PDF(p.letter(r))) },
		func() error { return p.json("02_Stammdaten.json", r.Person) },
		func() error { return p.csv("02_Stammdaten.csv", p.personRows(r)) },
		func() error {
			return p.file("03_Chatverlauf.html", func(w io.Writer) error { return writePage(w, "history", p.options.Language, r) })
		},
		func() error { return p.json("03_Chatverlauf.json", r) },
		func() error { return p.csv("04_Medien/media.csv", p.mediaRows(r)) },
		func() error { return p.json("05_Notizen_intern.json", r.Notes) },
		func() error { return p.json("06_Einwilligungen.json", r.Consents) },
		func() error { return p.csv("07_Protokoll.csv", p.protocolRows(r)) },
		func() error { return p.csv("08_Aufbewahrung.csv", p.periodRows(r)) },
	}, portable...)
}

// counted counts and hashes what goes through it.
type counted struct {
	w   io.Writer
	sum hash.Hash
	n   int64
}

func (c *counted) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.sum.Write(b[:n])
	c.n += int64(n)
	return n, err
}

func (p *packer) file(name string, write func(io.Writer) error) error {
	w, err := p.create(name)
	if err != nil {
		return fmt.Errorf("begin file of package: %w", err)
	}
	c := &counted{w: w, sum: sha256.New()}
	if err := write(c); err != nil {
		return err
	}
	p.files = append(p.files, entry{name, c.n, hex.EncodeToString(c.sum.Sum(nil))})
	return nil
}

func (p *packer) bytes(name string, b []byte) error {
	return p.file(name, func(w io.Writer) error { _, err := w.Write(b); return err })
}

func (p *packer) json(name string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("encode file of package: %w", err)
	}
	return p.bytes(name, append(b, '\n'))
}

func (p *packer) csv(name string, rows [][]string) error {
	return p.file(name, func(w io.Writer) error { return Table(w, rows) })
}

// media writes the files of messages and notes their digests in the record.
func (p *packer) media(ctx context.Context, r *Record) error {
	var files []*File
	for i := range r.Conversations {
		files = append(files, filesOf(r.Conversations[i].Messages)...)
	}
	for i := range r.Archive {
		files = append(files, filesOf(r.Archive[i].Messages)...)
	}
	for n, f := range files {
		if err := p.medium(ctx, f); err != nil {
			return err
		}
		if p.options.Progress != nil {
			p.options.Progress(n + 1)
		}
	}
	return nil
}

func filesOf(messages []Message) (list []*File) {
	for _, m := range messages {
		if m.File != nil && m.File.Path != "" {
			list = append(list, m.File)
		}
	}
	return list
}

func (p *packer) medium(ctx context.Context, f *File) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	open := func(ctx context.Context) (*store.StoredFile, error) { return p.options.Open(ctx, f.message) }
	if f.Source != nil {
		open = f.Source
	}
	source, err := open(ctx)
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		f.Path, f.State = "", "missing"
		return nil
	}
	if err != nil {
		return err
	}
	err = p.file(f.Path, func(w io.Writer) error {
		_, err := io.Copy(w, io.NewSectionReader(source, 0, source.Size()))
		return err
	})
	if err == nil {
		f.Bytes = source.Size()
		f.SHA256 = p.files[len(p.files)-1].SHA256
	}
	return errors.Join(err, source.Close())
}

const stamp = "2006-01-02T15:04:05Z07:00"

func (p *packer) personRows(r Record) [][]string {
	c := p.words.columns
	rows := [][]string{{c["kind"], c["value"], c["first"], c["until"]}}
	add := func(kind, value string) {
		if value != "" {
			rows = append(rows, []string{kind, value, "", ""})
		}
	}
	add("shop_name", r.Person.ShopName)
	add("profile_name", r.Person.ProfileName)
	add("username", r.Person.Username)
	for _, i := range r.Person.Identifiers {
		until := ""
		if i.Retired != nil {
			until = i.Retired.Format(stamp)
		}
		rows = append(rows, []string{i.Kind, i.Value, i.FirstAt.Format(stamp), until})
	}
	return rows
}

func (p *packer) mediaRows(r Record) [][]string {
	c := p.words.columns
	rows := [][]string{{c["file"], c["type"], c["bytes"], c["sha256"]}}
	add := func(messages []Message) {
		for _, f := range filesOf(messages) {
			rows = append(rows, []string{f.Path, f.Type, strconv.FormatInt(f.Bytes, 10), f.SHA256})
		}
	}
	for _, conversation := range r.Conversations {
		add(conversation.Messages)
	}
	for _, k := range r.Archive {
		add(k.Messages)
	}
	return rows
}

func (p *packer) messageRows(r Record) [][]string {
	c := p.words.columns
	rows := [][]string{{c["time"], c["from"], c["type"], c["text"], c["file"]}}
	for _, conversation := range r.Conversations {
		for _, m := range conversation.Messages {
			file := ""
			if m.File != nil {
				file = m.File.Path
			}
			rows = append(rows, []string{m.SentAt.Format(stamp), m.Direction, m.Type, m.Text, file})
		}
	}
	return rows
}

// protocolRows are what was done: notices shown, her requests and their history.
func (p *packer) protocolRows(r Record) [][]string {
	c := p.words.columns
	rows := [][]string{{c["time"], c["kind"], c["text"]}}
	for _, n := range r.Notices {
		rows = append(rows, []string{n.At.Format(stamp), p.words.of("notice", n.Kind), strings.TrimSpace(n.Version + " " + n.ID + " " + n.Status)})
	}
	for _, one := range r.Cases {
		rows = append(rows, []string{one.At.Format(stamp), p.words.of("case", one.Kind), one.Number})
		for _, e := range one.Events {
			rows = append(rows, []string{e.At.Format(stamp), one.Number, strings.TrimSpace(e.Kind + " " + e.What + " " + e.Text)})
		}
	}
	return rows
}

func (p *packer) periodRows(r Record) [][]string {
	c := p.words.columns
	rows := [][]string{{c["kind"], c["basis"], c["until"], c["restricted"]}}
	for _, period := range r.Periods {
		until, restricted := "", c["no"]
		if period.Until != nil {
			until = period.Until.Format("02.01.2006")
		}
		if period.Restricted {
			restricted = c["yes"]
		}
		rows = append(rows, []string{p.words.class(period.Class), p.words.basis(period.Basis), until, restricted})
	}
	return rows
}

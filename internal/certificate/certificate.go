package certificate

import (
	"fmt"
	"strings"
	"time"

	"tresen/internal/print"
	"tresen/internal/privacy"
	"tresen/internal/qr"
	"tresen/internal/retention"
)

// TextVersion changes with every change of the wording: what the owner has
// confirmed is the text of one version.
const TextVersion = "2026-11-22"

// Shop is who certifies.
type Shop struct{ Name, Address, Mail, Phone, Authority string }

// Facts is everything a certificate says.
type Facts struct {
	// Language is de or en.
	Language string
	Shop     Shop
	Country  retention.Country
	Case     string
	// RequestedAt is zero if the person did not ask for it.
	RequestedAt, ErasedAt time.Time
	Basis                 string
	Elements              []retention.Element
	// Hits, Files and Skipped are what the scan at the end found.
	Hits, Files, Skipped int
	// ContactBook is deleted, absent, pending, failed or none; Uploads is deleted,
	// pending, failed or none, of UploadCount files.
	ContactBook, Uploads string
	UploadCount          int
	// BackupUntil is the day after which no backup of the shop holds her any
	// more, zero if none was ever made.
	BackupUntil time.Time
	// Told are the recipients who were told of it (Art. 19 GDPR).
	Told []Told
	// Passphrase is true if an old copy of the data folder and the shop's
	// passphrase together could still be read.
	Passphrase bool
	Nonce      []byte
	// Confirmed is true once the owner has confirmed this version of the text.
	Confirmed bool
}

// Told is a recipient of the data and when the shop told him.
type Told struct {
	Who string
	At  time.Time
}

// Payload is what the code on a certificate says: case and number.
func Payload(caseNumber string, nonce []byte) string {
	return caseNumber + "|" + privacy.FormatNonce(nonce)
}

// Write words the certificate. It fails if the code cannot be drawn.
func Write(f Facts, now time.Time) (print.Letter, error) {
	w := writer{f: f, words: texts[f.Language]}
	if w.words == nil {
		w.words, w.f.Language = texts["de"], "de"
	}
	letter := print.Letter{
		Title: w.t("title"), Language: w.f.Language, Author: f.Shop.Name, Created: now, Page: w.t("page"),
	}
	if !f.Confirmed {
		letter.Draft = w.t("draft")
	}
	code, err := qr.New(qr.Link{URL: Payload(f.Case, f.Nonce)}, qr.Options{Colour: qr.Black})
	if err != nil {
		return letter, err
	}
	w.result()
	w.erased()
	w.remains()
	w.copies()
	w.rights()
	w.number(code)
	letter.Blocks = w.blocks
	return letter, nil
}

type writer struct {
	f      Facts
	words  map[string]string
	blocks []print.Block
}

// t returns words with what stands in their braces replaced: name, value, name, value …
func (w *writer) t(key string, pairs ...string) string {
	return strings.NewReplacer(pairs...).Replace(w.words[key])
}

func (w *writer) add(blocks ...print.Block) { w.blocks = append(w.blocks, blocks...) }

func (w *writer) text(key string, pairs ...string) { w.add(print.Text{Text: w.t(key, pairs...)}) }

func (w *writer) day(t time.Time) string { return t.Format(w.t("day")) }

func (w *writer) n(count int) string { return fmt.Sprint(count) }

// count words a number of something: key.one or key.more.
func (w *writer) count(key string, n int) string {
	if n == 1 {
		return w.t(key + ".one")
	}
	return w.t(key+".more", "{n}", w.n(n))
}

func (w *writer) cite(norm string) string { return retention.Cite(norm, w.f.Language) }

func (w *writer) swiss() bool { return w.f.Country == retention.Switzerland }

// law returns the words of the law that applies.
func (w *writer) law(key string) string {
	if s := w.words[key+".ch"]; w.swiss() && s != "" {
		return s
	}
	return w.words[key]
}

func (w *writer) result() {
	at := w.f.ErasedAt.Format(w.t("moment"))
	if w.f.RequestedAt.IsZero() {
		w.text("lead", "{at}", at)
	} else {
		w.text("leadAsked", "{at}", at, "{asked}", w.day(w.f.RequestedAt))
	}
	if w.f.Hits > 0 {
		w.text("hits", "{n}", w.n(w.f.Hits))
	}
	rows := [][2]string{{w.t("controller"), strings.TrimSpace(w.f.Shop.Name + "\n" + w.f.Shop.Address)}}
	for _, row := range [][2]string{{w.t("mail"), w.f.Shop.Mail}, {w.t("phone"), w.f.Shop.Phone}, {w.t("case"), w.f.Case}, {w.t("at"), at}, {w.t("basis"), w.cite(w.f.Basis)}} {
		if row[1] != "" {
			rows = append(rows, row)
		}
	}
	w.add(print.Entries{Rows: rows})
}

func (w *writer) erased() {
	var items []string
	messages, media := 0, 0
	for _, e := range w.f.Elements {
		switch {
		case e.Decision != retention.DecideErase || e.Count == 0:
		case e.Kind == retention.ElementConversation:
			messages, media = messages+e.Count, media+e.Media
		default:
			items = append(items, w.count("gone."+string(e.Kind), e.Count))
		}
	}
	if media > 0 {
		items = append([]string{w.count("gone.media", media)}, items...)
	}
	if messages > 0 {
		items = append([]string{w.count("gone.messages", messages)}, items...)
	}
	w.add(print.Section{Text: w.t("gone")}, print.Points{Items: items})
	w.text("how")
	if w.f.Hits == 0 {
		w.text("scan", "{n}", w.n(w.f.Files))
	}
	if w.f.Skipped > 0 {
		w.text("skipped", "{n}", w.n(w.f.Skipped))
	}
}

func (w *writer) remains() {
	w.add(print.Section{Text: w.t("stays")})
	var rows [][]string
	for _, e := range w.f.Elements {
		if e.Decision != retention.DecideRestrict {
			continue
		}
		until := w.until(e)
		if until == "" {
			until = w.t("open")
		}
		rows = append(rows, []string{w.what(e), w.t("why." + string(e.Reason)), w.cite(e.Norm), until})
	}
	if len(rows) == 0 {
		w.text("nothing")
	} else {
		w.text("restricted")
		w.add(print.Table{Head: []string{w.t("what"), w.t("why"), w.t("norm"), w.t("until")}, Shares: []float64{0.24, 0.32, 0.26, 0.18}, Rows: rows})
	}
	w.text("log")
}

func (w *writer) what(e retention.Element) string {
	switch {
	case e.Decision == retention.DecideRefuse:
		return w.count("refused."+string(e.Kind), e.Count)
	case e.Kind == retention.ElementArchive:
		return w.count("stays."+string(e.Class), e.Count)
	}
	return w.count("stays."+string(e.Kind), e.Count)
}

// until says how long an element is kept, or nothing if that is open.
func (w *writer) until(e retention.Element) string {
	switch {
	case e.Hold:
		return w.t("held")
	case e.Decision == retention.DecideRefuse:
		return ""
	case !e.Until.IsZero():
		return w.day(privacy.LastDay(e.Until))
	case e.Kind == retention.ElementAdBlock:
		return w.t("adBlockUntil")
	}
	return ""
}

// Kept words what stays of somebody who asked for her erasure, a line for each
// element with its reason, norm and end, for the letter that answers her.
func Kept(elements []retention.Element, language string) (lines []string) {
	w := writer{f: Facts{Language: language}, words: texts[language]}
	if w.words == nil {
		w.words, w.f.Language = texts["de"], "de"
	}
	for _, e := range elements {
		line := w.t("kept", "{what}", w.what(e), "{why}", w.t("why."+string(e.Reason)), "{norm}", w.cite(e.Norm))
		if until := w.until(e); until != "" {
			if !e.Until.IsZero() && !e.Hold {
				until = w.t("keptUntil", "{until}", until)
			}
			line += ", " + until
		}
		lines = append(lines, line)
	}
	return lines
}

func (w *writer) copies() {
	items := []string{w.t("meta"), w.t("book." + w.f.ContactBook)}
	if w.f.UploadCount > 0 {
		items = append(items, w.t("uploads."+w.f.Uploads, "{n}", w.n(w.f.UploadCount)))
	}
	if w.f.BackupUntil.IsZero() {
		items = append(items, w.t("noBackup"))
	} else {
		items = append(items, w.t("backup", "{until}", w.day(w.f.BackupUntil)))
	}
	old := "old"
	if w.f.Passphrase {
		old = "oldPassphrase"
	}
	items = append(items, w.t(old), w.t("ownPhone"))
	w.add(print.Section{Text: w.t("copies")}, print.Points{Items: items})
}

func (w *writer) rights() {
	w.add(print.Section{Text: w.t("rights")})
	w.add(print.Text{Text: w.law("told")})
	var told []string
	for _, r := range w.f.Told {
		told = append(told, w.t("toldOne", "{who}", r.Who, "{at}", w.day(r.At)))
	}
	if len(told) > 0 {
		w.text("toldThese")
		w.add(print.Points{Items: told})
	}
	w.add(print.Text{Text: w.law("complaint")})
	if w.f.Shop.Authority != "" && !w.swiss() {
		w.add(print.Text{Text: w.f.Shop.Authority})
	}
	w.add(print.Text{Text: w.law("court")})
}

func (w *writer) number(code *qr.Code) {
	w.add(print.Section{Text: w.t("proof")})
	w.text("proofWhy")
	w.add(print.Entries{Rows: [][2]string{{w.t("case"), w.f.Case}, {w.t("number"), privacy.FormatNonce(w.f.Nonce)}}})
	w.add(print.Scan{Code: code, Label: w.t("scanLabel")})
}

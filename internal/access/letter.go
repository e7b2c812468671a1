package access

import (
	"fmt"
	"slices"
	"strings"

	"tresen/internal/print"
)

// letter is the answer of Art. 15(1)(a) to (h) and (2) GDPR, from what is kept
// and what is configured.
func (p *packer) letter(r Record) print.Letter {
	t, c := p.words, p.words.columns
	facts := [][2]string{
		{t.controller, r.Controller.Name + "\n" + r.Controller.Address}, {t.caseNumber, r.Case},
		{t.created, r.CreatedAt.Format("02.01.2006")},
	}
	person := [][2]string{}
	for _, i := range r.Person.Identifiers {
		person = append(person, [2]string{t.of("identifier", i.Kind), i.Value})
	}
	blocks := []print.Block{
		print.Entries{Rows: facts}, print.Section{Text: t.person}, print.Entries{Rows: person},
		print.Section{Text: t.letters["a"]}, print.Points{Items: t.purposes(r)},
		print.Section{Text: t.letters["b"]}, print.Points{Items: t.categories(r)},
		print.Section{Text: t.letters["c"]}, print.Entries{Rows: pairs(r.Recipients, t.none)},
		print.Section{Text: t.letters["d"]}, p.periodTable(r, c),
		print.Section{Text: t.letters["e"]}, print.Text{Text: t.rights},
		print.Section{Text: t.letters["f"]}, print.Text{Text: r.Controller.Authority},
		print.Section{Text: t.letters["g"]}, print.Text{Text: t.source},
		print.Section{Text: t.letters["h"]}, print.Text{Text: t.automated},
		print.Section{Text: t.letters["2"]}, print.Entries{Rows: pairs(r.Transfers, t.none)},
	}
	if n := r.Redactions(); n > 0 {
		blocks = append(blocks, print.Section{Text: t.redacted}, print.Text{Text: fmt.Sprintf(t.redactions, n)})
	}
	return print.Letter{
		Title: t.letter, Language: p.options.Language, Author: r.Controller.Name, Created: r.CreatedAt, Page: t.page,
		Blocks: append(blocks, print.Text{Text: t.explain}),
	}
}

func (p *packer) periodTable(r Record, c map[string]string) print.Table {
	table := print.Table{Head: []string{c["kind"], c["basis"], c["until"]}, Shares: []float64{0.35, 0.4, 0.25}}
	for _, row := range p.periodRows(r)[1:] {
		table.Rows = append(table.Rows, row[:3])
	}
	return table
}

func pairs(list []Recipient, none string) (rows [][2]string) {
	for _, r := range list {
		rows = append(rows, [2]string{r.Who, r.What})
	}
	if rows == nil {
		rows = [][2]string{{none, ""}}
	}
	return rows
}

// purposes are those that what is kept was kept for.
func (w words) purposes(r Record) (list []string) {
	for _, period := range r.Periods {
		if text := w.forWhat[period.Class]; text != "" && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	for _, c := range r.Consents {
		text := fmt.Sprintf(w.forConsent, w.of("purpose", c.Purpose))
		if c.Act == "confirmed" && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	if len(list) == 0 {
		return []string{w.none}
	}
	return list
}

// categories counts what there is of each kind.
func (w words) categories(r Record) (list []string) {
	messages, files := 0, 0
	for _, c := range r.Conversations {
		messages += len(c.Messages)
		files += len(filesOf(c.Messages))
	}
	kept := 0
	for _, k := range r.Archive {
		kept += len(k.Messages)
	}
	for _, category := range []struct {
		name string
		n    int
	}{
		{w.person, len(r.Person.Identifiers)}, {w.history, messages}, {w.files, files}, {w.consents, len(r.Consents)}, {w.notices, len(r.Notices)},
		{w.notes, len(r.Notes)}, {w.archive, kept}, {w.cases, len(r.Cases)},
	} {
		if category.n > 0 {
			list = append(list, fmt.Sprintf("%s: %d", category.name, category.n))
		}
	}
	return list
}

// Redactions counts the messages with content of others.
func (r Record) Redactions() (n int) {
	count := func(messages []Message) {
		for _, m := range messages {
			if m.Redacted {
				n++
			}
		}
	}
	for _, c := range r.Conversations {
		count(c.Messages)
	}
	for _, k := range r.Archive {
		count(k.Messages)
	}
	return n
}

// vcard is the person's card to take along (RFC 6350).
func (r Record) vcard() []byte {
	name := r.Person.ProfileName
	if name == "" {
		name = r.Person.Username
	}
	lines := []string{"BEGIN:VCARD", "VERSION:4.0", "FN:" + escapeCard(name)}
	for _, i := range r.Person.Identifiers {
		if i.Kind == "wa_id" && i.Retired == nil {
			lines = append(lines, "TEL;VALUE=uri;TYPE=cell:tel:+"+escapeCard(i.Value))
		}
	}
	return []byte(strings.Join(append(lines, "END:VCARD", ""), "\r\n"))
}

var cardEscapes = strings.NewReplacer("\\", "\\\\", ",", "\\,", ";", "\\;", "\r\n", "\\n", "\n", "\\n", "\r", "\\n")

func escapeCard(s string) string { return cardEscapes.Replace(s) }

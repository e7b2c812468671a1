package print

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"

	"tresen/internal/qr"
)

// html is the accessible twin: the same words and links, for people who do not
// see the paper and for screens. It loads nothing from anywhere.
func (d *Document) html() []byte {
	var b bytes.Buffer
	s := d.spec
	fmt.Fprintf(&b, "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n", d.Language)
	b.WriteString("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
	b.WriteString("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n")
	fmt.Fprintf(&b, "<title>%s</title>\n<style>\n", escaped(d.Title))
	fmt.Fprintf(&b, "body{max-width:40rem;margin:2rem auto;padding:0 1rem;font:1.125rem/1.5 system-ui,sans-serif;color:%s;background:%s}\n", s.Palette.Ink, s.Palette.Paper)
	strong := s.Palette.colours().paper.strong
	fmt.Fprintf(&b, "h1{line-height:1.15}a{color:%s}svg{max-width:100%%;height:auto}dt{font-weight:600}\n</style>\n</head>\n<body>\n<main>\n", s.Palette.Ink)
	c := d.content(Place{})
	fmt.Fprintf(&b, "<p style=\"color:%s;font-weight:600\">%s</p>\n<h1>%s</h1>\n<p>%s</p>\n", strong, escaped(c.name), escaped(c.headline), escaped(c.invite))
	for i := range d.faces {
		d.htmlCode(&b, &d.faces[i], c)
	}
	fmt.Fprintf(&b, "<h2>%s</h2>\n<ol>\n", escaped(c.words.howLabel))
	for _, step := range c.steps {
		fmt.Fprintf(&b, "<li>%s</li>\n", escaped(step))
	}
	b.WriteString("</ol>\n")
	d.htmlContact(&b, c)
	fmt.Fprintf(&b, "<p>%s</p>\n<p>%s</p>\n</main>\n<footer>\n<p>%s</p>\n<p>%s</p>\n</footer>\n</body>\n</html>\n",
		escaped(c.calm), escaped(c.sensitive), d.legalHTML(c), escaped(c.trademark))
	return b.Bytes()
}

func (d *Document) htmlCode(b *bytes.Buffer, f *composed, c content) {
	name := ""
	if f.place.Name != "" {
		name = f.place.Name + ": "
	}
	const shown = 50
	b.WriteString("<figure>\n")
	b.Write(f.code.SVG(shown, name+c.alt))
	fmt.Fprintf(b, "<figcaption>%s<a href=\"%s\">%s</a></figcaption>\n</figure>\n", escaped(name), escaped(f.code.Link.URL), escaped(c.words.numberLabel+" "+c.number))
}

func (d *Document) htmlContact(b *bytes.Buffer, c content) {
	s := d.spec.Details
	b.WriteString("<dl>\n")
	entry := func(label, link, text string) {
		fmt.Fprintf(b, "<dt>%s</dt><dd>", escaped(label))
		if link != "" {
			fmt.Fprintf(b, "<a href=\"%s\">%s</a>", escaped(link), escaped(text))
		} else {
			b.WriteString(escaped(text))
		}
		b.WriteString("</dd>\n")
	}
	if s.Phone != "" {
		link := ""
		if n, err := qr.ParseNumber(s.Phone, s.Number.Region); err == nil {
			link = "tel:" + n.E164
		}
		entry(c.words.phone, link, s.Phone)
	}
	if s.Mail != "" {
		entry(c.words.mail, "mailto:"+(&url.URL{Path: s.Mail}).EscapedPath(), s.Mail)
	}
	if s.Hours != "" {
		entry(c.hoursLabel, "", s.Hours)
	}
	b.WriteString("</dl>\n")
}

// legalHTML is the legal line with its addresses as links.
func (d *Document) legalHTML(c content) string {
	line := escaped(c.legal)
	for _, address := range []string{d.spec.Details.Privacy, d.spec.Details.Imprint} {
		if address == "" || strings.ContainsAny(address, " \"'<>") {
			continue
		}
		link := fmt.Sprintf(`<a href="https://%s">%s</a>`, escaped(address), escaped(address))
		if !strings.Contains(line, link) {
			line = strings.Replace(line, escaped(address), link, 1)
		}
	}
	return line
}

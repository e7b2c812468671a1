package access

import (
	"fmt"
	"html/template"
	"io"
	"time"

	"tresen/internal/print"
)

// page is the readable side of the package: one file, no request to anywhere.
var pages = template.Must(template.New("pages").Funcs(template.FuncMap{
	"day":  func(t time.Time) string { return t.Format("02.01.2006") },
	"time": func(t time.Time) string { return t.Format("02.01.2006 15:04 MST") },
	"iso":  func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
}).Parse(`{{define "head"}}<!doctype html>
<html lang="{{.Language}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'">
<title>{{.Title}}</title>
<style>{{.Style}}
.message{border-bottom:1px solid;padding:.5em 0}.message p,blockquote p{margin:.2em 0;white-space:pre-wrap}.meta{font-size:.875em}
</style>
</head>
<body>
<main>
<h1>{{.Title}}</h1>
{{end}}

{{define "foot"}}</main>
</body>
</html>
{{end}}

{{define "messages"}}{{range .List}}<article class="message">
<p class="meta"><strong>{{if eq .Direction "in"}}{{$.Words.customer}}{{else}}{{$.Words.shop}}{{end}}</strong> <time datetime="{{iso .SentAt}}">{{time .SentAt}}</time> {{$.Of "type" .Type}}{{if .EditedAt}} · {{$.Words.edited}}{{end}}{{if .RevokedAt}} · {{$.Words.revoked}}{{end}}{{if .Redacted}} · {{$.Words.redacted}}{{end}}</p>
{{with .Text}}<p dir="auto">{{.}}</p>{{end}}
{{range .Versions}}<p class="meta">{{$.Words.before}}: <bdi>{{.Text}}</bdi></p>{{end}}
{{with .Translation}}<p class="meta">{{$.Words.translated}} ({{.To}}): <bdi>{{.Text}}</bdi></p>{{end}}
{{with .File}}<p>{{if .Path}}<a href="{{.Path}}">{{if .Name}}<bdi>{{.Name}}</bdi>{{else}}{{.Path}}{{end}}</a>{{else}}{{$.Words.fileMissing}}{{end}}</p>{{end}}
{{with .Details}}{{with .Location}}<p>{{.Name}} {{.Address}} {{.Latitude}}, {{.Longitude}}</p>{{end}}{{range .Contacts}}<p><bdi>{{.Name}}</bdi>{{range .Phones}} <bdi>{{.}}</bdi>{{end}}</p>{{end}}{{with .Reply}}<p>{{.Title}} {{.Description}}</p>{{end}}{{with .Order}}{{range .Items}}<p>{{.Quantity}} × {{.ProductID}} {{.Price}} {{.Currency}}</p>{{end}}{{end}}{{with .System}}<p>{{.Body}}</p>{{end}}{{with .Interactive}}<p>{{.Body}}</p>{{end}}{{end}}
{{range .Reactions}}<p>{{.Emoji}} {{if .FromShop}}{{$.Words.shop}}{{else}}{{$.Words.customer}}{{end}}</p>{{end}}
</article>
{{else}}<p>{{$.Words.none}}</p>{{end}}{{end}}

{{define "history"}}{{template "head" .}}
<p><a href="00_LIESMICH_README.html">{{.Words.toReadme}}</a></p>
{{range .Record.Conversations}}{{template "messages" ($.With .Messages)}}{{else}}<p>{{.Words.none}}</p>{{end}}
{{template "foot"}}{{end}}

{{define "readme"}}{{template "head" .}}
<p>{{.Words.explain}}</p>
<p>{{.Words.portable}}</p>
<p>{{.Words.unsigned}}</p>
{{with .Redactions}}<p>{{.}}</p>{{end}}
<dl>
<dt>{{.Words.caseNumber}}</dt><dd>{{.Record.Case}}</dd>
<dt>{{.Words.created}}</dt><dd>{{day .Record.CreatedAt}}</dd>
<dt>{{.Words.controller}}</dt><dd>{{.Record.Controller.Name}}, {{.Record.Controller.Address}}</dd>
<dt>{{.Words.complaint}}</dt><dd>{{.Record.Controller.Authority}}</dd>
</dl>
<p><a href="03_Chatverlauf.html">{{.Words.toHistory}}</a></p>
<h2>{{.Words.person}}</h2>
<dl>
{{range .Record.Person.Identifiers}}<dt>{{$.Of "identifier" .Kind}}</dt><dd><bdi>{{.Value}}</bdi></dd>
{{end}}{{with .Record.Person.ProfileName}}<dt>WhatsApp</dt><dd><bdi>{{.}}</bdi></dd>{{end}}
{{with .Record.Person.ShopName}}<dt>{{$.Words.shop}}</dt><dd><bdi>{{.}}</bdi></dd>{{end}}
{{range .Record.Person.Labels}}<dt>{{$.Words.shop}}</dt><dd><bdi>{{.}}</bdi></dd>{{end}}
</dl>
<h2>{{.Words.consents}}</h2>
{{range .Record.Consents}}<h3>{{$.Of "purpose" .Purpose}}: {{$.Of "act" .Act}}, {{time .At}}</h3>
{{with .Wording.Text}}<blockquote><p>{{.}}</p></blockquote>{{end}}{{with .Evidence.Words}}<p><bdi>{{.}}</bdi></p>{{end}}
{{else}}<p>{{.Words.none}}</p>{{end}}
<h2>{{.Words.notices}}</h2>
{{range .Record.Notices}}<h3>{{$.Of "notice" .Kind}}, {{time .At}}</h3>{{with .Text}}<blockquote><p>{{.}}</p></blockquote>{{end}}
{{else}}<p>{{.Words.none}}</p>{{end}}
<h2>{{.Words.cases}}</h2>
{{range .Record.Cases}}<h3>{{$.Of "case" .Kind}} {{.Number}}, {{time .At}}</h3>
<ul>{{range .Events}}<li>{{time .At}} {{$.Happened .}}{{with .Text}}: <bdi>{{.}}</bdi>{{end}}</li>{{end}}</ul>
{{else}}<p>{{.Words.none}}</p>{{end}}
<h2>{{.Words.notes}}</h2>
{{range .Record.Notes}}<p class="meta">{{$.Of "note" .Kind}}, {{time .At}}</p><p><bdi>{{.Text}}</bdi></p>{{else}}<p>{{.Words.none}}</p>{{end}}
<h2>{{.Words.archive}}</h2>
{{range .Record.Archive}}<h3>{{$.Class .Class}}, {{day .From}} – {{day .Until}}</h3>{{template "messages" ($.With .Messages)}}{{else}}<p>{{.Words.none}}</p>{{end}}
<h2>{{.Words.periods}}</h2>
<ul>{{range .Record.Periods}}<li>{{$.Class .Class}} ({{$.Basis .Basis}}){{with .Until}}: {{day .}}{{end}}</li>{{else}}<li>{{.Words.none}}</li>{{end}}</ul>
<h2>{{.Words.recipients}}</h2>
<ul>{{range .Record.Recipients}}<li>{{.Who}}: {{.What}}</li>{{else}}<li>{{.Words.none}}</li>{{end}}</ul>
<h2>{{.Words.transfers}}</h2>
<ul>{{range .Record.Transfers}}<li>{{.Who}}: {{.What}}</li>{{else}}<li>{{.Words.none}}</li>{{end}}</ul>
<h2>{{.Words.letter}}</h2>
<p>{{.Words.rights}}</p>
<p>{{.Words.source}}</p>
<p>{{.Words.automated}}</p>
{{template "foot"}}{{end}}
`))

type pageData struct {
	Language   string
	Title      string
	Redactions string
	Words      map[string]string
	Style      template.CSS
	Record     Record
	// List are the messages of one part.
	List []Message

	words words
}

// With returns the page's data for a list of messages.
func (d pageData) With(list []Message) pageData { d.List = list; return d }

// Class words a class of retention.
func (d pageData) Class(name string) string { return d.words.class(name) }

// Basis writes a norm.
func (d pageData) Basis(norm string) string { return d.words.basis(norm) }

// Happened words what happened in a case.
func (d pageData) Happened(e Event) string { return d.words.happened(e) }

// Of words a code.
func (d pageData) Of(kind, code string) string { return d.words.of(kind, code) }

func writePage(w io.Writer, name, language string, r Record) error {
	t := texts[language]
	data := pageData{
		Language: language, Title: t.title, Style: template.CSS(print.PageStyle), Record: r, words: t,
		Words: map[string]string{
			"explain": t.explain, "portable": t.portable, "unsigned": t.unsigned, "caseNumber": t.caseNumber, "created": t.created,
			"controller": t.controller, "complaint": t.complaint, "person": t.person, "customer": t.customer, "shop": t.shop, "edited": t.edited,
			"revoked": t.revoked, "redacted": t.redacted, "fileMissing": t.fileMissing, "consents": t.consents, "notices": t.notices, "notes": t.notes,
			"periods": t.periods, "letter": t.letter, "none": t.none, "rights": t.rights, "source": t.source, "automated": t.automated,
			"before": t.before, "translated": t.translated, "archive": t.archive, "cases": t.cases, "recipients": t.recipients, "transfers": t.transfers,
			"toHistory": t.toHistory, "toReadme": t.toReadme,
		},
	}
	if name == "history" {
		data.Title = t.history
	}
	if n := r.Redactions(); n > 0 {
		data.Redactions = fmt.Sprintf(t.redactions, n)
	}
	return pages.ExecuteTemplate(w, name, data)
}

package access

import (
	"html/template"
	"io"
	"time"

	"tresen/internal/print"
)

// page is the readable side of the package: one file, no request to anywhere.
var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"day":  func(t time.Time) string { return t.Format("02.01.2006") },
	"time": func(t time.Time) string { return t.Format("02.01.2006 15:04 MST") },
	"iso":  func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
}).Parse(`<!doctype html>
<html lang="{{.Language}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'">
<title>{{.Words.title}}</title>
<style>{{.Style}}
.message{border-bottom:1px solid;padding:.5em 0}.message p{margin:.2em 0;white-space:pre-wrap}.meta{font-size:.875em}
</style>
</head>
<body>
<main>
<h1>{{.Words.title}}</h1>
<p>{{.Words.explain}}</p>
<p>{{.Words.portable}}</p>
<dl>
<dt>{{.Words.caseNumber}}</dt><dd>{{.Record.Case}}</dd>
<dt>{{.Words.created}}</dt><dd>{{day .Record.CreatedAt}}</dd>
<dt>{{.Words.controller}}</dt><dd>{{.Record.Controller.Name}}, {{.Record.Controller.Address}}</dd>
<dt>{{.Words.complaint}}</dt><dd>{{.Record.Controller.Authority}}</dd>
</dl>
<h2>{{.Words.person}}</h2>
<dl>
{{range .Record.Person.Identifiers}}<dt>{{.Kind}}</dt><dd><bdi>{{.Value}}</bdi></dd>
{{end}}{{with .Record.Person.ProfileName}}<dt>WhatsApp</dt><dd><bdi>{{.}}</bdi></dd>{{end}}
{{with .Record.Person.ShopName}}<dt>{{$.Words.shop}}</dt><dd><bdi>{{.}}</bdi></dd>{{end}}
</dl>
<h2>{{.Words.history}}</h2>
{{range .Record.Conversations}}{{range .Messages}}<article class="message">
<p class="meta"><strong>{{if eq .Direction "in"}}{{$.Words.customer}}{{else}}{{$.Words.shop}}{{end}}</strong> <time datetime="{{iso .SentAt}}">{{time .SentAt}}</time> {{.Type}}{{if .EditedAt}} · {{$.Words.edited}}{{end}}{{if .RevokedAt}} · {{$.Words.revoked}}{{end}}{{if .Redacted}} · {{$.Words.redacted}}{{end}}</p>
{{with .Text}}<p dir="auto">{{.}}</p>{{end}}
{{with .File}}<p>{{if .Path}}<a href="{{.Path}}">{{if .Name}}<bdi>{{.Name}}</bdi>{{else}}{{.Path}}{{end}}</a>{{else}}{{$.Words.fileMissing}}{{end}}</p>{{end}}
{{with .Details}}{{with .Location}}<p>{{.Name}} {{.Address}} {{.Latitude}}, {{.Longitude}}</p>{{end}}{{range .Contacts}}<p><bdi>{{.Name}}</bdi>{{range .Phones}} <bdi>{{.}}</bdi>{{end}}</p>{{end}}{{with .Reply}}<p>{{.Title}} {{.Description}}</p>{{end}}{{with .Order}}{{range .Items}}<p>{{.Quantity}} × {{.ProductID}} {{.Price}} {{.Currency}}</p>{{end}}{{end}}{{with .System}}<p>{{.Body}}</p>{{end}}{{end}}
{{range .Reactions}}<p>{{.Emoji}} {{if .FromShop}}{{$.Words.shop}}{{else}}{{$.Words.customer}}{{end}}</p>{{end}}
</article>
{{else}}<p>{{$.Words.none}}</p>{{end}}{{else}}<p>{{$.Words.none}}</p>{{end}}
<h2>{{.Words.consents}}</h2>
{{range .Record.Consents}}<h3>{{.Purpose}}: {{.Act}}, {{time .At}}</h3>
{{with .Wording.Text}}<blockquote>{{.}}</blockquote>{{end}}{{with .Evidence.Words}}<p><bdi>{{.}}</bdi></p>{{end}}
{{else}}<p>{{.Words.none}}</p>{{end}}
<h2>{{.Words.notices}}</h2>
{{range .Record.Notices}}<p>{{time .At}} {{.ID}}</p>{{else}}<p>{{.Words.none}}</p>{{end}}
<h2>{{.Words.notes}}</h2>
{{range .Record.Notes}}<p class="meta">{{time .At}}</p><p>{{.Text}}</p>{{else}}<p>{{.Words.none}}</p>{{end}}
<h2>{{.Words.periods}}</h2>
<ul>{{range .Record.Periods}}<li>{{call $.Class .Class}} ({{.Basis}}){{with .Until}}: {{day .}}{{end}}</li>{{else}}<li>{{.Words.none}}</li>{{end}}</ul>
<h2>{{.Words.letter}}</h2>
<ul>{{range .Words.rights}}<li>{{.}}</li>{{end}}</ul>
</main>
</body>
</html>
`))

type pageData struct {
	Language string
	Words    map[string]any
	Style    template.CSS
	Record   Record
	Class    func(string) string
}

func writePage(w io.Writer, language string, r Record) error {
	t := texts[language]
	return page.Execute(w, pageData{
		Language: language, Style: template.CSS(print.PageStyle), Record: r, Class: t.class,
		Words: map[string]any{
			"title": t.title, "explain": t.explain, "portable": t.portable, "caseNumber": t.caseNumber, "created": t.created,
			"controller": t.controller, "complaint": t.complaint, "person": t.person, "history": t.history, "customer": t.customer,
			"shop": t.shop, "edited": t.edited, "revoked": t.revoked, "redacted": t.redacted, "fileMissing": t.fileMissing,
			"consents": t.consents, "notices": t.notices, "notes": t.notes, "periods": t.periods, "letter": t.letter, "none": t.none, "rights": t.rights,
		},
	})
}

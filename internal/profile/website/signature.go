package website

import (
	"strings"

	"tresen/internal/inbox"
	"tresen/internal/profile/page"
	"tresen/internal/profile/wording"
)

// Signature stands below an e-mail. Nothing in it is fetched from anywhere.
type Signature struct {
	HTML, Text string
}

const signatureTemplate = `<div lang="{{.Language}}" style="font:14px/1.5 sans-serif">
{{- if .Person}}
<p style="margin:0">{{.Person}}</p>
{{- end}}
<p style="margin:0 0 8px"><strong>{{.Company}}</strong></p>
<p style="margin:0 0 8px">
{{- if .Tel}}{{.T.phoneLabel}}: <a href="{{.Tel}}">{{.Phone}}</a><br>{{end}}
{{- if .Mail}}{{.T.mail}}: <a href="{{.Mail}}">{{.Email}}</a><br>{{end}}
WhatsApp: <a href="{{.Link}}">{{.Plain}}</a></p>
<p style="margin:0;font-size:12px">
{{- range .Letter}}{{.}}<br>{{end}}
<a href="{{.Imprint}}">{{.T.imprint}}</a> · <a href="{{.Privacy}}">{{.T.privacy}}</a></p>
</div>`

// BuildSignature writes the signature of person (who may be empty). letter are
// the lines the law wants below a business letter; the imprint's maker knows
// them. Errors name the field of Shop, "person" or "letter".
func BuildSignature(s Shop, language wording.Language, person string, letter []string) (Signature, error) {
	if err := s.validate(); err != nil {
		return Signature{}, err
	}
	if !isLine(person) || len([]rune(person)) > MaxCompany {
		return Signature{}, inbox.InvalidField("person", "not one line of text")
	}
	for _, l := range letter {
		if !isLine(l) {
			return Signature{}, inbox.InvalidField("letter", "not lines of text")
		}
	}
	t, err := loadTexts(language)
	if err != nil {
		return Signature{}, err
	}
	link, err := parseChatLink(s.ChatLink)
	if err != nil {
		return Signature{}, err
	}
	view := view(t, s, link)
	view["Plain"] = chatLink{path: link.path}.String()
	view["Language"], view["Person"], view["Company"], view["Letter"] = language, person, s.Company, letter
	html, err := page.Fragment("signature", signatureTemplate, view)
	return Signature{HTML: string(html), Text: signatureText(t, s, link, person, letter)}, err
}

func signatureText(t map[string]string, s Shop, link chatLink, person string, letter []string) string {
	var lines []string
	add := func(label, text string) {
		if text != "" {
			lines = append(lines, label+text)
		}
	}
	add("", person)
	add("", s.Company)
	add(t["phoneLabel"]+": ", s.Phone)
	add(t["mail"]+": ", s.Email)
	add("WhatsApp: ", chatLink{path: link.path}.String())
	for _, l := range letter {
		add("", l)
	}
	add(t["imprint"]+": ", s.ImprintURL)
	add(t["privacy"]+": ", s.PrivacyURL)
	return strings.Join(lines, "\n") + "\n"
}

package website

import (
	_ "embed"
	"html/template"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"tresen/internal/inbox"
	"tresen/internal/profile/page"
	"tresen/internal/profile/wording"
)

var (
	//go:embed widget.html.tmpl
	widgetTemplate string
	//go:embed widget.css
	widgetStyle string
	//go:embed widget-dark.css
	darkStyle string
	//go:embed widget-floating.css
	floatingStyle string
	//go:embed widget.js
	widgetScript string
)

// MaxWidget is the size of a snippet in bytes that is never exceeded.
const MaxWidget = 6000

// Scheme says how the widget's colours follow the visitor's.
type Scheme string

// The schemes. SchemeAuto follows the visitor's system, for sites that do too.
const (
	SchemeLight Scheme = "light"
	SchemeDark  Scheme = "dark"
	SchemeAuto  Scheme = "auto"
)

// Options say how the widget looks.
type Options struct {
	Language wording.Language
	// Label is the button's text; empty for the usual one.
	Label string
	// Colour of the button as "#1d5c87"; empty for the usual one. The text on it
	// is black or white, whichever reads better: at least 4.5:1 either way.
	Colour string
	Scheme Scheme
	// Floating keeps the button in the corner of the window: the right one, or
	// the left one if Left.
	Floating, Left bool
	// ReadConfirmation adds an unticked box "read the privacy notice" that shows
	// the link. It is stored nowhere and is no consent.
	ReadConfirmation bool
}

// MaxLabel is the longest button text, in characters.
const MaxLabel = 40

// Widget is the snippet and what belongs to it.
type Widget struct {
	// Snippet is one piece of HTML with its style and script inside.
	Snippet string
	// Policy is what a site with a content security policy must allow for it.
	Policy string
	// HTML, Style and Script are the same in three files, with the names under
	// which HTML expects the other two, for sites that allow no inline code.
	HTML                  string
	Style, StyleName      string
	Script, ScriptName    string
	StyleHash, ScriptHash string
	// FilesPolicy is a strict policy under which the three files work.
	FilesPolicy string
	// Link is the bare link for site builders that take no script.
	Link string
	// Notice is what visitors are shown; keep it, to know later what that was.
	Notice Notice
	// Marked is false if the link is a message code, whose text lies at Meta.
	Marked bool
}

// BuildWidget writes the widget. Errors name the field of Shop or Options;
// "widget" if all texts together exceed MaxWidget.
func BuildWidget(s Shop, o Options) (Widget, error) {
	if err := s.validate(); err != nil {
		return Widget{}, err
	}
	o, err := o.complete()
	if err != nil {
		return Widget{}, err
	}
	t, err := loadTexts(o.Language)
	if err != nil {
		return Widget{}, err
	}
	if o.Label == "" {
		o.Label = t["label"]
	}
	w := Widget{Notice: writeNotice(t, s, o.Language)}
	link, err := parseChatLink(s.ChatLink)
	if err == nil {
		link, w.Marked, err = link.withMarker(w.Notice.marker)
	}
	if err != nil {
		return Widget{}, err
	}
	// Two widgets on one page must not meet: every name carries a mark of all
	// that this one says.
	corner := strconv.FormatBool(o.Floating)
	if o.Left {
		corner += " left"
	}
	prefix := "tw-" + strings.ToLower(wording.Mark(strings.Join([]string{w.Notice.Text, link.String(), o.Label, o.Colour, string(o.Scheme), corner}, "\n")))
	w.Style, w.Script = style(prefix, o), strings.ReplaceAll(joinLines(widgetScript), "PREFIX", prefix)
	w.StyleHash, w.ScriptHash = page.Hash(w.Style), page.Hash(w.Script)
	w.StyleName, w.ScriptName = prefix+".css", prefix+".js"
	w.Policy = "style-src " + w.StyleHash + "; script-src " + w.ScriptHash
	w.FilesPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'none'; frame-src 'none'; " +
		"font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
	view := view(t, s, link)
	view["P"], view["Label"], view["Language"], view["Confirm"] = prefix, o.Label, o.Language, o.ReadConfirmation
	view["Hours"] = s.Hours.Summary(o.Language)
	if err := w.write(view); err != nil {
		return Widget{}, err
	}
	if len(w.Snippet) > MaxWidget {
		return Widget{}, inbox.InvalidField("widget", "the texts are too long for 6 kB")
	}
	return w, nil
}

const widgetComment = "<!-- Tresen chat widget; shows nothing and asks nobody before a click; Apache-2.0 -->\n"

// write fills the template three times: with code inside, with code beside,
// and as a bare link.
func (w *Widget) write(view map[string]any) error {
	variants := []struct {
		out           *string
		style, script template.HTML
	}{
		{&w.Snippet, template.HTML("<style>" + w.Style + "</style>"), template.HTML("<script>" + w.Script + "</script>")},
		{&w.HTML, template.HTML(`<link rel="stylesheet" href="` + w.StyleName + `">`), template.HTML(`<script src="` + w.ScriptName + `" defer></script>`)},
	}
	for _, v := range variants {
		view["Style"], view["Script"] = v.style, v.script
		html, err := page.Fragment("widget", widgetTemplate, view)
		if err != nil {
			return err
		}
		*v.out = widgetComment + string(html) + "\n"
	}
	link, err := page.Fragment("link",
		`<a href="{{.Link}}" target="_blank" rel="noopener noreferrer nofollow" referrerpolicy="no-referrer">{{.Label}} {{.T.newWindow}}</a>`, view)
	w.Link = string(link)
	return err
}

// view is what all templates show of a shop. The addresses were checked, and
// html/template would refuse tel:.
func view(t map[string]string, s Shop, link chatLink) map[string]any {
	return map[string]any{
		"T": t, "Heading": heading(t, s), "Notice": t["notice"], "Link": template.URL(link.String()),
		"Privacy": template.URL(s.PrivacyURL), "Imprint": template.URL(s.ImprintURL),
		"Tel": template.URL(phoneLink(s.Phone)), "Mail": template.URL(mailLink(s.Email)), "Phone": s.Phone, "Email": s.Email,
	}
}

var colourShape = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

const usualColour = "#1d5c87"

func (o Options) complete() (Options, error) {
	if _, err := wording.ParseLanguage(string(o.Language)); err != nil {
		return o, err
	}
	if o.Colour == "" {
		o.Colour = usualColour
	}
	if o.Scheme == "" {
		o.Scheme = SchemeAuto
	}
	o.Label = strings.TrimSpace(o.Label)
	switch {
	case !colourShape.MatchString(o.Colour):
		return o, inbox.InvalidField("colour", "not written as #rrggbb")
	case o.Scheme != SchemeAuto && o.Scheme != SchemeLight && o.Scheme != SchemeDark:
		return o, inbox.InvalidField("scheme", "not one of auto, light, dark")
	case utf8.RuneCountInString(o.Label) > MaxLabel:
		return o, inbox.InvalidField("label", "longer than 40 characters")
	case !isLine(o.Label):
		return o, inbox.InvalidField("label", "not one line of text")
	}
	return o, nil
}

func style(prefix string, o Options) string {
	sheet := joinLines(widgetStyle)
	switch dark := joinLines(darkStyle); o.Scheme {
	case SchemeDark:
		sheet += dark
	case SchemeAuto:
		sheet += "@media(prefers-color-scheme:dark){" + dark + "}"
	}
	if floating := joinLines(floatingStyle); o.Floating && o.Left {
		sheet += strings.ReplaceAll(floating, "right", "left")
	} else if o.Floating {
		sheet += floating
	}
	return strings.NewReplacer("PREFIX", prefix, "ONACCENT", textOn(o.Colour), "ACCENT", strings.ToLower(o.Colour)).Replace(sheet)
}

// joinLines puts a file on one line: a browser's hash must not depend on what
// an upload does to line ends. Our files are written so that nothing changes.
func joinLines(s string) string {
	var lines []string
	for line := range strings.Lines(s) {
		lines = append(lines, strings.TrimSpace(line))
	}
	return strings.Join(lines, "")
}

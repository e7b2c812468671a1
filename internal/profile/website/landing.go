package website

import (
	_ "embed"
	"regexp"

	"tresen/internal/inbox"
	"tresen/internal/profile/hours"
	"tresen/internal/profile/page"
	"tresen/internal/profile/wording"
)

var (
	//go:embed landing.html.tmpl
	landingTemplate string
	//go:embed forward.html.tmpl
	forwardTemplate string
)

// exceptionDays is how far ahead a landing page names exceptions.
const exceptionDays = 90

// Landing is the page a printed code leads to: notice, other ways, opening
// hours, imprint, and one link on to WhatsApp.
type Landing struct {
	HTML   string
	Notice Notice
	// Marked is as in Widget.
	Marked bool
}

// BuildLanding writes the landing page as one file. today decides which
// exceptions of the opening hours it names. Errors name the field of Shop.
func BuildLanding(s Shop, language wording.Language, today hours.Date) (Landing, error) {
	if err := s.validate(); err != nil {
		return Landing{}, err
	}
	t, err := loadTexts(language)
	if err != nil {
		return Landing{}, err
	}
	out := Landing{Notice: writeNotice(t, s, language)}
	link, err := parseChatLink(s.ChatLink)
	if err == nil {
		link, out.Marked, err = link.withMarker(out.Notice.marker)
	}
	if err != nil {
		return Landing{}, err
	}
	view := view(t, s, link)
	if !s.Hours.Empty() {
		view["Lines"], view["Exceptions"] = s.Hours.Lines(language), s.Hours.Upcoming(today, exceptionDays, language)
	}
	body, err := page.Fragment("landing", landingTemplate, view)
	if err != nil {
		return Landing{}, err
	}
	out.HTML, err = page.Render(page.Page{Language: language, Title: heading(t, s), Version: out.Notice.Version, Body: body})
	return out, err
}

// Redirect leads from the shop's own address straight on to WhatsApp, so that
// a printed code stays good when the number changes. It shows no notice.
type Redirect struct {
	// HTML is a page that forwards without a script.
	HTML string
	// Apache and Nginx are the same as one line of the server's configuration.
	Apache, Nginx string
}

var redirectPath = regexp.MustCompile(`^/[a-z0-9-]{1,32}$`)

// BuildRedirect writes the redirect from path, as "/wa". Errors name the field
// of Shop, or "path".
func BuildRedirect(s Shop, language wording.Language, path string) (Redirect, error) {
	if err := s.validate(); err != nil {
		return Redirect{}, err
	}
	if !redirectPath.MatchString(path) {
		return Redirect{}, inbox.InvalidField("path", "not like /wa")
	}
	t, err := loadTexts(language)
	if err != nil {
		return Redirect{}, err
	}
	link, err := parseChatLink(s.ChatLink)
	if err != nil {
		return Redirect{}, err
	}
	body, err := page.Fragment("forward", forwardTemplate, view(t, s, link))
	if err != nil {
		return Redirect{}, err
	}
	html, err := page.Render(page.Page{
		Language: language, Title: t["forwardTitle"], Version: t["version"], Hidden: true, ForwardTo: link.String(), Body: body,
	})
	return Redirect{
		HTML:   html,
		Apache: "Redirect 302 " + path + " " + link.String(),
		Nginx:  "location = " + path + " { return 302 " + link.String() + "; }",
	}, err
}

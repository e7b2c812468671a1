package app

import (
	"fmt"
	"net/http"
	"strings"
	"sync"

	"tresen/internal/profile/page"
	"tresen/internal/profile/website"
	"tresen/internal/profile/wording"
)

// PreviewPrefix is where the window finds pages on which the widget can be tried.
const PreviewPrefix = "/website-preview/"

// previews holds the newest page with a widget. It has to be a page of its own:
// within the window's page its style and script would be refused, as they are
// on every page whose policy does not name them.
type previews struct {
	mu     sync.Mutex
	path   string
	html   string
	policy string
}

const previewStyle = `body{margin:0;min-height:100vh;padding:24px;box-sizing:border-box;font:16px/1.5 system-ui,sans-serif;background:#fff;color:#1e1b17}
p{margin:0 0 12px;max-width:36em;color:#5e574d}h1{margin:0 0 8px;font-size:22px;line-height:1.25}
@media(prefers-color-scheme:dark){body.auto{background:#171512;color:#ede8df}.auto p{color:#ada497}}body.dark{background:#171512;color:#ede8df}.dark p{color:#ada497}`

// show keeps the widget's page and returns its path, which changes with it.
func (p *previews) show(w website.Widget, form WebsiteForm) (string, error) {
	title, words := "Ihre Website", "So sieht die Schaltfläche auf einer Seite aus, die sonst nichts von ihr weiß."
	if wording.Language(form.Language) == wording.English {
		title, words = "Your website", "This is how the button looks on a page that knows nothing else about it."
	}
	body, err := page.Fragment("preview", `<!doctype html><html lang="{{.Language}}"><head><meta charset="utf-8"><title>{{.Title}}</title>`+
		`<meta name="viewport" content="width=device-width, initial-scale=1"></head><body class="{{.Scheme}}"><h1>{{.Title}}</h1><p>{{.Words}}</p>`,
		map[string]string{"Language": form.Language, "Title": title, "Words": words, "Scheme": form.Scheme})
	if err != nil {
		return "", err
	}
	html := strings.Replace(string(body), "</head>", "<style>"+previewStyle+"</style></head>", 1) + w.Snippet + "</body></html>"
	policy := "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts allow-modals; " +
		strings.Replace(w.Policy, "style-src ", "style-src "+page.Hash(previewStyle)+" ", 1)
	path := fmt.Sprintf("%s%s.html", PreviewPrefix, wording.Fingerprint(html)[:16])
	p.mu.Lock()
	defer p.mu.Unlock()
	p.path, p.html, p.policy = path, html, policy
	return path, nil
}

// ServePreview answers the window's own requests for the newest preview, and
// knows nothing else.
func (a *App) ServePreview(w http.ResponseWriter, r *http.Request) {
	a.previews.mu.Lock()
	path, html, policy := a.previews.path, a.previews.html, a.previews.policy
	a.previews.mu.Unlock()
	if path == "" || r.URL.Path != path || r.Method != http.MethodGet {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	_, _ = w.Write([]byte(html)) // the window has gone if this fails
}

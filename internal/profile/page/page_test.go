package page

import (
	"html"
	"html/template"
	"strings"
	"testing"

	"tresen/internal/profile/wording"
)

func between(t *testing.T, s, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s, from)
	if !ok {
		t.Fatalf("no %q", from)
	}
	inner, _, ok := strings.Cut(rest, to)
	if !ok {
		t.Fatalf("no %q after %q", to, from)
	}
	return inner
}

func TestPolicyAllowsExactlyThePagesStyle(t *testing.T) {
	out, err := Render(Page{Language: wording.German, Title: "Impressum", Body: "<p>Hallo</p>"})
	if err != nil {
		t.Fatal(err)
	}
	style := between(t, out, "<style>", "</style>")
	policy := html.UnescapeString(between(t, out, `Content-Security-Policy" content="`, `"`))
	if !strings.Contains(policy, "style-src "+Hash(style)+";") || !strings.HasPrefix(policy, "default-src 'none';") {
		t.Errorf("policy %s", policy)
	}
	if strings.ContainsAny(style, "\r\n") {
		t.Error("the style has line ends, which an upload may change")
	}
	for _, forbidden := range []string{"http:", "https:", "<script", "@import", "url(", " style="} {
		if strings.Contains(out, forbidden) {
			t.Errorf("the page holds %s", forbidden)
		}
	}
}

// The hash of the empty string and of "alert('Hello, world.');" stand in the
// W3C's Content Security Policy Level 2, section 4.2.5.
func TestHashIsWhatBrowsersCompute(t *testing.T) {
	for content, want := range map[string]string{
		"":                        "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
		"alert('Hello, world.');": "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='",
	} {
		if got := Hash(content); got != want {
			t.Errorf("Hash(%q) = %s", content, got)
		}
	}
}

func FuzzTitleStaysText(f *testing.F) {
	f.Add("</title><script>alert(1)</script>")
	f.Add(`"><img src=x onerror=alert(1)>`)
	f.Fuzz(func(t *testing.T, title string) {
		out, err := Render(Page{Title: title, Version: title, ForwardTo: "https://wa.me/49?text=" + title})
		if err != nil {
			t.Fatal(err)
		}
		plain, err := Render(Page{ForwardTo: "x"})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(out, "<") != strings.Count(plain, "<") || strings.Count(out, `"`) != strings.Count(plain, `"`) {
			t.Errorf("%q broke out:\n%s", title, out)
		}
	})
}

// What a shop typed stays text wherever it stands; only addresses somebody has
// checked are taken as they are.
func TestFragmentEscapesForEachPlace(t *testing.T) {
	const text = ` <p title="{{.Name}}">{{.Name}}</p><a href="{{.Checked}}">x</a><a href="{{.Typed}}">y</a> `
	got, err := Fragment("imprint", text, struct {
		Name    string
		Checked template.URL
		Typed   string
	}{`"><script>alert(1)</script>`, "tel:+493023125110", "javascript:alert(1)"})
	if err != nil {
		t.Fatal(err)
	}
	want := `<p title="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;">&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;</p>` +
		`<a href="tel:&#43;493023125110">x</a><a href="#ZgotmplZ">y</a>`
	if string(got) != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	for _, broken := range []string{"{{.Name", "{{.Absent}}"} {
		if _, err := Fragment("imprint", broken, struct{ Name string }{"Anna"}); err == nil || strings.Contains(err.Error(), "Anna") {
			t.Errorf("%s: %v", broken, err)
		}
	}
}

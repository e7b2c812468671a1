package pagecheck

import (
	"context"
	"mime"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tresen/internal/profile/imprint"
)

// Code says what was found.
type Code string

// Codes about the page as such.
const (
	CodeAnswers     Code = "answers"     // found: HTTP 200, a web page
	CodeStatus      Code = "status"      // evidence: the HTTP status
	CodeNotHTML     Code = "notHtml"     // evidence: the content type
	CodeUnknownHost Code = "unknownHost" // evidence: the host
	CodeNoAnswer    Code = "noAnswer"    // or this computer is offline
	CodeCertificate Code = "certificate" // evidence: what is wrong with it
	CodeRedirects   Code = "redirects"   // too many, or to something else
	CodeRedirected  Code = "redirected"  // evidence: the other host
	CodeNoHTTPS     Code = "noHttps"     // the page comes unencrypted
	CodeUseHTTPS    Code = "useHttps"    // the link says http although https works
	CodeTooLarge    Code = "tooLarge"    // only the first megabyte was read
	CodeLittleText  Code = "littleText"  // made by script or a picture?
)

// Codes about what the page says.
const (
	CodeItemFound     Code = "itemFound"     // key: the item
	CodeItemMissing   Code = "itemMissing"   // key and norm
	CodeItemUnknown   Code = "itemUnknown"   // the form has no value to look for
	CodeEmailHidden   Code = "emailHidden"   // behind a script
	CodeOutdatedLaw   Code = "outdatedLaw"   // evidence: the words
	CodeForeignLaw    Code = "foreignLaw"    // evidence: the words
	CodeODR           Code = "odr"           // the platform closed on 2025-07-20
	CodeTaxNumber     Code = "taxNumber"     // does not belong into public
	CodeVagueStance   Code = "vagueStance"   // "im Einzelfall" (BGH, VIII ZR 265/18)
	CodeDraft         Code = "draft"         // our own draft mark is still there
	CodeAnchorMissing Code = "anchorMissing" // evidence: the anchor
	CodeNoWhatsApp    Code = "noWhatsApp"    // the privacy page does not name it
)

// Severity is how much a finding matters.
type Severity string

// The severities. SeverityFound is what is there, as it should be.
const (
	SeverityFound   Severity = "found"
	SeverityHint    Severity = "hint"
	SeverityProblem Severity = "problem"
)

// Finding is one thing seen or missed.
type Finding struct {
	Code     Code
	Severity Severity
	// Key is the imprint's item the finding is about, or empty.
	Key imprint.Key
	// Norm asks for a missing item; it may be empty.
	Norm string
	// Evidence is what stood there, shortened.
	Evidence string
}

// Report is everything found on one page. There is no overall result on
// purpose: what a page must say depends on more than a program can see.
type Report struct {
	// Address is where the page came from after all redirects.
	Address  string
	Status   int
	Findings []Finding
}

// Problems counts the findings that call for a change.
func (r Report) Problems() int {
	n := 0
	for _, f := range r.Findings {
		if f.Severity == SeverityProblem {
			n++
		}
	}
	return n
}

// Imprint fetches the page and looks for what d's legal form asks for. Details
// may be incomplete; then less can be looked for. Errors: CodeInvalid with the
// field "address" for what is no public web address, CodeOffline.
func (c *Checker) Imprint(ctx context.Context, address string, d imprint.Details) (Report, error) {
	return c.check(ctx, address, func(s *search) {
		s.items(d)
		s.laws(d.Form.Jurisdiction())
		s.habits()
	})
}

// Privacy fetches the page of the privacy notice: it must name WhatsApp, have
// the anchor its address names, and no outdated laws. Errors as for Imprint.
func (c *Checker) Privacy(ctx context.Context, address string, j imprint.Jurisdiction) (Report, error) {
	return c.check(ctx, address, func(s *search) {
		if !strings.Contains(strings.ToLower(s.page.text), "whatsapp") {
			s.add(Finding{Code: CodeNoWhatsApp, Severity: SeverityProblem})
		}
		s.laws(j)
		s.habits()
	})
}

func (c *Checker) check(ctx context.Context, address string, look func(*search)) (Report, error) {
	u, err := parseAddress(address)
	if err != nil {
		return Report{}, err
	}
	page, err := c.fetch(ctx, u)
	if err != nil {
		return Report{}, err
	}
	report := Report{Address: page.final.String(), Status: page.status}
	s := &search{report: &report}
	if !s.delivery(u, page) {
		return report, nil
	}
	s.page = readPage(page.contentType, page.body)
	s.squeezed = squeeze(s.page.text)
	if anchor := u.Fragment; anchor != "" && !slices.Contains(s.page.ids, anchor) {
		s.add(Finding{Code: CodeAnchorMissing, Severity: SeverityProblem, Evidence: shorten(anchor)})
	}
	if len([]rune(s.squeezed)) < littleText {
		s.add(Finding{Code: CodeLittleText, Severity: SeverityProblem})
	}
	look(s)
	return report, nil
}

// littleText is less than a name, an address and an e-mail address take.
const littleText = 50

// delivery reports on how the page came, and whether there is one to read.
func (s *search) delivery(asked *url.URL, page fetched) bool {
	if page.failure != "" {
		s.add(Finding{Code: page.failure, Severity: SeverityProblem, Evidence: shorten(page.evidence)})
		return false
	}
	if page.status != 200 {
		s.add(Finding{Code: CodeStatus, Severity: SeverityProblem, Evidence: strconv.Itoa(page.status)})
		return false
	}
	media, _, err := mime.ParseMediaType(page.contentType)
	if err == nil && media != "text/html" && media != "application/xhtml+xml" {
		s.add(Finding{Code: CodeNotHTML, Severity: SeverityProblem, Evidence: shorten(media)})
		return false
	}
	s.add(Finding{Code: CodeAnswers, Severity: SeverityFound, Evidence: shorten(page.final.Host)})
	switch {
	case page.final.Scheme == "http":
		s.add(Finding{Code: CodeNoHTTPS, Severity: SeverityProblem})
	case asked.Scheme == "http":
		s.add(Finding{Code: CodeUseHTTPS, Severity: SeverityHint})
	}
	if page.final.Hostname() != asked.Hostname() {
		s.add(Finding{Code: CodeRedirected, Severity: SeverityHint, Evidence: shorten(page.final.Host)})
	}
	if page.cut {
		s.add(Finding{Code: CodeTooLarge, Severity: SeverityHint})
	}
	return true
}

const maxEvidence = 80 // characters

func shorten(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > maxEvidence {
		return string(r[:maxEvidence-1]) + "…"
	}
	return s
}

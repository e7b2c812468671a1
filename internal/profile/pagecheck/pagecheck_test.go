package pagecheck

import (
	"compress/gzip"
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/profile/imprint"
	"tresen/internal/profile/wording"
)

func shop() imprint.Details {
	return imprint.Details{
		Form: imprint.DEGmbH, Name: "Wiesengrund GmbH", People: []string{"Erika Beispiel"}, Street: "Am Markt 3",
		PostalCode: "12345", City: "Musterstadt", Email: "laden@wiesengrund.example", Phone: "+49 (0)30 1234567",
		Register: imprint.Register{Court: "Amtsgericht Musterstadt", Number: "HRB 4714"}, VATID: "DE123456789",
	}
}

func serve(t *testing.T, handler http.HandlerFunc) (*Checker, string) {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return &Checker{allowPrivate: true, roots: roots}, server.URL
}

func htmlPage(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write([]byte(body))
	}
}

func checkImprint(t *testing.T, d imprint.Details, handler http.HandlerFunc) Report {
	t.Helper()
	c, address := serve(t, handler)
	report, err := c.Imprint(t.Context(), address+"/impressum", d)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func has(r Report, code Code, key imprint.Key) bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Code == code && f.Key == key })
}

func evidence(r Report, code Code) []string {
	var all []string
	for _, f := range r.Findings {
		if f.Code == code {
			all = append(all, f.Evidence)
		}
	}
	return all
}

// The program's own page passes its own check, but for the draft's mark.
func TestOwnPagesPass(t *testing.T) {
	d := shop()
	doc, err := imprint.Write(d, wording.German, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, confirmed := range []bool{false, true} {
		if confirmed {
			if doc, err = imprint.Write(d, wording.German, doc.Fingerprint()); err != nil {
				t.Fatal(err)
			}
		}
		page, err := imprint.Page(doc, imprint.Twin{})
		if err != nil {
			t.Fatal(err)
		}
		r := checkImprint(t, d, htmlPage(page))
		for _, item := range imprint.Items(d.Form) {
			if item.Need == imprint.Required && !has(r, CodeItemFound, item.Key) {
				t.Errorf("%s not found on our own page", item.Key)
			}
		}
		if has(r, CodeDraft, "") == confirmed || confirmed && r.Problems() != 0 {
			t.Errorf("confirmed %v: %+v", confirmed, r.Findings)
		}
	}
}

func TestMissingItemsAreNamedWithTheirNorm(t *testing.T) {
	r := checkImprint(t, shop(), htmlPage(`<p>Wiesengrund GmbH, Am Markt 3, 12345 Musterstadt, und noch etwas Text, damit es genug ist.</p>`))
	for _, key := range []imprint.Key{imprint.KeyPeople, imprint.KeyEmail, imprint.KeyPhone, imprint.KeyRegister, imprint.KeyVATID} {
		if !has(r, CodeItemMissing, key) {
			t.Errorf("%s is not reported", key)
		}
	}
	for _, f := range r.Findings {
		if f.Key == imprint.KeyRegister && f.Norm != "§ 5 Abs. 1 Nr. 4 DDG" {
			t.Errorf("norm %q", f.Norm)
		}
		if f.Code == CodeItemMissing && (f.Key == imprint.KeyName || f.Key == imprint.KeyAddress) {
			t.Errorf("%s is there", f.Key)
		}
	}
}

func TestItemsAreFoundHoweverTheyAreWritten(t *testing.T) {
	spellings := []string{
		`Wiesen&shy;grund GmbH<br>Erika<br>Beispiel<br>Am Markt&nbsp;3<br><b>12345</b> Musterstadt<br>laden [at] wiesengrund (punkt) example<br>Tel. 030/12 34 567<br>AG Musterstadt HRB&nbsp;4714<br>USt-IdNr. DE 123 456 789`,
		`<h1>WIESENGRUND GmbH</h1>Erika Beispiel, Am Markt 3, D-12345 Musterstadt <a href="mailto:Laden@wiesengrund.example">Mail</a> <a href="tel:+49301234567">Anruf</a> HRB 4714 DE123456789`,
		`Wiesengrund GmbH Erika Beispiel Am Markt 3 12345 Musterstadt laden@wiesengrund.example 0049-30-1234567 hrb4714 DE123456789`,
	}
	for i, page := range spellings {
		if r := checkImprint(t, shop(), htmlPage(page)); r.Problems() != 0 {
			t.Errorf("spelling %d: %+v", i, r.Findings)
		}
	}
	latin1 := "<meta charset=iso-8859-1>Wiesengrund GmbH Erika Beispiel Am Markt 3 12345 Musterstadt M\xfcller \x96 laden@wiesengrund.example 030 1234567 HRB 4714 DE123456789"
	d := shop()
	d.People = []string{"Erika Beispiel", "Müller –"}
	r := checkImprint(t, d, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Write([]byte(latin1))
	})
	if r.Problems() != 0 {
		t.Errorf("Latin-1: %+v", r.Findings)
	}
}

func TestWhatOnlyAScriptShowsIsNotThere(t *testing.T) {
	page := `<title>Impressum Wiesengrund GmbH</title><script>document.write("Erika Beispiel HRB 4714")</script><style>.x{}</style>` +
		`<a href="/cdn-cgi/l/email-protection#abc">[email protected]</a><noscript>DE123456789</noscript><img src=impressum.png>`
	r := checkImprint(t, shop(), htmlPage(page))
	if !has(r, CodeLittleText, "") || !has(r, CodeEmailHidden, imprint.KeyEmail) || !has(r, CodeItemMissing, imprint.KeyPeople) || !has(r, CodeItemMissing, imprint.KeyName) {
		t.Errorf("%+v", r.Findings)
	}
}

func TestOutdatedAndForeignWordsAreQuoted(t *testing.T) {
	page := `<p>Angaben gemäß § 5 TMG. Verantwortlich nach § 55 Abs. 2 RStV. Cookies nach § 25 TTDSG, EU-US Privacy Shield. Auch § 5 TMG.
	Die EU-Kommission stellt eine Plattform zur Online-Streitbeilegung bereit: <a href="https://ec.europa.eu/consumers/odr/">hier</a>.
	An einer Streitbeilegung nehmen wir im Einzelfall teil. Steuernummer: 12/345/67890. Offenlegung nach § 25 MedienG. § 7 TDDDG.</p>`
	r := checkImprint(t, shop(), htmlPage(page))
	if got := evidence(r, CodeOutdatedLaw); !slices.Equal(got, []string{"§ 55 Abs. 2 RStV", "§ 5 TMG", "§ 25 TTDSG", "Privacy Shield"}) {
		t.Errorf("outdated %q", got)
	}
	if got := evidence(r, CodeForeignLaw); !slices.Equal(got, []string{"§ 25 MedienG"}) {
		t.Errorf("foreign %q", got)
	}
	for _, code := range []Code{CodeODR, CodeVagueStance, CodeTaxNumber} {
		if !has(r, code, "") {
			t.Errorf("%s is not reported: %+v", code, r.Findings)
		}
	}
	d := shop()
	d.Form = imprint.ATGmbH
	if got := evidence(checkImprint(t, d, htmlPage(page+"Angaben nach § 5 DDG")), CodeForeignLaw); !slices.Equal(got, []string{"§ 5 DDG"}) && len(got) == 0 {
		t.Errorf("foreign in Austria %q", got)
	}
	for _, link := range []string{`<a href="http://ec.europa.eu/consumers/odr">x</a>`, `<a href="https://webgate.ec.europa.eu/odr/main">x</a>`, `Unsere OS-Plattform`} {
		if !has(checkImprint(t, shop(), htmlPage(link)), CodeODR, "") {
			t.Errorf("%s is not reported", link)
		}
	}
	clean := `<p>§ 5 DDG, § 18 MStV, § 25 TDDDG, § 36 VSBG, Verbraucherschlichtungsstelle. TMGmbH. Steuernummer auf Anfrage.</p>`
	if r := checkImprint(t, shop(), htmlPage(clean)); len(evidence(r, CodeOutdatedLaw))+len(evidence(r, CodeForeignLaw))+len(evidence(r, CodeODR))+len(evidence(r, CodeTaxNumber)) != 0 {
		t.Errorf("clean page: %+v", r.Findings)
	}
}

func TestPrivacyPage(t *testing.T) {
	page := `<h1>Datenschutz</h1><h2 id="whatsapp">Kontakt über WhatsApp</h2><p>Text, der lang genug ist, um eine Seite zu sein.</p>`
	c, address := serve(t, htmlPage(page))
	r, err := c.Privacy(t.Context(), address+"/datenschutz#whatsapp", imprint.Germany)
	if err != nil || r.Problems() != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	r, err = c.Privacy(t.Context(), address+"/datenschutz#chat", imprint.Germany)
	if err != nil || !has(r, CodeAnchorMissing, "") {
		t.Errorf("%+v, %v", r, err)
	}
	c, address = serve(t, htmlPage(strings.ReplaceAll(page, "WhatsApp", "Telefon")))
	if r, err = c.Privacy(t.Context(), address, imprint.Germany); err != nil || !has(r, CodeNoWhatsApp, "") {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestDeliveryIsReported(t *testing.T) {
	tests := []struct {
		code    Code
		handler http.HandlerFunc
	}{
		{CodeStatus, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }},
		{CodeNotHTML, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "application/pdf") }},
		{CodeRedirects, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path+"x", http.StatusFound) }},
		{CodeRedirects, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "ftp://x.example/", http.StatusFound)
		}},
		{CodeNoAnswer, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }},
		{CodeTooLarge, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Write([]byte("<!--" + strings.Repeat(" ", MaxPage)))
		}},
	}
	for _, tt := range tests {
		if r := checkImprint(t, shop(), tt.handler); !has(r, tt.code, "") {
			t.Errorf("%s: %+v", tt.code, r.Findings)
		}
	}
	c, address := serve(t, htmlPage("x"))
	c.roots = x509.NewCertPool()
	if r, err := c.Imprint(t.Context(), address, shop()); err != nil || !has(r, CodeCertificate, "") {
		t.Errorf("certificate: %+v, %v", r, err)
	}
}

// A small answer that unpacks to gigabytes is read to the limit only.
func TestCompressedPagesAreBounded(t *testing.T) {
	r := checkImprint(t, shop(), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		z.Write([]byte("<!--"))
		for range 20 {
			z.Write(make([]byte, MaxPage))
		}
		z.Close()
	})
	if !has(r, CodeTooLarge, "") {
		t.Errorf("%+v", r.Findings)
	}
}

func TestRequestsTellNothing(t *testing.T) {
	var requests []*http.Request
	c, address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		requests = append(requests, r.Clone(context.Background()))
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
		if len(requests) < 3 {
			http.Redirect(w, r, "/impressum", http.StatusFound)
			return
		}
		htmlPage("ok")(w, r)
	})
	if _, err := c.Imprint(t.Context(), address+"/start?x=1#whatsapp", shop()); err != nil {
		t.Fatal(err)
	}
	if len(requests) != 3 {
		t.Fatalf("%d requests", len(requests))
	}
	for _, r := range requests {
		if r.Method != http.MethodGet || r.Header.Get("Cookie") != "" || r.Header.Get("Referer") != "" || r.Header.Get("User-Agent") != "Tresen" {
			t.Errorf("%s %s %v", r.Method, r.URL, r.Header)
		}
	}
}

func TestPlainHTTPIsReportedAndHTTPSPreferred(t *testing.T) {
	plain := httptest.NewServer(htmlPage("x"))
	t.Cleanup(plain.Close)
	c := &Checker{allowPrivate: true}
	if r, err := c.Imprint(t.Context(), plain.URL, shop()); err != nil || !has(r, CodeNoHTTPS, "") || !has(r, CodeAnswers, "") {
		t.Errorf("%+v, %v", r, err)
	}
	secure, address := serve(t, htmlPage("x"))
	if r, err := secure.Imprint(t.Context(), strings.Replace(address, "https:", "http:", 1), shop()); err != nil || !has(r, CodeUseHTTPS, "") || has(r, CodeNoHTTPS, "") {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestOnlyPublicAddressesAreVisited(t *testing.T) {
	visited := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visited = true }))
	t.Cleanup(server.Close)
	c := New()
	addresses := []string{
		server.URL, "http://127.0.0.1", "http://localhost/", "https://[::1]/", "http://0.0.0.0/", "http://10.0.0.1", "http://[::ffff:192.168.1.1]/",
		"http://169.254.169.254/latest/meta-data/", "https://wiesengrund.example:8443/", "http://user:pass@example.com/", "file:///etc/passwd",
		"javascript:alert(1)", "", " ", "https://", strings.Repeat("a", 3000),
	}
	for _, address := range addresses {
		_, err := c.Imprint(t.Context(), address, shop())
		var e *inbox.Error
		if !errors.As(err, &e) || e.Code != inbox.CodeInvalid || e.Field != "address" {
			t.Errorf("%.60s: %v", address, err)
		}
	}
	if visited {
		t.Error("the server on this computer was visited")
	}
	private := []string{"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.1.1", "100.64.0.1", "0.1.2.3", "224.0.0.1", "255.255.255.255",
		"198.18.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2001:db8::1", "100::1"}
	for _, ip := range private {
		if isPublic(netip.MustParseAddr(ip)) {
			t.Errorf("%s counts as public", ip)
		}
	}
	for _, ip := range []string{"93.184.216.34", "2a00:1450:4001:82b::200e", "::ffff:93.184.216.34"} {
		if !isPublic(netip.MustParseAddr(ip)) {
			t.Errorf("%s does not count as public", ip)
		}
	}
}

func TestCancelledCheckSaysSo(t *testing.T) {
	c, address := serve(t, htmlPage("x"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Imprint(ctx, address, shop()); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func FuzzReadPage(f *testing.F) {
	f.Add("text/html; charset=iso-8859-1", []byte("<title>a<p>\xfc<script>x</script><a href=mailto:a@b.example>"))
	f.Add("", []byte("<meta charset=\"windows-1252\"><noscript><textarea>\x80"))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		s := &search{report: &Report{}, page: readPage(contentType, body)}
		s.squeezed = squeeze(s.page.text)
		s.items(shop())
		s.laws(imprint.Austria)
		s.habits()
		for _, f := range s.report.Findings {
			if len([]rune(f.Evidence)) > maxEvidence || strings.ContainsAny(f.Evidence, "\r\n") {
				t.Errorf("evidence %q", f.Evidence)
			}
		}
	})
}

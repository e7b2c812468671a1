package pagecheck

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"tresen/internal/inbox"
)

// Limits of one check.
const (
	MaxPage      = 1 << 20 // bytes, after decompression
	MaxRedirects = 5
	timeLimit    = 15 * time.Second
	maxAddress   = 2000
)

// Checker fetches and checks pages. It is safe for concurrent use.
type Checker struct {
	// allowPrivate and roots are for tests, which run on loopback.
	allowPrivate bool
	roots        *x509.CertPool
}

// New returns a Checker. It contacts nobody.
func New() *Checker { return &Checker{} }

// fetched is a page, or the reason why there is none.
type fetched struct {
	final       *url.URL
	status      int
	contentType string
	body        []byte
	cut         bool
	redirects   int
	// failure is empty for a page that answered, whatever its status.
	failure  Code
	evidence string
}

var (
	errPrivate   = errors.New("not a public address")
	errRedirects = errors.New("too many redirects")
	errScheme    = errors.New("redirect to something else than a web page")
)

// parseAddress reads what stands in the profile. Without a scheme it is https.
func parseAddress(address string) (*url.URL, error) {
	address = strings.TrimSpace(address)
	if address == "" || len(address) > maxAddress {
		return nil, inbox.InvalidField("address", "missing or too long")
	}
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		return nil, inbox.InvalidField("address", "not a web address")
	}
	return u, nil
}

// fetch prefers https: an http address is tried there first.
func (c *Checker) fetch(ctx context.Context, u *url.URL) (fetched, error) {
	ctx, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	if u.Scheme == "http" {
		secure := *u
		secure.Scheme = "https"
		if page, err := c.get(ctx, &secure); err == nil && page.failure == "" {
			return page, nil
		}
	}
	return c.get(ctx, u)
}

func (c *Checker) get(ctx context.Context, u *url.URL) (fetched, error) {
	page := fetched{final: u}
	transport := c.transport()
	defer transport.CloseIdleConnections()
	client := http.Client{
		Transport: transport, // no Jar: no cookies
		CheckRedirect: func(next *http.Request, before []*http.Request) error {
			page.redirects = len(before)
			next.Header.Del("Referer")
			if len(before) > MaxRedirects {
				return errRedirects
			}
			if next.URL.Scheme != "https" && next.URL.Scheme != "http" || next.URL.User != nil {
				return errScheme
			}
			return c.allowPort(next.URL)
		},
	}
	if err := c.allowPort(u); err != nil {
		return page, inbox.InvalidField("address", err.Error())
	}
	without := *u
	without.Fragment = ""
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, without.String(), nil)
	if err != nil {
		return page, inbox.InvalidField("address", "not a web address")
	}
	req.Header.Set("User-Agent", "Tresen")
	req.Header.Set("Accept", "text/html")
	answer, err := client.Do(req)
	if err != nil {
		return page.failed(ctx, err)
	}
	defer answer.Body.Close()
	page.final, page.status = answer.Request.URL, answer.StatusCode
	page.contentType = answer.Header.Get("Content-Type")
	page.body, err = io.ReadAll(io.LimitReader(answer.Body, MaxPage+1))
	if err != nil {
		return page.failed(ctx, err)
	}
	if len(page.body) > MaxPage {
		page.body, page.cut = page.body[:MaxPage], true
	}
	return page, nil
}

// failed sorts what went wrong into findings about the page and errors about
// this computer. Neither repeats the address.
func (page fetched) failed(ctx context.Context, err error) (fetched, error) {
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, errPrivate):
		return page, &inbox.Error{Code: inbox.CodeInvalid, Field: "address", Err: errPrivate}
	case errors.Is(err, errRedirects) || errors.Is(err, errScheme):
		page.failure = CodeRedirects
	case errors.As(err, &certificate):
		page.failure, page.evidence = CodeCertificate, certificate.Err.Error()
	case errors.As(err, &dns) && !dns.IsNotFound:
		return page, inbox.NewError(inbox.CodeOffline, "fetch page: the name service does not answer")
	case errors.As(err, &dns):
		page.failure, page.evidence = CodeUnknownHost, page.final.Hostname()
	case errors.Is(ctx.Err(), context.Canceled):
		return page, fmt.Errorf("fetch page: %w", context.Canceled)
	default:
		page.failure = CodeNoAnswer
	}
	return page, nil
}

// transport connects to public addresses only. The check happens on the
// address the connection really goes to, after the name was looked up, so that
// a name cannot point elsewhere a moment later. There is no proxy, because a
// proxy would look the name up itself.
func (c *Checker) transport() *http.Transport {
	dialer := net.Dialer{Timeout: 8 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		return c.allowAddress(address)
	}}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{RootCAs: c.roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    8 * time.Second,
		ResponseHeaderTimeout:  10 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		DisableKeepAlives:      true,
	}
}

func (c *Checker) allowPort(u *url.URL) error {
	if port := u.Port(); port != "" && port != "443" && port != "80" && !c.allowPrivate {
		return errPrivate
	}
	return nil
}

func (c *Checker) allowAddress(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return errPrivate
	}
	ip, err := netip.ParseAddr(host)
	if _, portErr := strconv.ParseUint(port, 10, 16); err != nil || portErr != nil {
		return errPrivate
	}
	if c.allowPrivate || isPublic(ip) {
		return nil
	}
	return errPrivate
}

// isPublic reports whether an address can belong to a web server anybody
// reaches. (IANA special-purpose address registries.)
func isPublic(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return false
	}
	for _, special := range specialPrefixes() {
		if special.Contains(ip) {
			return false
		}
	}
	return ip.Is4() || netip.MustParsePrefix("2000::/3").Contains(ip)
}

func specialPrefixes() []netip.Prefix {
	list := []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
		"203.0.113.0/24", "240.0.0.0/4", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
	}
	prefixes := make([]netip.Prefix, len(list))
	for i, s := range list {
		prefixes[i] = netip.MustParsePrefix(s)
	}
	return prefixes
}

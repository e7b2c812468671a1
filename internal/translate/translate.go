// Package translate has texts translated by the one service the shop has
// chosen: a LibreTranslate server of its own, or DeepL with the shop's own key.
//
// It sends exactly the text it is given to exactly one host, follows no
// redirect and logs neither text nor key. Whether a text may leave the computer
// at all is decided above: it must not know customers, consents or the store.
package translate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"tresen/internal/inbox"
)

// Provider is a kind of translation service.
type Provider string

// The providers.
const (
	LibreTranslate Provider = "libretranslate"
	DeepL          Provider = "deepl"
)

const (
	// MaxText is the longest text sent, in characters: WhatsApp's own limit.
	MaxText = 4096
	// maxAnswer bounds an answer in bytes.
	maxAnswer = 1 << 20
	timeout   = 30 * time.Second
)

// Config says which service is used and with which key.
type Config struct {
	Provider Provider
	// BaseURL is the address of the shop's own LibreTranslate server; DeepL has none.
	BaseURL string
	// Key is required for DeepL and optional for LibreTranslate.
	Key string
	// Transport is replaced in tests; nil is the usual one.
	Transport http.RoundTripper
}

// Result is a translated text.
type Result struct {
	Text string
	// Source is the language the service recognised, as "de"; empty if it did not say.
	Source string
}

// Client translates with one service.
type Client struct {
	config Config
	base   *url.URL
	http   *http.Client
}

// New checks a configuration. It fails with CodeInvalid and the name of the
// field: an unknown provider, no key for DeepL, or an address that is no
// https address. http is accepted for this computer only, because everything
// else would send customers' texts readable through a network.
func New(c Config) (*Client, error) {
	c.Key = strings.TrimSpace(c.Key)
	address := strings.TrimSpace(c.BaseURL)
	switch c.Provider {
	case DeepL:
		if len(c.Key) < 8 || len(c.Key) > 200 || strings.ContainsAny(c.Key, " \t\r\n") {
			return nil, inbox.InvalidField("key", "missing or not a key")
		}
		address = "https://api.deepl.com"
		if strings.HasSuffix(c.Key, ":fx") {
			// Keys of the free API end in ":fx" and work on its host only. (DeepL docs: Authentication.)
			address = "https://api-free.deepl.com"
		}
	case LibreTranslate:
	default:
		return nil, inbox.InvalidField("provider", "unknown translation service")
	}
	base, err := url.Parse(address)
	if err != nil || base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "" || !private(base) {
		return nil, inbox.InvalidField("baseUrl", "not an https address")
	}
	base.Path = strings.TrimRight(base.Path, "/")
	return &Client{config: c, base: base, http: &http.Client{
		Timeout:   timeout,
		Transport: c.Transport,
		// A redirect would carry the text to a host nobody agreed to.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// private reports whether nobody between here and there can read along.
func private(u *url.URL) bool {
	if u.Scheme == "https" {
		return true
	}
	if u.Scheme != "http" {
		return false
	}
	return local(u)
}

// local reports whether the address is this computer.
func local(u *url.URL) bool {
	addr, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && addr.IsLoopback()
}

// Local reports whether the texts stay on this computer.
func (c *Client) Local() bool { return local(c.base) }

// Host is where the texts go, as the person who agrees must see it.
func (c *Client) Host() string { return c.base.Host }

// Provider is the kind of service.
func (c *Client) Provider() Provider { return c.config.Provider }

// Translate has a text translated into a language ("de", "en"). source may be
// empty: the service then recognises the language itself. Errors have the codes
// CodeTranslateKey, CodeTranslateQuota, CodeTranslateOffline,
// CodeTranslateLanguage, or CodeInvalid for a text that is empty or too long.
func (c *Client) Translate(ctx context.Context, text, source, target string) (Result, error) {
	if strings.TrimSpace(text) == "" || utf8.RuneCountInString(text) > MaxText {
		return Result{}, inbox.InvalidField("text", "empty or too long")
	}
	if !isLanguage(target) || source != "" && !isLanguage(source) {
		return Result{}, inbox.InvalidField("language", "not a language")
	}
	if c.config.Provider == DeepL {
		return c.deepl(ctx, text, source, target)
	}
	return c.libre(ctx, text, source, target)
}

// isLanguage reports two or three lower-case letters (ISO 639).
func isLanguage(s string) bool {
	return (len(s) == 2 || len(s) == 3) && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == ""
}

// post sends one request and decodes a successful answer.
func (c *Client) post(ctx context.Context, path string, header http.Header, body, into any) error {
	payload, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("encode request: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base.JoinPath(path).String(), bytes.NewReader(payload))
	if err != nil {
		return inbox.InvalidField("baseUrl", "not an address")
	}
	request.Header = header
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Tresen")
	answer, err := c.http.Do(request)
	if err != nil {
		if errors.Is(ctx.Err(), context.Canceled) {
			return ctx.Err()
		}
		// The error names the address, which may be a computer at the shop.
		return inbox.NewError(inbox.CodeTranslateOffline, "no answer: "+networkReason(err))
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return inbox.NewError(inbox.CodeTranslateOffline, "answer cut off")
	}
	if answer.StatusCode != http.StatusOK {
		return refusal(answer.StatusCode, content)
	}
	if err := json.Unmarshal(content, into); err != nil {
		return inbox.NewError(inbox.CodeTranslateOffline, "answer is not the service's")
	}
	return nil
}

func networkReason(err error) string {
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		return "unknown host"
	case errors.Is(err, context.DeadlineExceeded):
		return "too slow"
	}
	return "unreachable"
}

// refusal gives a status the code people know. (DeepL docs: Error handling;
// LibreTranslate answers 403 for keys and 429 or 403 where it has had enough.)
func refusal(status int, content []byte) error {
	reason := fmt.Sprintf("HTTP %d", status)
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return inbox.NewError(inbox.CodeTranslateKey, reason)
	case status == http.StatusTooManyRequests || status == 456:
		return inbox.NewError(inbox.CodeTranslateQuota, reason)
	case status == http.StatusRequestEntityTooLarge:
		return inbox.InvalidField("text", "too long for the service")
	case status == http.StatusBadRequest && asksForKey(content):
		return inbox.NewError(inbox.CodeTranslateKey, reason)
	case status == http.StatusBadRequest:
		return inbox.NewError(inbox.CodeTranslateLanguage, reason)
	}
	return inbox.NewError(inbox.CodeTranslateOffline, reason)
}

// asksForKey recognises LibreTranslate's way of saying that a key is needed.
func asksForKey(content []byte) bool {
	return bytes.Contains(bytes.ToLower(content), []byte("api key"))
}

// clean makes a service's answer safe to show: it is as foreign as the customer's text.
func clean(text, source string) (Result, error) {
	r := Result{Text: inbox.CleanText(text, 4*MaxText), Source: strings.ToLower(source)}
	if i := strings.IndexByte(r.Source, '-'); i > 0 {
		r.Source = r.Source[:i]
	}
	if !isLanguage(r.Source) {
		r.Source = ""
	}
	if r.Text == "" {
		return r, inbox.NewError(inbox.CodeTranslateOffline, "empty answer")
	}
	return r, nil
}

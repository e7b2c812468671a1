package cloudapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"tresen/internal/inbox"
)

// Defaults of a Config for Meta itself.
const (
	MetaBaseURL    = "https://graph.facebook.com"
	DefaultVersion = "v25.0"
)

const (
	requestTimeout = 30 * time.Second
	maxAnswer      = 1 << 20 // bytes

	// idleLimit is how long an unused connection is trusted. After a computer
	// has slept, its connections look alive and swallow the next request; a
	// message lost that way would have to be called unclear.
	idleLimit = 5 * time.Second
)

// PathStyle says how a provider writes the paths.
type PathStyle int

// Meta writes /{version}/{phone-number-id}/messages, D360 writes /messages:
// the key selects the number. (360dialog docs: Messaging API.)
const (
	Meta PathStyle = iota
	D360
)

// Config says where a Client talks to and as whom.
type Config struct {
	// BaseURL is https, or http to a loopback host. It may have a path.
	BaseURL string
	// Version is Graph's, as "v25.0"; empty for the default, unused with D360.
	Version string
	Style   PathStyle
	// AuthHeader is the header that carries the token. Empty means what the
	// style wants: "Authorization" with "Bearer ", or "D360-API-KEY".
	AuthHeader    string
	PhoneNumberID inbox.PhoneNumberID
	// WABAID is needed by PhoneNumbers only.
	WABAID string
	// Token is asked before every request, so that a new token needs no new client.
	Token func() (string, error)
	// MediaHosts are the hosts files may be fetched from: "host", "host:port",
	// or ".suffix" for any host below it. Empty means Meta's.
	MediaHosts []string
	// HTTPClient is used with redirects and cookies off; nil for one with
	// NewTransport. Its transport must not repeat requests by itself.
	HTTPClient *http.Client
}

// Client talks to one phone number's API. It is safe for concurrent use.
type Client struct {
	config Config
	base   *url.URL
	http   *http.Client
	now    func() time.Time
	// lastAnswer is the wall clock time of the last answer, in Unix nanoseconds.
	lastAnswer atomic.Int64
	skew       atomic.Pointer[clockSkew]
}

// NewTransport returns a transport that speaks HTTP/1.1 only, so that "the
// request left" has one meaning, and gives every stage a limit. A POST without
// GetBody is never repeated by net/http, whatever becomes of its connection.
func NewTransport() *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	dialer := net.Dialer{Timeout: 10 * time.Second, KeepAlive: 15 * time.Second}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		Protocols:              protocols,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  25 * time.Second,
		IdleConnTimeout:        30 * time.Second,
		MaxIdleConnsPerHost:    8,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// New checks the configuration and returns a client. It contacts nobody.
func New(config Config) (*Client, error) {
	base, err := parseBase(config.BaseURL)
	if err != nil {
		return nil, err
	}
	if config.Version == "" {
		config.Version = DefaultVersion
	}
	if config.Style == Meta && !isToken(string(config.PhoneNumberID), maxTypeName) {
		return nil, inbox.InvalidField("phoneNumberId", "not an id")
	}
	if config.WABAID != "" && !isToken(config.WABAID, maxTypeName) {
		return nil, inbox.InvalidField("wabaId", "not an id")
	}
	if !isToken(strings.ReplaceAll(config.Version, ".", ""), 16) {
		return nil, inbox.InvalidField("version", "not a Graph API version")
	}
	if config.Token == nil {
		return nil, inbox.InvalidField("token", "missing")
	}
	if len(config.MediaHosts) == 0 && config.Style == Meta {
		config.MediaHosts = []string{"lookaside.fbsbx.com", ".fbcdn.net", ".whatsapp.net"}
	}
	config.MediaHosts = slices.Clone(config.MediaHosts)
	client := &http.Client{Transport: NewTransport()}
	if config.HTTPClient != nil {
		client = &http.Client{Transport: config.HTTPClient.Transport}
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{config: config, base: base, http: client, now: time.Now}, nil
}

func parseBase(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, inbox.InvalidField("baseUrl", "not a web address")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())) {
		return nil, inbox.InvalidField("baseUrl", "https is needed for every host but this computer")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	return u, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Hosts lists every host this client may contact, for the list the program
// shows. A leading dot stands for all hosts below.
func (c *Client) Hosts() []string {
	hosts := []string{c.base.Host}
	for _, host := range c.config.MediaHosts {
		if !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// numberPath returns the path of something that belongs to the phone number.
func (c *Client) numberPath(parts ...string) []string {
	if c.config.Style == D360 {
		return parts
	}
	return append([]string{c.config.Version, string(c.config.PhoneNumberID)}, parts...)
}

// objectPath returns the path of an object with an id of its own.
func (c *Client) objectPath(parts ...string) []string {
	if c.config.Style == D360 {
		return parts
	}
	return append([]string{c.config.Version}, parts...)
}

// request is one call of the API.
type request struct {
	doing       string
	method      string
	path        []string
	query       url.Values
	contentType string
	body        io.Reader
	length      int64
	timeout     time.Duration
	// fileOffset marks a step of a resumable upload and says where it begins.
	fileOffset string
}

func (c *Client) get(ctx context.Context, doing string, path []string, query url.Values) (value, error) {
	return c.call(ctx, request{doing: doing, method: http.MethodGet, path: path, query: query})
}

func (c *Client) postJSON(ctx context.Context, doing string, path []string, payload any) (value, error) {
	body, err := json.Marshal(payload)
	if err != nil {
		return value{}, inbox.WrapError(inbox.CodeInternal, doing, err)
	}
	return c.call(ctx, request{
		doing: doing, method: http.MethodPost, path: path,
		contentType: "application/json; charset=utf-8", body: bytes.NewReader(body), length: int64(len(body)),
	})
}

// call sends a request once and returns the answer's JSON object.
func (c *Client) call(ctx context.Context, r request) (value, error) {
	if r.timeout == 0 {
		r.timeout = requestTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	address := c.base.JoinPath(r.path...)
	address.RawQuery = r.query.Encode()
	answer, err := c.send(ctx, r, address)
	if err != nil {
		return value{}, err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if err == nil && len(data) > maxAnswer {
		err = errors.New("answer too large")
	}
	success := answer.StatusCode >= 200 && answer.StatusCode <= 299
	if success && err != nil {
		return value{}, unreadable(r.doing, r.method, answer.StatusCode, fmt.Errorf("read answer: %w", err))
	}
	body, err := readDocument(data)
	if !success {
		return value{}, answerError(r.doing, answer, body, c.now())
	}
	if err != nil || !body.is(kindObject) {
		return value{}, unreadable(r.doing, r.method, answer.StatusCode, errNotJSON)
	}
	return body, nil
}

// send does the round trip and tells apart requests that certainly never left
// from those of which nobody knows what became.
func (c *Client) send(ctx context.Context, r request, address *url.URL) (*http.Response, error) {
	token, err := c.config.Token()
	if err == nil && token == "" {
		err = inbox.NewError(inbox.CodeTokenExpired, "no token")
	}
	if err != nil {
		return nil, tokenError(r.doing, err)
	}
	var left atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteHeaders: func() { left.Store(true) },
		WroteRequest: func(httptrace.WroteRequestInfo) { left.Store(true) },
	})
	req, err := http.NewRequestWithContext(ctx, r.method, address.String(), r.body)
	if err != nil {
		return nil, inbox.WrapError(inbox.CodeInternal, r.doing, withoutURL(err))
	}
	// Without GetBody net/http cannot send the body a second time.
	req.GetBody = nil
	if r.length > 0 {
		req.ContentLength = r.length
	}
	if r.contentType != "" {
		req.Header.Set("Content-Type", r.contentType)
	}
	req.Header.Set("User-Agent", "Tresen")
	c.authorize(req, token)
	if r.fileOffset != "" {
		// Here, and only here, Meta's pages name another scheme. (Meta docs: Resumable Upload.)
		req.Header.Set("Authorization", "OAuth "+token)
		req.Header.Set("file_offset", r.fileOffset)
	}
	c.dropStale()
	answer, err := c.http.Do(req)
	if err != nil {
		return nil, networkError(r.doing, err, left.Load() && mayDouble(r.method))
	}
	now := c.now()
	c.lastAnswer.Store(now.UnixNano())
	if at, err := http.ParseTime(answer.Header.Get("Date")); err == nil {
		// The header has whole seconds, cut off.
		c.skew.Store(&clockSkew{at.Add(time.Second / 2).Sub(now)})
	}
	return answer, nil
}

type clockSkew struct{ ahead time.Duration }

// Skew returns how far the provider's clock was ahead of this computer's at
// its last answer, exact to some seconds; ok is false before the first.
func (c *Client) Skew() (ahead time.Duration, ok bool) {
	if s := c.skew.Load(); s != nil {
		return s.ahead, true
	}
	return 0, false
}

func (c *Client) authorize(req *http.Request, token string) {
	switch {
	case c.config.AuthHeader == "" && c.config.Style == D360:
		req.Header.Set("D360-API-KEY", token)
	case c.config.AuthHeader == "" || strings.EqualFold(c.config.AuthHeader, "Authorization"):
		req.Header.Set("Authorization", "Bearer "+token)
	default:
		req.Header.Set(c.config.AuthHeader, token)
	}
}

// dropStale closes connections that were idle too long by the wall clock,
// which goes on while the computer sleeps.
func (c *Client) dropStale() {
	idle := c.now().UnixNano() - c.lastAnswer.Load()
	if idle > int64(idleLimit) || idle < 0 {
		c.http.CloseIdleConnections()
	}
}

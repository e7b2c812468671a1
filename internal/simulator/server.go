package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// call is one request to the simulated Graph API, past authentication.
type call struct {
	sim    *Simulator
	w      http.ResponseWriter
	r      *http.Request
	caller *caller

	number   *number // for edges of a phone number
	template *template
	id       string // the object's id as addressed
	edge     string
	rest     []string // path after the edge
	params   doc      // body and query together

	accepted bool // a send was accepted
	// then runs after the answer has been sent, also if the answer was lost.
	then func()
}

// query is a parameter that may stand in the query or in the body.
func (c *call) query(name string) string { return c.params.text(name) }

// raw is an answer that is not JSON.
type raw struct {
	contentType string
	body        []byte
}

const (
	maxJSONBody  = 4 << 20
	maxMediaBody = 101 << 20
)

var versionSegment = regexp.MustCompile(`^v([0-9]{1,3})\.([0-9])$`)

// newestVersion is the newest Graph API version the simulator pretends to be.
const newestVersion = 26

// ServeHTTP answers the Graph API, 360dialog's variant of it, media downloads
// and the control paths under /_simulator/.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.begin() {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	defer s.owned.Done()
	segments := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if segments[0] == "_simulator" {
		s.serveControl(w, r, segments[1:])
		return
	}
	s.enter()
	defer s.leave()
	c := &call{sim: s, w: w, r: r}
	answer, err := s.answer(c, segments)
	if c.then != nil {
		defer c.then()
	}
	if err == nil && c.accepted && s.loseThis() {
		// The connection ends without an answer although the message is accepted.
		panic(http.ErrAbortHandler)
	}
	s.write(w, answer, err)
}

// begin lets Close wait for a request; false once Close has begun.
func (s *Simulator) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.owned.Add(1)
	return true
}

func (s *Simulator) enter() {
	s.mu.Lock()
	s.busy++
	s.mu.Unlock()
}

func (s *Simulator) leave() {
	s.mu.Lock()
	s.busy--
	s.step()
	s.mu.Unlock()
}

// answer finds the handler of a call and runs it.
func (s *Simulator) answer(c *call, segments []string) (any, *apiError) {
	segments, err := stripVersion(segments)
	if err != nil {
		return nil, err
	}
	if err := s.faultFor(c.r, segments); err != nil {
		return nil, err
	}
	if segments[0] == "whatsapp_business" {
		return s.downloadMedia(c)
	}
	c.caller, err = s.authenticate(c.r)
	if err != nil {
		return nil, err
	}
	rt, err := s.route(c, segments)
	if err != nil {
		return nil, err
	}
	if err := c.caller.need(rt.scope); err != nil {
		return nil, err
	}
	if rt.scope == scopeManagement {
		if err := s.countManagement(c.caller); err != nil {
			return nil, err
		}
	}
	if !rt.ownBody {
		if err := c.readParams(); err != nil {
			return nil, err
		}
	}
	return rt.handle(c)
}

// stripVersion removes the version of Meta's paths. Expired versions are
// answered like the oldest usable one; future ones do not exist.
func stripVersion(segments []string) ([]string, *apiError) {
	m := versionSegment.FindStringSubmatch(segments[0])
	if m == nil {
		return segments, nil
	}
	if major, _ := strconv.Atoi(m[1]); major > newestVersion {
		return nil, plain(2500, 0, "Unknown path components: /%s", segments[0])
	}
	if len(segments) == 1 {
		return nil, plain(2500, 0, "Unknown path components: /")
	}
	return segments[1:], nil
}

// readParams reads a JSON, form or multipart body without files, and the query.
func (c *call) readParams() *apiError {
	c.params = doc{}
	for k, v := range c.r.URL.Query() {
		c.params[k] = v[0]
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, maxJSONBody))
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return plain(1, 0, "Request entity too large").withStatus(http.StatusRequestEntityTooLarge)
		}
		return fail(1, "The request body could not be read")
	}
	if len(body) == 0 {
		return nil
	}
	contentType := c.r.Header.Get("Content-Type")
	if strings.HasPrefix(contentType, "application/x-www-form-urlencoded") || strings.HasPrefix(contentType, "multipart/form-data") {
		return c.readForm(body)
	}
	given, perr := parseDoc(body)
	if perr != nil {
		return perr
	}
	for k, v := range given {
		c.params[k] = v
	}
	return nil
}

// readForm reads form fields; values that look like JSON are JSON, as the Graph
// API treats them.
func (c *call) readForm(body []byte) *apiError {
	c.r.Body = io.NopCloser(bytes.NewReader(body))
	if err := c.r.ParseMultipartForm(maxJSONBody); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return plain(100, 0, "The request body is not a valid form")
	}
	for k, v := range c.r.PostForm {
		var structured any
		if strings.HasPrefix(v[0], "{") || strings.HasPrefix(v[0], "[") {
			dec := json.NewDecoder(strings.NewReader(v[0]))
			dec.UseNumber()
			if dec.Decode(&structured) == nil {
				c.params[k] = structured
				continue
			}
		}
		c.params[k] = v[0]
	}
	return nil
}

// write sends an answer and makes sure it has left before anything follows.
func (s *Simulator) write(w http.ResponseWriter, answer any, err *apiError) {
	if err != nil {
		s.writeError(w, err)
		return
	}
	if file, ok := answer.(raw); ok {
		w.Header().Set("Content-Type", file.contentType)
		w.Header().Set("Content-Length", strconv.Itoa(len(file.body)))
		_, _ = w.Write(file.body)
	} else {
		w.Header().Set("Content-Type", "application/json; charset=UTF-8")
		w.Header().Set("facebook-api-version", s.cfg.WebhookVersion)
		_, _ = w.Write(encode(answer))
	}
	flush(w)
}

func (s *Simulator) writeError(w http.ResponseWriter, e *apiError) {
	if e.html {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(e.status)
		_, _ = io.WriteString(w, "<!DOCTYPE html><html><title>Error</title><body>Sorry, something went wrong.</body></html>")
		return
	}
	s.mu.Lock()
	trace := s.ids.trace()
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	if e.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `OAuth "Facebook Platform" "invalid_token"`)
	}
	w.WriteHeader(e.status)
	_, _ = w.Write(encode(e.body(trace)))
	flush(w)
}

func flush(w http.ResponseWriter) {
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
}

// encode is JSON without HTML escaping. Everything encoded here is made of
// maps, slices, strings and numbers, which cannot fail.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("simulator: encode json: " + err.Error())
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

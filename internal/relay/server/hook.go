package server

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"tresen/internal/relay"
	"tresen/internal/relay/directory"
	"tresen/internal/relay/envelope"
)

// carried are the headers the desktop may need to see whether a delivery is
// genuine: Meta's signature, and what other providers send instead.
func carried() []string {
	return []string{"X-Hub-Signature-256", "X-360dialog-Signature", "X-Tresen-Secret", "Authorization", "Content-Type"}
}

const (
	maxField     = 1 << 10 // bytes of one carried header
	maxChallenge = 256
	retryAfter   = "30" // seconds
)

// handshake answers the request with which Meta checks a callback URL. (Meta
// docs: Create a webhook endpoint.)
func (s *Server) handshake(w http.ResponseWriter, r *http.Request) {
	box, hook, err := s.Directory.ByHook(r.Context(), r.PathValue("token"))
	if err != nil {
		w.WriteHeader(notFoundOr503(err))
		return
	}
	if !s.deny.mailboxes.allow(box.ID) {
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	q := r.URL.Query()
	want := sha256.Sum256([]byte(hook.VerifyToken))
	got := sha256.Sum256([]byte(q.Get("hub.verify_token")))
	challenge := q.Get("hub.challenge")
	genuine := q.Get("hub.mode") == "subscribe" && subtle.ConstantTimeCompare(want[:], got[:]) == 1
	if hook.VerifyToken == "" || !genuine || !isChallenge(challenge) {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	io.WriteString(w, challenge)
}

// isChallenge keeps strangers from making us show what they like.
func isChallenge(s string) bool {
	if s == "" || len(s) > maxChallenge {
		return false
	}
	for _, c := range []byte(s) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

func notFoundOr503(err error) int {
	if errors.Is(err, directory.ErrUnknown) {
		return http.StatusNotFound
	}
	return http.StatusServiceUnavailable
}

// outcome is how a delivery ended: the answer, and the word the metrics count.
type outcome struct {
	status int
	result string
}

// hook takes a delivery. Anything but 200 makes Meta repeat it, up to seven
// days. (Meta docs: Webhooks overview.)
func (s *Server) hook(w http.ResponseWriter, r *http.Request) {
	start := s.Now()
	o := s.take(w, r, start)
	s.Metrics.deliveries.WithLabelValues(o.result).Inc()
	if o.status == http.StatusOK {
		s.Metrics.seconds.Observe(s.Now().Sub(start).Seconds())
	}
	if o.status == http.StatusServiceUnavailable || o.status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", retryAfter)
	}
	w.WriteHeader(o.status)
}

func (s *Server) take(w http.ResponseWriter, r *http.Request, at time.Time) outcome {
	box, _, err := s.Directory.ByHook(r.Context(), r.PathValue("token"))
	switch {
	case errors.Is(err, directory.ErrUnknown):
		return outcome{http.StatusNotFound, "unknown"}
	case err != nil:
		s.quiet.Do(func() { s.Log.Warn("mailbox was not found", "err", err) })
		return outcome{http.StatusServiceUnavailable, "engine"}
	case !s.deny.mailboxes.allow(box.ID):
		return outcome{http.StatusTooManyRequests, "limited"}
	case r.ContentLength > relay.MaxBody:
		return outcome{http.StatusRequestEntityTooLarge, "too_large"}
	case len(box.Devices) == 0:
		// Nobody to seal it to: Meta keeps it for us until somebody is there.
		return outcome{http.StatusServiceUnavailable, "no_device"}
	}
	size := r.ContentLength
	if size < 0 {
		size = relay.MaxBody
	}
	leave, ok := s.admit(size)
	if !ok {
		return outcome{http.StatusServiceUnavailable, "busy"}
	}
	defer leave()
	body, err := s.buffers.read(http.MaxBytesReader(w, r.Body, relay.MaxBody), size)
	defer s.buffers.wipe(body)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return outcome{http.StatusRequestEntityTooLarge, "too_large"}
	case err != nil:
		return outcome{http.StatusBadRequest, "broken"}
	}
	return s.keep(r, box, relay.Delivery{ReceivedAt: at, Header: pick(r.Header), Body: *body})
}

// pick takes over the headers that travel with a delivery, each at most once.
func pick(h http.Header) []relay.Field {
	var list []relay.Field
	for _, name := range carried() {
		if v := h.Get(name); v != "" && len(v) <= maxField {
			list = append(list, relay.Field{Name: name, Value: v})
		}
	}
	return list
}

// keep seals a delivery to every device and has the engine keep it.
func (s *Server) keep(r *http.Request, box *directory.Mailbox, d relay.Delivery) outcome {
	id := relay.DeliveryOf(box.ID, d)
	copies, err := s.seal(box, id, d)
	if err != nil {
		s.complain("delivery was not sealed", box.ID, err)
		return outcome{http.StatusServiceUnavailable, "seal"}
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.Limits.PutTimeout)
	defer cancel()
	fresh, err := s.Engine.Put(ctx, box.ID, id, copies)
	switch {
	case errors.Is(err, relay.ErrNoMailbox):
		return outcome{http.StatusNotFound, "unknown"}
	case errors.Is(err, relay.ErrFull):
		s.complain("no room for a delivery", box.ID, err)
		return outcome{http.StatusServiceUnavailable, "full"}
	case err != nil:
		s.complain("delivery was not kept", box.ID, err)
		return outcome{http.StatusServiceUnavailable, "engine"}
	case !fresh:
		return outcome{http.StatusOK, "repeated"}
	}
	s.Metrics.bytes.Add(float64(len(d.Body)))
	return outcome{http.StatusOK, "taken"}
}

func (s *Server) seal(box *directory.Mailbox, id relay.DeliveryID, d relay.Delivery) ([]relay.Copy, error) {
	buffer := s.buffers.get(0)
	defer s.buffers.wipe(buffer)
	plain, err := d.Append(*buffer)
	if err != nil {
		return nil, err
	}
	*buffer = plain
	copies := make([]relay.Copy, 0, len(box.Devices))
	for _, device := range box.Devices {
		sealed, err := s.sealer.Seal(envelope.Address{Mailbox: box.ID, Device: device.ID}, device.SealKey, id, plain)
		if err != nil {
			return nil, fmt.Errorf("seal to device: %w", err)
		}
		copies = append(copies, relay.Copy{Device: device.ID, Sealed: sealed})
	}
	return copies, nil
}

// buffers hold plaintext for as long as it takes to seal it, and are wiped
// before they are used again.
type buffers struct{ pool sync.Pool }

// maxPooled keeps a few large deliveries from holding memory for ever.
const maxPooled = 256 << 10

func (b *buffers) get(size int64) *[]byte {
	p, ok := b.pool.Get().(*[]byte)
	if !ok {
		p = new([]byte)
	}
	if int64(cap(*p)) < size {
		*p = make([]byte, 0, size)
	}
	return p
}

func (b *buffers) wipe(p *[]byte) {
	clear((*p)[:cap(*p)])
	*p = (*p)[:0]
	if cap(*p) <= maxPooled {
		b.pool.Put(p)
	}
}

// read reads a body; a known size saves growing.
func (b *buffers) read(r io.Reader, size int64) (*[]byte, error) {
	p := b.get(min(size, maxPooled) + 1)
	buf := *p
	for {
		if len(buf) == cap(buf) {
			grown := make([]byte, len(buf), 2*cap(buf))
			copy(grown, buf)
			clear(buf)
			buf = grown
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		*p = buf
		if errors.Is(err, io.EOF) {
			return p, nil
		}
		if err != nil {
			return p, fmt.Errorf("read body: %w", err)
		}
	}
}

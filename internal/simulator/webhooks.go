package simulator

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"
)

// update is one thing to tell the business: a change of some webhook field.
type update struct {
	field  string
	value  object
	number *number
	time   int64        // of management fields; messages carry none
	event  *statusEvent // told about the fate of the delivery
	entry  string       // entry id, if not the WABA
}

// post is one webhook request: one or several updates for one callback.
type post struct {
	updates []update
	target  callback
	attempt int
	since   time.Time // of the first try
	copied  bool      // a duplicate on purpose
	delayed bool      // has waited for the delay fault
	body    []byte
	header  http.Header
}

// Delivery is one try to deliver a webhook, or one captured without a callback.
type Delivery struct {
	Number  int64       `json:"number"`
	Body    []byte      `json:"body"`
	Header  http.Header `json:"header"`
	Attempt int         `json:"attempt"` // 0 is the first
	Status  int         `json:"status"`  // 0: nobody answered
	At      time.Time   `json:"at"`
	Changes int         `json:"changes"`
	// Order tells what came first: it grows with every accepted send and every
	// answered delivery, whatever the clock says.
	Order int64 `json:"order"`
}

// emit queues an update for the callback it belongs to. Without a subscription
// it is lost, as at Meta.
func (s *Simulator) emit(u update) {
	if s.closed || s.muted || !s.waba.subscribed {
		return
	}
	s.queue = append(s.queue, &post{updates: []update{u}, target: s.targetOf(u), since: s.clock.now()})
	s.pump()
	s.step()
}

// pump starts deliveries while there is work and a free hand.
func (s *Simulator) pump() {
	for !s.closed && !s.held && len(s.queue) > 0 && s.active < s.cfg.DeliveryWorkers {
		p := s.nextPost()
		if s.faults.Delay > 0 && !p.delayed && p.attempt == 0 {
			p.delayed = true
			s.after(s.faults.Delay, func() { s.requeue(p) })
			continue
		}
		s.active++
		s.owned.Add(1)
		go s.deliver(p)
	}
}

func (s *Simulator) requeue(p *post) {
	s.queue = append(s.queue, p)
	s.pump()
}

// nextPost takes a post from the queue and fills it up to the batch size with
// others for the same callback.
func (s *Simulator) nextPost() *post {
	if s.faults.Shuffle {
		at := s.ids.r.IntN(len(s.queue))
		s.queue[0], s.queue[at] = s.queue[at], s.queue[0]
	}
	p := s.queue[0]
	s.queue[0], s.queue = nil, s.queue[1:]
	if p.body != nil { // a retry stays as it was
		return p
	}
	if s.faults.Batch > 1 {
		s.fill(p)
	}
	p.body = s.render(p)
	for i := 0; i < s.faults.Duplicates && !p.copied; i++ {
		twin := *p
		twin.copied = true
		s.queue = append(s.queue, &twin)
	}
	return p
}

// maxBatch is the most updates Meta puts into one webhook.
const maxBatch = 1000

func (s *Simulator) fill(p *post) {
	limit := min(s.faults.Batch, maxBatch)
	size := len(encode(p.updates[0].value)) * 2
	rest := s.queue[:0:0]
	for i, other := range s.queue {
		if len(p.updates) >= limit {
			rest = append(rest, s.queue[i:]...)
			break
		}
		room := other.body == nil && other.target.same(p.target)
		if room {
			// Escaping at worst doubles what is mostly ASCII; stay below the limit.
			size += len(encode(other.updates[0].value)) * 2
			room = size < s.cfg.Limits.WebhookBody
		}
		if room {
			p.updates = append(p.updates, other.updates...)
		} else {
			rest = append(rest, other)
		}
	}
	s.queue = rest
}

// render makes the body of a post: one entry per WABA and time, one change per
// update, or merged values if the batch fault wants them.
func (s *Simulator) render(p *post) []byte {
	var entries []any
	var last object
	for _, u := range p.updates {
		id := u.entry
		if id == "" {
			id = s.waba.id
		}
		entry := object{"id": id}
		if u.time != 0 {
			entry["time"] = u.time
		}
		change := object{"field": u.field, "value": u.value}
		switch {
		case last == nil || last["id"] != entry["id"] || last["time"] != entry["time"]:
			entry["changes"] = []any{change}
			entries = append(entries, entry)
			last = entry
		case s.faults.Merge && mergeInto(last, change):
		default:
			last["changes"] = append(last["changes"].([]any), change)
		}
	}
	body := encode(object{"object": "whatsapp_business_account", "entry": entries})
	if !s.cfg.RawUTF8 {
		body = escapeLikeMeta(body)
	}
	return body
}

// deliver is the goroutine that makes one try.
func (s *Simulator) deliver(p *post) {
	defer s.owned.Done()
	s.mu.Lock()
	p.header = s.headers(p)
	s.mu.Unlock()
	status := s.transmit(p)
	s.finish(p, status)
}

// transmit hands a post over and returns the HTTP status, 0 without an answer.
func (s *Simulator) transmit(p *post) int {
	if p.target.url == "" {
		if s.cfg.Deliver == nil {
			return http.StatusOK
		}
		return s.cfg.Deliver(s.ctx, bytes.Clone(p.body), p.header.Clone())
	}
	ctx, cancel := context.WithTimeout(s.ctx, s.cfg.DeliveryTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.target.url, bytes.NewReader(p.body))
	if err != nil {
		return 0
	}
	req.Header = p.header.Clone()
	resp, err := s.client.Do(req)
	if err != nil {
		s.log.Debug("webhook got no answer", "attempt", p.attempt)
		return 0
	}
	drain(resp)
	return resp.StatusCode
}

// finish records a try and, unless it was answered with 200, plans the next.
func (s *Simulator) finish(p *post, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active--
	defer s.step()
	if s.closed {
		return
	}
	s.record(p, status)
	if status == http.StatusOK {
		p.mark("DELIVERED")
	} else {
		s.retry(p)
	}
	s.pump()
}

func (p *post) mark(state string) {
	for _, u := range p.updates {
		if u.event != nil {
			u.event.state, u.event.uri = state, p.target.url
		}
	}
}

// maxLogBytes keeps storms of large batches from filling the memory.
const maxLogBytes = 64 << 20

func (s *Simulator) record(p *post, status int) {
	s.deliverNo++
	s.order++
	d := Delivery{
		Order:  s.order,
		Number: s.deliverNo, Body: p.body, Header: p.header, Attempt: p.attempt,
		Status: status, At: s.clock.now(), Changes: len(p.updates),
	}
	s.tries = append(s.tries, d)
	s.triesSize += len(d.Body)
	for len(s.tries) > max(0, s.cfg.Limits.DeliveryLog) || s.triesSize > maxLogBytes {
		s.triesSize -= len(s.tries[0].Body)
		s.tries[0], s.tries = Delivery{}, s.tries[1:]
	}
	if p.target.url == "" && s.cfg.Deliver == nil {
		s.captured = append(s.captured, d)
	}
}

// retry plans the next try of a post or gives it up.
func (s *Simulator) retry(p *post) {
	r := s.cfg.Retry
	horizon := r.GiveUp
	noStorage := p.updates[0].number != nil && p.updates[0].number.storage["status"] == "NO_STORAGE_ENABLED"
	if noStorage {
		horizon = min(horizon, time.Hour)
	}
	pause := time.Duration(0)
	if p.attempt > 0 {
		pause = r.Initial
		for i := 1; i < p.attempt && pause < r.Max; i++ {
			pause = time.Duration(float64(pause) * r.Factor)
		}
		pause = min(pause, r.Max)
	}
	if s.clock.now().Add(pause).Sub(p.since) > horizon {
		p.mark("FAILED")
		if noStorage {
			lost := p.updates[0].number
			s.after(p.since.Add(horizon).Sub(s.clock.now()), func() { s.reportLoss(lost) })
		}
		return
	}
	p.mark("RETRYING")
	again := *p
	again.attempt++
	s.after(pause, func() { s.requeue(&again) })
}

// reportLoss tells a No-Storage number that a webhook is gone (131035).
func (s *Simulator) reportLoss(n *number) {
	s.emit(update{field: "messages", number: n, value: object{
		"messaging_product": "whatsapp", "metadata": n.metadata(),
		"errors": []any{fail(131035, "A webhook could not be delivered within the retention period.").asStatus()},
	}})
}

// headers signs a post as Meta does, or adds what 360dialog was told to send.
func (s *Simulator) headers(p *post) http.Header {
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	h.Set("User-Agent", "facebookexternalua")
	if p.target.headers != nil {
		for k, v := range p.target.headers {
			h.Set(k, v)
		}
		return h
	}
	secret := s.cfg.AppSecret
	if s.faults.WrongSignatures > 0 {
		s.faults.WrongSignatures--
		secret += "-wrong"
	}
	h.Set("X-Hub-Signature-256", "sha256="+sign(secret, p.body))
	return h
}

func sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// Sign makes the X-Hub-Signature-256 header for a body of one's own.
func (s *Simulator) Sign(body []byte) string { return "sha256=" + sign(s.cfg.AppSecret, body) }

// Deliveries are the latest tries to deliver webhooks, oldest first.
func (s *Simulator) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Delivery(nil), s.tries...)
}

// Drain waits until nothing is under way and returns, once, the signed webhooks
// made since the last call. It is for simulators with neither CallbackURL nor
// Deliver.
func (s *Simulator) Drain(ctx context.Context) ([]Delivery, error) {
	if err := s.WaitIdle(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.captured
	s.captured = nil
	return out, nil
}

func (s *Simulator) webhookMajor() int {
	m := versionSegment.FindStringSubmatch(s.cfg.WebhookVersion)
	if m == nil {
		return newestVersion
	}
	return atoi(m[1])
}

func lower(s string) string { return strings.ToLower(s) }

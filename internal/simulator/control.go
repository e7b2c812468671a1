package simulator

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// controlError is an answer of the control paths that is not a success.
type controlError struct {
	status int
	text   string
}

func (e *controlError) Error() string { return e.text }

func notFound(what string) error {
	return &controlError{http.StatusNotFound, what + " not found"}
}

// serveControl answers the paths under /_simulator/, which do by HTTP what the Go
// methods do. Errors are {"error":"…"}.
func (s *Simulator) serveControl(w http.ResponseWriter, r *http.Request, segments []string) {
	if !s.cfg.AllowRemote && !fromHere(r) {
		writeControl(w, nil, &controlError{http.StatusForbidden, "control paths are for programs on this machine"})
		return
	}
	body, err := readControl(w, r)
	if err != nil {
		writeControl(w, nil, err)
		return
	}
	if len(segments) == 0 || segments[0] == "" {
		segments = []string{"state"}
	}
	c := &control{sim: s, r: r, rest: segments[1:], body: body}
	handle := controlRoutes()[r.Method+" "+segments[0]]
	if handle == nil {
		writeControl(w, nil, notFound("control path"))
		return
	}
	answer, err := handle(c)
	writeControl(w, answer, err)
}

// fromHere keeps web pages out: a browser would name a foreign host or origin.
func fromHere(r *http.Request) bool {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if !isLoopbackHost(host) {
		return false
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && isLoopbackHost(u.Hostname())
}

func readControl(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxMediaBody))
	if err != nil {
		return nil, &controlError{http.StatusRequestEntityTooLarge, "body is too large or was cut off"}
	}
	return body, nil
}

func writeControl(w http.ResponseWriter, answer any, err error) {
	status := http.StatusOK
	if err != nil {
		status = http.StatusBadRequest
		var ce *controlError
		if errors.As(err, &ce) {
			status = ce.status
		}
		answer = object{"error": err.Error()}
	}
	if file, ok := answer.(raw); ok {
		w.Header().Set("Content-Type", file.contentType)
		_, _ = w.Write(file.body)
		return
	}
	if answer == nil {
		answer = object{"ok": true}
	}
	body, merr := json.Marshal(answer)
	if merr != nil {
		status, body = http.StatusInternalServerError, []byte(`{"error":"answer cannot be encoded"}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// control is one request to the control paths.
type control struct {
	sim  *Simulator
	r    *http.Request
	rest []string
	body []byte
}

// read decodes the body; an empty body leaves into as it is.
func (c *control) read(into any) error {
	if len(c.body) == 0 {
		return nil
	}
	if err := json.Unmarshal(c.body, into); err != nil {
		return &controlError{http.StatusBadRequest, "body is not the expected JSON"}
	}
	return nil
}

func controlRoutes() map[string]func(*control) (any, error) {
	return map[string]func(*control) (any, error){
		"GET state":        (*control).state,
		"GET clock":        (*control).state,
		"POST clock":       (*control).setClock,
		"GET faults":       func(c *control) (any, error) { return c.sim.Faults(), nil },
		"POST faults":      (*control).setFaults,
		"PATCH faults":     (*control).changeFaults,
		"GET customers":    (*control).showCustomers,
		"POST customers":   (*control).postCustomer,
		"PATCH customers":  (*control).patchCustomer,
		"GET deliveries":   (*control).deliveries,
		"POST drain":       (*control).drain,
		"GET changes":      (*control).awaitChange,
		"POST wait-idle":   (*control).waitIdle,
		"POST condition":   (*control).setCondition,
		"POST emit":        (*control).emit,
		"POST tokens":      (*control).changeToken,
		"POST templates":   (*control).changeTemplate,
		"POST callback":    (*control).setCallback,
		"POST play-shop":   (*control).playShop,
		"GET samples":      (*control).sample,
		"GET verification": func(c *control) (any, error) { return object{"code": c.sim.VerificationCode("")}, nil },
	}
}

func (c *control) state() (any, error) {
	s := c.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	var numbers []object
	for _, n := range s.numbers {
		numbers = append(numbers, object{"id": n.id, "display_phone_number": n.display, "registered": n.registered})
	}
	return object{
		"now": s.clock.now().UTC().Format(time.RFC3339Nano), "stopped": s.clock.stopped, "phone_numbers": numbers,
		"waba_id": s.waba.id, "app_id": s.cfg.AppID, "customers": len(s.customers), "callback": s.waba.app.url,
		"queued": len(s.queue), "under_way": s.active, "planned": len(s.events),
	}, nil
}

// setClock takes {"at":RFC 3339}, {"advance":"1h30m"} or {"run":true}.
func (c *control) setClock() (any, error) {
	var in struct {
		At      time.Time
		Advance string
		Run     bool
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	switch {
	case !in.At.IsZero():
		c.sim.SetClock(in.At)
	case in.Advance != "":
		d, err := time.ParseDuration(in.Advance)
		if err != nil {
			return nil, &controlError{http.StatusBadRequest, "advance is not a duration"}
		}
		c.sim.Advance(d)
	case in.Run:
		c.sim.RunClock()
	}
	return c.state()
}

func (c *control) setFaults() (any, error) {
	var f Faults
	if err := c.readFaults(&f); err != nil {
		return nil, err
	}
	c.sim.SetFaults(f)
	return c.sim.Faults(), nil
}

func (c *control) changeFaults() (any, error) {
	var probe Faults
	if err := c.readFaults(&probe); err != nil {
		return nil, err
	}
	c.sim.ChangeFaults(func(f *Faults) { _ = c.readFaults(f) })
	return c.sim.Faults(), nil
}

// readFaults accepts durations as text ("2s") as well as in nanoseconds.
func (c *control) readFaults(f *Faults) error {
	var in map[string]any
	if err := c.read(&in); err != nil {
		return err
	}
	for key, v := range in {
		text, ok := v.(string)
		if !ok || (key != "delay" && key != "slow") {
			continue
		}
		d, err := time.ParseDuration(text)
		if err != nil {
			return &controlError{http.StatusBadRequest, key + " is not a duration"}
		}
		in[key] = int64(d)
	}
	again, err := json.Marshal(in)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(again, f); err != nil {
		return &controlError{http.StatusBadRequest, "faults have other types"}
	}
	return nil
}

// deliveries lists tries after ?after=N.
func (c *control) deliveries() (any, error) {
	after := int64(atoi(c.r.URL.Query().Get("after")))
	out := []Delivery{}
	for _, d := range c.sim.Deliveries() {
		if d.Number > after {
			out = append(out, d)
		}
	}
	return object{"deliveries": out}, nil
}

// withTimeout is the request's context, limited by {"timeout":"5s"}.
func (c *control) withTimeout() (context.Context, context.CancelFunc, error) {
	in := struct{ Timeout string }{Timeout: "10s"}
	if err := c.read(&in); err != nil {
		return nil, nil, err
	}
	d, err := time.ParseDuration(in.Timeout)
	if err != nil {
		return nil, nil, &controlError{http.StatusBadRequest, "timeout is not a duration"}
	}
	ctx, cancel := context.WithTimeout(c.r.Context(), d)
	return ctx, cancel, nil
}

func (c *control) waitIdle() (any, error) {
	ctx, cancel, err := c.withTimeout()
	if err != nil {
		return nil, err
	}
	defer cancel()
	if err := c.sim.WaitIdle(ctx); err != nil {
		return nil, &controlError{http.StatusGatewayTimeout, "still busy"}
	}
	return nil, nil
}

// awaitChange answers when next anything happens, or after 25 seconds.
func (c *control) awaitChange() (any, error) {
	timer := time.NewTimer(25 * time.Second)
	defer timer.Stop()
	select {
	case <-c.sim.Changed():
		return object{"changed": true}, nil
	case <-timer.C:
	case <-c.r.Context().Done():
	case <-c.sim.ctx.Done():
	}
	return object{"changed": false}, nil
}

func (c *control) drain() (any, error) {
	ctx, cancel, err := c.withTimeout()
	if err != nil {
		return nil, err
	}
	defer cancel()
	out, err := c.sim.Drain(ctx)
	if err != nil {
		return nil, &controlError{http.StatusGatewayTimeout, "still busy"}
	}
	return object{"deliveries": append([]Delivery{}, out...)}, nil
}

func (c *control) emit() (any, error) {
	var in struct {
		Field string
		Value map[string]any
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	return nil, c.sim.Emit(in.Field, in.Value)
}

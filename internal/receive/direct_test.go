package receive_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/receive"
	"tresen/internal/storetest"
)

const verifyToken = "verify-token-of-a-test"

// listen runs a direct source until the test ends. stop ends it earlier and
// waits for it.
func listen(t testing.TB, handle receive.Handler, header, body time.Duration) (d *receive.Direct, stop func()) {
	t.Helper()
	d, err := receive.ListenDirect("127.0.0.1:0", verifyToken)
	if err != nil {
		t.Fatal(err)
	}
	d.SetTimeouts(header, body)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx, handle) }()
	ended := false
	stop = func() {
		if ended {
			return
		}
		ended = true
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return d, stop
}

func post(t testing.TB, url string, body []byte) *http.Response {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = signed(body)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, answer.Body)
	answer.Body.Close()
	return answer
}

func TestHandshake(t *testing.T) {
	d, _ := listen(t, nil, time.Minute, time.Minute)
	for query, want := range map[string]int{
		"hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=" + verifyToken:   http.StatusOK,
		"hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=wrong":            http.StatusForbidden,
		"hub.mode=subscribe&hub.challenge=1158201444":                                   http.StatusForbidden,
		"hub.mode=unsubscribe&hub.challenge=1158201444&hub.verify_token=" + verifyToken: http.StatusForbidden,
		"": http.StatusForbidden,
	} {
		answer, err := http.Get(d.URL() + "?" + query)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != want {
			t.Errorf("%q: %d, %v", query, answer.StatusCode, err)
		}
		if got := string(body); want == http.StatusOK && got != "1158201444" || want != http.StatusOK && got != "" {
			t.Errorf("%q: answered %q", query, got)
		}
	}
}

func TestListenerAnswers(t *testing.T) {
	f := storetest.Open(t)
	r := receive.New(f.Store, receive.Signed(secret), nil)
	d, _ := listen(t, r.Handle, time.Minute, time.Minute)
	at := time.Now().Unix()
	small := []byte(text("491713920001", "wamid.A", at, "Guten Tag"))
	if got := post(t, d.URL(), small).StatusCode; got != http.StatusOK {
		t.Errorf("delivery: %d", got)
	}
	// 3 MB is the most Meta sends (Meta docs: Webhooks overview).
	list := make([]string, 0, 1000)
	for i := range 1000 {
		list = append(list, message("491713920001", "DE.1491713920001", fmt.Sprint("wamid.big", i), time.Unix(at, 0), says(strings.Repeat("ä", 1450))))
	}
	big := []byte(messages(list...))
	if len(big) < 2_900_000 || len(big) > 3_300_000 {
		t.Fatalf("%d bytes", len(big))
	}
	if got := post(t, d.URL(), big).StatusCode; got != http.StatusOK {
		t.Errorf("3 MB: %d", got)
	}
	if list, err := f.Store.ListConversations(context.Background(), everything, 10); err != nil || len(list) != 1 || list[0].Unread != 1001 {
		t.Errorf("kept %+v, %v", list, err)
	}
	if got := post(t, d.URL(), bytes.Repeat([]byte{' '}, 4<<20+1)).StatusCode; got != http.StatusRequestEntityTooLarge {
		t.Errorf("more than 4 MiB: %d", got)
	}
	forged, err := http.Post(d.URL(), "application/json", bytes.NewReader(small))
	if err != nil || forged.StatusCode != http.StatusUnauthorized {
		t.Errorf("without signature: %v, %v", forged, err)
	}
	for _, path := range []string{"/", "/webhook/more", "/debug/pprof/"} {
		answer, err := http.Get(strings.TrimSuffix(d.URL(), receive.Path) + path)
		if err != nil || answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %v, %v", path, answer, err)
		}
	}
}

// 200 makes Meta forget the delivery, so it may only come after the commit.
func TestAcknowledgedOnlyAfterTheCommit(t *testing.T) {
	f := storetest.Open(t)
	committed := false
	r := receive.New(f.Store, receive.Signed(secret), func(receive.Change) { committed = true })
	handled, release := make(chan struct{}, 3), make(chan error)
	d, stop := listen(t, func(ctx context.Context, d receive.Delivery) error {
		if err := r.Handle(ctx, d); err != nil {
			return err
		}
		handled <- struct{}{}
		return <-release
	}, time.Minute, time.Minute)
	answers := make(chan int, 1)
	body := []byte(text("491713920001", "wamid.A", time.Now().Unix(), "Guten Tag"))
	go func() { answers <- post(t, d.URL(), body).StatusCode }()
	select {
	case code := <-answers:
		t.Fatalf("answered %d before the delivery was handled", code)
	case release <- nil:
	}
	if got := <-answers; got != http.StatusOK || !committed {
		t.Errorf("answered %d, committed %v", got, committed)
	}

	<-handled
	go func() { answers <- post(t, d.URL(), body).StatusCode }()
	release <- errors.New("disk trouble")
	if got := <-answers; got != http.StatusServiceUnavailable {
		t.Errorf("failed delivery: %d", got)
	}
	<-handled

	// What is under way when the source stops still gets its answer.
	go func() { answers <- post(t, d.URL(), body).StatusCode }()
	<-handled
	stopped := make(chan struct{})
	go func() {
		stop()
		close(stopped)
	}()
	release <- nil
	if got := <-answers; got != http.StatusOK {
		t.Errorf("under way while stopping: %d", got)
	}
	<-stopped
	if _, err := http.Get(d.URL()); err == nil {
		t.Error("still listening")
	}
}

func TestStoreThatFailsIsNotAcknowledged(t *testing.T) {
	f := storetest.Open(t)
	r := receive.New(f.Store, receive.Signed(secret), nil)
	d, _ := listen(t, r.Handle, time.Minute, time.Minute)
	if err := f.Store.Close(); err != nil {
		t.Fatal(err)
	}
	answer := post(t, d.URL(), []byte(text("491713920001", "wamid.A", time.Now().Unix(), "Guten Tag")))
	if answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" {
		t.Errorf("answered %d %v", answer.StatusCode, answer.Header)
	}
}

func TestPanicIsNotAcknowledged(t *testing.T) {
	d, _ := listen(t, func(context.Context, receive.Delivery) error { panic("491713920001") }, time.Minute, time.Minute)
	for range 2 {
		if got := post(t, d.URL(), []byte("{}")).StatusCode; got != http.StatusServiceUnavailable {
			t.Errorf("answered %d", got)
		}
	}
}

func TestSlowClientIsCutOff(t *testing.T) {
	handled := func(context.Context, receive.Delivery) error {
		t.Error("handled half a delivery")
		return nil
	}
	d, _ := listen(t, handled, 50*time.Millisecond, 100*time.Millisecond)
	for name, begin := range map[string]string{
		"header": "POST /webhook HTTP/1.1\r\nHost: localhost\r\nContent-Le",
		"body":   "POST /webhook HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{\"object\":",
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(strings.TrimSuffix(d.URL(), receive.Path), "http://"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, begin); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		answer, err := io.ReadAll(conn) // until the listener hangs up
		if took := time.Since(began); took > 10*time.Second || strings.Contains(string(answer), "200 OK") {
			t.Errorf("%s: %v, %q, %v", name, took, answer, err)
		}
		conn.Close()
	}
}

func TestListensOnThisComputerOnly(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "[::]:0", "example.org:0", "127.0.0.1", ""} {
		d, err := receive.ListenDirect(addr, verifyToken)
		if err == nil {
			d.Close()
			t.Errorf("%q accepted", addr)
		} else if inbox.CodeOf(err) != inbox.CodeInvalid {
			t.Errorf("%q: %v", addr, err)
		}
	}
	first, err := receive.ListenDirect("localhost:0", verifyToken)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	taken := strings.TrimPrefix(strings.TrimSuffix(first.URL(), receive.Path), "http://")
	if _, err := receive.ListenDirect(taken, verifyToken); inbox.CodeOf(err) != inbox.CodeInUse || err == nil {
		t.Errorf("address in use: %v", err)
	}
}

func TestInlet(t *testing.T) {
	f := storetest.Open(t)
	r := receive.New(f.Store, receive.Signed(secret), nil)
	in := &receive.Inlet{}
	body := []byte(text("491713920001", "wamid.A", time.Now().Unix(), "Guten Tag"))
	if got := in.Deliver(context.Background(), body, signed(body)); got != http.StatusServiceUnavailable {
		t.Errorf("before it runs: %d", got)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	running := make(chan struct{})
	go func() { done <- in.Run(ctx, r.Handle) }()
	go func() {
		for in.Deliver(context.Background(), nil, nil) == http.StatusServiceUnavailable {
		}
		close(running)
	}()
	<-running
	if got := in.Deliver(context.Background(), body, signed(body)); got != http.StatusOK {
		t.Errorf("delivery: %d", got)
	}
	if got := in.Deliver(context.Background(), body, nil); got != http.StatusUnauthorized {
		t.Errorf("forged: %d", got)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if got := in.Deliver(context.Background(), body, signed(body)); got != http.StatusServiceUnavailable {
		t.Errorf("after it ended: %d", got)
	}
}

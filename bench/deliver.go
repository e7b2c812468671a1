package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"tresen/internal/receive"
	"tresen/internal/store"
	"tresen/internal/vault"
)

var appSecret = []byte("app-secret-of-a-benchmark")

const phoneNumberID = "106540352242922"

// together is how many deliveries are under way at once in the parallel rows.
const together = 64

// openShop makes an empty data folder.
func openShop(ctx context.Context, dir string) (*vault.Vault, *store.Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, err
	}
	v, err := vault.Create(dir, vault.WithKeychain(vault.NewMemoryKeychain()))
	if err != nil {
		return nil, nil, err
	}
	s, err := store.Open(ctx, dir, v)
	return v, s, err
}

// delivery returns a signed notification with one text of one of 2,000 customers.
func delivery(n int) (body []byte, header http.Header) {
	who := fmt.Sprintf("49171%07d", rand.IntN(2000))
	body = fmt.Appendf(nil, `{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{`+
		`"messaging_product":"whatsapp","metadata":{"display_phone_number":"4930123456","phone_number_id":"%s"},`+
		`"contacts":[{"profile":{"name":"Kundin %s"},"wa_id":"%s","user_id":"DE.%s"}],`+
		`"messages":[{"from":"%s","from_user_id":"DE.%s","id":"wamid.HBgMNDkxNzE%dFQIAEhgUM0E%d","timestamp":"%d","type":"text",`+
		`"text":{"body":"%s"}}]},"field":"messages"}]}]}`,
		phoneNumberID, who, who, who, who, who, n, rand.Uint64(), time.Now().Unix(), sentence(rand.New(rand.NewPCG(uint64(n), 1))))
	mac := hmac.New(sha256.New, appSecret)
	mac.Write(body)
	return body, http.Header{"X-Hub-Signature-256": {"sha256=" + hex.EncodeToString(mac.Sum(nil))}}
}

// deliveries is a number of notifications made before the clock starts.
type deliveries struct {
	bodies  [][]byte
	headers []http.Header
}

func prepare(n int) *deliveries {
	d := &deliveries{}
	for i := range n {
		body, header := delivery(i)
		d.bodies, d.headers = append(d.bodies, body), append(d.headers, header)
	}
	return d
}

// rate sends all of them from a number of goroutines and returns how many per second.
func (d *deliveries) rate(workers int, send func(body []byte, header http.Header) error) (float64, error) {
	var next atomic.Int64
	var failed atomic.Value
	var wg sync.WaitGroup
	began := time.Now()
	for range workers {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(d.bodies)); i = next.Add(1) - 1 {
				if err := send(d.bodies[i], d.headers[i]); err != nil {
					failed.Store(err)
					return
				}
			}
		})
	}
	wg.Wait()
	took := time.Since(began)
	if err, ok := failed.Load().(error); ok {
		return 0, err
	}
	return float64(len(d.bodies)) / took.Seconds(), nil
}

// flushRate is how often per second the disk makes 4 KiB durable.
func flushRate(dir string, n int) (float64, error) {
	f, err := os.CreateTemp(dir, "flush")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	page := bytes.Repeat([]byte{0xA7}, 4096)
	began := time.Now()
	for range n {
		if _, err := f.Write(page); err != nil {
			return 0, err
		}
		if err := flush(f); err != nil {
			return 0, err
		}
	}
	return float64(n) / time.Since(began).Seconds(), nil
}

// measureDeliveries measures everything in every round, so that a busy moment
// of the machine hits all rows alike, and prints medians of the ratios.
func measureDeliveries(ctx context.Context, root string, rounds int) error {
	rows := []struct {
		name    string
		http    bool
		workers int
		n       int
		rates   []float64
		ratios  []float64
	}{
		{name: "received one by one", workers: 1, n: 2000},
		{name: "received 64 at once", workers: together, n: 12_000},
		{name: "over HTTP one by one", http: true, workers: 1, n: 2000},
		{name: "over HTTP 64 at once", http: true, workers: together, n: 12_000},
	}
	var flushes []float64
	for round := range rounds {
		before, err := flushRate(root, 1500)
		if err != nil {
			return err
		}
		flushes = append(flushes, before)
		for i := range rows {
			r := &rows[i]
			dir := filepath.Join(root, fmt.Sprintf("deliveries-%d-%d", round, i))
			rate, err := deliveryRate(ctx, dir, r.n, r.workers, r.http)
			if err != nil {
				return err
			}
			r.rates, r.ratios = append(r.rates, rate), append(r.ratios, rate/before)
		}
	}
	fmt.Printf("### Durable deliveries\n\nVerified, parsed, sealed, committed and flushed before the acknowledgement; one text message each, "+
		"2,000 customers, database growing from empty. Median of %d rounds.\n\n", rounds)
	fmt.Printf("| | per second | of the disk's flush rate |\n| --- | ---: | ---: |\n")
	fmt.Printf("| 4 KiB appended and flushed, one thread | %s | 1.00 |\n", thousands(int(median(flushes))))
	for _, r := range rows {
		fmt.Printf("| %s | %s | %.2f |\n", r.name, thousands(int(median(r.rates))), median(r.ratios))
	}
	fmt.Println()
	return nil
}

func deliveryRate(ctx context.Context, dir string, n, workers int, overHTTP bool) (float64, error) {
	v, s, err := openShop(ctx, dir)
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	defer v.Close()
	defer s.Close()
	r := receive.New(s, receive.Signed(appSecret), nil)
	handle := func(body []byte, header http.Header) error {
		return r.Handle(ctx, receive.Delivery{Body: body, Header: header, ReceivedAt: time.Now()})
	}
	send := handle
	if overHTTP {
		stop, post, err := listen(ctx, r)
		if err != nil {
			return 0, err
		}
		defer stop()
		send = post
	}
	// Everybody is known before the clock starts: new customers are rare.
	if _, err := prepare(6000).rate(together, handle); err != nil {
		return 0, err
	}
	return prepare(n).rate(workers, send)
}

// listen runs the direct source and returns how to post to it.
func listen(ctx context.Context, r *receive.Receiver) (stop func(), post func([]byte, http.Header) error, err error) {
	d, err := receive.ListenDirect("127.0.0.1:0", "token")
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx, r.Handle) }()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: together}}
	stop = func() {
		client.CloseIdleConnections()
		cancel()
		<-done
	}
	return stop, func(body []byte, header http.Header) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, d.URL(), bytes.NewReader(body))
		if err != nil {
			return err
		}
		request.Header = header
		answer, err := client.Do(request)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if _, err := io.Copy(io.Discard, answer.Body); err != nil || answer.StatusCode != http.StatusOK {
			return fmt.Errorf("answered %d, %w", answer.StatusCode, err)
		}
		return nil
	}, nil
}

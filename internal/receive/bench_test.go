package receive_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tresen/internal/receive"
	"tresen/internal/storetest"
)

// One signed text of a known customer: verified, parsed, sealed, committed and
// flushed, with 64 of them under way at once.
func BenchmarkHandle(b *testing.B) {
	f := storetest.Open(b)
	r := receive.New(f.Store, receive.Signed(secret), nil)
	const known = 500
	next := make(chan receive.Delivery, 256)
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		now := time.Now()
		for n := 0; ; n++ {
			body := []byte(text(fmt.Sprintf("49171%07d", n%known), fmt.Sprint("wamid.", n), now.Unix()+int64(n/known), "Guten Tag, haben Sie morgen offen?"))
			select {
			case next <- receive.Delivery{Body: body, Header: signed(body), ReceivedAt: now}:
			case <-stop:
				return
			}
		}
	}()
	b.SetParallelism(32) // times two cores
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := r.Handle(context.Background(), <-next); err != nil {
				b.Error(err)
			}
		}
	})
}

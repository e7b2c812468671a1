package receive_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tresen/internal/receive"
	"tresen/internal/storetest"
)

var goldenTime = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// goldenBodies returns every webhook cloudapi knows.
func goldenBodies(t testing.TB) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob("../cloudapi/testdata/webhook/*.json")
	if err != nil || len(paths) < 20 {
		t.Fatalf("%d golden webhooks, %v", len(paths), err)
	}
	bodies := map[string][]byte{}
	for _, path := range paths {
		if strings.HasSuffix(path, ".golden.json") {
			continue
		}
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		bodies[strings.TrimSuffix(filepath.Base(path), ".json")] = body
	}
	return bodies
}

func TestEveryGoldenWebhookIsKeptOnce(t *testing.T) {
	all := storetest.Open(t)
	everything := receive.New(all.Store, receive.Signed(secret), nil)
	for name, body := range goldenBodies(t) {
		t.Run(name, func(t *testing.T) {
			f := storetest.Open(t)
			r := receive.New(f.Store, receive.Signed(secret), nil)
			handle := func(r *receive.Receiver) {
				t.Helper()
				d := receive.Delivery{Body: body, Header: signed(body), ReceivedAt: goldenTime}
				if err := r.Handle(context.Background(), d); err != nil {
					t.Fatalf("not acknowledged: %v", err)
				}
			}
			handle(r)
			once := dump(t, f)
			handle(r)
			if diff := difference(once, dump(t, f)); diff != "" {
				t.Errorf("the second time changed something:\n%s", diff)
			}
			if once == "" && name != "no_entry" && name != "state_sync" {
				t.Error("nothing was kept")
			}
			handle(everything) // and beside all the others
		})
	}
}

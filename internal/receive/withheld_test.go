package receive_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"tresen/internal/receive"
)

// withheldParts is how many deliveries wait for their signature to be understood.
func (c *counter) withheldParts() int {
	c.t.Helper()
	n, err := c.receiver.Withheld(context.Background())
	if err != nil {
		c.t.Fatal(err)
	}
	return n
}

// refuse hands over a delivery that looks forged, as a relay would.
func (c *counter) refuse(r *receive.Receiver, body string) receive.Delivery {
	c.t.Helper()
	d := receive.Delivery{Body: []byte(body), Header: signed([]byte(body)), ReceivedAt: c.now}
	if err := r.Handle(c.t.Context(), d); !errors.Is(err, receive.ErrUnverified) {
		c.t.Fatalf("got %v", err)
	}
	if err := r.Withhold(c.t.Context(), d); err != nil {
		c.t.Fatal(err)
	}
	return d
}

func TestWithheldDeliveriesArriveOnceTheSecretIsRight(t *testing.T) {
	c := openCounter(t)
	old := receive.New(c.Store, receive.Signed([]byte("the secret before")), nil)
	c.refuse(old, messages(message("491713920011", "DE.1", "wamid.1", c.now, says("eins"))))
	second := c.refuse(old, messages(message("491713920011", "DE.1", "wamid.2", c.now.Add(time.Second), says("zwei"))))
	if err := old.Withhold(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	forged := receive.Delivery{Body: second.Body, Header: signed([]byte("another body")), ReceivedAt: c.now}
	if err := old.Withhold(t.Context(), forged); err != nil {
		t.Fatal(err)
	}
	if n := c.withheldParts(); n != 3 || len(c.list()) != 0 {
		t.Fatalf("%d withheld, conversations %d", n, len(c.list()))
	}
	if err := old.Recheck(t.Context(), old.Handle); err != nil || c.withheldParts() != 3 {
		t.Fatalf("rechecked with the same secret: %v, %d withheld", err, c.withheldParts())
	}
	for range 2 {
		if err := c.receiver.Recheck(t.Context(), c.receiver.Handle); err != nil {
			t.Fatal(err)
		}
	}
	list := c.list()
	if len(list) != 1 {
		t.Fatalf("conversations %+v", list)
	}
	if got := c.messages(list[0].ID); len(got) != 2 || got[0].Content.Text != "eins" || got[1].Content.Text != "zwei" {
		t.Errorf("messages %+v", got)
	}
	if n := c.withheldParts(); n != 1 {
		t.Errorf("%d withheld, want the forged one", n)
	}
	if err := c.receiver.Tidy(t.Context(), c.now.Add(receive.RawLife)); err != nil || c.withheldParts() != 0 {
		t.Errorf("after its time: %v, %d withheld", err, c.withheldParts())
	}
}

// A handler that cannot keep anything leaves the delivery where it is.
func TestWithheldDeliveryStaysUntilItIsKept(t *testing.T) {
	c := openCounter(t)
	c.refuse(receive.New(c.Store, receive.Signed(), nil), messages(message("491713920011", "DE.1", "wamid.1", c.now, says("eins"))))
	full := errors.New("no space")
	if err := c.receiver.Recheck(t.Context(), func(context.Context, receive.Delivery) error { return full }); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
	if n := c.withheldParts(); n != 1 {
		t.Errorf("%d withheld", n)
	}
}

func TestWithheldDeliveriesDoNotFillTheDisk(t *testing.T) {
	c := openCounter(t)
	forger := receive.New(c.Store, receive.Signed(), nil)
	for i := range 8 {
		c.refuse(forger, strings.Repeat(string(rune('a'+i)), 3<<20))
	}
	if n := c.withheldParts(); n == 0 || n > 5 {
		t.Errorf("%d deliveries of 3 MiB are withheld", n)
	}
}

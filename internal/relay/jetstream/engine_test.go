package jetstream

import (
	"strings"
	"testing"

	"tresen/internal/relay"
	"tresen/internal/relay/enginetest"
)

const share = 6 << 20

func TestEngineKeepsItsPromises(t *testing.T) {
	enginetest.Run(t, func(t *testing.T) *enginetest.Fixture {
		n, opt := single(t)
		opt.Share = share
		e := open(t, opt)
		return &enginetest.Fixture{Engine: e, Records: e, Share: share, Reopen: func(t *testing.T) (relay.Engine, relay.Records) {
			e.Close()
			n.stop()
			start(t, n.opt)
			again := open(t, opt)
			return again, again
		}}
	})
}

func TestServerWithSmallMessagesIsRefused(t *testing.T) {
	opt := options(t)
	opt.MaxPayload = 1 << 20
	n := start(t, opt)
	e, err := Open(t.Context(), Options{URL: n.ClientURL(), Replicas: 1})
	if err == nil {
		e.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "max_payload") {
		t.Errorf("opened: %v", err)
	}
}

package jetstream

import (
	"context"
	"errors"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"tresen/internal/relay"
)

// Get implements relay.Records.
func (e *Engine) Get(ctx context.Context, key string) (relay.Record, error) {
	got, err := e.message(ctx, recordStream, question{Last: recordPrefix + key})
	return relay.Record{Key: key, Value: got.Data, Version: got.Seq}, err
}

// Set implements relay.Records.
func (e *Engine) Set(ctx context.Context, r relay.Record) error {
	return e.swap(ctx, recordPrefix+r.Key, r.Value, r.Version)
}

// swap writes a subject's message if the last one still is the named one.
func (e *Engine) swap(ctx context.Context, subject string, value []byte, last uint64) error {
	return retry(ctx, "write record", func(ctx context.Context) error {
		_, err := e.js.PublishMsg(ctx, &nats.Msg{Subject: subject, Data: value},
			jetstream.WithExpectLastSequencePerSubject(last), jetstream.WithRetryAttempts(0))
		return err
	})
}

// Remove implements relay.Records.
func (e *Engine) Remove(ctx context.Context, key string) error {
	return e.purge(ctx, recordStream, recordPrefix+key, 0)
}

// List implements relay.Records.
func (e *Engine) List(ctx context.Context, prefix string) ([]relay.Record, error) {
	var list []relay.Record
	for after := uint64(0); ; {
		got, err := e.message(ctx, recordStream, question{Seq: after + 1, Next: recordPrefix + prefix + ">"})
		if errors.Is(err, relay.ErrNoRecord) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		list = append(list, relay.Record{Key: strings.TrimPrefix(got.Subject, recordPrefix), Value: got.Data, Version: got.Seq})
		after = got.Seq
	}
}

// Once implements relay.Records.
func (e *Engine) Once(ctx context.Context, key string) (bool, error) {
	err := e.swap(ctx, oncePrefix+key, nil, 0)
	if errors.Is(err, relay.ErrConflict) {
		return false, nil
	}
	return err == nil, err
}

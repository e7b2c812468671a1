package jetstream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"tresen/internal/relay"
)

func streamOf(m relay.MailboxID) string { return streamPrefix + m.String() }

func subjectOf(m relay.MailboxID, d relay.DeviceID) string {
	return queuePrefix + m.String() + "." + d.String()
}

// Create implements relay.Engine.
func (e *Engine) Create(ctx context.Context, m relay.MailboxID) error {
	config := e.stream(streamOf(m), queuePrefix+m.String()+".*")
	config.MaxAge = e.opt.Retention
	config.Duplicates = min(duplicates, e.opt.Retention)
	return e.create(ctx, config)
}

// Put implements relay.Engine.
func (e *Engine) Put(ctx context.Context, m relay.MailboxID, id relay.DeliveryID, copies []relay.Copy) (bool, error) {
	if err := e.reserve(ctx, m, copies); err != nil {
		return false, err
	}
	fresh := false
	for _, c := range copies {
		ack, err := e.publish(ctx, m, id, c)
		if err != nil {
			return false, err
		}
		fresh = fresh || !ack.Duplicate
	}
	if !fresh {
		return false, nil
	}
	if err := e.nc.Publish(arrivedPrefix+m.String(), nil); err != nil {
		return true, nil // it is kept; who waits will look again
	}
	return true, nil
}

func (e *Engine) publish(ctx context.Context, m relay.MailboxID, id relay.DeliveryID, c relay.Copy) (ack *jetstream.PubAck, err error) {
	msg := &nats.Msg{Subject: subjectOf(m, c.Device), Data: c.Sealed, Header: nats.Header{}}
	msg.Header.Set(jetstream.MsgIDHeader, id.String()+"."+c.Device.String())
	err = retry(ctx, "publish envelope", func(ctx context.Context) error {
		ack, err = e.js.PublishMsg(ctx, msg, jetstream.WithRetryAttempts(0))
		if errors.Is(err, jetstream.ErrNoStreamResponse) {
			return e.absent(ctx, m, err)
		}
		return err
	})
	return ack, err
}

// absent tells a missing mailbox from one that has no leader at the moment.
func (e *Engine) absent(ctx context.Context, m relay.MailboxID, err error) error {
	if _, missing := e.js.Stream(ctx, streamOf(m)); errors.Is(missing, jetstream.ErrStreamNotFound) {
		return missing
	}
	return err
}

// messageOverhead is about what the servers add to an envelope.
const messageOverhead = 256

// reserve refuses what would exceed the mailbox's share. The servers could
// refuse it too (max_bytes), but would set the share aside for every mailbox.
func (e *Engine) reserve(ctx context.Context, m relay.MailboxID, copies []relay.Copy) error {
	wanted := int64(0)
	for _, c := range copies {
		wanted += int64(len(c.Sealed)) + messageOverhead
	}
	e.mu.Lock()
	s := e.sizes[m]
	if s != nil && time.Since(s.known) < stateLife && s.bytes+wanted <= e.opt.Share {
		s.bytes += wanted
		e.mu.Unlock()
		return nil
	}
	e.mu.Unlock()
	state, err := e.state(ctx, m, "")
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sizes[m] = &size{bytes: int64(state.Bytes) + wanted, known: time.Now()}
	if int64(state.Bytes)+wanted > e.opt.Share {
		delete(e.sizes, m)
		return fmt.Errorf("put: %w", relay.ErrFull)
	}
	return nil
}

type state struct {
	Bytes    uint64            `json:"bytes"`
	Subjects map[string]uint64 `json:"subjects"`
}

func (e *Engine) state(ctx context.Context, m relay.MailboxID, subject string) (state, error) {
	var answer struct{ State state }
	q := map[string]string{}
	if subject != "" {
		q["subjects_filter"] = subject
	}
	err := e.ask(ctx, "STREAM.INFO", streamOf(m), q, &answer)
	return answer.State, err
}

// Fetch implements relay.Engine.
func (e *Engine) Fetch(ctx context.Context, m relay.MailboxID, d relay.DeviceID, span relay.Span) ([]relay.Envelope, error) {
	var list []relay.Envelope
	size, after := 0, span.After
	for len(list) < span.Count {
		got, err := e.message(ctx, streamOf(m), question{Seq: after + 1, Next: subjectOf(m, d)})
		if errors.Is(err, relay.ErrNoRecord) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		size += len(got.Data)
		if len(list) > 0 && size > span.Bytes {
			break
		}
		list = append(list, relay.Envelope{Seq: got.Seq, Sealed: got.Data})
		after = got.Seq
	}
	return list, nil
}

// Ack implements relay.Engine.
func (e *Engine) Ack(ctx context.Context, m relay.MailboxID, d relay.DeviceID, upTo uint64) error {
	if upTo == 0 {
		return nil
	}
	err := e.purge(ctx, streamOf(m), subjectOf(m, d), upTo+1)
	if errors.Is(err, relay.ErrNoMailbox) {
		return nil
	}
	return err
}

// Stats implements relay.Engine.
func (e *Engine) Stats(ctx context.Context, m relay.MailboxID, d relay.DeviceID) (relay.Stats, error) {
	subject := subjectOf(m, d)
	s, err := e.state(ctx, m, subject)
	if err != nil || s.Subjects[subject] == 0 {
		return relay.Stats{}, err
	}
	oldest, err := e.message(ctx, streamOf(m), question{Seq: 1, Next: subject})
	if errors.Is(err, relay.ErrNoRecord) {
		return relay.Stats{}, nil
	}
	return relay.Stats{Waiting: int(s.Subjects[subject]), Oldest: oldest.Time}, err
}

// DropDevice implements relay.Engine.
func (e *Engine) DropDevice(ctx context.Context, m relay.MailboxID, d relay.DeviceID) error {
	err := e.purge(ctx, streamOf(m), subjectOf(m, d), 0)
	if errors.Is(err, relay.ErrNoMailbox) {
		return nil
	}
	return err
}

// Drop implements relay.Engine.
func (e *Engine) Drop(ctx context.Context, m relay.MailboxID) error {
	err := retry(ctx, "delete stream", func(ctx context.Context) error {
		return e.js.DeleteStream(ctx, streamOf(m))
	})
	if errors.Is(err, relay.ErrNoMailbox) {
		err = nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.sizes, m)
	return err
}

var _ relay.Engine = (*Engine)(nil)
var _ relay.Records = (*Engine)(nil)

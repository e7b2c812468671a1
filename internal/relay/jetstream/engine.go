package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"tresen/internal/relay"
	"tresen/internal/relay/envelope"
	"tresen/internal/relay/watch"
)

// Options of Open.
type Options struct {
	// URL names one or several servers, separated by commas.
	URL string
	// Credentials is a NATS credentials file, CA a file with the certificate of
	// the servers' authority; both may be empty.
	Credentials, CA string
	// Replicas is the number of servers that keep each envelope; default 3.
	Replicas int
	// Retention is how long envelopes wait; default relay.Retention.
	Retention time.Duration
	// Share is how many bytes of envelopes one mailbox may hold, about; default 256 MiB.
	Share int64
}

const (
	defaultReplicas = 3
	defaultShare    = 256 << 20

	// duplicates is how long the servers remember delivery ids, in memory.
	duplicates = 2 * time.Hour
	// tryFor bounds one try of a request, so that another is made within the
	// caller's time when a leader died.
	tryFor   = 2 * time.Second
	tryAgain = 100 * time.Millisecond
	// stateLife is how long a stream's size is trusted, as other processes add to it.
	stateLife = 10 * time.Second

	// minPayload is what max_payload must be at least: the largest envelope
	// with its headers and padding.
	minPayload = relay.MaxBody + 256<<10
)

const (
	streamPrefix  = "TRESEN_"
	recordStream  = "TRESEN_RECORDS"
	onceStream    = "TRESEN_ONCE"
	queuePrefix   = "tresen.queue."
	recordPrefix  = "tresen.record."
	oncePrefix    = "tresen.once."
	arrivedPrefix = "tresen.arrived."
)

// Engine implements relay.Engine and relay.Records.
type Engine struct {
	opt Options
	nc  *nats.Conn
	js  jetstream.JetStream
	watch.Board

	mu    sync.Mutex
	sizes map[relay.MailboxID]*size
}

// size is what a mailbox holds, as far as this process knows.
type size struct {
	bytes int64
	known time.Time
}

// Open connects and makes the streams for records if they are missing.
func Open(ctx context.Context, opt Options) (*Engine, error) {
	if opt.Replicas == 0 {
		opt.Replicas = defaultReplicas
	}
	if opt.Retention == 0 {
		opt.Retention = relay.Retention
	}
	if opt.Share == 0 {
		opt.Share = defaultShare
	}
	nc, err := nats.Connect(opt.URL, opt.connection()...)
	if err != nil {
		return nil, fmt.Errorf("connect to NATS: %w", err)
	}
	e := &Engine{opt: opt, nc: nc, sizes: map[relay.MailboxID]*size{}}
	if err := e.prepare(ctx); err != nil {
		nc.Close()
		return nil, err
	}
	return e, nil
}

func (o Options) connection() []nats.Option {
	list := []nats.Option{
		nats.Name("tresen-relay"), nats.MaxReconnects(-1), nats.ReconnectWait(500 * time.Millisecond),
		// What is not written now is answered with 503; a buffer would only hide it.
		nats.ReconnectBufSize(-1),
	}
	if o.Credentials != "" {
		list = append(list, nats.UserCredentials(o.Credentials))
	}
	if o.CA != "" {
		list = append(list, nats.RootCAs(o.CA))
	}
	return list
}

func (e *Engine) prepare(ctx context.Context) (err error) {
	if have := e.nc.MaxPayload(); have < minPayload+envelope.Overhead {
		return fmt.Errorf("check NATS server: max_payload is %d bytes, set it to 8MB", have)
	}
	if e.js, err = jetstream.New(e.nc); err != nil {
		return fmt.Errorf("open JetStream: %w", err)
	}
	records := e.stream(recordStream, recordPrefix+">")
	records.MaxMsgsPerSubject = 1
	once := e.stream(onceStream, oncePrefix+">")
	once.MaxAge = relay.OnceFor
	once.Duplicates = time.Minute
	for _, config := range []jetstream.StreamConfig{records, once} {
		if err := e.create(ctx, config); err != nil {
			return err
		}
	}
	_, err = e.nc.Subscribe(arrivedPrefix+"*", func(m *nats.Msg) {
		if id, err := relay.ParseMailboxID(strings.TrimPrefix(m.Subject, arrivedPrefix)); err == nil {
			e.Wake(id)
		}
	})
	if err != nil {
		return fmt.Errorf("subscribe to arrivals: %w", err)
	}
	return nil
}

func (e *Engine) stream(name, subjects string) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name: name, Subjects: []string{subjects}, Storage: jetstream.FileStorage, Replicas: e.opt.Replicas,
		Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardNew, AllowDirect: false,
	}
}

func (e *Engine) create(ctx context.Context, config jetstream.StreamConfig) error {
	return retry(ctx, "create stream", func(ctx context.Context) error {
		_, err := e.js.CreateStream(ctx, config)
		if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
			return nil
		}
		return err
	})
}

// Close disconnects.
func (e *Engine) Close() error {
	e.nc.Close()
	return nil
}

// retry tries until it succeeds, the server refuses, or ctx ends. Without an
// answer nothing is known: the leader may be gone, or only its answer.
func retry(ctx context.Context, doing string, try func(ctx context.Context) error) error {
	for {
		one, cancel := context.WithTimeout(ctx, tryFor)
		err := try(one)
		cancel()
		if err == nil {
			return nil
		}
		if known := refusal(err); known != nil {
			return fmt.Errorf("%s: %w", doing, known)
		}
		pause := time.NewTimer(tryAgain)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return fmt.Errorf("%s: %w", doing, errors.Join(ctx.Err(), err))
		}
	}
}

// Error codes of the server (NATS docs: JetStream API errors).
const (
	codeInsufficient   = 10023
	codeStorageFull    = 10047
	codeMessageMissing = 10037
	codeStreamMissing  = 10059
	codeWrongSequence  = 10071
	codeStoreFailed    = 10077
	codeNoStorage      = 10122
	codeWrongConstant  = 10164
)

// refusal translates an answer that trying again would not change, or returns nil.
func refusal(err error) error {
	var api *jetstream.APIError
	if !errors.As(err, &api) {
		return nil
	}
	switch int(api.ErrorCode) {
	case codeStreamMissing:
		return relay.ErrNoMailbox
	case codeMessageMissing:
		return relay.ErrNoRecord
	case codeWrongSequence, codeWrongConstant:
		return relay.ErrConflict
	case codeInsufficient, codeStorageFull, codeStoreFailed, codeNoStorage:
		return relay.ErrFull
	}
	if api.Code >= 500 {
		return nil // no leader at the moment
	}
	return api
}

// ask calls the server's API where the client library has no words for it or
// would ask a follower, which may not know the newest yet.
func (e *Engine) ask(ctx context.Context, call, stream string, question, answer any) error {
	body, err := json.Marshal(question)
	if err != nil {
		return fmt.Errorf("encode question: %w", err)
	}
	return retry(ctx, "ask "+call, func(ctx context.Context) error {
		m, err := e.nc.RequestWithContext(ctx, "$JS.API."+call+"."+stream, body)
		if err != nil {
			return err
		}
		var status struct {
			Error *jetstream.APIError `json:"error"`
		}
		if err := json.Unmarshal(m.Data, &status); err != nil {
			return err
		}
		if status.Error != nil {
			return status.Error
		}
		return json.Unmarshal(m.Data, answer)
	})
}

type question struct {
	Seq  uint64 `json:"seq,omitempty"`
	Next string `json:"next_by_subj,omitempty"`
	Last string `json:"last_by_subj,omitempty"`
}

type stored struct {
	Subject string    `json:"subject"`
	Seq     uint64    `json:"seq"`
	Data    []byte    `json:"data"`
	Time    time.Time `json:"time"`
}

// message reads one message from the stream's leader; it fails with ErrNoRecord
// if there is none and ErrNoMailbox if there is no stream.
func (e *Engine) message(ctx context.Context, stream string, q question) (stored, error) {
	var answer struct{ Message stored }
	err := e.ask(ctx, "STREAM.MSG.GET", stream, q, &answer)
	return answer.Message, err
}

// purge removes a subject's messages below a sequence number, or all with 0.
func (e *Engine) purge(ctx context.Context, stream, subject string, below uint64) error {
	var answer struct{ Success bool }
	return e.ask(ctx, "STREAM.PURGE", stream, map[string]any{"filter": subject, "seq": below}, &answer)
}

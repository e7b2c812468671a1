package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"tresen/internal/relay"
	"tresen/internal/relay/directory"
	"tresen/internal/relay/jetstream"
	"tresen/internal/relay/server"
	"tresen/internal/relay/sqlite"
)

const (
	// drainTime is how long deliveries under way may take at the end.
	drainTime = 20 * time.Second
	// openTime is how long the engine may take to be ready.
	openTime = 30 * time.Second
)

type engine interface {
	relay.Engine
	relay.Records
	io.Closer
}

// openEngine opens NATS if a URL is given, else the database on this machine.
func openEngine(ctx context.Context, o options, metrics *server.Metrics, log *slog.Logger) (engine, error) {
	ctx, cancel := context.WithTimeout(ctx, openTime)
	defer cancel()
	if o.nats != "" {
		return jetstream.Open(ctx, jetstream.Options{
			URL: o.nats, Credentials: o.natsCreds, CA: o.natsCA, Replicas: o.natsReplicas, Share: o.share * mebibyte,
		})
	}
	return sqlite.Open(ctx, sqlite.Options{
		Dir: o.data, Share: o.share * mebibyte, Size: o.size * mebibyte, Expired: metrics.Expired, Log: log,
	})
}

// serve runs the relay until ctx ends, then lets deliveries under way finish.
func serve(ctx context.Context, o options, stderr io.Writer) error {
	log := slog.New(slog.NewJSONHandler(stderr, nil))
	metrics := server.NewMetrics()
	e, err := openEngine(ctx, o, metrics, log)
	if err != nil {
		return err
	}
	defer func() {
		if err := e.Close(); err != nil {
			log.Error("engine did not close in order", "err", err)
		}
	}()
	relayServer := server.New(server.Config{
		Engine: e, Directory: directory.New(e, e, directory.Options{Shared: o.nats != "", MaxMailboxes: o.maxMailboxes}),
		PublicURL: o.publicURL, Proxied: o.behindProxy, Limits: o.limits, Metrics: metrics, Log: log,
	})
	services, err := o.services(ctx, relayServer, metrics, log)
	if err != nil {
		return err
	}
	log.Info("relay is ready", "version", version, "engine", engineName(o), "url", o.publicURL)
	notify("READY=1")
	err = services.run(ctx)
	notify("STOPPING=1")
	relayServer.Drain()
	log.Info("relay is stopping")
	return errors.Join(err, services.stop())
}

func engineName(o options) string {
	if o.nats != "" {
		return "nats"
	}
	return "sqlite"
}

// service is one HTTP server with its listener.
type service struct {
	*http.Server
	listener net.Listener
}

type services []service

// services opens everything the relay listens on.
func (o options) services(ctx context.Context, s *server.Server, metrics *server.Metrics, log *slog.Logger) (all services, err error) {
	defer func() {
		if err != nil {
			for _, opened := range all {
				opened.listener.Close()
			}
		}
	}()
	inherited := inheritedListeners(os.Getenv, os.Getpid())
	listen := func(name, network, address string, h *http.Server) error {
		l, err := inherited[name], error(nil)
		if l == nil {
			if l, err = net.Listen(network, address); err != nil {
				return fmt.Errorf("listen for %s: %w", name, err)
			}
		}
		all = append(all, service{h, l})
		return nil
	}
	public := s.HTTPServer()
	challenge, err := o.encrypt(ctx, public, log)
	if err != nil {
		return all, err
	}
	if err := listen("web", "tcp", o.listen, public); err != nil {
		return all, err
	}
	if challenge != nil && o.listenHTTP != "" {
		if err := listen("http", "tcp", o.listenHTTP, &http.Server{Handler: challenge, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, ErrorLog: public.ErrorLog}); err != nil {
			return all, err
		}
	}
	if o.metrics != "" {
		if err := listen("metrics", "tcp", o.metrics, &http.Server{Handler: metrics.Handler(), ReadTimeout: 10 * time.Second}); err != nil {
			return all, err
		}
	}
	if o.admin != "" {
		if err := removeStaleSocket(o.admin); err != nil {
			return all, err
		}
		if err := listen("admin", "unix", o.admin, &http.Server{Handler: s.Admin(), ReadTimeout: 10 * time.Second}); err != nil {
			return all, err
		}
		if err := os.Chmod(o.admin, 0o600); err != nil {
			return all, fmt.Errorf("protect admin socket: %w", err)
		}
	}
	return all, nil
}

// run serves until ctx ends or a listener fails.
func (all services) run(ctx context.Context) error {
	failed := make(chan error, len(all))
	for _, s := range all {
		go func() {
			var err error
			if s.TLSConfig != nil {
				err = s.ServeTLS(s.listener, "", "")
			} else {
				err = s.Serve(s.listener)
			}
			if !errors.Is(err, http.ErrServerClosed) {
				failed <- fmt.Errorf("serve: %w", err)
			}
		}()
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return nil
	}
}

// stop takes no new connections and waits for what is under way.
func (all services) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	errs := make([]error, len(all))
	var group sync.WaitGroup
	for i, s := range all {
		group.Go(func() {
			if err := s.Shutdown(ctx); err != nil {
				errs[i] = errors.Join(fmt.Errorf("shut down: %w", err), s.Close())
			}
		})
	}
	group.Wait()
	return errors.Join(errs...)
}

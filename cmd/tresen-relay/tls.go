package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"

	"github.com/caddyserver/certmagic"
	"go.uber.org/zap"
)

// encrypt gives the public server its certificate, unless a proxy has one. With
// ACME it returns the handler for the challenges over plain HTTP.
func (o options) encrypt(ctx context.Context, public *http.Server, log *slog.Logger) (challenge http.Handler, err error) {
	switch {
	case o.behindProxy:
		return nil, nil
	case o.cert != "":
		c, err := tls.LoadX509KeyPair(o.cert, o.key)
		if err != nil {
			return nil, fmt.Errorf("load certificate: %w", err)
		}
		public.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{c}}
		return nil, nil
	}
	return o.acme(ctx, public, log)
}

// acme has certmagic obtain and renew the certificate while the relay runs.
func (o options) acme(ctx context.Context, public *http.Server, log *slog.Logger) (http.Handler, error) {
	// Its own log names callers' addresses; what the operator needs comes as events.
	quiet := zap.NewNop()
	var magic *certmagic.Config
	cache := certmagic.NewCache(certmagic.CacheOptions{
		GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return magic, nil },
		Logger:           quiet,
	})
	context.AfterFunc(ctx, cache.Stop)
	magic = certmagic.New(cache, certmagic.Config{
		Storage: &certmagic.FileStorage{Path: filepath.Join(o.data, "tls")},
		Logger:  quiet,
		OnEvent: func(_ context.Context, event string, data map[string]any) error {
			switch event {
			case "cert_obtained":
				log.Info("certificate obtained", "renewal", data["renewal"])
			case "cert_failed":
				log.Error("certificate was not obtained", "err", fmt.Sprint(data["error"]))
			}
			return nil
		},
	})
	template := certmagic.ACMEIssuer{CA: certmagic.LetsEncryptProductionCA, Email: o.email, Agreed: true, Logger: quiet}
	if o.acmeCA != "" {
		template.CA = o.acmeCA
	}
	if o.acmeRoot != "" {
		pem, err := os.ReadFile(o.acmeRoot)
		if err != nil {
			return nil, fmt.Errorf("read root of the certificate authority: %w", err)
		}
		template.TrustedRoots = x509.NewCertPool()
		if !template.TrustedRoots.AppendCertsFromPEM(pem) {
			return nil, errors.New("read root of the certificate authority: no certificate in it")
		}
	}
	issuer := certmagic.NewACMEIssuer(magic, template)
	magic.Issuers = []certmagic.Issuer{issuer}
	if err := magic.ManageAsync(ctx, []string{o.domain}); err != nil {
		return nil, fmt.Errorf("manage certificate: %w", err)
	}
	public.TLSConfig = magic.TLSConfig()
	public.TLSConfig.MinVersion = tls.VersionTLS12
	public.TLSConfig.NextProtos = append([]string{"h2", "http/1.1"}, public.TLSConfig.NextProtos...)
	redirect := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusNotFound)
	})
	return issuer.HTTPChallengeHandler(redirect), nil
}

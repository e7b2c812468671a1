package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"

	"tresen/internal/relay/server"
)

const (
	defaultAdmin = "/run/tresen-relay/admin.sock"
	environment  = "TRESEN_RELAY_"
	mebibyte     = 1 << 20
)

// options are what serve is told.
type options struct {
	domain, email, acmeCA, acmeRoot string
	cert, key                       string
	listen, listenHTTP              string
	behindProxy                     bool
	publicURL                       string
	data, admin, metrics            string
	nats, natsCreds, natsCA         string
	natsReplicas                    int
	maxMailboxes                    int
	share, size                     int64 // MiB
	limits                          server.Limits
}

// readOptions reads the command line and, for what it does not say, the environment.
func readOptions(args []string, getenv func(string) string, stderr io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("tresen-relay serve", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.domain, "domain", "", "name of this server; gets its certificate by ACME (Let's Encrypt)")
	f.StringVar(&o.email, "email", "", "address the certificate authority may write to (optional)")
	f.StringVar(&o.acmeCA, "acme-ca", "", "directory URL of another certificate authority")
	f.StringVar(&o.acmeRoot, "acme-ca-root", "", "PEM file with the root of that authority's own server")
	f.StringVar(&o.cert, "cert", "", "PEM file with a certificate, instead of ACME")
	f.StringVar(&o.key, "key", "", "PEM file with its key")
	f.BoolVar(&o.behindProxy, "behind-proxy", false, "speak plain HTTP to a proxy on this machine that ends TLS")
	f.StringVar(&o.listen, "listen", "", "address to listen on (default :443, behind a proxy 127.0.0.1:8080)")
	f.StringVar(&o.listenHTTP, "listen-http", ":80", "address for ACME's plain HTTP challenge; empty for none")
	f.StringVar(&o.publicURL, "public-url", "", "how the internet reaches the relay (default https://DOMAIN)")
	f.StringVar(&o.data, "data", "/var/lib/tresen-relay", "folder of the database and the certificates")
	f.StringVar(&o.admin, "admin", defaultAdmin, "socket for the mailbox commands")
	f.StringVar(&o.metrics, "metrics", "127.0.0.1:9464", "loopback address for Prometheus; empty for none")
	f.StringVar(&o.nats, "nats", "", "URL of a NATS JetStream cluster to keep envelopes in, instead of SQLite")
	f.StringVar(&o.natsCreds, "nats-creds", "", "NATS credentials file")
	f.StringVar(&o.natsCA, "nats-ca", "", "PEM file with the authority of the NATS servers' certificates")
	f.IntVar(&o.natsReplicas, "nats-replicas", 3, "NATS servers that keep each envelope")
	f.IntVar(&o.maxMailboxes, "max-mailboxes", 10_000, "mailboxes at most")
	f.Int64Var(&o.share, "mailbox-share", 256, "MiB of waiting envelopes per mailbox at most")
	f.Int64Var(&o.size, "store-size", 4096, "MiB the SQLite database may use; keep it below what the disk has free")
	f.Float64Var(&o.limits.MailboxRate, "mailbox-rate", 0, "deliveries per second to one mailbox (default 200)")
	f.IntVar(&o.limits.MailboxBurst, "mailbox-burst", 0, "deliveries at once to one mailbox (default 2000)")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("unknown argument %q", f.Arg(0))
	}
	if err := fromEnvironment(f, getenv); err != nil {
		return o, err
	}
	return o, o.complete()
}

func fromEnvironment(f *flag.FlagSet, getenv func(string) string) error {
	given := map[string]bool{}
	f.Visit(func(fl *flag.Flag) { given[fl.Name] = true })
	var problems []error
	f.VisitAll(func(fl *flag.Flag) {
		name := environment + strings.ToUpper(strings.ReplaceAll(fl.Name, "-", "_"))
		if value := getenv(name); value != "" && !given[fl.Name] {
			if err := f.Set(fl.Name, value); err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", name, err))
			}
		}
	})
	return errors.Join(problems...)
}

// complete fills in what follows from the rest, and refuses what does not fit
// together or would be unsafe.
func (o *options) complete() error {
	ways := 0
	for _, chosen := range []bool{o.domain != "", o.cert != "", o.behindProxy} {
		if chosen {
			ways++
		}
	}
	switch {
	case ways != 1:
		return errors.New("choose one of --domain, --cert with --key, and --behind-proxy")
	case (o.cert == "") != (o.key == ""):
		return errors.New("--cert and --key belong together")
	case o.publicURL == "" && o.domain == "":
		return errors.New("--public-url is missing: how does the internet reach this relay?")
	}
	if o.publicURL == "" {
		o.publicURL = "https://" + o.domain
	}
	if o.listen == "" {
		o.listen = ":443"
		if o.behindProxy {
			o.listen = "127.0.0.1:8080"
		}
	}
	if o.behindProxy && !isLoopback(o.listen) {
		return errors.New("--behind-proxy speaks plain HTTP, so --listen must be a loopback address")
	}
	if o.metrics != "" && !isLoopback(o.metrics) {
		return errors.New("--metrics must be a loopback address")
	}
	return checkPublicURL(o.publicURL)
}

func checkPublicURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("--public-url is not a URL")
	}
	// Meta delivers to https only; http is for tests on one machine.
	if u.Scheme != "https" && !(u.Scheme == "http" && isLoopback(u.Host)) {
		return errors.New("--public-url must begin with https://")
	}
	// Meta takes at most 200 characters (Meta docs: webhook overrides).
	if len(text) > 150 {
		return errors.New("--public-url is too long")
	}
	return nil
}

func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

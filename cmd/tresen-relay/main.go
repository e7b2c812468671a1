// Command tresen-relay stands between Meta's webhook and a shop's computers: it
// seals every delivery to the paired computers, keeps it until they have it, and
// forgets it. docs/RELAY.md says how to install and run it.
//
// It knows internal/relay alone: no store, no Cloud API, no window.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// version is set by the build.
var version = "development"

const usage = `tresen-relay takes WhatsApp webhooks for shops that use Tresen.

  tresen-relay serve [options]               run the relay
  tresen-relay mailbox add NAME              make a mailbox and its first pairing code
  tresen-relay mailbox list                  show mailboxes, their computers and what waits
  tresen-relay mailbox pair NAME|ID          make a code to pair another computer
  tresen-relay mailbox rotate NAME|ID        give a mailbox a new webhook address
  tresen-relay mailbox unpair NAME|ID DEVICE remove a computer
  tresen-relay mailbox remove NAME|ID --yes  forget a mailbox and all that waits in it
  tresen-relay version

"tresen-relay serve -h" shows the options. Each can also be set in the
environment: --public-url as TRESEN_RELAY_PUBLIC_URL, and so on.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "tresen-relay:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return flag.ErrHelp
	}
	switch args[0] {
	case "serve":
		o, err := readOptions(args[1:], os.Getenv, stderr)
		if err != nil {
			return err
		}
		return serve(ctx, o, stderr)
	case "mailbox":
		return mailbox(ctx, args[1:], stdout, stderr)
	case "version":
		fmt.Fprintln(stdout, "tresen-relay", version)
		return nil
	case "help", "-h", "--help":
		fmt.Fprint(stdout, usage)
		return nil
	}
	fmt.Fprint(stderr, usage)
	return fmt.Errorf("unknown command %q", args[0])
}

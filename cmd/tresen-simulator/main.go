// Command tresen-simulator runs the Cloud API simulator alone, so that any
// WhatsApp Cloud API client can be pointed at it. See the README beside this file.
//
// It knows only internal/simulator and no other part of the project.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"tresen/internal/simulator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return
	case err != nil:
		fmt.Fprintln(os.Stderr, "tresen-simulator:", err)
		os.Exit(1)
	}
}

// options are the command line.
type options struct {
	config simulator.Config
	cast   bool
	live   bool
	echoes bool
	verify bool
	quiet  bool
}

func readOptions(args []string, stderr io.Writer) (options, error) {
	var o options
	c := &o.config
	f := flag.NewFlagSet("tresen-simulator", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&c.Addr, "addr", "127.0.0.1:8090", "address to listen on")
	f.StringVar(&c.CallbackURL, "callback", "", "URL that receives the webhooks; without one they are kept")
	f.StringVar(&c.Token, "token", simulator.DefaultToken, "access token")
	f.StringVar(&c.AppSecret, "app-secret", simulator.DefaultAppSecret, "app secret, key of the webhook signatures")
	f.StringVar(&c.VerifyToken, "verify-token", simulator.DefaultVerifyToken, "verify token of the callback handshake")
	f.StringVar(&c.D360Key, "d360-key", simulator.DefaultD360Key, "key for 360dialog's way of calling")
	f.StringVar(&c.AppID, "app-id", simulator.DefaultAppID, "app id")
	f.StringVar(&c.WABAID, "waba-id", simulator.DefaultWABAID, "WhatsApp Business Account id")
	f.StringVar(&c.PhoneNumberID, "phone-number-id", simulator.DefaultPhoneNumberID, "phone number id")
	f.StringVar(&c.DisplayPhoneNumber, "number", simulator.DefaultDisplayPhoneNumber, "business phone number")
	f.StringVar(&c.VerifiedName, "name", simulator.DefaultVerifiedName, "verified name of the business")
	f.BoolVar(&c.Unregistered, "unregistered", false, "start with a number that has to be registered first")
	f.BoolVar(&c.Unsubscribed, "unsubscribed", false, "start with an account that no app has subscribed to")
	f.BoolVar(&c.RejectClosedWindow, "reject-closed-window", false, "answer 131047 at once instead of by status")
	f.BoolVar(&c.RawUTF8, "raw-utf8", false, "send webhook bodies as UTF-8 instead of escaped ASCII")
	f.BoolVar(&c.AllowRemote, "allow-remote", false, "allow addresses and callbacks beyond this machine")
	f.DurationVar(&c.Statuses.Sent, "sent-after", 300*time.Millisecond, "time from accepting a message to 'sent'")
	f.DurationVar(&c.Statuses.Delivered, "delivered-after", 1200*time.Millisecond, "time from accepting to 'delivered'")
	f.DurationVar(&c.Statuses.Read, "read-after", 4*time.Second, "time from 'delivered' to 'read'")
	f.BoolVar(&c.Statuses.AutoRead, "auto-read", true, "customers read what arrives")
	f.DurationVar(&c.TemplateReview, "template-review", 5*time.Second, "time until a new template is approved; negative: never")
	f.BoolVar(&o.cast, "cast", false, "fill the shop with demo customers")
	f.BoolVar(&o.live, "live", false, "with -cast: let them go on writing and answer")
	f.BoolVar(&o.echoes, "echoes", false, "with -cast: also what the shop wrote on its phone")
	f.BoolVar(&o.verify, "verify", false, "do the callback handshake before anything else")
	f.BoolVar(&o.quiet, "quiet", false, "print nothing but errors")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("unknown argument %q", f.Arg(0))
	}
	c.Logger = slog.New(slog.NewTextHandler(stderr, nil))
	return o, nil
}

// run starts the simulator, tells how to reach it and waits for the end.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := readOptions(args, stderr)
	if err != nil {
		return err
	}
	sim, err := simulator.Start(o.config)
	if err != nil {
		return err
	}
	defer sim.Close()
	if !o.quiet {
		greet(stdout, sim, o)
	}
	if err := prepare(ctx, sim, o); err != nil {
		return err
	}
	<-ctx.Done()
	if !o.quiet {
		fmt.Fprintln(stdout, "stopped")
	}
	return sim.Close()
}

// prepare verifies the callback and brings in the cast.
func prepare(ctx context.Context, sim *simulator.Simulator, o options) error {
	if o.verify {
		if err := sim.VerifyCallback(ctx); err != nil {
			return err
		}
	}
	if !o.cast {
		return nil
	}
	_, err := sim.Perform(ctx, simulator.PlayShop(), simulator.Performance{Echoes: o.echoes, Live: o.live})
	return err
}

// greet prints what a client has to be told. All values are play values unless
// the command line says otherwise, so showing them gives nothing away.
func greet(w io.Writer, sim *simulator.Simulator, o options) {
	c := o.config
	callback := c.CallbackURL
	if callback == "" {
		callback = "(none: webhooks are kept; POST " + sim.URL() + "/_simulator/drain)"
	}
	for _, line := range [][2]string{
		{"base URL", sim.URL()},
		{"phone number ID", c.PhoneNumberID},
		{"number", c.DisplayPhoneNumber + " (" + c.VerifiedName + ")"},
		{"WABA ID", c.WABAID},
		{"app ID", c.AppID},
		{"access token", c.Token},
		{"app secret", c.AppSecret},
		{"verify token", c.VerifyToken},
		{"360dialog key", c.D360Key},
		{"webhooks to", callback},
		{"control", sim.URL() + "/_simulator/"},
	} {
		fmt.Fprintf(w, "%-16s %s\n", line[0], line[1])
	}
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"text/tabwriter"
	"time"

	"tresen/internal/relay/server"
)

// rotateGrace is longer than Meta keeps repeating a delivery for certain (36 h;
// Meta docs: Create a webhook endpoint).
const rotateGrace = 48 * time.Hour

// operator talks to the running relay over its admin socket.
type operator struct {
	http   *http.Client
	stdout io.Writer
}

// mailbox runs one of the operator's commands.
func mailbox(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return flag.ErrHelp
	}
	f := flag.NewFlagSet("tresen-relay mailbox "+args[0], flag.ContinueOnError)
	f.SetOutput(stderr)
	socket := defaultAdmin
	if s := os.Getenv(environment + "ADMIN"); s != "" {
		socket = s
	}
	f.StringVar(&socket, "admin", socket, "socket of the running relay")
	yes := f.Bool("yes", false, "remove: yes, forget everything in it")
	grace := f.Duration("grace", rotateGrace, "rotate: how long the old address keeps working")
	rest, err := parseAnywhere(f, args[1:])
	if err != nil {
		return err
	}
	op := operator{stdout: stdout, http: &http.Client{Timeout: time.Minute, Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		},
	}}}
	return op.do(ctx, args[0], rest, *yes, *grace)
}

// parseAnywhere lets options stand before, between and after the arguments.
func parseAnywhere(f *flag.FlagSet, args []string) (rest []string, err error) {
	for {
		if err := f.Parse(args); err != nil {
			return nil, err
		}
		if f.NArg() == 0 {
			return rest, nil
		}
		rest = append(rest, f.Arg(0))
		args = f.Args()[1:]
	}
}

func (op operator) do(ctx context.Context, command string, args []string, yes bool, grace time.Duration) error {
	want := map[string]int{"add": 1, "list": 0, "pair": 1, "rotate": 1, "remove": 1, "unpair": 2}
	n, known := want[command]
	if !known {
		return fmt.Errorf("unknown command %q", "mailbox "+command)
	}
	if len(args) != n {
		return fmt.Errorf("mailbox %s takes %d arguments, not %d", command, n, len(args))
	}
	switch command {
	case "add":
		return op.add(ctx, args[0])
	case "list":
		return op.list(ctx)
	case "pair":
		return op.pair(ctx, args[0])
	case "rotate":
		return op.rotate(ctx, args[0], grace)
	case "unpair":
		if err := op.call(ctx, "DELETE", "/mailboxes/"+url.PathEscape(args[0])+"/devices/"+url.PathEscape(args[1]), nil, nil); err != nil {
			return err
		}
		fmt.Fprintln(op.stdout, "Removed. What waited for this computer is erased.")
		return nil
	}
	if !yes {
		return errors.New("removing a mailbox erases what waits in it and shuts out its computers; add --yes if that is meant")
	}
	if err := op.call(ctx, "DELETE", "/mailboxes/"+url.PathEscape(args[0]), nil, nil); err != nil {
		return err
	}
	fmt.Fprintln(op.stdout, "Removed, with everything that waited in it.")
	return nil
}

func (op operator) call(ctx context.Context, method, path string, question, into any) error {
	body, err := json.Marshal(question)
	if err != nil {
		return fmt.Errorf("encode request: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://relay"+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("make request: %w", err)
	}
	resp, err := op.http.Do(req)
	if err != nil {
		return fmt.Errorf("no answer from the relay; is it running, and may you use its admin socket? %w", err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		var e server.AdminError
		if json.Unmarshal(text, &e) != nil || e.Error == "" {
			e.Error = resp.Status
		}
		return errors.New(e.Error)
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("decode answer: %w", err)
	}
	return nil
}

func (op operator) add(ctx context.Context, name string) error {
	var m server.AdminMailbox
	if err := op.call(ctx, "POST", "/mailboxes", server.AdminAdd{Name: name}, &m); err != nil {
		return err
	}
	fmt.Fprintf(op.stdout, "Mailbox %s %q\n", m.ID, m.Name)
	return op.pair(ctx, m.ID.String())
}

func (op operator) pair(ctx context.Context, name string) error {
	var c server.AdminCode
	if err := op.call(ctx, "POST", "/mailboxes/"+url.PathEscape(name)+"/code", nil, &c); err != nil {
		return err
	}
	fmt.Fprintf(op.stdout, "Relay:        %s\nPairing code: %s\nGood once, until %s.\n", c.Relay, c.Code, c.Until.Format("15:04"))
	return nil
}

func (op operator) rotate(ctx context.Context, name string, grace time.Duration) error {
	var m server.AdminMailbox
	err := op.call(ctx, "POST", "/mailboxes/"+url.PathEscape(name)+"/rotate", server.AdminRotate{GraceS: int64(grace / time.Second)}, &m)
	if err != nil {
		return err
	}
	fmt.Fprintf(op.stdout, "New webhook address: %s\nNew verify token:    %s\nThe old address works for another %v. Tresen tells Meta the new one by itself.\n", m.WebhookURL, m.Verify, grace)
	return nil
}

func (op operator) list(ctx context.Context) error {
	var list []server.AdminMailbox
	if err := op.call(ctx, "GET", "/mailboxes", nil, &list); err != nil {
		return err
	}
	w := tabwriter.NewWriter(op.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "MAILBOX\tNAME\tCOMPUTER\tPAIRED\tLAST SEEN\tWAITING\tOLDEST")
	for _, m := range list {
		if len(m.Devices) == 0 {
			fmt.Fprintf(w, "%s\t%s\t(none paired)\t\t\t\t\n", m.ID, m.Name)
		}
		for _, d := range m.Devices {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%s\n", m.ID, m.Name, d.ID, day(d.PairedAt), hour(d.LastSeen), d.Waiting, hour(d.Oldest))
		}
	}
	return w.Flush()
}

func day(t time.Time) string { return t.Format("2006-01-02") }

func hour(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format("2006-01-02 15:04")
}

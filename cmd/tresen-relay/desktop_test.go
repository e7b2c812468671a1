package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"tresen/app"
	"tresen/internal/simulator"
	"tresen/internal/vault"
)

// computer is one of the shop's computers with the whole program on it, as
// main.go wires it but for the window.
type computer struct {
	*testing.T
	cfg     app.Config
	changed chan struct{}
	// passphrase protects the data where there is no keychain.
	passphrase string

	app   *app.App
	inbox *app.Inbox
	setup *app.Setup
	relay *app.Relay
}

func newComputer(t *testing.T) *computer {
	dir := t.TempDir()
	c := &computer{T: t, changed: make(chan struct{}, 1)}
	c.cfg = app.Config{
		Version: "0.0.0-test", DataDir: filepath.Join(dir, "shop"), DemoDir: filepath.Join(dir, "demo"), Keychain: vault.NewMemoryKeychain(),
		Emit: func(app.EventName, any) {
			select {
			case c.changed <- struct{}{}:
			default:
			}
		},
	}
	t.Cleanup(c.off)
	return c
}

func (c *computer) on() {
	c.app = app.New(c.cfg)
	for _, b := range c.app.Bound() {
		switch b := b.(type) {
		case *app.Inbox:
			c.inbox = b
		case *app.Setup:
			c.setup = b
		case *app.Relay:
			c.relay = b
		}
	}
	c.app.Start()
}

func (c *computer) off() {
	if c.app != nil {
		c.app.Stop()
		c.app = nil
	}
}

func (c *computer) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// join connects the shop's number and pairs with the code the operator was shown.
func (c *computer) join(sim *simulator.Simulator, p *process, printed string) {
	c.Helper()
	c.on()
	_, err := c.setup.Connect(app.ConnectRequest{
		Provider: "custom", BaseURL: sim.URL(), PhoneNumberID: simulator.DefaultPhoneNumberID, WABAID: simulator.DefaultWABAID,
		Token: simulator.DefaultToken, AppSecret: simulator.DefaultAppSecret, VerifyToken: "not used here", ListenAddr: "127.0.0.1:0",
		Passphrase: c.passphrase,
	})
	c.must(err)
	state, err := c.relay.Pair(app.PairRequest{Address: p.url, Code: codeIn(c, printed)})
	c.must(err)
	if !state.Paired || !state.Reached || len(state.Devices) == 0 {
		c.Fatalf("paired: %+v", state)
	}
}

// reads counts how often each text is shown, once there are n of them.
func (c *computer) reads(n int) map[string]int {
	c.Helper()
	late := time.After(60 * time.Second)
	for {
		if shown, total := c.shown(); total >= n {
			return shown
		}
		select {
		case <-c.changed:
		case <-late:
			_, total := c.shown()
			c.Fatalf("the shop reads %d of %d messages", total, n)
		}
	}
}

func (c *computer) shown() (texts map[string]int, total int) {
	texts = map[string]int{}
	list, err := c.inbox.ListConversations(app.ConversationQuery{Limit: 200})
	c.must(err)
	for _, row := range list.Rows {
		before := ""
		for more := true; more; {
			page, err := c.inbox.ListMessages(app.MessageQuery{ConversationID: row.ID, Limit: 200, Before: before})
			c.must(err)
			for _, m := range page.Messages {
				texts[m.Text]++
				total++
			}
			if more = page.HasOlder; more {
				before = page.Messages[0].ID
			}
		}
	}
	return texts, total
}

func startMeta(t *testing.T) *simulator.Simulator {
	t.Helper()
	sim, err := simulator.Start(simulator.Config{Unsubscribed: true, DeliveryWorkers: 4, Retry: simulator.Retry{Initial: 20 * time.Millisecond, Max: 200 * time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	return sim
}

// Three computers of one shop, the documented commands, and nothing else.
func TestEveryComputerOfTheShopGetsWhatWasSentWhileItWasOff(t *testing.T) {
	p, sim := newProcess(t), startMeta(t)
	p.start()
	shop, office, home := newComputer(t), newComputer(t), newComputer(t)
	shop.join(sim, p, p.mustOperate("add", "Blumen Müller"))
	result, err := shop.relay.PointCallback()
	shop.must(err)
	if result.State != "passed" {
		t.Fatalf("callback: %+v", result)
	}
	office.join(sim, p, p.mustOperate("pair", "Blumen Müller"))
	home.join(sim, p, p.mustOperate("pair", "Blumen Müller"))
	state, err := home.relay.Check()
	home.must(err)
	if len(state.Devices) != 3 {
		t.Errorf("the mailbox has %d computers", len(state.Devices))
	}

	customer, err := sim.AddCustomer(simulator.Person{Phone: "+491713920001", Name: "Erika Muster"})
	shop.must(err)
	const messages = 40
	say := func(from, to int) {
		for i := from; i < to; i++ {
			_, err := customer.SendText(t.Context(), fmt.Sprint("Nachricht ", i))
			shop.must(err)
		}
		shop.must(sim.WaitIdle(t.Context()))
	}
	shop.off()
	home.off()
	say(0, messages/2)
	if err := p.terminate(); err != nil {
		t.Fatal(err)
	}
	p.start()
	home.on()
	say(messages/2, messages)
	shop.on()
	for name, c := range map[string]*computer{"shop": shop, "office": office, "home": home} {
		for i := range messages {
			if n := c.reads(messages)[fmt.Sprint("Nachricht ", i)]; n != 1 {
				t.Errorf("%s shows message %d %d times", name, i, n)
			}
		}
	}
	if state, err := shop.relay.Check(); err != nil || state.Unreadable != 0 || state.Unverified != 0 {
		t.Errorf("shop: %+v, %v", state, err)
	}
}

// desktopVariable makes the test's program be the desktop over that data
// folder, so that it can be killed like the real one.
const desktopVariable = "TRESEN_TEST_RUN_DESKTOP"

const desktopPassphrase = "ein Laden voller Blumen"

func runDesktop(dir string) {
	a := app.New(app.Config{DataDir: dir, DemoDir: filepath.Join(dir, "demo")})
	a.Start()
	for _, b := range a.Bound() {
		if setup, ok := b.(*app.Setup); ok {
			if err := setup.Unlock(desktopPassphrase); err != nil {
				fmt.Println("failed:", err)
				os.Exit(1)
			}
		}
	}
	fmt.Println("open")
	select {}
}

// killDesktop lets the program receive for a moment and then takes its power away.
func killDesktop(t *testing.T, dir string, after time.Duration) {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), desktopVariable+"="+dir)
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != "open\n" {
		command.Process.Kill()
		t.Fatalf("desktop says %q, %v", line, err)
	}
	<-time.After(after)
	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	command.Wait()
}

// The desktop dies again and again between its commit and the relay's hearing
// of it, while customers keep writing.
func TestDesktopKilledWhileAcknowledgingLosesAndRepeatsNothing(t *testing.T) {
	p, sim := newProcess(t), startMeta(t)
	p.start()
	shop := newComputer(t)
	shop.cfg.Keychain = nil
	shop.passphrase = desktopPassphrase
	shop.join(sim, p, p.mustOperate("add", "Blumen Müller"))
	result, err := shop.relay.PointCallback()
	shop.must(err)
	if result.State != "passed" {
		t.Fatalf("callback: %+v", result)
	}
	shop.off()
	const kills, batch = 10, 60
	customer, err := sim.AddCustomer(simulator.Person{Phone: "+491713920001", Name: "Erika Muster"})
	shop.must(err)
	for kill := range kills {
		for i := range batch {
			_, err := customer.SendText(t.Context(), fmt.Sprint(kill*batch+i))
			shop.must(err)
		}
		killDesktop(t, shop.cfg.DataDir, time.Duration(rand.IntN(120))*time.Millisecond)
	}
	shop.must(sim.WaitIdle(t.Context()))
	shop.on()
	shop.must(shop.setup.Unlock(desktopPassphrase))
	_, before := shop.shown()
	shown := shop.reads(kills * batch)
	lost, twice := 0, 0
	for i := range kills * batch {
		switch n := shown[fmt.Sprint(i)]; {
		case n == 0:
			lost++
		case n > 1:
			twice++
		}
	}
	if lost+twice > 0 {
		t.Errorf("%d lost, %d shown twice", lost, twice)
	}
	t.Logf("%d messages, desktop killed %d times, %d kept before the last start: %d lost, %d shown twice", kills*batch, kills, before, lost, twice)
}

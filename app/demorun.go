package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/receive"
	"tresen/internal/simulator"
	"tresen/internal/store"
	"tresen/internal/vault"
)

// providerDemo marks the play shop's connection.
const providerDemo = "demo"

// demoPassphrase protects the play shop's folder. It is no secret: everything
// in that folder is made up. It lets a newcomer close the demo and find it
// again, on any computer, with or without a keychain, in the same sealed form
// as a real shop.
const demoPassphrase = "tresen demo: nothing here is real"

// demoRun is the play shop's surroundings: a Cloud API on loopback and its people.
type demoRun struct {
	session   *Session
	simulator *simulator.Simulator
	cancel    context.CancelFunc
	ctx       context.Context
}

// startDemo opens the play shop's folder with a simulator instead of Meta.
// Everything else is the real program.
func startDemo(cfg Config) (*demoRun, *Session, error) {
	exists, err := vault.Exists(cfg.DemoDir)
	if err != nil {
		return nil, nil, vaultError("look at keyring", err)
	}
	session := cfg.session(cfg.DemoDir)
	session.create, session.protector = !exists, vault.WithPassphrase([]byte(demoPassphrase))
	s, err := openSession(session)
	if err != nil {
		return nil, nil, err
	}
	inlet := &receive.Inlet{}
	sim, err := simulator.Start(simulator.Config{
		Deliver:  inlet.Deliver,
		Statuses: simulator.StatusTiming{Sent: 300 * time.Millisecond, Delivered: 900 * time.Millisecond, Read: 2500 * time.Millisecond, AutoRead: true},
	})
	if err != nil {
		s.close()
		return nil, nil, err
	}
	account := Account{Provider: providerDemo, BaseURL: sim.URL(), PhoneNumberID: simulator.DefaultPhoneNumberID, WABAID: simulator.DefaultWABAID,
		DisplayNumber: simulator.DefaultDisplayPhoneNumber, VerifiedName: simulator.DefaultVerifiedName}
	client, err := account.clientOver(s.counted(cloudapi.NewTransport()), func() (string, error) { return simulator.DefaultToken, nil })
	if err != nil {
		sim.Close()
		s.close()
		return nil, nil, err
	}
	s.run(account, client, receive.Signed([]byte(simulator.DefaultAppSecret)))
	s.keep(waySimulator, func(context.Context) (receive.Source, error) { return inlet, nil })
	d := &demoRun{session: s, simulator: sim}
	d.ctx, d.cancel = context.WithCancel(context.Background())
	return d, s, nil
}

// demoCurtain is the setting that holds when the play first began.
const demoCurtain = "demo_curtain"

// perform lets the play begin. Over a stored history it only puts the people
// and their phones back where they were: the shop has the story already, and
// whoever was erased from it stays erased.
func (d *demoRun) perform() error {
	play, how := simulator.PlayShop(), simulator.Performance{Live: true, Curtain: d.simulator.Now()}
	value, err := d.session.store.Setting(d.ctx, demoCurtain)
	switch {
	case err == nil:
		if how.Curtain, err = time.Parse(time.RFC3339, string(value)); err != nil {
			return inbox.NewError(inbox.CodeStorageDamaged, "read start of the play")
		}
		how.Silent, play.After = true, nil
	case inbox.CodeOf(err) == inbox.CodeNotFound:
		start := []byte(how.Curtain.Format(time.RFC3339))
		if err := d.session.store.Update(d.ctx, func(tx *store.Tx) error { return tx.SetSetting(demoCurtain, start) }); err != nil {
			return err
		}
	default:
		return err
	}
	if _, err := d.simulator.Perform(d.ctx, play, how); err != nil {
		return err
	}
	return d.restorePhones()
}

// restorePhones puts the newest stored messages back on the people's phones,
// which opens their windows as they were.
func (d *demoRun) restorePhones() error {
	var after store.Position
	for {
		list, err := d.session.store.ListConversations(d.ctx, after, maxPage)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, c := range list {
			if err := d.restorePhone(c); err != nil {
				return err
			}
		}
		last := list[len(list)-1]
		after = store.Position{LastActivity: last.LastActivity, ID: last.ID}
	}
}

func (d *demoRun) restorePhone(c inbox.Conversation) error {
	who, err := d.session.store.Recipient(d.ctx, c.CustomerID)
	if err != nil {
		return err
	}
	person, err := d.find(who)
	if err != nil {
		return nil // somebody who is not in the play
	}
	messages, err := d.session.store.ListMessages(d.ctx, store.Span{Conversation: c.ID, Limit: maxPage})
	if err != nil {
		return err
	}
	items := make([]simulator.ChatItem, 0, len(messages))
	for _, m := range messages {
		if m.WAMID == "" {
			continue
		}
		items = append(items, simulator.ChatItem{
			ID: string(m.WAMID), Mine: m.Direction == inbox.Inbound, Type: string(m.Kind), At: m.SentAt, Text: shownText(m),
			Revoked: !m.RevokedAt.IsZero(), Read: m.Status == inbox.StatusRead || m.Status == inbox.StatusPlayed,
		})
	}
	person.Remember(items...)
	return nil
}

func (d *demoRun) find(who inbox.Identity) (*simulator.Customer, error) {
	if who.BSUID != "" {
		return d.simulator.FindCustomer(who.BSUID)
	}
	return d.simulator.FindCustomer("+" + who.WAID)
}

func (d *demoRun) stop() {
	d.cancel()
	if err := d.simulator.Close(); err != nil && !errors.Is(err, context.Canceled) {
		slog.Warn("simulator did not close cleanly", "err", err)
	}
}

func (d *demoRun) customers() []DemoCustomer {
	list := []DemoCustomer{}
	for _, c := range d.simulator.Customers() {
		p := c.Person()
		list = append(list, DemoCustomer{ID: p.BSUID, Name: inbox.CleanLine(p.Name, maxName), Number: p.Phone})
	}
	return list
}

func (d *demoRun) thread(id string) ([]DemoMessage, error) {
	c, err := d.simulator.FindCustomer(id)
	if err != nil {
		return nil, inbox.NewError(inbox.CodeNotFound, "no such play customer")
	}
	c.Read()
	list := []DemoMessage{}
	for _, m := range c.Inbox() {
		list = append(list, DemoMessage{ID: m.ID, FromShop: !m.Mine, Kind: m.Type, Text: inbox.CleanText(m.Text, maxDraft), SentAtMs: millis(m.At), Status: demoStatus(m.Read)})
	}
	return list, nil
}

func demoStatus(read bool) string {
	if read {
		return string(inbox.StatusRead)
	}
	return string(inbox.StatusDelivered)
}

func (d *demoRun) say(r DemoSayRequest) error {
	c, err := d.simulator.FindCustomer(r.CustomerID)
	if err != nil {
		return inbox.NewError(inbox.CodeNotFound, "no such play customer")
	}
	text := inbox.CleanText(r.Text, maxDraft)
	if text == "" {
		return inbox.InvalidField("text", "empty")
	}
	_, err = c.SendText(d.ctx, text)
	return err
}

func (d *demoRun) scan(r DemoScanRequest) (string, error) {
	c, err := d.simulator.FindCustomer(r.CustomerID)
	if err != nil {
		return "", inbox.NewError(inbox.CodeNotFound, "no such play customer")
	}
	text, err := c.Scan(d.ctx, r.Link)
	if err != nil {
		return "", inbox.InvalidField("link", "leads nowhere")
	}
	return text, nil
}

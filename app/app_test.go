package app

import (
	"bytes"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
	"tresen/internal/store"
	"tresen/internal/vault"
)

// The main job: connect by hand, a customer writes, the shop answers, the ticks
// come back, and after a restart everything is there, but nothing can be read
// in the folder.
func TestMainJobFromFirstStartToRestart(t *testing.T) {
	d := newDesk(t)
	d.start()
	d.mustShow(phaseFirst, "")
	result := d.connect(d.request())
	if result.DisplayNumber != simulator.DefaultDisplayPhoneNumber || result.VerifiedName != simulator.DefaultVerifiedName {
		t.Errorf("result %+v", result)
	}
	d.mustShow(phaseOpen, "")
	anna := d.anna()
	row := d.say(anna, "Haben Sie Größe 38?")
	if row.Name != "Anna Äpfel" || row.NameSource != NameFromProfile || row.Unread != 1 || row.WindowClosesAtMs == 0 {
		t.Errorf("row %+v", row)
	}
	question := d.messages(row.ID)[0]
	answer := d.send(SendTextRequest{ConversationID: row.ID, Text: "Ja, für 12 €.", ReplyTo: question.ID})
	d.awaitStatus(answer, inbox.StatusRead)
	if got := anna.Received(); len(got) != 1 || got[0].Text != "Ja, für 12 €." || got[0].Quote == "" {
		t.Errorf("phone shows %+v", got)
	}
	nina := d.customer(simulator.Person{Name: "Nina ohne Nummer", Username: "nina.on"})
	other := d.say(nina, "Ich habe nur einen Namen")
	d.awaitStatus(d.send(SendTextRequest{ConversationID: other.ID, Text: "Das genügt"}), inbox.StatusDelivered)
	d.check(d.customers.Rename(RenameRequest{CustomerID: row.CustomerID, ShopName: "Frau Äpfel"}))
	d.check(d.inbox.SaveDraft(DraftRequest{ConversationID: row.ID, Text: "noch halb", ReplyTo: question.ID}))
	before, beforeMessages := d.list(), d.messages(row.ID)

	d.start()
	d.mustShow(phaseOpen, "")
	if after := d.list(); !reflect.DeepEqual(after, before) {
		t.Errorf("list\n%+v\nwas\n%+v", after, before)
	}
	if after := d.messages(row.ID); !reflect.DeepEqual(after, beforeMessages) {
		t.Errorf("messages\n%+v\nwere\n%+v", after, beforeMessages)
	}
	detail, err := d.inbox.GetConversation(row.ID)
	if do(d, detail, err).Draft != "noch halb" || detail.DraftReplyTo != question.ID || detail.Name != "Frau Äpfel" {
		t.Errorf("detail %+v", detail)
	}
	d.deliverTo(d.connection().WebhookURL)
	if again := d.say(anna, "Und Größe 40?"); again.ID != row.ID {
		t.Error("Anna was not recognised")
	}
	d.stop()
	secrets := []string{"Größe", "Äpfel", "für 12", "noch halb", "genügt", "Nina", "nina.on", "491713920011", "01713920011",
		nina.Person().BSUID, "wamid.", simulator.DefaultToken, simulator.DefaultAppSecret, simulator.DefaultVerifyToken, simulator.DefaultVerifiedName}
	mustNotHold(t, contents(t, d.cfg.DataDir), secrets)
	mustNotHold(t, []byte(strings.Join(d.told(), "\n")), secrets)
}

func mustNotHold(t *testing.T, b []byte, secrets []string) {
	t.Helper()
	for _, s := range secrets {
		var little, big []byte
		for _, unit := range utf16.Encode([]rune(s)) {
			little, big = append(little, byte(unit), byte(unit>>8)), append(big, byte(unit>>8), byte(unit))
		}
		if bytes.Contains(b, []byte(s)) || bytes.Contains(b, little) || bytes.Contains(b, big) {
			t.Errorf("%q can be read", s)
		}
	}
}

func TestPassphraseInsteadOfKeychain(t *testing.T) {
	for name, keychain := range map[string]vault.Keychain{"unusable": noKeychain{}, "none": nil} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.cfg.Keychain = keychain
			d.start()
			if d.state().Keychain {
				t.Error("the window believes in a keychain")
			}
			r := d.request()
			for _, r.Passphrase = range []string{"", "neun Zei."} {
				_, err := d.setup.Connect(r)
				d.refused("passphrase "+r.Passphrase, err, inbox.CodeInvalid, "passphrase")
			}
			d.mustShow(phaseFirst, "")
			r.Passphrase = "Blumen für Größe" // composed
			d.connect(r)
			row := d.say(d.anna(), "Hallo")

			d.start()
			d.mustShow(phaseLocked, "")
			_, err := d.inbox.ListConversations(ConversationQuery{Limit: 1})
			d.refused("list while locked", err, inbox.CodeNotFound, "")
			for _, wrong := range []string{"", "Blumen fuer Groesse"} {
				d.refused("unlock with "+wrong, d.setup.Unlock(wrong), inbox.CodeWrongPassphrase, "")
				d.mustShow(phaseLocked, "")
			}
			d.check(d.setup.Unlock("Blumen fu\u0308r Gro\u0308ße")) // decomposed
			d.mustShow(phaseOpen, "")
			if list := d.list(); len(list.Rows) != 1 || list.Rows[0].ID != row.ID {
				t.Errorf("list %+v", list)
			}
			preview, err := d.customers.PreviewErasure(row.CustomerID)
			if !do(d, preview, err).PassphraseResidue {
				t.Error("the residue of a passphrase is not named")
			}
			mustNotHold(t, contents(t, d.cfg.DataDir), []string{"Blumen für", simulator.DefaultToken, "Anna"})
		})
	}
}

func TestKeychainThatIsGoneIsAProblem(t *testing.T) {
	d := open(t)
	real := d.cfg.Keychain
	for name, c := range map[string]struct {
		keychain vault.Keychain
		code     inbox.Code
	}{
		"unusable": {noKeychain{}, inbox.CodeKeychain}, "none": {nil, inbox.CodeKeychain}, "another": {vault.NewMemoryKeychain(), inbox.CodeKeyMissing},
	} {
		d.cfg.Keychain = c.keychain
		d.start()
		if s := d.state(); s.Phase != string(phaseProblem) || s.Code != string(c.code) {
			t.Errorf("%s: %+v", name, s)
		}
	}
	d.cfg.Keychain = real
	d.start()
	d.mustShow(phaseOpen, "")
}

func TestSecondProcessIsRefused(t *testing.T) {
	d := open(t)
	second := d.another()
	second.Start()
	setup := &Setup{second}
	if s, err := setup.State(); err != nil || s.Phase != string(phaseProblem) || s.Code != string(inbox.CodeInUse) {
		t.Errorf("second shows %+v, %v", s, err)
	}
	d.say(d.anna(), "der Erste arbeitet weiter")
	d.stop()
	d.check(setup.Reopen())
	if s, err := setup.State(); err != nil || s.Phase != string(phaseOpen) || s.Code != "" {
		t.Errorf("second shows %+v, %v", s, err)
	}
}

func TestConnectRefusesBadInput(t *testing.T) {
	d := newDesk(t)
	d.start()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	d.check(err)
	defer taken.Close()
	for _, c := range []struct {
		name   string
		change func(*ConnectRequest)
		code   inbox.Code
		field  string
	}{
		{"provider", func(r *ConnectRequest) { r.Provider = "telegram" }, inbox.CodeInvalid, "provider"},
		{"no base URL", func(r *ConnectRequest) { r.BaseURL = " " }, inbox.CodeInvalid, "baseUrl"},
		{"http elsewhere", func(r *ConnectRequest) { r.BaseURL = "http://example.com" }, inbox.CodeInvalid, "baseUrl"},
		{"base URL with password", func(r *ConnectRequest) { r.BaseURL = "https://a:b@example.com" }, inbox.CodeInvalid, "baseUrl"},
		{"number id", func(r *ConnectRequest) { r.PhoneNumberID = "+49 171" }, inbox.CodeInvalid, "phoneNumberId"},
		{"number id with path", func(r *ConnectRequest) { r.PhoneNumberID = "1/../2" }, inbox.CodeInvalid, "phoneNumberId"},
		{"blank token", func(r *ConnectRequest) { r.Token = "          " }, inbox.CodeInvalid, "token"},
		{"app secret", func(r *ConnectRequest) { r.AppSecret = "short" }, inbox.CodeInvalid, "appSecret"},
		{"secret header of 360dialog", func(r *ConnectRequest) { r.Provider, r.AppSecret = provider360, strings.Repeat("x", 31) }, inbox.CodeInvalid, "appSecret"},
		{"verify token", func(r *ConnectRequest) { r.VerifyToken = "" }, inbox.CodeInvalid, "verifyToken"},
		{"no address", func(r *ConnectRequest) { r.ListenAddr = "8091" }, inbox.CodeInvalid, "listenAddr"},
		{"address of the network", func(r *ConnectRequest) { r.ListenAddr = "0.0.0.0:0" }, inbox.CodeInvalid, "listenAddr"},
		{"port taken", func(r *ConnectRequest) { r.ListenAddr = taken.Addr().String() }, inbox.CodeInUse, "listenAddr"},
		{"wrong token", func(r *ConnectRequest) { r.Token = "not the token at all" }, inbox.CodeTokenExpired, ""},
		{"wrong number", func(r *ConnectRequest) { r.PhoneNumberID = "12345" }, inbox.CodePermission, ""},
	} {
		r := d.request()
		c.change(&r)
		_, err := d.setup.Connect(r)
		d.refused(c.name, err, c.code, c.field)
	}
	d.sim.Close()
	_, err = d.setup.Connect(d.request())
	d.refused("nobody there", err, inbox.CodeOffline, "")
	d.mustShow(phaseFirst, "")
	if b := contents(t, filepath.Dir(d.cfg.DataDir)); len(b) != 0 {
		t.Errorf("a refused connection left %d bytes", len(b))
	}
}

func TestConnectForgivesWhatCopyingBringsAlong(t *testing.T) {
	d := newDesk(t)
	d.start()
	r := d.request()
	r.Token, r.AppSecret, r.VerifyToken, r.PhoneNumberID = " "+r.Token+"\n", "\t"+r.AppSecret+" ", r.VerifyToken+" ", r.PhoneNumberID+"\r\n"
	d.connect(r)
	d.say(d.anna(), "angekommen")
}

func TestConnectingAgainKeepsTheShop(t *testing.T) {
	d := open(t)
	row := d.say(d.anna(), "Hallo")
	r := d.request()
	r.Token = "not the token at all"
	_, err := d.setup.Connect(r)
	d.refused("wrong token", err, inbox.CodeTokenExpired, "")
	d.mustShow(phaseOpen, "")
	d.sim.AddToken("another good token", time.Time{})
	r.Token = "another good token"
	d.connect(r)
	if list := d.list(); len(list.Rows) != 1 || list.Rows[0].ID != row.ID {
		t.Errorf("list %+v", list)
	}
	d.awaitStatus(d.send(SendTextRequest{ConversationID: row.ID, Text: "mit neuem Token"}), inbox.StatusDelivered)
}

// An end of the program between making the folder and storing the connection.
func TestHalfMadeFolderBeginsAgain(t *testing.T) {
	d := newDesk(t)
	d.check(os.MkdirAll(d.cfg.DataDir, 0o700))
	v, err := vault.Create(d.cfg.DataDir, vault.WithKeychain(d.cfg.Keychain))
	d.check(err)
	v.Close()
	d.start()
	d.mustShow(phaseFirst, "")
	d.connect(d.request())
	d.say(d.anna(), "Hallo")
}

func TestLostKeyringIsNotReplaced(t *testing.T) {
	d := open(t)
	d.stop()
	d.check(os.Remove(filepath.Join(d.cfg.DataDir, "keyring")))
	d.start()
	d.mustShow(phaseProblem, inbox.CodeKeyMissing)
	_, err := d.setup.Connect(d.request())
	d.refused("connect", err, inbox.CodeKeyMissing, "")
	if exists, err := vault.Exists(d.cfg.DataDir); exists || err != nil {
		t.Error("a new keyring was made")
	}
}

func TestDamagedDatabaseIsAProblem(t *testing.T) {
	d := open(t)
	d.stop()
	d.check(os.WriteFile(filepath.Join(d.cfg.DataDir, store.FileName), bytes.Repeat([]byte("not a database "), 1000), 0o600))
	d.start()
	d.mustShow(phaseProblem, inbox.CodeStorageDamaged)
	d.refused("reopen", d.setup.Reopen(), inbox.CodeStorageDamaged, "")
}

func TestUnsignedDeliveryIsRefused(t *testing.T) {
	d := open(t)
	if code, err := post(d.connection().WebhookURL); err != nil || code != http.StatusUnauthorized {
		t.Errorf("got %d, %v", code, err)
	}
	d.sim.ChangeFaults(func(f *simulator.Faults) { f.WrongSignatures = 1 })
	d.say(d.anna(), "beim zweiten Mal richtig")
	if n := len(d.list().Rows); n != 1 {
		t.Errorf("%d conversations", n)
	}
}

func TestConnectionTellsWhatGoes(t *testing.T) {
	d := open(t)
	row := d.say(d.anna(), "Hallo")
	var c ConnectionState
	d.await("time of the delivery", func() bool { c = d.connection(); return c.LastDeliveryMs != 0 })
	if c.Receiving != "ready" || c.Sending != "ready" || c.Source != "direct" || c.Demo ||
		c.DisplayNumber != simulator.DefaultDisplayPhoneNumber || c.VerifiedName != simulator.DefaultVerifiedName || c.Queued+c.Unclear != 0 {
		t.Errorf("connected: %+v", c)
	}
	d.sim.ExpireToken(simulator.DefaultToken)
	waiting := d.send(SendTextRequest{ConversationID: row.ID, Text: "wartet"})
	d.await("pause", func() bool { c = d.connection(); return c.Sending == "paused" && c.Queued == 1 })
	if c.SendingCode != string(inbox.CodeTokenExpired) || c.Receiving != "ready" {
		t.Errorf("paused: %+v", c)
	}
	d.refused("short token", d.setup.ReplaceToken(" x "), inbox.CodeInvalid, "token")
	d.refused("wrong token", d.setup.ReplaceToken("not the token at all"), inbox.CodeTokenExpired, "")
	if c := d.connection(); c.Sending != "paused" {
		t.Errorf("after a wrong token: %+v", c)
	}
	d.sim.AddToken("another good token", time.Time{})
	d.check(d.setup.ReplaceToken(" another good token\n"))
	d.awaitStatus(waiting, inbox.StatusRead)
	d.await("sending again", func() bool { c = d.connection(); return c.Sending == "ready" && c.Queued == 0 })
	d.stop()
	d.sim.Close()
	d.start() // with no connection left over, so that the send certainly never leaves
	d.send(SendTextRequest{ConversationID: row.ID, Text: "niemand da"})
	d.await("offline", func() bool { c = d.connection(); return c.Sending == "offline" && c.Queued == 1 })
	if c.SendingCode != string(inbox.CodeOffline) {
		t.Errorf("offline: %+v", c)
	}
}

func TestPortTakenStillShowsTheShop(t *testing.T) {
	d := newDesk(t)
	d.start()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	d.check(err)
	r := d.request()
	r.ListenAddr = free.Addr().String()
	d.check(free.Close())
	d.connect(r)
	row := d.say(d.anna(), "Hallo")
	d.stop()
	taken, err := net.Listen("tcp", r.ListenAddr)
	d.check(err)
	d.start()
	d.mustShow(phaseOpen, "")
	if c := d.connection(); c.Receiving != "failed" || c.ReceivingCode != string(inbox.CodeInUse) || c.Sending != "ready" {
		t.Errorf("port taken: %+v", c)
	}
	m := d.send(SendTextRequest{ConversationID: row.ID, Text: "geht trotzdem"})
	d.awaitStatus(m, inbox.StatusAccepted)
	if _, err := d.system.CheckConnection(); inbox.CodeOf(err) != inbox.CodeInUse {
		t.Errorf("checked while the port is taken: %v", err)
	}
	d.check(taken.Close())
	for range 2 { // the second check must not mistake our own listener for somebody else's
		c, err := d.system.CheckConnection()
		if do(d, c, err).Receiving != "ready" || c.ReceivingCode != "" || c.WebhookURL == "" {
			t.Errorf("checked: %+v", c)
		}
	}
	d.check(d.setup.Reopen())
	if c := d.connection(); c.Receiving != "ready" {
		t.Errorf("reopened: %+v", c)
	}
}

func TestReadReceiptsAreOffUntilWanted(t *testing.T) {
	d := open(t)
	anna := d.anna()
	row := d.say(anna, "Hallo")
	d.check(d.inbox.MarkRead(row.ID))
	if got := d.list(); got.Unread != 0 || got.Rows[0].Unread != 0 {
		t.Errorf("list %+v", got)
	}
	d.check(d.sim.WaitIdle(d.ctx))
	if anna.Inbox()[0].Read {
		t.Error("Anna was told although nobody wants it")
	}
	d.check(d.system.SaveSettings(Settings{Theme: "system", Zoom: 100, ReadReceipts: true}))
	d.say(anna, "Noch da?")
	changed := d.sim.Changed()
	d.check(d.inbox.MarkRead(row.ID))
	for !anna.Inbox()[1].Read {
		select {
		case <-changed:
			changed = d.sim.Changed()
		case <-d.ctx.Done():
			t.Fatal("Anna was not told")
		}
	}
}

package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"tresen/internal/backup"
	"tresen/internal/broadcast"
	"tresen/internal/cloudapi"
	"tresen/internal/consent"
	"tresen/internal/counter"
	"tresen/internal/desktop"
	"tresen/internal/finder"
	"tresen/internal/inbox"
	"tresen/internal/media"
	"tresen/internal/notify"
	"tresen/internal/outbox"
	"tresen/internal/privacy"
	"tresen/internal/receive"
	"tresen/internal/register"
	"tresen/internal/relay/client"
	"tresen/internal/store"
	"tresen/internal/vault"
)

type sessionConfig struct {
	dir       string
	protector vault.Protector
	create    bool
	emit      func(EventName, any)
	scanDirs  []string
	now       func() time.Time
	version   string
	// openNotifier and raise are the App's; they may be nil.
	openNotifier func(clicked func(tag string)) (Notifier, error)
	raise        func()
	backupWork   int
}

// session is what every shop in this folder is opened with.
func (c Config) session(dir string) sessionConfig {
	return sessionConfig{dir: dir, emit: c.Emit, scanDirs: c.ScanDirs, now: c.Now, version: c.Version,
		openNotifier: c.OpenNotifier, raise: c.Raise, backupWork: c.BackupWork}
}

// Session is an open shop: its data folder and everything that runs on it.
// It is wired by hand here and nowhere else.
type Session struct {
	cfg   sessionConfig
	lock  *desktop.FolderLock
	vault *vault.Vault
	store *store.Store
	// placed is set with the store.
	placed *register.Register
	// consents is set with the store too.
	consents *consent.Register
	// finder searches what the store holds.
	finder    *finder.Finder
	searching searching
	// watch knows who is signed in; signingIn lets one PIN be tried at a time.
	watch     counter.Watch
	signingIn sync.Mutex
	// gatherer is set by run; notifier follows, or stays nil where the system shows none.
	gatherer *notify.Gatherer
	notifier atomic.Pointer[Notifier]
	shownIn  atomic.Value // the window's language, a string
	trim     sync.Once    // gives back the memory loading took

	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup
	// starting keeps start from adding work while close waits for it.
	starting sync.Mutex
	checking sync.Mutex // one checkConnection at a time

	translation translationLocks
	contacts    contactLog
	guiding     sync.Mutex // one step of the guide at a time
	editing     sync.Mutex // one change of the shop's details at a time
	backingUp   sync.Mutex // one change of the folder with the backups at a time

	// Set by connect, under mu, and never while the shop is being used otherwise.
	mu      sync.Mutex
	account Account
	client  *cloudapi.Client
	outbox  *outbox.Outbox
	// broadcasts is set with the outbox.
	broadcasts *broadcast.Feeder
	media      *media.Fetcher
	receiver   *receive.Receiver
	eraser     *privacy.Eraser
	keeper     *privacy.Keeper
	webhook    string // of the direct source
	relay      *client.Source
	relayWeb   *http.Client
	ways       *receive.Supervisor

	accept receive.Authenticator
	// look is the last look at the connection's health.
	look         *healthLook
	keptDelivery time.Time
	// awayFrom and awayUntil say when the computer was not receiving before this start.
	awayFrom, awayUntil time.Time
	// awaited is the check delivery that is on its way, arrived closed when it is here.
	awaited []byte
	arrived chan struct{}

	// arrivedAt is when the last delivery was kept, by this computer's clock, in
	// Unix milliseconds; the relay's may differ.
	arrivedAt atomic.Int64

	// refused is why the last delivery could not be kept, an inbox.Code, or empty.
	refused atomic.Value
	staging staging
	// viewing says whose restricted data are open.
	viewing viewing
	chats   chatFiles
	// exporting is the export of everything, copying the making or testing of a
	// backup, while one runs.
	exporting, copying running

	// certificates are what can be told to people who were erased, until it has been.
	certificates certificates

	objections objections
	// told is when the window was last told of a delivery, in Unix nanoseconds.
	told atomic.Int64
}

// openSession takes the data folder for this process and opens what is in it.
func openSession(cfg sessionConfig) (*Session, error) {
	if cfg.now == nil {
		cfg.now = time.Now
	}
	s := &Session{cfg: cfg}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.ways = receive.NewSupervisor(s.handle, func() { cfg.emit(EventConnectionChanged, nil) })
	if err := s.openFiles(); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *Session) openFiles() (err error) {
	if err := desktop.Prepare(s.cfg.dir); err != nil {
		return vaultError("prepare data folder", err)
	}
	if s.lock, err = desktop.Lock(s.cfg.dir); err != nil {
		return vaultError("lock data folder", err)
	}
	if err := backup.Tidy(s.cfg.dir); err != nil {
		return err
	}
	s.forgetPrints()
	if s.cfg.create {
		s.vault, err = vault.Create(s.cfg.dir, s.cfg.protector)
	} else {
		s.vault, err = vault.Open(s.cfg.dir, s.cfg.protector)
	}
	if err != nil {
		return vaultError("open keyring", err)
	}
	if s.store, err = store.Open(s.ctx, s.cfg.dir, s.vault); err != nil {
		return err
	}
	s.placed = register.New(s.store, s.cfg.now, func() { s.cfg.emit(EventCodesChanged, nil) })
	s.finder = finder.New(s.store, s.indexed)
	if err := s.openCounter(); err != nil {
		return err
	}
	return s.openRegister()
}

// close ends everything that runs, then closes the files.
func (s *Session) close() {
	s.starting.Lock()
	s.cancel()
	s.starting.Unlock()
	s.ways.Wait()
	s.work.Wait()
	if s.lock != nil { // or another process has the folder
		s.forgetPrints()
	}
	s.unstageAll()
	s.dropChats()
	if s.store != nil {
		s.removeCopies()
		if err := s.store.Close(); err != nil {
			slog.Error("close store", "err", err)
		}
	}
	if s.vault != nil {
		s.vault.Close()
	}
	if s.lock != nil {
		if err := s.lock.Unlock(); err != nil {
			slog.Error("unlock data folder", "err", err)
		}
	}
}

// start runs fn until the session closes; a panic in it is logged and ends only
// fn. Once the session is closing nothing more is started.
func (s *Session) start(name string, fn func(ctx context.Context) error) {
	s.starting.Lock()
	defer s.starting.Unlock()
	if s.ctx.Err() != nil {
		return
	}
	s.work.Add(1)
	go func() {
		defer s.work.Done()
		defer func() {
			if v := recover(); v != nil {
				slog.Error("panic", "in", name, "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
			}
		}()
		if err := fn(s.ctx); err != nil && s.ctx.Err() == nil {
			slog.Error("ended", "in", name, "err", err)
		}
	}()
}

// accountSetting is the name under which the connection is kept, sealed.
const accountSetting = "account"

// errNoConnection says that a data folder was made but never connected.
var errNoConnection = inbox.NewError(inbox.CodeNotFound, "no connection is stored")

// connectStored starts receiving and sending with the stored connection. It
// fails with errNoConnection if there is none.
func (s *Session) connectStored() error {
	value, err := s.store.Setting(s.ctx, accountSetting)
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		return errNoConnection
	}
	if err != nil {
		return fmt.Errorf("find connection: %w", err)
	}
	var account Account
	if err := json.Unmarshal(value, &account); err != nil {
		return inbox.NewError(inbox.CodeStorageDamaged, "decode connection")
	}
	api, err := account.clientOver(s.counted(cloudapi.NewTransport()), s.token)
	if err != nil {
		return err
	}
	appSecret, err := s.vault.Secret(secretApp)
	if err != nil {
		return vaultError("find app secret", err)
	}
	s.run(account, api, account.authenticator(appSecret))
	s.openWays()
	return nil
}

// checkConnection tries again what does not work: to listen, to reach the
// provider, and to send what waits. It fails with the first reason it meets.
func (s *Session) checkConnection() error {
	s.checking.Lock()
	defer s.checking.Unlock()
	ctx, cancel := context.WithTimeout(s.ctx, checkTimeout)
	defer cancel()
	if err := s.checkWays(ctx); err != nil {
		return err
	}
	if _, err := s.client.PhoneNumber(ctx); err != nil {
		return err
	}
	s.media.Resume()
	err := s.outbox.Resume(s.ctx)
	s.cfg.emit(EventConnectionChanged, nil)
	return err
}

// run wires sending, receiving and erasing and starts what needs no source.
func (s *Session) run(account Account, api *cloudapi.Client, accept receive.Authenticator) {
	s.loadAttention()
	s.mu.Lock()
	s.account, s.client = account, api
	s.receiver = receive.New(s.store, accept, s.changed, noteShownNotice, s.placed.Scan, s.hearConsent, s.hearRights, s.answerAutomatically, s.counter().Arrived)
	s.followRevocations()
	s.accept = accept
	s.outbox = outbox.New(outbox.Config{
		Store: s.store, Sender: api, Uploader: api, Uploading: s.uploading, Now: s.cfg.now,
		Notify: func(c inbox.ConversationID) {
			// How many messages wait is part of the connection's state.
			s.changed(receive.Change{Conversation: c, Account: true})
		},
		StateChanged: func() { s.cfg.emit(EventConnectionChanged, nil) },
		Accepted: func(tx *store.Tx, number inbox.PhoneNumberID, wamid inbox.WAMID) error {
			return receive.ApplyPending(tx, number, wamid, s.cfg.now())
		},
		Consent: s.mayGetTemplate,
	})
	s.broadcasts = s.openBroadcasts()
	s.media = s.newMedia(api)
	s.eraser = privacy.New(privacy.Config{
		Store: s.store, ContactBook: api, Uploads: api, ScanDirs: s.cfg.scanDirs, Now: s.cfg.now, Version: s.cfg.version,
		Finished: s.noteCertificate,
		Forget: func(id inbox.CustomerID) {
			s.finder.Forget(context.WithoutCancel(s.ctx), id)
			s.cfg.emit(EventCustomerChanged, CustomerEvent{CustomerID: id.String(), Erased: true})
		},
		Progress: func(job int64) { s.cfg.emit(EventErasureProgress, ErasureEvent{JobID: job}) },
	})
	s.keeper = privacy.NewKeeper(privacy.KeeperConfig{
		Store: s.store, Eraser: s.eraser, Now: s.cfg.now, AdBlocked: s.adBlocked, OpenCases: s.openCases,
		Done: func(privacy.RetentionRun) {
			s.cfg.emit(EventConversationChanged, ConversationEvent{})
			s.start("erased list", s.noteErasedBesideBackups)
		},
	})
	s.mu.Unlock()
	s.start("withheld deliveries", func(ctx context.Context) error { return s.receiver.Recheck(ctx, s.handle) })
	s.start("broken off imports", s.tidyImports)
	left := s.leftUnfinished()
	s.start("broken off files", func(context.Context) error { return s.removeUnfinished(left) })
	s.start("broken off backups", s.tidyBackups)
	s.start("search", s.runFinder)
	s.start("outbox", s.outbox.Run)
	s.start("broadcasts", s.broadcasts.Run)
	s.start("eraser", s.eraser.Run)
	s.start("retention", s.keeper.Run)
	s.start("media", s.media.Run)
	s.start("tidy", s.tidy)
	s.start("numbers", s.keepNumbers)
	s.start("counter", s.watchCounter)
	s.start("notifications", s.runNotifications)
	s.loadLastDelivery()
	s.noteAbsence()
	s.start("health", s.watchHealth)
}

// tellEvery is how often the window learns the time of the last delivery; a
// thousand at once would be a thousand events.
const tellEvery = time.Second

func (s *Session) handle(ctx context.Context, d receive.Delivery) error {
	if s.isProbe(d) {
		s.probed(d.Body)
		return nil
	}
	err := s.receiver.Handle(ctx, d)
	if errors.Is(err, receive.ErrUnverified) {
		return err
	}
	if err != nil {
		s.refused.Store(inbox.CodeOf(err))
		return err
	}
	s.refused.Store(inbox.Code(""))
	s.arrivedAt.Store(s.cfg.now().UnixMilli())
	now, last := time.Now().UnixNano(), s.told.Load()
	if now-last >= int64(tellEvery) && s.told.CompareAndSwap(last, now) {
		s.cfg.emit(EventConnectionChanged, nil)
	}
	s.settleObjections(ctx)
	return nil
}

// tidyEvery is how often parts whose time is over are looked for.
const tidyEvery = time.Hour

func (s *Session) tidy(ctx context.Context) error {
	ticker := time.NewTicker(tidyEvery)
	defer ticker.Stop()
	for {
		if err := s.receiver.Tidy(ctx, s.cfg.now()); err != nil && ctx.Err() == nil {
			slog.Error("expired parts could not be deleted", "err", err)
		}
		if err := s.expireIntakes(ctx, s.cfg.now()); err != nil && ctx.Err() == nil {
			slog.Error("unfinished questions could not be ended", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// changed turns what receiving and sending report into events.
func (s *Session) changed(c receive.Change) {
	if c.Account {
		s.cfg.emit(EventConnectionChanged, nil)
	}
	if c.Templates {
		s.cfg.emit(EventTextsChanged, nil)
	}
	if c.Conversation != 0 {
		s.media.Wake() // a message may have brought a file
		s.broadcasts.Wake()
		restricted, err := s.store.ConversationRestricted(s.ctx, c.Conversation)
		if err != nil {
			slog.Warn("restriction could not be looked up", "code", inbox.CodeOf(err))
		}
		s.cfg.emit(EventConversationChanged, ConversationEvent{ConversationID: int64(c.Conversation), New: c.New && !restricted && err == nil})
		if c.New && !restricted && err == nil {
			s.newArrival(c)
		}
	}
}

// token returns the access token; the client asks before every request.
func (s *Session) token() (string, error) {
	b, err := s.vault.Secret(secretToken)
	if err != nil {
		return "", vaultError("find token", err)
	}
	return string(b), nil
}

package app

import (
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"tresen/internal/inbox"
	"tresen/internal/store"
	"tresen/internal/vault"
)

// preferences are the window's own choices. They say nothing about anybody
// and are needed before the shop is open, so they lie in a plain file.
type preferences struct {
	mu     sync.Mutex
	path   string
	frozen bool
}

// Preferences is the content of that file.
type Preferences struct {
	Language string `json:"language"`
	Theme    string `json:"theme"`
	Zoom     int    `json:"zoom"`
	Width    int    `json:"width,omitempty"`
	Height   int    `json:"height,omitempty"`
}

func newPreferences(dir string) *preferences {
	return &preferences{path: filepath.Join(dir, "window.json")}
}

// Load returns the stored preferences; a missing or unreadable file gives the defaults.
func (p *preferences) Load() Preferences {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.load()
}

func (p *preferences) load() Preferences {
	out := Preferences{Theme: "system", Zoom: 100}
	b, err := os.ReadFile(p.path)
	if err != nil {
		return out
	}
	if err := json.Unmarshal(b, &out); err != nil || out.check() != nil {
		slog.Warn("window preferences were unreadable and are reset")
		return Preferences{Theme: "system", Zoom: 100}
	}
	return out
}

func (p *preferences) dir() string { return filepath.Dir(p.path) }

// freeze keeps the file from being written again: its folder is being wiped.
func (p *preferences) freeze() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.frozen = true
}

func (p *preferences) save(change func(*Preferences)) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.frozen {
		return nil
	}
	next := p.load()
	change(&next)
	if err := next.check(); err != nil {
		return err
	}
	b, err := json.Marshal(next)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(p.path), 0o700); err != nil {
		return inbox.NewError(inbox.CodeStorageReadOnly, "make data folder")
	}
	tmp := p.path + ".new"
	if err := os.WriteFile(tmp, b, 0o600); err != nil {
		return inbox.NewError(inbox.CodeStorageReadOnly, "write window preferences")
	}
	if err := os.Rename(tmp, p.path); err != nil {
		return inbox.NewError(inbox.CodeStorageReadOnly, "replace window preferences")
	}
	return nil
}

func (p Preferences) check() error {
	switch {
	case !slices.Contains([]string{"", "de", "en"}, p.Language):
		return inbox.InvalidField("language", "unknown language")
	case !slices.Contains([]string{"system", "light", "dark"}, p.Theme):
		return inbox.InvalidField("theme", "unknown theme")
	case p.Zoom < 80 || p.Zoom > 200:
		return inbox.InvalidField("zoom", "outside 80 to 200")
	}
	return nil
}

// shopSettings are choices that belong to the shop, kept sealed in its database.
type shopSettings struct {
	ReadReceipts bool `json:"readReceipts"`
	// KeepRevoked keeps what customers delete for everyone, with a mark.
	KeepRevoked bool `json:"keepRevoked"`
}

const shopSettingsName = "shop"

func (s *Session) shopSettings() (shopSettings, error) {
	var out shopSettings
	value, err := s.store.Setting(s.ctx, shopSettingsName)
	if inbox.CodeOf(err) == inbox.CodeNotFound && err != nil {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	if err := json.Unmarshal(value, &out); err != nil {
		return out, inbox.NewError(inbox.CodeStorageDamaged, "decode settings")
	}
	return out, nil
}

func (s *Session) saveShopSettings(v shopSettings) error {
	value, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.SetSetting(shopSettingsName, value) })
}

// passphrase reports whether the data folder is protected by a passphrase only.
func (s *Session) passphrase() bool {
	kind, err := vault.Kind(s.cfg.dir)
	return err == nil && kind == vault.KindPassphrase
}

func (a *App) settings() (Settings, error) {
	p := a.prefs.Load()
	out := Settings{Language: p.Language, Theme: p.Theme, Zoom: p.Zoom}
	s, err := a.session()
	if err != nil {
		return out, nil
	}
	shop, err := s.shopSettings()
	out.ReadReceipts, out.KeepRevoked = shop.ReadReceipts, shop.KeepRevoked
	return out, err
}

func (a *App) saveSettings(v Settings) error {
	if err := a.allow(); err != nil {
		return err
	}
	err := a.prefs.save(func(p *Preferences) { p.Language, p.Theme, p.Zoom = v.Language, v.Theme, v.Zoom })
	if err != nil {
		return err
	}
	s, err := a.session()
	if err != nil {
		return nil
	}
	next := shopSettings{ReadReceipts: v.ReadReceipts, KeepRevoked: v.KeepRevoked}
	now, err := s.shopSettings()
	if err != nil || now == next {
		return err
	}
	if !s.owner() {
		return inbox.NewError(inbox.CodeNotAllowed, "the shop's part of the settings is the owner's")
	}
	if err := s.saveShopSettings(next); err != nil {
		return err
	}
	s.followRevocations()
	if now.KeepRevoked && !next.KeepRevoked {
		return s.forgetRevoked()
	}
	return nil
}

// followRevocations tells the receiver what the shop has decided about messages
// their writers take back. Where that cannot be read they are removed.
func (s *Session) followRevocations() {
	shop, err := s.shopSettings()
	if err != nil {
		slog.Warn("rule for deleted messages could not be read", "code", inbox.CodeOf(err))
	}
	s.receiver.KeepRevoked(err == nil && shop.KeepRevoked)
}

// WindowSize returns the size the window had last, or 0, 0.
func (a *App) WindowSize() (width, height int) {
	p := a.prefs.Load()
	return p.Width, p.Height
}

// SaveWindowSize remembers the window's size.
func (a *App) SaveWindowSize(width, height int) {
	if width < 200 || height < 200 {
		return
	}
	if err := a.prefs.save(func(p *Preferences) { p.Width, p.Height = width, height }); err != nil {
		slog.Warn("window size was not kept", "code", inbox.CodeOf(err))
	}
}

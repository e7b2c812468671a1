package app

import (
	"encoding/json"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tresen/internal/backup"
	"tresen/internal/desktop"
	"tresen/internal/inbox"
	"tresen/internal/media"
	"tresen/internal/papers"
	"tresen/internal/privacy"
	"tresen/internal/profile/imprint"
	"tresen/internal/profile/wording"
	"tresen/internal/retention"
	"tresen/internal/store"
	"tresen/internal/vault"
)

// paperFacts reads everything the papers are written from: settings, rows and
// the state of this computer. It asks nobody outside.
func (s *Session) paperFacts(version string) (papers.Facts, error) {
	f := papers.Facts{At: s.cfg.now().In(time.Local), Version: version}
	for _, read := range []func(*papers.Facts) error{
		s.shopFacts, s.answerFacts, s.connectionFacts, s.translationFacts, s.backupFacts, s.retentionFacts, s.protectionFacts, s.logFacts,
		s.evidenceFacts, s.contractFacts, s.placeFacts,
	} {
		if err := read(&f); err != nil {
			return f, err
		}
	}
	return f, nil
}

func (s *Session) shopFacts(f *papers.Facts) error {
	d, err := s.shopDetails()
	if err != nil {
		return err
	}
	own := d.Imprint.Pruned()
	f.Country = retention.Country(own.Form.Jurisdiction())
	if own.Form == "" {
		_, choices, err := s.keeper.Rules(s.ctx)
		if err != nil {
			return err
		}
		f.Country = choices.Country
	}
	f.Shop = papers.Shop{
		Name: d.LegalName(), People: own.People, Address: d.Address(), Mail: own.Email, Phone: own.Phone, Authority: strings.TrimSpace(d.Privacy.Authority),
		Region: string(d.Region), ImprintWhole: len(own.Check()) == 0, ImprintURL: d.ImprintURL, PrivacyURL: d.PrivacyURL,
	}
	f.Provider.Region = d.Privacy.Region
	t, err := imprint.TransferStatus()
	f.Transfer = papers.Transfer{DE: t.DE, EN: t.EN, AsAt: t.AsAt}
	return err
}

// Names under which what the owner says for the papers is kept, sealed.
const (
	answersSetting   = "papers.answers"
	screeningSetting = "papers.screening"
)

func (s *Session) answerFacts(f *papers.Facts) error {
	if err := s.readSetting(answersSetting, &f.Answers); err != nil {
		return err
	}
	return s.readSetting(screeningSetting, &f.Screening)
}

// readSetting decodes a setting; an absent one changes nothing.
func (s *Session) readSetting(name string, into any) error {
	value, err := s.store.Setting(s.ctx, name)
	if err != nil {
		if inbox.CodeOf(err) == inbox.CodeNotFound {
			return nil
		}
		return err
	}
	if json.Unmarshal(value, into) != nil {
		return inbox.NewError(inbox.CodeStorageDamaged, "decode "+name)
	}
	return nil
}

func (s *Session) writeSetting(name string, value any) error {
	b, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.SetSetting(name, b) })
}

func (s *Session) connectionFacts(f *papers.Facts) error {
	s.mu.Lock()
	account := s.account
	s.mu.Unlock()
	f.Provider.Kind, f.Provider.Host = account.Provider, hostOf(account.BaseURL)
	g, err := s.guide()
	switch {
	case err != nil && inbox.CodeOf(err) == inbox.CodeNotFound:
		g = &guide{} // connected by hand
	case err != nil:
		return err
	}
	if g.Chosen.ID != "" && g.Chosen.ID == account.PhoneNumberID {
		f.Provider.PhoneApp = papers.TriOf(g.Chosen.OnPhoneApp)
		// What Meta itself said outweighs what the owner typed.
		for _, step := range []string{stepRegion, stepRegister} {
			for _, finding := range g.Results[step].Findings {
				if finding.Word == "region.is" {
					f.Provider.Region, f.Provider.RegionRead = finding.Value, true
				}
			}
		}
	}
	f.Relay.Direct = account.ListenAddr != ""
	id, err := s.identity()
	if err == nil {
		f.Relay.Paired, f.Relay.Host = true, hostOf(id.Relay)
	} else if inbox.CodeOf(err) == inbox.CodeNotFound {
		err = nil
	}
	return err
}

func (s *Session) translationFacts(f *papers.Facts) error {
	desk, err := s.translationDesk()
	if err == nil && desk.AgreedAtMs > 0 {
		f.Translation = papers.Translation{Service: desk.Provider, Host: desk.Host, Agreed: time.UnixMilli(desk.AgreedAtMs).In(f.At.Location())}
	}
	return err
}

func (s *Session) backupFacts(f *papers.Facts) error {
	place, err := s.backupPlace()
	if err != nil {
		return err
	}
	f.Backup = papers.Backup{
		Chosen: place.Folder != "", Generations: backup.DefaultLimits.Generations, MaxAgeDays: int(backup.DefaultLimits.MaxAge / (24 * time.Hour)),
	}
	if !place.TestedAt.IsZero() {
		f.Backup.Tested = place.TestedAt.In(f.At.Location())
	}
	if place.Folder == "" {
		return nil
	}
	list, err := backup.List(place.Folder)
	f.Backup.Reachable = err == nil
	for _, b := range list {
		if b.At.After(f.Backup.Newest) {
			f.Backup.Newest = b.At.In(f.At.Location())
		}
	}
	return nil
}

func (s *Session) retentionFacts(f *papers.Facts) error {
	rules, choices, err := s.keeper.Rules(s.ctx)
	if err != nil {
		return err
	}
	f.Retention = papers.Retention{Off: choices.Off, Rules: rules}
	ran, err := s.keeper.LastRun(s.ctx)
	if err != nil {
		return err
	}
	if !ran.IsZero() {
		f.Retention.Ran = ran.In(f.At.Location())
	}
	plan, err := s.keeper.Plan(s.ctx)
	f.Retention.Overdue = len(plan.Items)
	return err
}

func (s *Session) protectionFacts(f *papers.Facts) error {
	kind, err := vault.Kind(s.cfg.dir)
	if err != nil {
		return vaultError("look at keyring", err)
	}
	f.Protection.Keys = kind.String()
	counter, err := s.counterSettings()
	if err != nil {
		return err
	}
	on := papers.TriOf(s.watch.Status().On)
	f.Protection.Lock, f.Protection.Roles = on, on
	if on == papers.Yes {
		f.Protection.LockMinutes = counter.IdleMinutes
	}
	switch desktop.DiskOf(s.cfg.dir) {
	case desktop.DiskEncrypted:
		f.Protection.Disk = papers.Yes
	case desktop.DiskPlain:
		f.Protection.Disk = papers.No
	}
	return nil
}

// logFacts looks at the whole log, and for the last search for remains in it:
// every erasure ends with one, the self-test is an erasure too.
func (s *Session) logFacts(f *papers.Facts) error {
	entries, err := s.store.VerifyLog(s.ctx)
	if err != nil && inbox.CodeOf(err) != inbox.CodeStorageDamaged {
		return err
	}
	f.Log.Entries, f.Log.Whole = entries, papers.TriOf(err == nil)
	for after := int64(0); ; {
		page, err := s.store.ListLog(s.ctx, after, 1000)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, e := range page {
			after = e.ID
			if e.Kind != "erasure" {
				continue
			}
			var entry privacy.ErasureEntry
			if json.Unmarshal(e.Detail, &entry) == nil {
				f.Log.Tested, f.Log.Hits = e.At.In(f.At.Location()), entry.Verify.Hits
			}
		}
	}
}

// maxCounted bounds how many open requests are looked at.
const maxCounted = 10_000

// sensitiveGrace is how long a mark may stand before it counts as forgotten.
const sensitiveGrace = 7 * 24 * time.Hour

func (s *Session) evidenceFacts(f *papers.Facts) error {
	e, err := s.store.CountEvidence(s.ctx, f.At.Add(-sensitiveGrace))
	if err != nil {
		return err
	}
	f.Counts = papers.Counts{
		ColdStarts: e.ColdStarts, Uses: e.Uses, Uncovered: e.Uncovered, OldSensitive: e.OldSensitive, AutoMegabytes: media.AutoLimit >> 20,
	}
	cases, err := s.store.ListOpenCases(s.ctx, maxCounted)
	if err != nil {
		return err
	}
	automatic, err := s.automaticSettings(wording.German)
	if err != nil {
		return err
	}
	f.Counts.Notices = papers.TriOf(automatic.Notice.On && automatic.Notice.Confirmed != nil)
	f.Counts.CasesKnown = true
	for _, c := range cases {
		if c.DueAt.Before(f.At) {
			f.Counts.Cases++
		}
	}
	for _, language := range []string{"de", "en"} {
		versions, err := s.paperVersions(papers.KindRecord, language)
		if err != nil {
			return err
		}
		for _, v := range versions {
			if v.at.After(f.Counts.RecordConfirmed) {
				f.Counts.RecordConfirmed = v.at.In(f.At.Location())
			}
		}
	}
	return nil
}

func (s *Session) placeFacts(f *papers.Facts) error {
	dir := s.cfg.dir
	add := func(key string, sealed bool, paths ...string) {
		p := papers.Place{Key: key, Path: paths[0], Sealed: sealed}
		for _, path := range paths {
			files, bytes := sizeOf(path)
			p.Files += files
			p.Bytes += bytes
		}
		f.Places = append(f.Places, p)
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	add(papers.PlaceDatabase, true, in("tresen.db"), in("tresen.db-wal"), in("tresen.db-shm"))
	add(papers.PlaceKeyring, true, in("keyring"))
	add(papers.PlaceMedia, true, in(store.MediaDir))
	add(papers.PlaceLog, false, in("tresen.log"), in("tresen.old.log"))
	add(papers.PlaceWindow, false, in("window.json"))
	for _, cache := range s.cfg.scanDirs {
		add(papers.PlaceWebview, false, cache)
	}
	place, err := s.backupPlace()
	if err != nil {
		return err
	}
	if place.Folder != "" {
		p := papers.Place{Key: papers.PlaceBackup, Path: place.Folder, Sealed: true}
		list, err := backup.List(place.Folder)
		if err == nil {
			for _, b := range list {
				p.Files++
				p.Bytes += b.Bytes
			}
		}
		f.Places = append(f.Places, p)
	}
	f.Hosts = s.hostFacts(f)
	return nil
}

// sizeOf counts a file, or what is in a folder. What cannot be read counts nothing.
func sizeOf(path string) (files int, bytes int64) {
	_ = filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			if os.IsPermission(err) {
				return fs.SkipDir
			}
			return nil
		}
		if info, err := d.Info(); err == nil && info.Mode().IsRegular() {
			files++
			bytes += info.Size()
		}
		return nil
	})
	return files, bytes
}

// hostFacts lists the hosts this shop may contact, with what was counted. One
// that was contacted without being on the list is shown too.
func (s *Session) hostFacts(f *papers.Facts) []papers.Host {
	var list []papers.Host
	s.mu.Lock()
	api := s.client
	s.mu.Unlock()
	if api != nil {
		for i, host := range api.Hosts() {
			why := "files"
			if i == 0 {
				why = "api"
			}
			list = append(list, papers.Host{Name: host, Why: why})
		}
	}
	if f.Relay.Paired {
		list = append(list, papers.Host{Name: f.Relay.Host, Why: "relay"})
	}
	if f.Translation.Service != "" {
		list = append(list, papers.Host{Name: f.Translation.Host, Why: "translation"})
	}
	for _, address := range []string{f.Shop.ImprintURL, f.Shop.PrivacyURL} {
		host := siteHost(address)
		if host != "" && !slices.ContainsFunc(list, func(h papers.Host) bool { return h.Name == host }) {
			list = append(list, papers.Host{Name: host, Why: "website"})
		}
	}
	counted := s.contacts.all()
	names := make([]string, 0, len(counted))
	for name := range counted {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		c := counted[name]
		i := slices.IndexFunc(list, func(h papers.Host) bool { return covers(h.Name, name) })
		if i < 0 {
			list, i = append(list, papers.Host{Name: name}), len(list)
		}
		list[i].Contacts += c.count
		if at := c.last.In(f.At.Location()); at.After(list[i].Last) {
			list[i].Last = at
		}
	}
	return list
}

// covers reports whether a listed host, "host", "host:port" or ".suffix", is
// the one that was contacted.
func covers(listed, name string) bool {
	if strings.HasPrefix(listed, ".") {
		return strings.HasSuffix(name, listed)
	}
	u := url.URL{Host: listed}
	return u.Hostname() == name
}

// siteHost is the host of an address as people type it.
func siteHost(address string) string {
	address = strings.TrimSpace(address)
	if address == "" {
		return ""
	}
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

package app

import (
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"tresen/internal/backup"
	"tresen/internal/certificate"
	"tresen/internal/inbox"
	"tresen/internal/privacy"
	"tresen/internal/qr"
	"tresen/internal/store"
)

// CertificateState says whether a person who was erased can still be given her
// certificate: its number is in this program's memory only.
type CertificateState struct {
	Available bool `json:"available"`
	// Confirmed is true once the owner has confirmed the text as it is now.
	Confirmed bool `json:"confirmed"`
}

// CertificateRequest asks for a finished erasure's certificate.
type CertificateRequest struct {
	JobID int64 `json:"jobId"`
	// Language is de or en.
	Language string `json:"language"`
}

// GetCertificate says whether an erasure's certificate can be made.
func (b *Erasing) GetCertificate(jobID int64) (state CertificateState, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return state, err
	}
	_, err = s.certificate(jobID)
	state.Available = err == nil
	state.Confirmed, err = s.certificateConfirmed()
	return state, err
}

// ConfirmCertificate says that the owner has had the text checked, or no longer.
func (b *Erasing) ConfirmCertificate(confirmed bool) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	value := []byte{}
	if confirmed {
		value = []byte(certificate.TextVersion)
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.SetSetting(certificateSetting, value) })
}

// SaveCertificate asks where to put the certificate and writes it there; nothing
// of it stays anywhere else. It fails with not_found once its number is gone.
func (b *Erasing) SaveCertificate(r CertificateRequest) (saved PrintSaved, err error) {
	defer guard(&err)
	content, name, err := b.app.certificatePDF(r)
	if err != nil {
		return saved, err
	}
	return b.app.saveContent(name, ".pdf", content)
}

// PrintCertificate opens the certificate in the system's program for PDF. The
// copy made for that goes when the shop is closed.
func (b *Erasing) PrintCertificate(r CertificateRequest) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	content, name, err := b.app.certificatePDF(r)
	if err != nil {
		return err
	}
	path, err := b.app.printCopy(s, fileName(name)+".pdf", content)
	if err != nil {
		return err
	}
	if err := b.app.cfg.OpenFile(path); err != nil {
		return &inbox.Error{Code: inbox.CodeNotFound, Field: "program", Err: err}
	}
	return nil
}

// DropCertificate destroys an erasure's number, so that no further certificate
// can be made of it; of one that is still running none will be.
func (b *Erasing) DropCertificate(jobID int64) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	s.certificates.mu.Lock()
	defer s.certificates.mu.Unlock()
	delete(s.certificates.open, jobID)
	if s.certificates.declined == nil {
		s.certificates.declined = map[int64]bool{}
	}
	s.certificates.declined[jobID] = true
	return nil
}

// CertificateCheck is what somebody shows who has a certificate.
type CertificateCheck struct {
	// Case and Number stand on the certificate.
	Case   string `json:"case"`
	Number string `json:"number"`
	// Identifier is her phone number, or WhatsApp's id for her.
	Identifier string `json:"identifier"`
}

// CertificateMatch is the log's entry the certificate belongs to, if there is one.
type CertificateMatch struct {
	Found bool `json:"found"`
	// Entry is the entry's number in the log, AtMs when it was made.
	Entry int64 `json:"entry"`
	AtMs  int64 `json:"atMs"`
}

// CheckCertificate looks for the entry of the log that fits a certificate and
// an identifier. Only both together fit. It keeps neither.
func (b *Erasing) CheckCertificate(r CertificateCheck) (result CertificateMatch, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return result, err
	}
	return s.checkCertificate(r)
}

const certificateSetting = "certificate_text"

func (s *Session) certificateConfirmed() (bool, error) {
	value, err := s.store.Setting(s.ctx, certificateSetting)
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		return false, nil
	}
	return string(value) == certificate.TextVersion, err
}

func (s *Session) certificate(jobID int64) (certificateFacts, error) {
	s.certificates.mu.Lock()
	defer s.certificates.mu.Unlock()
	c, ok := s.certificates.open[jobID]
	if !ok {
		return c, inbox.NewError(inbox.CodeNotFound, "no certificate of this erasure")
	}
	return c, nil
}

func (a *App) certificatePDF(r CertificateRequest) (content []byte, name string, err error) {
	s, err := a.session()
	if err != nil {
		return nil, "", err
	}
	c, err := s.certificate(r.JobID)
	if err != nil {
		return nil, "", err
	}
	facts, err := s.certificateFacts(c, r.Language)
	if err != nil {
		return nil, "", err
	}
	letter, err := certificate.Write(facts, s.cfg.now())
	if err != nil {
		return nil, "", err
	}
	press, err := a.press()
	if err != nil {
		return nil, "", err
	}
	return press.PDF(letter), letter.Title + " " + facts.Case, nil // the name says nothing about the person
}

func (s *Session) certificateFacts(c certificateFacts, language string) (certificate.Facts, error) {
	job, err := privacy.Record(s.ctx, s.store, c.job.ID) // Meta may have answered since
	if err != nil {
		return certificate.Facts{}, err
	}
	shop, err := s.shopDetails()
	if err != nil {
		return certificate.Facts{}, err
	}
	place, err := s.backupPlace()
	if err != nil {
		return certificate.Facts{}, err
	}
	confirmed, err := s.certificateConfirmed()
	f := certificate.Facts{
		Language: language, Country: c.plan.Country, Case: privacy.CaseNumber(job), RequestedAt: c.plan.RequestedAt, ErasedAt: job.ErasedAt.In(time.Local),
		Basis: c.plan.Basis, Elements: c.plan.Triage.Elements, Hits: job.Hits, Files: job.Files, Skipped: job.Skipped,
		ContactBook: job.ContactBook, Uploads: job.UploadState, UploadCount: job.Uploads, Passphrase: s.passphrase() && s.account.Provider != providerDemo,
		Nonce: c.plan.Nonce, Confirmed: confirmed,
		Shop: certificate.Shop{Name: shop.Name(), Address: shop.Address(), Mail: shop.Imprint.Email, Phone: shop.Imprint.Phone, Authority: authorityOf(shop)},
	}
	if err == nil {
		f.Told, err = s.toldOf(c.plan.Told, language)
	}
	if place.Folder != "" {
		f.BackupUntil = job.ErasedAt.Add(backup.DefaultLimits.MaxAge)
	}
	return f, err
}

// logPage is how many entries of the log are read at a time.
const logPage = 1000

func (s *Session) checkCertificate(r CertificateCheck) (CertificateMatch, error) {
	nonce, err := hex.DecodeString(strings.Map(func(c rune) rune {
		if strings.ContainsRune("- \u2013", c) {
			return -1
		}
		return c
	}, r.Number))
	if err != nil || len(nonce) != 16 {
		return CertificateMatch{}, inbox.InvalidField("number", "not the number of a certificate")
	}
	var wanted []string
	for _, canonical := range s.canonicalForms(r.Identifier) {
		wanted = append(wanted, privacy.Commitment(nonce, canonical))
	}
	if len(wanted) == 0 {
		return CertificateMatch{}, inbox.InvalidField("identifier", "missing")
	}
	for after := int64(0); ; {
		page, err := s.store.ListLog(s.ctx, after, logPage)
		if err != nil || len(page) == 0 {
			return CertificateMatch{}, err
		}
		for _, e := range page {
			after = e.ID
			var entry privacy.ErasureEntry
			if e.Kind != "erasure" || json.Unmarshal(e.Detail, &entry) != nil || entry.Case != strings.TrimSpace(r.Case) {
				continue
			}
			if slices.ContainsFunc(entry.Commit, func(c string) bool { return slices.Contains(wanted, c) }) {
				return CertificateMatch{Found: true, Entry: e.ID, AtMs: millis(e.At)}, nil
			}
		}
	}
}

// canonicalForms are the ways in which what somebody typed may have been known:
// a number as people write it, or an id byte for byte.
func (s *Session) canonicalForms(typed string) (forms []string) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return nil
	}
	if digits, ok := inbox.NormalizeWAID(typed); ok {
		forms = append(forms, "wa:"+digits)
	}
	if _, choices, err := s.keeper.Rules(s.ctx); err == nil {
		if number, err := qr.ParseNumber(typed, string(choices.Country)); err == nil {
			forms = append(forms, "wa:"+number.Digits)
		}
	}
	return append(forms, "bsuid:"+typed)
}

package app

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/papers"
	"tresen/internal/profile/wording"
	"tresen/internal/store"
)

// maxContractFile bounds a scan that is kept: 10 MB.
const maxContractFile = 10 << 20

// maxAnswer bounds what the owner writes into a field of the papers.
const maxAnswer = 2000

// ContractsDesk is the page of contracts.
type ContractsDesk struct {
	Processors []ProcessorRow `json:"processors"`
	Contracts  []ContractRow  `json:"contracts"`
	// Letters are what Art. 28(3) GDPR asks of a contract; none in Switzerland.
	Letters []KeyedWords `json:"letters"`
}

// ProcessorRow is somebody who processes data for the shop.
type ProcessorRow struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	Host string `json:"host"`
	// ContractID is the newest contract, 0 if there is none.
	ContractID int64 `json:"contractId"`
	DueMs      int64 `json:"dueMs"`
	Overdue    bool  `json:"overdue"`
}

// ContractRow is a contract; days are written as "2026-11-22".
type ContractRow struct {
	ID int64 `json:"id"`
	// Party is a processor's key, or empty for one of the owner's own.
	Party      string `json:"party"`
	Name       string `json:"name"`
	Version    string `json:"version"`
	Dated      string `json:"dated"`
	Accepted   string `json:"accepted"`
	AcceptedBy string `json:"acceptedBy"`
	// Letters are those the contract was checked for, as "abc".
	Letters  string `json:"letters"`
	FileName string `json:"fileName"`
	FileSize int    `json:"fileSize"`
}

// AddContractRequest keeps a contract; with File the person is asked for its scan.
type AddContractRequest struct {
	Contract ContractRow `json:"contract"`
	File     bool        `json:"file"`
	Language string      `json:"language"`
}

// KeyedWords are a key and its words.
type KeyedWords struct {
	Key   string `json:"key"`
	Words string `json:"words"`
}

// ListContracts returns the processors and the contracts with them.
func (b *Papers) ListContracts(language string) (desk ContractsDesk, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return ContractsDesk{Processors: []ProcessorRow{}, Contracts: []ContractRow{}, Letters: []KeyedWords{}}, err
	}
	return b.app.contractsDesk(s, language)
}

// AddContract keeps a contract, sealed, with its scan if wanted. It fails with
// invalid and the field for a day that is none or a file that is no PDF or picture.
func (b *Papers) AddContract(r AddContractRequest) (desk ContractsDesk, err error) {
	defer guard(&err)
	desk = ContractsDesk{Processors: []ProcessorRow{}, Contracts: []ContractRow{}, Letters: []KeyedWords{}}
	s, err := b.app.session()
	if err != nil {
		return desk, err
	}
	c, err := r.Contract.contract(s.cfg.now())
	if err != nil {
		return desk, err
	}
	var file []byte
	if r.File {
		paths, err := b.app.cfg.PickFiles()
		if err != nil {
			return desk, &inbox.Error{Code: inbox.CodeInternal, Err: errors.New("ask for a file")}
		}
		if len(paths) == 0 {
			return b.app.contractsDesk(s, r.Language)
		}
		if file, err = readScan(paths[0]); err != nil {
			return desk, err
		}
		sum := sha256.Sum256(file)
		c.FileName, c.FileSize, c.SHA256 = inbox.CleanLine(filepath.Base(paths[0]), maxName), len(file), hex.EncodeToString(sum[:])
	}
	err = s.store.Update(s.ctx, func(tx *store.Tx) error {
		if _, err := tx.InsertPaper(store.PaperContract, s.cfg.now(), c, file); err != nil {
			return err
		}
		return s.logContract(tx, "contract", c)
	})
	if err != nil {
		return desk, err
	}
	return b.app.contractsDesk(s, r.Language)
}

// DeleteContract removes one that was kept by mistake.
func (b *Papers) DeleteContract(id int64) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) error {
		if err := tx.DeletePaper(store.PaperContract, id); err != nil {
			return err
		}
		return s.logContract(tx, "contractRemoved", papers.Contract{})
	})
}

// SaveContractFile writes the scan of a contract where the person wants it.
func (b *Papers) SaveContractFile(id int64) (saved PrintSaved, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return saved, err
	}
	f := papers.Facts{}
	if err := s.contractFacts(&f); err != nil {
		return saved, err
	}
	i := slices.IndexFunc(f.Contracts, func(c papers.Contract) bool { return c.ID == id })
	if i < 0 {
		return saved, inbox.NewError(inbox.CodeNotFound, "no such contract")
	}
	file, err := s.store.PaperFile(s.ctx, id)
	if err != nil {
		return saved, err
	}
	ending := scanEnding(file)
	return b.app.saveContent(strings.TrimSuffix(f.Contracts[i].FileName, filepath.Ext(f.Contracts[i].FileName)), ending, file)
}

func (s *Session) logContract(tx *store.Tx, kind string, c papers.Contract) error {
	_, err := tx.AppendLog(s.cfg.now(), kind, struct {
		Party    string `json:"party"`
		Accepted string `json:"accepted"`
		SHA256   string `json:"sha256"`
	}{c.Party, c.Accepted, c.SHA256})
	return err
}

func (a *App) contractsDesk(s *Session, language string) (ContractsDesk, error) {
	desk := ContractsDesk{Processors: []ProcessorRow{}, Contracts: []ContractRow{}, Letters: []KeyedWords{}}
	if _, err := wording.ParseLanguage(language); err != nil {
		return desk, err
	}
	f, err := s.paperFacts(a.cfg.Version)
	if err != nil {
		return desk, err
	}
	for _, p := range f.Processors() {
		row := ProcessorRow{Key: p.Key, Name: papers.PartyName(f, p.Key, language), Host: p.Host, DueMs: millis(p.Due), Overdue: p.Overdue(f.At)}
		if p.Contract != nil {
			row.ContractID = p.Contract.ID
		}
		desk.Processors = append(desk.Processors, row)
	}
	for _, c := range slices.Backward(f.Contracts) {
		desk.Contracts = append(desk.Contracts, ContractRow{
			ID: c.ID, Party: c.Party, Name: c.Name, Version: c.Version, Dated: c.Dated, Accepted: c.Accepted, AcceptedBy: c.AcceptedBy,
			Letters: c.Letters, FileName: c.FileName, FileSize: c.FileSize,
		})
	}
	if f.Country != "CH" {
		desk.Letters = keyed(papers.LettersOf(language))
	}
	return desk, nil
}

func keyed(list [][2]string) []KeyedWords {
	out := []KeyedWords{}
	for _, one := range list {
		out = append(out, KeyedWords{one[0], one[1]})
	}
	return out
}

func (s *Session) contractFacts(f *papers.Facts) error {
	rows, err := s.store.ListPapers(s.ctx, store.PaperContract)
	if err != nil {
		return err
	}
	for _, row := range rows {
		c := papers.Contract{}
		if err := row.Decode(&c); err != nil {
			return err
		}
		c.ID = row.ID
		f.Contracts = append(f.Contracts, c)
	}
	return nil
}

func (r ContractRow) contract(now time.Time) (papers.Contract, error) {
	c := papers.Contract{
		Party: r.Party, Name: inbox.CleanLine(r.Name, maxName), Version: inbox.CleanLine(r.Version, maxName), Dated: r.Dated, Accepted: r.Accepted,
		AcceptedBy: inbox.CleanLine(r.AcceptedBy, maxName),
	}
	for _, l := range papers.LettersOf("de") {
		if strings.Contains(r.Letters, l[0]) {
			c.Letters += l[0]
		}
	}
	known := []string{"", papers.PartyWhatsApp, papers.PartyD360, papers.PartyTranslate, papers.PartyRelay}
	switch {
	case !slices.Contains(known, c.Party):
		return c, inbox.InvalidField("party", "unknown")
	case c.Party == "" && c.Name == "":
		return c, inbox.InvalidField("name", "missing")
	case c.Accepted == "":
		return c, inbox.InvalidField("accepted", "missing")
	}
	for field, day := range map[string]string{"dated": c.Dated, "accepted": c.Accepted} {
		if err := pastDay(field, day, now); err != nil {
			return c, err
		}
	}
	return c, nil
}

// pastDay checks a day as "2026-11-22" that is today at the latest, or empty.
func pastDay(field, day string, now time.Time) error {
	if day == "" {
		return nil
	}
	t, err := time.ParseInLocation(time.DateOnly, day, time.Local)
	if err != nil || t.Year() < 1990 {
		return inbox.InvalidField(field, "not a day")
	}
	if t.After(now) {
		return inbox.InvalidField(field, "in the future")
	}
	return nil
}

// readScan reads a PDF or a picture somebody chose. Its errors say nothing
// about where it lies.
func readScan(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, inbox.InvalidField("file", "not readable")
	}
	defer file.Close()
	b, err := io.ReadAll(io.LimitReader(file, maxContractFile+1))
	switch {
	case err != nil:
		return nil, inbox.InvalidField("file", "not readable")
	case len(b) > maxContractFile:
		return nil, inbox.InvalidField("file", "too large")
	case scanEnding(b) == "":
		return nil, inbox.InvalidField("file", "neither PDF nor picture")
	}
	return b, nil
}

// scanEnding tells by its first bytes what a scan is, or nothing.
func scanEnding(b []byte) string {
	for ending, start := range map[string]string{".pdf": "%PDF-", ".png": "\x89PNG\r\n\x1a\n", ".jpg": "\xff\xd8\xff"} {
		if bytes.HasPrefix(b, []byte(start)) {
			return ending
		}
	}
	return ""
}

// PaperAnswers are what only the owner can say for the papers.
type PaperAnswers struct {
	Officer       PaperAnswer `json:"officer"`
	Tax           PaperAnswer `json:"tax"`
	Help          PaperAnswer `json:"help"`
	RelayOperator string      `json:"relayOperator"`
	RelayOwn      bool        `json:"relayOwn"`
	RelayPlace    string      `json:"relayPlace"`
	// Assessed is when the transfer to the USA was assessed, as "2026-11-22".
	Assessed string `json:"assessed"`
	// Relay is true if a relay is in use; the three above are about it.
	Relay bool `json:"relay"`
}

// PaperAnswer is a text, or that there is none.
type PaperAnswer struct {
	Text string `json:"text"`
	None bool   `json:"none"`
}

// GetAnswers returns what the owner said.
func (b *Papers) GetAnswers() (answers PaperAnswers, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return answers, err
	}
	a := papers.Answers{}
	if err := s.readSetting(answersSetting, &a); err != nil {
		return answers, err
	}
	return PaperAnswers{
		Officer: PaperAnswer(a.Officer), Tax: PaperAnswer(a.Tax), Help: PaperAnswer(a.Help), RelayOperator: a.RelayOperator, RelayOwn: a.RelayOwn,
		RelayPlace: a.RelayPlace, Assessed: a.Assessed, Relay: s.paired(),
	}, nil
}

// SetAnswers keeps what the owner says, sealed.
func (b *Papers) SetAnswers(r PaperAnswers) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	if err := pastDay("assessed", r.Assessed, s.cfg.now()); err != nil {
		return err
	}
	clean := func(a PaperAnswer) papers.Answer {
		if a.None {
			return papers.Answer{None: true}
		}
		return papers.Answer{Text: inbox.CleanLine(a.Text, maxAnswer)}
	}
	return s.writeSetting(answersSetting, papers.Answers{
		Officer: clean(r.Officer), Tax: clean(r.Tax), Help: clean(r.Help), RelayOperator: inbox.CleanLine(r.RelayOperator, maxAnswer),
		RelayOwn: r.RelayOwn, RelayPlace: inbox.CleanLine(r.RelayPlace, maxName), Assessed: r.Assessed,
	})
}

// ScreeningSheet is the assessment whether a DPIA is needed.
type ScreeningSheet struct {
	Questions []KeyedWords `json:"questions"`
	// At is when it was made, as "2026-11-22", empty if never.
	At     string   `json:"at"`
	By     string   `json:"by"`
	Yes    []string `json:"yes"`
	Reason string   `json:"reason"`
}

// GetScreening returns the questions and what was answered.
func (b *Papers) GetScreening(language string) (sheet ScreeningSheet, err error) {
	defer guard(&err)
	sheet = ScreeningSheet{Questions: []KeyedWords{}, Yes: []string{}}
	s, err := b.app.session()
	if err != nil {
		return sheet, err
	}
	if _, err := wording.ParseLanguage(language); err != nil {
		return sheet, err
	}
	v := papers.Screening{}
	if err := s.readSetting(screeningSetting, &v); err != nil {
		return sheet, err
	}
	sheet.Questions, sheet.At, sheet.By, sheet.Yes, sheet.Reason = keyed(papers.QuestionsOf(language)), v.At, v.By, append(sheet.Yes, v.Yes...), v.Reason
	return sheet, nil
}

// SetScreening keeps the answers as of today. It fails with invalid without
// reasons or without a name.
func (b *Papers) SetScreening(r ScreeningSheet) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	v := papers.Screening{At: s.cfg.now().In(time.Local).Format(time.DateOnly), By: inbox.CleanLine(r.By, maxName), Reason: inbox.CleanText(r.Reason, maxAnswer)}
	for _, q := range papers.QuestionsOf("de") {
		if slices.Contains(r.Yes, q[0]) {
			v.Yes = append(v.Yes, q[0])
		}
	}
	switch {
	case strings.TrimSpace(v.Reason) == "":
		return inbox.InvalidField("reason", "missing")
	case v.By == "":
		return inbox.InvalidField("by", "missing")
	}
	return s.writeSetting(screeningSetting, v)
}

package app

import (
	"context"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/receive"
	"tresen/internal/setup"
)

// FindingRow is one line of what was checked; the window has words for Word.
type FindingRow struct {
	Word string `json:"word"`
	// State is passed, warn or failed.
	State string `json:"state"`
	// Code and Number (the provider's own) say why it failed, or are empty.
	Code   string `json:"code"`
	Number int    `json:"number"`
	Value  string `json:"value"`
	AtMs   int64  `json:"atMs"`
}

// CheckResult is what a step or check found.
type CheckResult struct {
	State    string       `json:"state"`
	Findings []FindingRow `json:"findings"`
}

func checkResult(f setup.Findings) CheckResult {
	out := CheckResult{State: string(f.State()), Findings: findingRows(f)}
	return out
}

func findingRows(f setup.Findings) []FindingRow {
	rows := make([]FindingRow, 0, len(f))
	for _, line := range f {
		rows = append(rows, FindingRow{
			Word: line.Word, State: string(line.State), Code: string(line.Code), Number: line.Count, Value: line.Value, AtMs: millis(line.At),
		})
	}
	return rows
}

// PointCallback makes the provider bring deliveries to the shop's mailbox and
// reads back that it does.
func (b *Relay) PointCallback() (result CheckResult, err error) {
	defer guard(&err)
	empty := CheckResult{Findings: []FindingRow{}}
	s, err := b.app.workshop()
	if err != nil {
		return empty, err
	}
	findings, err := s.pointCallback()
	if err != nil {
		return empty, err
	}
	return checkResult(findings), nil
}

// pointCallback does it with what is stored.
func (s *Session) pointCallback() (setup.Findings, error) {
	secret, err := s.secretText(secretApp)
	if err != nil {
		return nil, err
	}
	return s.pointTo(s.account, s.token, secret)
}

func (s *Session) pointTo(a Account, token func() (string, error), secret string) (setup.Findings, error) {
	ctx, cancel := context.WithTimeout(s.ctx, 2*checkTimeout)
	defer cancel()
	source, err := s.mailbox()
	if err != nil {
		return nil, err
	}
	mailbox, err := source.Check(ctx)
	if err != nil {
		return nil, err
	}
	account, err := s.providerAccount(ctx, a, token, secret)
	if err != nil {
		return nil, err
	}
	return setup.PointCallback(ctx, account, setup.Target{
		URL: mailbox.WebhookURL, VerifyToken: mailbox.VerifyToken, Header: receive.SharedSecretHeader, Secret: secret,
	}), nil
}

// providerAccount makes the clients a step needs: the shop's own and, with
// Meta, the app's, whose token is made of its id and secret. (Meta docs: Access tokens.)
func (s *Session) providerAccount(ctx context.Context, a Account, token func() (string, error), secret string) (setup.Account, error) {
	api, err := a.client(token)
	if err != nil {
		return setup.Account{}, err
	}
	if a.Provider == provider360 {
		return setup.Account{API: api}, nil
	}
	appID := a.AppID
	if appID == "" {
		info, err := api.DebugToken(ctx)
		if err != nil {
			return setup.Account{}, err
		}
		appID = info.AppID
	}
	if appID == "" {
		return setup.Account{}, inbox.NewError(inbox.CodePermission, "token names no app")
	}
	app, err := appClient(a, appID, secret)
	return setup.Account{API: api, App: app, AppID: appID}, err
}

func appClient(a Account, appID, secret string) (*cloudapi.Client, error) {
	return a.client(func() (string, error) { return appID + "|" + secret, nil })
}

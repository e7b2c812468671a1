package app

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// Costs is what the window can do with what messages cost and where Meta's
// limits are.
type Costs struct{ app *App }

// CostDesk is the count of delivered messages and what is known of limits.
type CostDesk struct {
	// Months are the newest first; at most twelve.
	Months []CostMonth `json:"months"`
	Prices CostPrices  `json:"prices"`
	// ServiceUsed is how many service messages were delivered this month.
	ServiceUsed int `json:"serviceUsed"`
	// Silent is how many messages of the last day Meta accepted and never spoke of again.
	Silent int `json:"silent"`
	// Payment is true while Meta says that a payment is missing.
	Payment bool `json:"payment"`
	// CrowdedCustomers is how many people have so much waiting that the limit per person slows it down.
	CrowdedCustomers int         `json:"crowdedCustomers"`
	Notices          []CostLimit `json:"notices"`
}

// CostMonth is one month of one number.
type CostMonth struct {
	// Month is written 2026-11.
	Month string    `json:"month"`
	Rows  []CostRow `json:"rows"`
	// Total is decimal text in the currency of the prices, or empty without all prices needed.
	Total string `json:"total"`
}

// CostRow counts delivered messages of one category and kind of price, both in Meta's words.
type CostRow struct {
	Category string `json:"category"`
	Kind     string `json:"kind"`
	Messages int    `json:"messages"`
	// Cost is decimal text, or empty where no price was entered or the kind is free.
	Cost string `json:"cost"`
	Free bool   `json:"free"`
}

// CostPrices are figures the shop took from Meta's price list; empty means not entered.
type CostPrices struct {
	Currency       string `json:"currency"`
	Service        string `json:"service"`
	Utility        string `json:"utility"`
	Marketing      string `json:"marketing"`
	Authentication string `json:"authentication"`
	// Allowance is how many service messages a month are free by the shop's price list, or 0.
	Allowance int `json:"allowance"`
}

// CostLimit is news about the shop's limits that matters now. Kind is quality,
// limit, restriction or error.
type CostLimit struct {
	Kind string `json:"kind"`
	// Word is Meta's word, as RED or TIER_250; Number Meta's error number or 0.
	Word   string `json:"word"`
	Number int    `json:"number"`
	AtMs   int64  `json:"atMs"`
}

const (
	costMonths = 12
	pricesName = "prices"
	// noticeLimit and noticeLife bound how far back news of the account is looked at.
	noticeLimit = 100
	noticeLife  = 30 * 24 * time.Hour
	// Between these ages an accepted message without any report is suspicious:
	// a report comes within minutes unless the phone is off, and then one tick does.
	silentFrom = 24 * time.Hour
	silentTo   = 10 * time.Minute
	// crowdedAbove is how many messages may wait for one person before the limit per person is worth a word.
	crowdedAbove = 10
)

// GetDesk returns the counts, the prices entered, and what matters of the limits.
func (b *Costs) GetDesk() (desk CostDesk, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return desk, err
	}
	return s.costDesk()
}

// AskLimits asks Meta about the number's quality and returns it if it matters.
func (b *Costs) AskLimits() (limits []CostLimit, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(s.ctx, checkTimeout)
	defer cancel()
	number, err := s.client.PhoneNumber(ctx)
	if err != nil {
		return nil, err
	}
	limits = []CostLimit{}
	if number.Quality == "YELLOW" || number.Quality == "RED" {
		limits = append(limits, CostLimit{Kind: "quality", Word: number.Quality, AtMs: millis(s.cfg.now())})
	}
	return limits, nil
}

// SavePrices keeps the price list's figures. It fails with invalid, naming the field.
func (b *Costs) SavePrices(prices CostPrices) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	if err := prices.check(); err != nil {
		return err
	}
	value, err := json.Marshal(prices)
	if err != nil {
		return err
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.SetSetting(pricesName, value) })
}

func (p *CostPrices) check() error {
	if p.Allowance < 0 || p.Allowance > 1_000_000 {
		return inbox.InvalidField("allowance", "not between 0 and a million")
	}
	p.Currency = strings.ToUpper(strings.TrimSpace(p.Currency))
	for _, f := range []struct {
		name  string
		value *string
	}{{"service", &p.Service}, {"utility", &p.Utility}, {"marketing", &p.Marketing}, {"authentication", &p.Authentication}} {
		*f.value = strings.Replace(strings.TrimSpace(*f.value), ",", ".", 1)
		if *f.value == "" {
			continue
		}
		if _, ok := cost(*f.value, 1, "EUR"); !ok {
			return inbox.InvalidField(f.name, "not an amount")
		}
		if _, ok := cost("1", 1, p.Currency); !ok {
			return inbox.InvalidField("currency", "not three letters")
		}
	}
	return nil
}

// cost multiplies without floating point, as the total of an order is computed.
func cost(price string, messages int, currency string) (string, bool) {
	sum, ok := inbox.OrderItem{Price: price, Quantity: strconv.Itoa(messages), Currency: currency}.Sum()
	return sum.Value, ok
}

func (s *Session) costPrices() (CostPrices, error) {
	prices := CostPrices{Currency: "EUR"}
	value, err := s.store.Setting(s.ctx, pricesName)
	if err != nil {
		if inbox.CodeOf(err) == inbox.CodeNotFound {
			err = nil
		}
		return prices, err
	}
	if json.Unmarshal(value, &prices) != nil {
		return prices, inbox.NewError(inbox.CodeStorageDamaged, "decode prices")
	}
	return prices, nil
}

func (s *Session) costDesk() (CostDesk, error) {
	desk := CostDesk{Months: []CostMonth{}, Notices: []CostLimit{}}
	var err error
	if desk.Prices, err = s.costPrices(); err != nil {
		return desk, err
	}
	usage, err := s.store.ListUsage(s.ctx)
	if err != nil {
		return desk, err
	}
	s.mu.Lock()
	number := s.account.PhoneNumberID
	s.mu.Unlock()
	now := s.cfg.now()
	for _, u := range usage {
		if u.PhoneNumberID != number {
			continue
		}
		if u.Month == now.Local().Format("2006-01") && u.Category == "service" {
			desk.ServiceUsed += u.Messages
		}
		desk.Months = addUsage(desk.Months, u, desk.Prices)
	}
	for i := range desk.Months {
		desk.Months[i].Total = total(desk.Months[i].Rows, desk.Prices.Currency)
	}
	return desk, s.addLimits(&desk, now)
}

func addUsage(months []CostMonth, u store.Usage, prices CostPrices) []CostMonth {
	if n := len(months); n == 0 || months[n-1].Month != u.Month {
		if n == costMonths {
			return months
		}
		months = append(months, CostMonth{Month: u.Month, Rows: []CostRow{}})
	}
	row := CostRow{Category: u.Category, Kind: u.Kind, Messages: u.Messages, Free: strings.HasPrefix(u.Kind, "free_")}
	if price := prices.of(u.Category); price != "" && !row.Free {
		row.Cost, _ = cost(price, u.Messages, prices.Currency)
	}
	month := &months[len(months)-1]
	month.Rows = append(month.Rows, row)
	return months
}

// of returns the price of one of Meta's categories. (Meta docs: Pricing.)
func (p CostPrices) of(category string) string {
	switch {
	case category == "service":
		return p.Service
	case category == "utility":
		return p.Utility
	case strings.HasPrefix(category, "marketing"):
		return p.Marketing
	case strings.HasPrefix(category, "authentication"):
		return p.Authentication
	}
	return ""
}

// total is empty if something that costs has no price: half a sum would be a wrong one.
func total(rows []CostRow, currency string) string {
	var order inbox.Order
	for _, r := range rows {
		if r.Free {
			continue
		}
		if r.Cost == "" {
			return ""
		}
		order.Items = append(order.Items, inbox.OrderItem{Price: r.Cost, Quantity: "1", Currency: currency})
	}
	sums, ok := order.Total()
	if !ok || len(sums) != 1 {
		return ""
	}
	return sums[0].Value
}

func (s *Session) addLimits(desk *CostDesk, now time.Time) (err error) {
	if desk.Silent, err = s.store.CountSilent(s.ctx, now.Add(-silentFrom), now.Add(-silentTo)); err != nil {
		return err
	}
	queue, err := s.store.ListQueued(s.ctx)
	if err != nil {
		return err
	}
	waiting := map[inbox.CustomerID]int{}
	for _, q := range queue {
		if waiting[q.Customer]++; waiting[q.Customer] == crowdedAbove+1 {
			desk.CrowdedCustomers++
		}
	}
	notices, err := s.store.ListNotices(s.ctx, noticeLimit)
	if err != nil {
		return err
	}
	desk.Notices = limitsThatMatter(notices, now)
	desk.Payment = s.outbox.State().Paused == inbox.CodePayment
	return nil
}

// limitsThatMatter picks the newest word on each thing, newest first, and
// leaves out what is as it should be.
func limitsThatMatter(notices []inbox.AccountNotice, now time.Time) []CostLimit {
	list := []CostLimit{}
	seen := map[string]bool{}
	for _, n := range notices { // newest first
		kind, matters := limitKind(n)
		key := kind + "/" + strconv.Itoa(n.Number)
		if kind == "" || seen[key] || now.Sub(n.At) > noticeLife {
			continue
		}
		seen[key] = true
		if matters {
			word := cmp.Or(messagingLimit(n), n.Event)
			list = append(list, CostLimit{Kind: kind, Word: inbox.CleanLine(word, 64), Number: n.Number, AtMs: millis(n.At)})
		}
	}
	return list
}

// limitKind says what a notice is about and whether it is bad news. (Meta docs:
// webhook references of the fields.)
func limitKind(n inbox.AccountNotice) (kind string, matters bool) {
	switch n.Field {
	case "phone_number_quality_update":
		limit := messagingLimit(n)
		return "limit", slices.Contains([]string{"TIER_50", "TIER_250"}, limit) || n.Event == "DOWNGRADE" || n.Event == "FLAGGED"
	case "business_capability_update":
		return "limit", slices.Contains([]string{"TIER_50", "TIER_250"}, messagingLimit(n))
	case "account_update":
		return "restriction", slices.Contains([]string{"ACCOUNT_RESTRICTION", "ACCOUNT_VIOLATION", "DISABLED_UPDATE", "ACCOUNT_DELETED"}, n.Event)
	case "account_alerts":
		return "restriction", true
	case "messages", "errors":
		return "error", slices.Contains([]int{131042, 131048, 130429, 368, 131031}, n.Number)
	}
	return "", false
}

func messagingLimit(n inbox.AccountNotice) string {
	var detail struct {
		Limit   any `json:"max_daily_conversations_per_business"`
		Current any `json:"current_limit"`
	}
	if json.Unmarshal(n.Detail, &detail) != nil {
		return ""
	}
	for _, v := range []any{detail.Limit, detail.Current} {
		switch v := v.(type) {
		case string:
			return v
		case float64:
			return "TIER_" + strconv.Itoa(int(v))
		}
	}
	return ""
}

package app

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"tresen/internal/broadcast"
	"tresen/internal/consent"
	"tresen/internal/inbox"
	"tresen/internal/profile/hours"
	"tresen/internal/snippet"
	"tresen/internal/store"
	"tresen/internal/template"
)

// Broadcasts is what the window can do with one message for a few people who
// asked for it.
type Broadcasts struct{ app *App }

// GetDesk returns the broadcasts so far and what a new one could be.
func (b *Broadcasts) GetDesk() (desk BroadcastDesk, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return desk, err
	}
	return s.broadcastDesk()
}

// AskLimit asks Meta to how many people the number may write first in a day.
func (b *Broadcasts) AskLimit() (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.askDayLimit()
}

// Plan returns what a broadcast would do: to whom, to whom not, and at what cost.
func (b *Broadcasts) Plan(use BroadcastUse) (plan BroadcastPlan, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return plan, err
	}
	return s.planBroadcast(use)
}

// Preview shows the message with the values given so far.
func (b *Broadcasts) Preview(use BroadcastUse) (frame FrameRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return frame, err
	}
	return s.previewTemplate(use.TemplateID, use.Values)
}

// Start begins a broadcast that was confirmed and returns its id.
func (b *Broadcasts) Start(r StartBroadcast) (id int64, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return 0, err
	}
	return s.startBroadcast(r)
}

// Pause keeps a broadcast from going on until Resume.
func (b *Broadcasts) Pause(id int64) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.broadcasts.Pause(s.ctx, store.BroadcastID(id))
}

// Resume lets a paused broadcast go on.
func (b *Broadcasts) Resume(id int64) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.broadcasts.Resume(s.ctx, store.BroadcastID(id))
}

// Stop ends a broadcast for good and returns how many messages were just being
// sent and may still arrive.
func (b *Broadcasts) Stop(id int64) (leaving int, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return 0, err
	}
	return s.broadcasts.Stop(s.ctx, store.BroadcastID(id))
}

// ListRecipients returns the people of a broadcast who have not been erased since.
func (b *Broadcasts) ListRecipients(id int64) (rows []RecipientRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	list, err := s.store.ListRecipients(s.ctx, store.BroadcastID(id))
	rows = []RecipientRow{}
	for _, r := range list {
		name, _ := r.Profile.DisplayName()
		row := RecipientRow{CustomerID: r.Customer.String(), Name: name, Outcome: string(r.Outcome)}
		if r.Outcome == store.OutcomeFailed {
			row.Failure, row.Number = string(r.Failure), r.Number
		}
		rows = append(rows, row)
	}
	return rows, err
}

// openBroadcasts makes the feeder; what ran when the program last ended goes on.
func (s *Session) openBroadcasts() *broadcast.Feeder {
	return broadcast.New(broadcast.Config{
		Store: s.store, Queue: s.outbox, Refused: s.refusedBroadcast, Now: s.cfg.now,
		DayLimit: func() int { limit, _ := s.dayLimit(); return limit },
		Changed:  func() { s.cfg.emit(EventBroadcastsChanged, nil) },
	})
}

// Why somebody gets no broadcast whatever she agreed to.
const (
	refusedBarred     = "barred"     // the shop keeps her from writing
	refusedRestricted = "restricted" // her data are only stored (Art. 18(2) GDPR)
)

// refusedBroadcast says why a person gets no broadcast, in the window's words.
func (s *Session) refusedBroadcast(tx *store.Tx, c store.CustomerRef, purpose string) (string, error) {
	if c.Restricted {
		return refusedRestricted, nil
	}
	barred, err := tx.Blocked(c)
	if err != nil || barred {
		return refusedBarred, err
	}
	refusal, err := s.consents.Advertise(tx, c, consent.Purpose(purpose), s.cfg.now())
	if err != nil || refusal == "" {
		return "", err
	}
	return refusals[refusal], nil
}

// broadcastPurposes are what a template of a category may be sent for: an
// advertising one never as a mere reminder, an informing one never as news.
var broadcastPurposes = map[inbox.TemplateCategory][]consent.Purpose{
	inbox.CategoryMarketing: {consent.PurposeNews, consent.PurposeFeedback},
	inbox.CategoryUtility:   {consent.PurposeReminders, consent.PurposeFeedback},
}

func (s *Session) broadcastDesk() (BroadcastDesk, error) {
	desk := BroadcastDesk{Templates: []TemplateRow{}, List: []BroadcastRow{}, Agreed: []BroadcastPurpose{}}
	templates, err := s.store.ListTemplates(s.ctx)
	if err != nil {
		return desk, err
	}
	for _, t := range templates {
		if broadcast.Usable(t) {
			desk.Templates = append(desk.Templates, templateRow(t))
		}
	}
	slices.SortFunc(desk.Templates, func(a, b TemplateRow) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Language, b.Language))
	})
	list, err := s.store.ListBroadcasts(s.ctx)
	if err != nil {
		return desk, err
	}
	for _, b := range list {
		desk.List = append(desk.List, broadcastRow(b))
	}
	err = s.store.Update(s.ctx, func(tx *store.Tx) error {
		desk.Agreed = desk.Agreed[:0]
		for _, p := range []consent.Purpose{consent.PurposeNews, consent.PurposeReminders, consent.PurposeFeedback} {
			people, _, err := s.broadcasts.Audience(tx, string(p))
			if err != nil {
				return err
			}
			desk.Agreed = append(desk.Agreed, BroadcastPurpose{string(p), len(people)})
		}
		return nil
	})
	return desk, err
}

// wayOfOutcomes is the order in which outcomes are told.
var wayOfOutcomes = []store.Outcome{
	store.OutcomeRead, store.OutcomeDelivered, store.OutcomeSent, store.OutcomeLeaving, store.OutcomeWaiting,
	store.OutcomeFailed, store.OutcomeUnclear, store.OutcomeWithdrawn, store.OutcomeStopped, store.OutcomeErased,
}

func broadcastRow(b store.Broadcast) BroadcastRow {
	row := BroadcastRow{
		ID: int64(b.ID), State: string(b.State), Reason: b.Reason, Number: b.Number, Purpose: b.Purpose, Template: b.Content.Name,
		Category: b.Content.Category, Text: b.Content.Text, MadeAtMs: millis(b.MadeAt), EndedAtMs: millis(b.EndedAt), Outcomes: []BroadcastOutcome{},
	}
	if b.State == store.BroadcastRunning {
		row.NextAtMs = millis(b.NextAt)
	}
	for _, o := range wayOfOutcomes {
		if n := b.People[o]; n > 0 {
			row.Outcomes = append(row.Outcomes, BroadcastOutcome{string(o), n})
			row.People += n
		}
	}
	return row
}

func (s *Session) planBroadcast(use BroadcastUse) (BroadcastPlan, error) {
	plan := BroadcastPlan{Fields: []TemplateField{}, People: []BroadcastPerson{}, LeftOut: []BroadcastLeftOut{}}
	t, err := s.broadcastTemplate(use)
	if err != nil {
		return plan, err
	}
	values, err := s.broadcastFields(use, t, &plan)
	if err != nil {
		return plan, err
	}
	plan.Frame = *previewFrame(t, values)
	if err := s.planPeople(use, &plan); err != nil {
		return plan, err
	}
	prices, err := s.costPrices()
	if err != nil {
		return plan, err
	}
	plan.Currency = prices.Currency
	if price := prices.of(strings.ToLower(string(t.Category))); price != "" {
		plan.Cost, _ = cost(price, len(plan.People), prices.Currency)
	}
	plan.Seconds = len(plan.People) * int(broadcast.UsualPause/time.Second)
	plan.BetterAtMs, err = s.betterTime()
	return plan, err
}

// broadcastTemplate returns the template of a broadcast whose purpose suits it.
func (s *Session) broadcastTemplate(use BroadcastUse) (inbox.Template, error) {
	t, err := s.store.Template(s.ctx, inbox.TemplateID(use.TemplateID))
	if err != nil {
		return t, err
	}
	if !broadcast.Usable(t) {
		return t, inbox.NewError(inbox.CodeTemplateRejected, "template cannot go to several people")
	}
	if !slices.Contains(broadcastPurposes[t.Category], consent.Purpose(use.Purpose)) {
		return t, inbox.InvalidField("purpose", "does not suit the template")
	}
	return t, nil
}

// broadcastFields lists what has to be filled in; a variable called name begins as everybody's own.
func (s *Session) broadcastFields(use BroadcastUse, t inbox.Template, plan *BroadcastPlan) (map[string]string, error) {
	suggest, err := s.snippetValues(cmp.Or(use.Language, "de"))
	if err != nil {
		return nil, err
	}
	suggest[snippet.VarName] = broadcast.NamePlace
	values := map[string]string{}
	for _, f := range template.Fields(t) {
		value, given := use.Values[f.Key]
		if !given && f.Part != inbox.PartButton {
			var missing []string
			if value, missing = snippet.Fill("{"+f.Variable+"}", suggest); len(missing) > 0 {
				value = ""
			}
		}
		values[f.Key] = value
		plan.Fields = append(plan.Fields, TemplateField{
			Key: f.Key, Part: string(f.Part), Button: f.Label, Variable: f.Variable, Example: f.Example, Value: value, Limit: f.Limit,
		})
	}
	return values, nil
}

func (s *Session) planPeople(use BroadcastUse, plan *BroadcastPlan) error {
	plan.DayLimit, plan.LimitKnown = s.dayLimit()
	s.mu.Lock()
	number := s.account.PhoneNumberID
	s.mu.Unlock()
	return s.store.Update(s.ctx, func(tx *store.Tx) error {
		people, left, err := s.broadcasts.Audience(tx, use.Purpose)
		if err != nil {
			return err
		}
		plan.People, plan.LeftOut = plan.People[:0], plan.LeftOut[:0]
		for _, c := range people {
			profile, err := tx.Profile(c)
			if err != nil {
				return err
			}
			name, _ := profile.DisplayName()
			plan.People = append(plan.People, BroadcastPerson{c.ID.String(), name})
		}
		for reason, n := range left {
			plan.LeftOut = append(plan.LeftOut, BroadcastLeftOut{reason, n})
		}
		slices.SortFunc(plan.LeftOut, func(a, b BroadcastLeftOut) int { return most(a.People, b.People, a.Reason, b.Reason) })
		plan.UsedToday, err = tx.TemplatedSince(number, s.cfg.now().Add(-24*time.Hour))
		return err
	})
}

// When it is decent to write to people if the shop has not said when it is open.
const (
	decentFrom = 9
	decentTo   = 20
)

// betterTime returns when the shop opens next if it is closed now, or 0.
func (s *Session) betterTime() (int64, error) {
	d, err := s.shopDetails()
	if err != nil {
		return 0, err
	}
	now := s.cfg.now().Local()
	h := d.OpeningHours(hours.DateOf(now))
	if h.Empty() {
		for day := time.Monday; day <= time.Saturday; day++ {
			h.Week[day] = []hours.Span{{From: hours.At(decentFrom, 0), To: hours.At(decentTo, 0)}}
		}
	}
	if h.OpenAt(now) {
		return 0, nil
	}
	next, ok := h.NextOpening(now)
	if !ok {
		return 0, nil
	}
	return millis(next), nil
}

// longestWait is how far ahead a broadcast may be put off: consents and prices change.
const longestWait = 7 * 24 * time.Hour

func (s *Session) startBroadcast(r StartBroadcast) (int64, error) {
	t, err := s.broadcastTemplate(r.Use)
	if err != nil {
		return 0, err
	}
	s.mu.Lock()
	number := s.account.PhoneNumberID
	s.mu.Unlock()
	plan := broadcast.Plan{Purpose: r.Use.Purpose, PhoneNumberID: number, People: r.People, Content: store.BroadcastContent{
		TemplateID: t.ID, Name: t.Name, Language: t.Language, Category: string(t.Category),
		Values: r.Use.Values, Nameless: inbox.CleanLine(r.Use.Nameless, maxName), Text: previewFrame(t, r.Use.Values).Body,
	}}
	if r.StartAtMs > 0 {
		plan.StartAt = time.UnixMilli(r.StartAtMs)
		if plan.StartAt.Sub(s.cfg.now()) > longestWait {
			return 0, inbox.InvalidField("startAt", "too far ahead")
		}
	}
	id, err := s.broadcasts.Start(s.ctx, plan)
	return int64(id), err
}

// smallestLimit is what Meta gives a new business. (Meta docs: Messaging limits.)
const smallestLimit = 250

// dayLimitSetting keeps Meta's word for the limit, as TIER_250.
const dayLimitSetting = "messaging_limit"

func (s *Session) askDayLimit() error {
	ctx, cancel := context.WithTimeout(s.ctx, checkTimeout)
	defer cancel()
	number, err := s.client.PhoneNumber(ctx)
	if err != nil || number.Limit == "" {
		return err
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.SetSetting(dayLimitSetting, []byte(number.Limit)) })
}

// dayLimit returns to how many people the number may write first in a day, 0
// without a limit, and whether Meta said so.
func (s *Session) dayLimit() (limit int, known bool) {
	value, err := s.store.Setting(s.ctx, dayLimitSetting)
	if err != nil {
		return smallestLimit, false
	}
	return limitOf(string(value))
}

// limitOf reads Meta's word, as TIER_2K.
func limitOf(word string) (limit int, known bool) {
	tier, ok := strings.CutPrefix(word, "TIER_")
	if !ok {
		return smallestLimit, false
	}
	if tier == "UNLIMITED" {
		return 0, true
	}
	digits, thousand := strings.CutSuffix(tier, "K")
	n, err := strconv.Atoi(digits)
	if err != nil || n <= 0 {
		return smallestLimit, false
	}
	if thousand {
		n *= 1000
	}
	return n, true
}

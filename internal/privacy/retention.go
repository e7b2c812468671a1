package privacy

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"time"

	"tresen/internal/consent"
	"tresen/internal/inbox"
	"tresen/internal/retention"
	"tresen/internal/store"
)

// RetentionSetting is the name of the shop's choices among the settings.
const RetentionSetting = "retention"

// RetentionChoices is what the shop chose about retention.
type RetentionChoices struct {
	Country retention.Country  `json:"country"`
	Rules   []retention.Choice `json:"rules,omitempty"`
	// Off stops the daily run; the rules are still shown.
	Off bool `json:"off,omitempty"`
}

// KeeperConfig wires a Keeper.
type KeeperConfig struct {
	Store  *store.Store
	Eraser *Eraser
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Location is where years end; nil means the computer's.
	Location *time.Location
	// AdBlocked reports whether a person must not get advertising; nil means never.
	AdBlocked func(context.Context, inbox.CustomerID) (bool, error)
	// OpenCases counts a person's requests that are not answered yet, but for the
	// one of the given number; nil means none.
	OpenCases func(ctx context.Context, id inbox.CustomerID, but string) (int, error)
	// Done is called after a run that changed something. It must not block.
	Done func(RetentionRun)
}

// Keeper applies the rules of retention and keeps the archive.
type Keeper struct {
	cfg KeeperConfig
	// stop is called between the steps of a run; tests end it there.
	stop func(step string) error
}

// NewKeeper returns a Keeper that does nothing until Run.
func NewKeeper(cfg KeeperConfig) *Keeper {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Location == nil {
		cfg.Location = time.Local
	}
	if cfg.Done == nil {
		cfg.Done = func(RetentionRun) {}
	}
	return &Keeper{cfg: cfg, stop: func(string) error { return nil }}
}

// Rules returns the rules with the shop's choices.
func (k *Keeper) Rules(ctx context.Context) ([]retention.Rule, RetentionChoices, error) {
	choices := RetentionChoices{Country: retention.Germany}
	value, err := k.cfg.Store.Setting(ctx, RetentionSetting)
	switch {
	case err == nil:
		if json.Unmarshal(value, &choices) != nil {
			return nil, choices, inbox.NewError(inbox.CodeStorageDamaged, "decode retention")
		}
	case inbox.CodeOf(err) != inbox.CodeNotFound:
		return nil, choices, err
	}
	rules, err := retention.Apply(retention.Catalogue(choices.Country), choices.Rules)
	return rules, choices, err
}

// SetChoices keeps the shop's choices, or fails with invalid if one is outside
// what its rule allows.
func (k *Keeper) SetChoices(ctx context.Context, c RetentionChoices) error {
	if _, err := retention.Apply(retention.Catalogue(c.Country), c.Rules); err != nil {
		return err
	}
	value, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return k.cfg.Store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.SetSetting(RetentionSetting, value); err != nil {
			return err
		}
		_, err := tx.AppendLog(k.cfg.Now(), "retentionRules", c)
		return err
	})
}

func (k *Keeper) rule(ctx context.Context, class retention.Class) (retention.Rule, error) {
	rules, _, err := k.Rules(ctx)
	if err != nil {
		return retention.Rule{}, err
	}
	i := slices.IndexFunc(rules, func(r retention.Rule) bool { return r.Class == class })
	if i < 0 {
		return retention.Rule{}, inbox.InvalidField("class", "no such rule")
	}
	return rules[i], nil
}

// Plan says what a run would do now. It changes nothing.
func (k *Keeper) Plan(ctx context.Context) (retention.Plan, error) {
	ctx = store.For(ctx, store.Keeping)
	rules, _, err := k.Rules(ctx)
	if err != nil {
		return retention.Plan{}, err
	}
	facts, err := k.facts(ctx)
	return retention.MakePlan(rules, facts, k.cfg.Now().In(k.cfg.Location)), err
}

func (k *Keeper) facts(ctx context.Context) (f retention.Facts, err error) {
	kept, err := k.cfg.Store.ListKept(ctx)
	if err != nil {
		return f, err
	}
	people, err := k.heldPeople(ctx, &f)
	if err != nil {
		return f, err
	}
	held := map[inbox.ConversationID]bool{}
	for _, c := range kept {
		c.Matter.Hold = c.Matter.Hold || people[c.Customer]
		held[c.ID] = c.Matter.Hold
		f.Conversations = append(f.Conversations, k.conversation(c))
	}
	sensitive, err := k.cfg.Store.ListSensitive(ctx)
	if err != nil {
		return f, err
	}
	for _, m := range sensitive {
		f.Sensitive = append(f.Sensitive, retention.Message{
			ID: m.ID, Customer: m.Customer, SentAt: m.SentAt.In(k.cfg.Location), Hold: held[m.ID.Conversation()],
		})
	}
	if f.Consents, err = k.consents(ctx); err != nil {
		return f, err
	}
	archive, err := k.cfg.Store.ListArchived(ctx)
	for _, a := range archive {
		f.Archive = append(f.Archive, retention.Archived{
			ID: a.ID, Class: retention.Class(a.Class), StartsAt: a.StartsAt, EndsAt: a.EndsAt, Hold: a.Hold, Messages: a.Messages,
		})
	}
	return f, err
}

// consents lists what people agreed to and did not take back.
func (k *Keeper) consents(ctx context.Context) (list []retention.Consent, err error) {
	given, err := k.cfg.Store.ListGiven(ctx)
	for _, g := range given {
		list = append(list, retention.Consent{Customer: g.Customer, Class: proofClass(consent.Purpose(g.Purpose)), LastAt: g.LastAt.In(k.cfg.Location)})
	}
	return list, err
}

// ConversationsOf returns a person's conversations as the rules see them.
func (k *Keeper) ConversationsOf(ctx context.Context, id inbox.CustomerID) (list []retention.Conversation, err error) {
	kept, err := k.cfg.Store.ListKeptOf(ctx, id)
	for _, c := range kept {
		list = append(list, k.conversation(c))
	}
	return list, err
}

func (k *Keeper) conversation(c store.Kept) retention.Conversation {
	out := retention.Conversation{
		ID: c.ID, Customer: c.Customer, Kind: retention.Kind(c.Matter.Kind), Answered: c.Answered,
		Claims: c.Matter.Claims, Hold: c.Matter.Hold, Messages: c.Messages, Media: c.Media,
	}
	if !c.LastAt.IsZero() {
		out.LastAt = c.LastAt.In(k.cfg.Location)
	}
	if !c.Matter.ClosedAt.IsZero() {
		out.ClosedAt = c.Matter.ClosedAt.In(k.cfg.Location)
	}
	return out
}

// RetentionRun is what a run did. It holds nothing about persons.
type RetentionRun struct {
	At        time.Time               `json:"at"`
	Counts    map[retention.Class]int `json:"counts"`
	Messages  int                     `json:"messages"`
	Media     int                     `json:"media"`
	Customers int                     `json:"customers"`
	Archived  int                     `json:"archived"`
	// Left is how many items a second look found after the run; it should be 0.
	Left int `json:"left"`
}

// RunOnce carries out what Plan says: what must be kept goes to the archive,
// what is over is deleted, the keys of people with nothing left are destroyed,
// and a second look counts what is left over. It can be run again after an
// interruption.
func (k *Keeper) RunOnce(ctx context.Context) (RetentionRun, error) {
	ctx = store.For(ctx, store.Keeping)
	rules, choices, err := k.Rules(ctx)
	if err != nil {
		return RetentionRun{}, err
	}
	if choices.Off {
		return RetentionRun{}, k.clearUp(ctx)
	}
	facts, err := k.facts(ctx)
	if err != nil {
		return RetentionRun{}, err
	}
	now := k.cfg.Now().In(k.cfg.Location)
	plan := retention.MakePlan(rules, facts, now)
	run := RetentionRun{At: now, Counts: map[retention.Class]int{}, Customers: len(plan.Customers)}
	begun, err := k.begun(ctx)
	if err != nil {
		return run, err
	}
	if len(plan.Items) == 0 && !begun {
		return run, k.noteRun(ctx, now)
	}
	if err := k.carryOut(ctx, rules, plan, &run); err != nil {
		return run, err
	}
	after, err := k.Plan(ctx)
	if err != nil {
		return run, err
	}
	run.Left = len(after.Items)
	err = k.cfg.Store.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.AppendLog(now, "retention", run)
		return err
	})
	k.cfg.Done(run)
	if err == nil {
		err = k.noteRun(ctx, now)
	}
	return run, err
}

// RetentionRanSetting is the name under which the time of the last run is kept,
// also of one that found nothing to do.
const RetentionRanSetting = "retention.ran"

func (k *Keeper) noteRun(ctx context.Context, now time.Time) error {
	value, err := now.MarshalText()
	if err != nil {
		return err
	}
	return k.cfg.Store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.SetSetting(RetentionRanSetting, value); err != nil {
			return err
		}
		return tx.DeleteSetting(retentionBegunSetting)
	})
}

// LastRun returns when the rules were last carried out whole, or zero.
func (k *Keeper) LastRun(ctx context.Context) (at time.Time, err error) {
	value, err := k.cfg.Store.Setting(ctx, RetentionRanSetting)
	if err != nil {
		if inbox.CodeOf(err) == inbox.CodeNotFound {
			err = nil
		}
		return at, err
	}
	if at.UnmarshalText(value) != nil {
		err = inbox.NewError(inbox.CodeStorageDamaged, "decode time of retention")
	}
	return at, err
}

// retentionBegunSetting is there while a run is under way: what one that was cut
// off deleted is not out of the file yet, and no plan names it any more.
const retentionBegunSetting = "retention.begun"

// begun reports whether a run was cut off. A mark that is damaged is one all the
// same: what it stands for is only done once more.
func (k *Keeper) begun(ctx context.Context) (bool, error) {
	_, err := k.cfg.Store.Setting(ctx, retentionBegunSetting)
	switch {
	case err == nil || inbox.CodeOf(err) == inbox.CodeStorageDamaged:
		return true, nil
	case inbox.CodeOf(err) == inbox.CodeNotFound:
		return false, nil
	}
	return false, err
}

// clearUp takes out of the files what a run that was cut off had deleted
// before the rules were switched off.
func (k *Keeper) clearUp(ctx context.Context) error {
	begun, err := k.begun(ctx)
	if err != nil || !begun {
		return err
	}
	if err := k.cfg.Store.RemoveOrphans(ctx); err != nil {
		return err
	}
	if err := k.cfg.Store.Compact(ctx); err != nil {
		return err
	}
	return k.cfg.Store.Update(ctx, func(tx *store.Tx) error { return tx.DeleteSetting(retentionBegunSetting) })
}

// DeleteMessage deletes one message now, with its files, because it should never
// have come, such as one about somebody's health (Art. 5(1)(c), 9 GDPR). It
// fails with conflict ("hold") if something of its conversation is held, and with
// restricted for somebody whose data are only stored. What a
// kill leaves of it in files goes with the next run.
func (k *Keeper) DeleteMessage(ctx context.Context, id inbox.MessageID) error {
	var facts retention.Facts
	people, err := k.heldPeople(store.For(ctx, store.Keeping), &facts)
	if err != nil {
		return err
	}
	matter, err := k.cfg.Store.Matter(ctx, id.Conversation())
	if err != nil {
		return err
	}
	err = k.cfg.Store.Update(ctx, func(tx *store.Tx) error {
		_, ref, err := tx.FindMessage(id)
		if err != nil {
			return err
		}
		if matter.Hold || people[ref.Customer.ID] {
			return &inbox.Error{Code: inbox.CodeConflict, Field: "hold", Err: errHeld}
		}
		if err := tx.DeleteMessage(id); err != nil {
			return err
		}
		if err := tx.SetSetting(retentionBegunSetting, []byte("1")); err != nil {
			return err
		}
		_, err = tx.AppendLog(k.cfg.Now(), "messageDeleted", struct {
			Class retention.Class `json:"class"`
		}{retention.Sensitive})
		return err
	})
	if err != nil {
		return err
	}
	return k.clearUp(ctx)
}

var errHeld = inbox.NewError(inbox.CodeConflict, "it is held")

func (k *Keeper) carryOut(ctx context.Context, rules []retention.Rule, plan retention.Plan, run *RetentionRun) error {
	ending := k.count(plan, run)
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"begin", func() error {
			return k.cfg.Store.Update(ctx, func(tx *store.Tx) error { return tx.SetSetting(retentionBegunSetting, []byte("1")) })
		}},
		{"archive", func() error { return k.toArchive(ctx, rules, plan, run) }},
		{"messages", func() error { return k.deleteMessages(ctx, plan) }},
		{"drop", func() error { return k.cfg.Store.DropArchived(ctx, ending) }},
		{"people", func() error { return k.erasePeople(ctx, rules, plan) }},
		{"files", func() error { return k.cfg.Store.RemoveOrphans(ctx) }},
		{"compact", func() error { return k.cfg.Store.Compact(ctx) }},
	} {
		if err := k.stop(step.name); err != nil {
			return err
		}
		if err := step.do(); err != nil {
			return err
		}
	}
	return k.stop("carried out")
}

func (k *Keeper) erasePeople(ctx context.Context, rules []retention.Rule, plan retention.Plan) error {
	if len(plan.Customers) == 0 {
		return nil
	}
	orders, err := k.orders(ctx, rules, plan)
	if err != nil {
		return err
	}
	if _, err := k.cfg.Eraser.begin(ctx, orders); err != nil {
		return err
	}
	if err := k.stop("erasing"); err != nil {
		return err
	}
	return k.cfg.Eraser.RunPending(ctx)
}

// orders asks for the erasure of those who have nothing left, each by the rule
// that ends her last conversation.
func (k *Keeper) orders(ctx context.Context, rules []retention.Rule, plan retention.Plan) ([]store.ErasureOrder, error) {
	var orders []store.ErasureOrder
	for _, id := range plan.Customers {
		var facts retention.PersonFacts
		err := k.addFacts(ctx, &facts, id, "")
		if err != nil {
			return nil, err
		}
		p := Plan{Country: k.country(ctx)}
		chosen := map[string]retention.Decision{}
		for _, i := range plan.Items {
			if i.Customer != id || i.Conversation == 0 {
				continue
			}
			p.Trigger = "retention:" + string(i.Class)
			if r := slices.IndexFunc(rules, func(r retention.Rule) bool { return r.Class == i.Class }); r >= 0 {
				p.Basis = rules[r].Basis
			}
			if i.Action == retention.Archive { // it is in the archive already
				element := retention.Element{Kind: retention.ElementConversation, Conversation: i.Conversation}
				chosen[element.Key()] = retention.DecideErase
			}
		}
		if p.Triage, err = retention.MakeTriage(p.Country, rules, facts, chosen, k.cfg.Now().In(k.cfg.Location)); err != nil {
			return nil, err
		}
		if p.Triage.Refused() { // a request of hers is open: she stays until it is answered
			continue
		}
		sealed, err := json.Marshal(p)
		if err != nil {
			return nil, err
		}
		orders = append(orders, store.ErasureOrder{Customer: id, Reason: "retention", Plan: sealed})
	}
	return orders, nil
}

// count adds up what the plan removes and returns the archive entries that end.
func (k *Keeper) count(plan retention.Plan, run *RetentionRun) (ending []int64) {
	for _, i := range plan.Items {
		run.Counts[i.Class]++
		run.Messages += i.Messages
		run.Media += i.Media
		if i.Archive != 0 {
			ending = append(ending, i.Archive)
		}
	}
	return ending
}

// toArchive copies what has to be kept before anything is deleted.
func (k *Keeper) toArchive(ctx context.Context, rules []retention.Rule, plan retention.Plan, run *RetentionRun) error {
	for _, r := range rules {
		if err := k.stop("archive " + string(r.Class)); err != nil {
			return err
		}
		switch r.Class {
		case retention.Claims:
			for _, i := range plan.Items {
				if i.Action != retention.Archive {
					continue
				}
				entry := store.Archived{Class: string(r.Class), StartsAt: i.Since, EndsAt: r.End(i.Since)}
				c := retention.Conversation{ID: i.Conversation, Customer: i.Customer}
				if err := k.archiveConversation(ctx, c, entry, keepFirst); err != nil {
					return err
				}
				run.Archived++
			}
		case retention.Proof, retention.Calls:
			for _, id := range plan.Customers {
				if _, err := k.archiveProof(ctx, id, r, keepFirst); err != nil {
					return err
				}
			}
		case retention.Case:
			for _, id := range plan.Customers {
				if err := k.archiveCases(ctx, id, r); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// deleteMessages deletes what is over of people who stay; the others go with their keys.
func (k *Keeper) deleteMessages(ctx context.Context, plan retention.Plan) error {
	for _, i := range plan.Items {
		if slices.Contains(plan.Customers, i.Customer) {
			continue
		}
		if err := k.stop("item"); err != nil {
			return err
		}
		switch {
		case i.Case != 0:
			if err := k.cfg.Store.Update(ctx, func(tx *store.Tx) error { return tx.DeleteCase(i.Case) }); err != nil {
				return err
			}
		case i.Message != 0:
			if err := k.cfg.Store.Update(ctx, func(tx *store.Tx) error { return tx.DeleteMessage(i.Message) }); err != nil {
				return err
			}
		case i.Conversation != 0:
			if err := k.cfg.Store.DeleteMessages(ctx, i.Conversation); err != nil {
				return err
			}
		}
	}
	return nil
}

// retentionEvery is how often the rules are applied while the program runs.
const retentionEvery = 24 * time.Hour

// Run applies the rules at once and then every day until ctx ends. A run that
// could not finish is taken up again sooner, like an erasure.
func (k *Keeper) Run(ctx context.Context) error {
	for {
		wait := retentionEvery
		if _, err := k.RunOnce(ctx); err != nil && ctx.Err() == nil {
			slog.Error("retention did not finish and will be tried again", "code", inbox.CodeOf(err))
			wait = retryEvery
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
	}
}

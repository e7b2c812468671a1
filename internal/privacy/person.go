package privacy

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/retention"
	"tresen/internal/store"
)

// ErasureRequest asks for one person's erasure with a triage of what there is.
type ErasureRequest struct {
	Customer inbox.CustomerID
	// Case is the number of the case it belongs to, or empty.
	Case string
	// Trigger is art17, withdrawal, objection or user.
	Trigger     string
	RequestedAt time.Time
	// Chosen are the shop's decisions where the law leaves one open, by element.
	Chosen map[string]retention.Decision
	// Told says when recipients of her data were told (Art. 19 GDPR), by the caller's keys.
	Told map[string]time.Time
}

// Triage says what an erasure would do with each element. It changes nothing.
func (k *Keeper) Triage(ctx context.Context, r ErasureRequest) (retention.Triage, error) {
	ctx = store.For(ctx, store.Keeping)
	rules, _, err := k.Rules(ctx)
	if err != nil {
		return retention.Triage{}, err
	}
	everybody, err := k.cfg.Store.Everybody(ctx, r.Customer)
	if err != nil {
		return retention.Triage{}, err
	}
	var facts retention.PersonFacts
	for _, id := range everybody {
		if err := k.addFacts(ctx, &facts, id, r.Case); err != nil {
			return retention.Triage{}, err
		}
	}
	return retention.MakeTriage(k.country(ctx), rules, facts, r.Chosen, k.cfg.Now().In(k.cfg.Location))
}

func (k *Keeper) country(ctx context.Context) retention.Country {
	_, choices, err := k.Rules(ctx)
	if err != nil {
		return retention.Germany
	}
	return choices.Country
}

// addFacts gathers what the triage of a person looks at; who was joined with
// others is one person with them.
func (k *Keeper) addFacts(ctx context.Context, f *retention.PersonFacts, id inbox.CustomerID, caseNumber string) error {
	conversations, err := k.ConversationsOf(ctx, id)
	if err != nil {
		return err
	}
	f.Conversations = append(f.Conversations, conversations...)
	n, err := k.cfg.Store.CountCustomer(ctx, id)
	if err != nil {
		return err
	}
	f.Details += n.Identifiers
	f.Notes += n.Notes + n.Drafts
	for _, class := range []retention.Class{retention.Proof, retention.Calls} {
		rows, last, err := k.proof(ctx, id, class)
		if err != nil {
			return err
		}
		f.AddConsents(class, len(rows), last)
	}
	archived, err := k.cfg.Store.ListArchivedOf(ctx, id)
	if err != nil {
		return err
	}
	for _, a := range archived {
		f.Archive = append(f.Archive, retention.Archived{
			ID: a.ID, Class: retention.Class(a.Class), StartsAt: a.StartsAt, EndsAt: a.EndsAt.In(k.cfg.Location), Hold: a.Hold, Messages: a.Messages,
			Conversation: a.Conversation,
		})
	}
	return k.askOthers(ctx, f, id, caseNumber)
}

// askOthers adds what other parts of the program know of a person.
func (k *Keeper) askOthers(ctx context.Context, f *retention.PersonFacts, id inbox.CustomerID, caseNumber string) error {
	if k.cfg.AdBlocked != nil {
		blocked, err := k.cfg.AdBlocked(ctx, id)
		if err != nil {
			return err
		}
		f.AdBlocked = f.AdBlocked || blocked
	}
	if k.cfg.OpenCases != nil {
		n, err := k.cfg.OpenCases(ctx, id, caseNumber)
		if err != nil {
			return err
		}
		f.OpenCases += n
	}
	return nil
}

// ErasePerson puts into the archive what must stay and starts the erasure of
// everything else. It fails with conflict ("decision") if the triage refuses
// something, and changes nothing then. A kill in between leaves the person live
// and a copy in the archive, which the next try replaces.
func (k *Keeper) ErasePerson(ctx context.Context, r ErasureRequest) (store.Erasure, error) {
	ctx = store.For(ctx, store.Keeping)
	plan := Plan{Trigger: r.Trigger, Basis: erasureBasis(k.country(ctx)), Country: k.country(ctx), RequestedAt: r.RequestedAt, Told: r.Told}
	var err error
	if plan.Triage, err = k.Triage(ctx, r); err != nil {
		return store.Erasure{}, err
	}
	if plan.Triage.Refused() {
		return store.Erasure{}, &inbox.Error{Code: inbox.CodeConflict, Field: "decision", Err: errRefused}
	}
	everybody, err := k.cfg.Store.Everybody(ctx, r.Customer)
	if err != nil {
		return store.Erasure{}, err
	}
	for _, id := range everybody {
		if err := k.keep(ctx, id, plan.Triage); err != nil {
			return store.Erasure{}, err
		}
	}
	if err := k.stop("kept"); err != nil {
		return store.Erasure{}, err
	}
	orders, err := k.personOrders(ctx, r, plan, everybody)
	if err != nil {
		return store.Erasure{}, err
	}
	jobs, err := k.cfg.Eraser.begin(ctx, orders)
	if err != nil {
		return store.Erasure{}, err
	}
	return together(jobs), nil
}

// personOrders asks for the erasure of everybody who is one person; the first
// one's record tells for all.
func (k *Keeper) personOrders(ctx context.Context, r ErasureRequest, plan Plan, everybody []inbox.CustomerID) ([]store.ErasureOrder, error) {
	var identifiers []inbox.Identifier
	for _, id := range everybody {
		person, err := k.cfg.Store.Customer(ctx, id)
		if err != nil {
			return nil, err
		}
		identifiers = append(identifiers, person.Identifiers...)
	}
	plan.commitTo(identifiers)
	var orders []store.ErasureOrder
	for _, id := range everybody {
		sealed, err := json.Marshal(plan)
		if err != nil {
			return nil, err
		}
		orders = append(orders, store.ErasureOrder{Customer: id, Case: r.Case, Plan: sealed, Joined: len(orders) > 0})
		plan = Plan{Trigger: plan.Trigger, Basis: plan.Basis, Country: plan.Country, RequestedAt: plan.RequestedAt}
	}
	return orders, nil
}

var errRefused = inbox.NewError(inbox.CodeConflict, "something must stay")

func erasureBasis(country retention.Country) string {
	if country == retention.Switzerland {
		return "Art. 32(2)(c) DSG"
	}
	return "Art. 17(1) GDPR"
}

// keep puts what is restricted into the archive, where it is not yet.
func (k *Keeper) keep(ctx context.Context, id inbox.CustomerID, t retention.Triage) error {
	conversations, err := k.ConversationsOf(ctx, id)
	if err != nil {
		return err
	}
	for _, e := range t.Elements {
		if e.Decision != retention.DecideRestrict {
			continue
		}
		switch e.Kind {
		case retention.ElementConversation:
			at := slices.IndexFunc(conversations, func(c retention.Conversation) bool { return c.ID == e.Conversation })
			if at < 0 {
				continue
			}
			c := conversations[at]
			entry := store.Archived{Class: string(retention.Claims), StartsAt: c.LastAt, EndsAt: e.Until, Hold: e.Hold}
			if err := k.archiveConversation(ctx, c, entry, replaceFirst); err != nil {
				return err
			}
		case retention.ElementConsents:
			rule, err := k.rule(ctx, e.Class)
			if err != nil {
				return err
			}
			if _, err := k.archiveProof(ctx, id, rule, replaceFirst); err != nil {
				return err
			}
		}
	}
	return nil
}

package shopyear

import (
	"slices"
	"time"

	"tresen/internal/consent"
	"tresen/internal/inbox"
	"tresen/internal/retention"
	"tresen/internal/simulator"
	"tresen/internal/store"
)

const day = 24 * time.Hour

// asked is the text people are asked with.
var asked = consent.Wording{Version: "N1-DE", Language: "de", Text: "Dürfen wir Ihnen Neuigkeiten schicken? Abbestellen jederzeit mit STOPP.", Controller: "Blumen Wiesengrund"}

// declare tells the stories of consents, one for each state there is.
func (t *tale) declare() {
	p, at := t.p, t.at.Add(2*time.Hour)
	switch t.n % 20 {
	case 0: // asked, never answered
		t.asks(at, p)
	case 1, 2: // asked and confirmed; used
		t.asks(at, p)
		t.replies(at.Add(day), p, consent.YesPayload, "confirmed")
		t.advertises(at.Add(9*day), p, "news")
	case 3: // confirmed and taken back
		t.asks(at, p)
		t.replies(at.Add(day), p, consent.YesPayload, "confirmed")
		t.stops(at.Add(5*day), p)
	case 4: // declined
		t.asks(at, p)
		t.replies(at.Add(day), p, consent.NoPayload, "declined")
	case 5: // on paper
		t.signs(at, p, consent.PurposeReminders)
		t.advertises(at.Add(20*day), p, "reminders")
	case 6: // an objection out of the blue
		t.stops(at, p)
	case 7: // by word of mouth, to be called
		t.signs(at, p, consent.PurposeCalls)
		if t.IntN(2) == 0 {
			t.stops(at.Add(30*day), p)
		}
	case 8: // objected in WhatsApp itself
		t.refuses(at, p)
	}
}

func (t *tale) declares(tx *store.Tx, p *Person, d consent.Declaration) error {
	c, err := tx.FindCustomer(p.Customer)
	if err != nil {
		return err
	}
	p.Declarations = append(p.Declarations, Declaration{Purpose: string(d.Purpose), Act: string(d.Act), At: d.At})
	return t.register.Declare(tx, c, d)
}

// asks puts the question for news, with its two buttons.
func (t *tale) asks(at time.Time, p *Person) {
	at = at.Truncate(time.Second)
	t.shopDoes(at, p, func(tx *store.Tx) error {
		content := inbox.Content{Interactive: &inbox.Interactive{Type: inbox.InteractiveButtons, Body: asked.Text,
			Buttons: []inbox.ReplyButton{{ID: consent.YesPayload, Title: "Ja"}, {ID: consent.NoPayload, Title: "Nein"}}}}
		if err := t.send(tx, p, at, inbox.KindInteractive, content, nil); err != nil {
			return err
		}
		d := consent.Declaration{Purpose: consent.PurposeNews, Act: consent.ActRequested, At: at, Wording: asked}
		d.Origin = consent.OriginChat
		return t.declares(tx, p, d)
	})
}

// replies lets a person tap a button of the question.
func (t *tale) replies(at time.Time, p *Person, payload, act string) {
	m := t.says(at, p, simulator.Message{Type: "button_reply", ReplyID: payload, ReplyTitle: payload})
	t.add(event{at: m.At, customer: func() error {
		p.Declarations = append(p.Declarations, Declaration{Purpose: "news", Act: act, At: m.At})
		return nil
	}})
}

// stops lets a person write the word that ends advertising.
func (t *tale) stops(at time.Time, p *Person) {
	m := t.says(at, p, simulator.Message{Type: "text", Text: "STOPP"})
	t.add(event{at: m.At, customer: func() error { t.withdraw(p, m.At); return nil }})
}

// refuses lets a person end advertising in WhatsApp's own settings.
func (t *tale) refuses(at time.Time, p *Person) {
	at = at.Truncate(time.Second)
	t.add(event{at: at, customer: func() error { t.customer[p].StopMarketing(); t.withdraw(p, at); return nil }})
}

// withdraw notes what a STOPP ends: everything that was asked or agreed to, and
// the objection itself where there was nothing.
func (t *tale) withdraw(p *Person, at time.Time) {
	purposes := p.open()
	if len(purposes) == 0 {
		purposes = []string{"news"}
	}
	for _, purpose := range purposes {
		p.Declarations = append(p.Declarations, Declaration{Purpose: purpose, Act: "withdrawn", At: at})
	}
}

// signs takes down a consent given in the shop.
func (t *tale) signs(at time.Time, p *Person, purpose consent.Purpose) {
	at = at.Truncate(time.Second)
	t.shopDoes(at, p, func(tx *store.Tx) error {
		d := consent.Declaration{Purpose: purpose, Act: consent.ActConfirmed, At: at, Wording: asked}
		d.Origin, d.Witness = consent.OriginPaper, "Frau Müller"
		return t.declares(tx, p, d)
	})
}

// advertises sends something a person agreed to, some weeks in a row.
func (t *tale) advertises(at time.Time, p *Person, purpose string) {
	for i := range 1 + t.IntN(3) {
		sent := at.Add(time.Duration(i) * 30 * day).Truncate(time.Second)
		text := t.text(answers)
		t.shopDoes(sent, p, func(tx *store.Tx) error {
			if p.Restricted || !p.agrees(purpose) {
				return nil
			}
			return t.send(tx, p, sent, inbox.KindText, inbox.Content{Text: text}, &Use{Purpose: purpose, At: sent})
		})
	}
}

// settle closes orders and complaints, mostly, and keeps letters and vouchers.
func (t *tale) settle() {
	p := t.p
	if t.IntN(4) > 0 {
		at := t.at.Add(time.Duration(1+t.IntN(20)) * day).Truncate(time.Second)
		t.shopDoes(at, p, func(tx *store.Tx) error {
			if p.Kind != "order" && p.Kind != "complaint" {
				return nil
			}
			p.ClosedAt = at
			return tx.SetMatter(p.Conversation, store.Matter{Kind: p.Kind, ClosedAt: at, Claims: p.Claims, Hold: p.Hold})
		})
	}
	switch t.IntN(12) {
	case 0:
		t.keeps(t.at.Add(3*day), p, retention.Letter)
	case 1:
		t.keeps(t.at.Add(3*day), p, retention.Voucher)
	}
}

// keeps puts the newest message of a person into the archive.
func (t *tale) keeps(at time.Time, p *Person, class retention.Class) {
	t.add(event{at: at, keep: func() error {
		for _, m := range slices.Backward(p.Messages) {
			if m.ID == 0 || m.Revoked || m.At.After(at) || slices.Contains(m.Kept, string(class)) {
				continue
			}
			m.Kept = append(m.Kept, string(class))
			return t.keeper.ArchiveMessage(t.ctx, m.ID, class, "Auftragsbestätigung")
		}
		return nil
	}})
}

// care lets the shop write down what it wants to remember, and mark what must go early.
func (t *tale) care() {
	p, at := t.p, t.at.Add(4*time.Hour)
	t.shopDoes(at, p, func(tx *store.Tx) error {
		if t.IntN(5) == 0 {
			p.Notes = append(p.Notes, t.text([]string{"ruft lieber an", "mag keine Lilien"}))
			if _, err := tx.InsertNote(p.Customer, at, p.Notes[0]); err != nil {
				return err
			}
		}
		if t.IntN(4) == 0 {
			p.ShopName = "Frau " + p.Name
			if err := tx.SetShopName(p.Customer, p.ShopName); err != nil {
				return err
			}
		}
		if t.IntN(3) == 0 {
			p.Labels = 1 + t.IntN(len(t.labels))
			if err := tx.SetLabels(p.Customer, t.labels[:p.Labels]); err != nil {
				return err
			}
		}
		return t.remember(tx, p, at)
	})
	t.shopDoes(at, p, func(tx *store.Tx) error { return t.sorts(tx, p, at) })
}

// remember leaves what hangs on conversations.
func (t *tale) remember(tx *store.Tx, p *Person, at time.Time) error {
	ref, _, err := tx.FindConversation(p.Conversation)
	if err != nil {
		return err
	}
	if t.IntN(25) == 0 {
		p.Draft = t.text(answers)
		if err := tx.SaveDraft(ref, inbox.Draft{Text: p.Draft}); err != nil {
			return err
		}
	}
	if t.IntN(25) == 0 {
		p.Reminder = t.text([]string{"zurückrufen"})
		if err := tx.SetReminder(ref, at.Add(7*day), p.Reminder); err != nil {
			return err
		}
	}
	if t.IntN(40) == 0 {
		if err := tx.SetInterpreting(ref, inbox.Interpreting{On: true, Language: "en"}); err != nil {
			return err
		}
		for _, m := range p.Messages {
			if m.Text == "" || m.ID == 0 {
				continue
			}
			if err := tx.SaveTranslation(ref, m.ID, inbox.Translation{Text: "in English: " + m.Text, From: "de", To: "en"}); err != nil {
				return err
			}
		}
	}
	if t.IntN(10) > 0 {
		return nil
	}
	return tx.RecordShownNotice(ref.Customer, inbox.ShownNotice{ID: noticeID, At: at})
}

// sorts marks what must go early, puts aside what is done and blocks who is a nuisance.
func (t *tale) sorts(tx *store.Tx, p *Person, at time.Time) error {
	for _, m := range p.Messages {
		if m.ID == 0 || t.IntN(20) > 0 {
			continue
		}
		m.Sensitive = true
		if err := tx.MarkSensitive(m.ID, true, at); err != nil {
			return err
		}
	}
	if t.IntN(2) == 0 {
		if _, err := tx.SetDone(p.Conversation, at); err != nil {
			return err
		}
	}
	if p.Kind != "spam" || t.IntN(3) > 0 {
		return nil
	}
	p.Blocked = true
	return tx.SetBlocked(p.Customer, at)
}

// atTheTurn lets some people write when it is a new year in one time zone and
// not yet in another, or on the last day of a long month.
func (t *tale) atTheTurn() {
	local := func(month time.Month, d, hour, minute int) time.Time {
		return time.Date(t.cfg.From.Year(), month, d, hour, minute, 0, 0, t.cfg.From.Location())
	}
	var at time.Time
	switch t.n % 50 {
	case 8:
		at = local(time.August, 31, 12, 0)
	case 18:
		at = local(time.October, 25, 2, 30) // the hour that comes twice
	case 28:
		at = local(time.December, 31, 23, 30)
	default:
		return
	}
	if at.Before(t.at) {
		return
	}
	t.says(at, t.p, t.anything(false))
	t.keeps(at.Add(time.Minute), t.p, retention.Voucher)
}

package app

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"tresen/internal/automatic"
	"tresen/internal/inbox"
	"tresen/internal/profile/hours"
	"tresen/internal/profile/imprint"
	"tresen/internal/profile/shop"
	"tresen/internal/profile/wording"
	"tresen/internal/retention"
	"tresen/internal/snippet"
	"tresen/internal/store"
)

// automaticSetting is the name under which the settings are kept, sealed.
const automaticSetting = "automatic"

// decodeAutomatic reads the settings as they were kept; before that, what a
// new shop begins with.
func decodeAutomatic(value []byte, err error, language wording.Language) (automatic.Settings, error) {
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		return automatic.First(language), nil
	}
	var set automatic.Settings
	if err == nil && json.Unmarshal(value, &set) != nil {
		err = inbox.NewError(inbox.CodeStorageDamaged, "decode automatic messages")
	}
	return set, err
}

func (s *Session) automaticSettings(language wording.Language) (automatic.Settings, error) {
	value, err := s.store.Setting(s.ctx, automaticSetting)
	return decodeAutomatic(value, err, language)
}

// changeAutomatic changes the settings, and with them whatever change does in
// the same transaction.
func (s *Session) changeAutomatic(language wording.Language, change func(tx *store.Tx, set *automatic.Settings) error) error {
	s.editing.Lock() // between reading and writing nobody else may write
	defer s.editing.Unlock()
	err := s.store.Update(s.ctx, func(tx *store.Tx) error {
		value, err := tx.Setting(automaticSetting)
		set, err := decodeAutomatic(value, err, language)
		if err != nil {
			return err
		}
		if err := change(tx, &set); err != nil {
			return err
		}
		if value, err = json.Marshal(set); err != nil {
			return inbox.WrapError(inbox.CodeInvalid, "encode automatic messages", err)
		}
		return tx.SetSetting(automaticSetting, value)
	})
	if err == nil {
		s.cfg.emit(EventTextsChanged, nil)
	}
	return err
}

func (s *Session) saveAutomatic(language wording.Language, form AutomaticForm) error {
	known, open, err := s.automaticValues(form, language)
	if err != nil {
		return err
	}
	return s.changeAutomatic(language, func(tx *store.Tx, set *automatic.Settings) error {
		if err := form.into(set); err != nil {
			return err
		}
		if err := set.Check(known, !open.Empty()); err != nil {
			return err
		}
		if !set.Intake.On {
			return tx.EndIntakes()
		}
		return nil
	})
}

// automaticValues are what texts can name, and the shop's hours.
func (s *Session) automaticValues(form AutomaticForm, language wording.Language) (snippet.Values, hours.Hours, error) {
	var set automatic.Settings
	if err := form.into(&set); err != nil {
		return nil, hours.Hours{}, err
	}
	d, err := s.shopDetails()
	at := shopMoment(d, set, s.cfg.now())
	at.Values[snippet.VarOpening] = "." // always has words at the moment of sending
	return at.Values, at.Hours, err
}

// hoursBehind is how many days before a moment holidays are looked at, to know
// when the shop closed.
const hoursBehind = 60

// shopMoment is what the rules must know of the shop. Names of people are not
// part of it: on first contact the shop knows none.
func shopMoment(d shop.Details, set automatic.Settings, now time.Time) automatic.Shop {
	language := wording.German
	if len(set.Notice.Languages) > 0 {
		language = set.Notice.Languages[0]
	}
	open := d.OpeningHours(hours.DateOf(now.Local()).AddDays(-hoursBehind))
	return automatic.Shop{Hours: open, Language: language, Values: snippet.Values{
		snippet.VarShop: d.Name(), snippet.VarAddress: d.Address(), snippet.VarImprint: d.ImprintURL, snippet.VarPrivacy: d.PrivacyURL,
		snippet.VarHours: open.Summary(language), snippet.VarDate: snippet.Today(now, string(language)),
	}}
}

// noticeParts are what the notice is made of, from what is configured now.
func (s *Session) noticeParts(language wording.Language) (automatic.Parts, error) {
	d, err := s.shopDetails()
	if err != nil {
		return automatic.Parts{}, err
	}
	rules, choices, err := s.keeper.Rules(s.ctx)
	if err != nil {
		return automatic.Parts{}, err
	}
	p := automatic.Parts{
		Jurisdiction: d.Imprint.Form.Jurisdiction(), Shop: d.Name(), Name: d.LegalName(), City: d.Imprint.City,
		Hours: d.OpeningHours(hours.DateOf(s.cfg.now())).Summary(language), Phone: d.Imprint.Phone, Email: d.Imprint.Email,
		Privacy: d.PrivacyURL, Imprint: d.ImprintURL, Country: choices.Country,
	}
	if p.Name == "" {
		p.Name = d.Name()
	}
	if p.Jurisdiction == "" { // no legal form was chosen yet
		p.Jurisdiction = imprint.Jurisdiction(choices.Country)
	}
	if i := slices.IndexFunc(rules, func(r retention.Rule) bool { return r.Class == retention.Enquiry }); i >= 0 {
		p.Enquiry = rules[i]
		p.Enquiry.Off = p.Enquiry.Off || choices.Off
	}
	return p, nil
}

// notices words the notice in each chosen language.
func (s *Session) notices(set automatic.Settings) (list []automatic.Text, drafts []NoticeDraft, source automatic.Source, err error) {
	for _, language := range set.Notice.Languages {
		parts, err := s.noticeParts(language)
		if err != nil {
			return nil, nil, source, err
		}
		var text automatic.Text
		if text, source, err = automatic.Write(parts, language); err != nil {
			return nil, nil, source, err
		}
		own, edited := set.Notice.Edited[language]
		if edited {
			text = own
		}
		list, drafts = append(list, text), append(drafts, noticeDraft(parts, text, edited))
	}
	return list, drafts, source, nil
}

func (s *Session) editNotice(language wording.Language, r NoticeText) error {
	l, err := wording.ParseLanguage(r.Language)
	if err != nil {
		return err
	}
	text := automatic.Text{Language: l, Lead: strings.TrimSpace(r.Lead), Body: strings.TrimSpace(r.Body)}
	if text.Length() > 2*automatic.MaxNotice {
		return inbox.InvalidField("notice", "too long")
	}
	return s.changeAutomatic(language, func(_ *store.Tx, set *automatic.Settings) error {
		if set.Notice.Edited == nil {
			set.Notice.Edited = map[wording.Language]automatic.Text{}
		}
		if set.Notice.Edited[l] = text; text.Body == "" {
			delete(set.Notice.Edited, l)
		}
		return nil
	})
}

func (s *Session) confirmNotice(language wording.Language, r NoticeConfirm) error {
	set, err := s.automaticSettings(language)
	if err != nil {
		return err
	}
	texts, drafts, source, err := s.notices(set)
	if err != nil {
		return err
	}
	if fingerprint(texts) != r.Fingerprint {
		return inbox.NewError(inbox.CodeConflict, "another text than was shown")
	}
	for _, d := range drafts {
		for _, p := range d.Problems {
			if p.Serious {
				return inbox.InvalidField("notice."+p.Code, "a text that must not be sent")
			}
		}
	}
	now := s.cfg.now()
	return s.changeAutomatic(language, func(tx *store.Tx, set *automatic.Settings) error {
		set.Notice.On = true
		before := set.Notice.Confirmed
		if before != nil && fingerprint(before.Texts) == r.Fingerprint {
			return nil
		}
		next := automatic.Confirmed{At: now, Texts: texts}
		if before != nil {
			next.Generation = before.Generation
		}
		if r.Material {
			next.Generation++
		}
		next.ID, err = tx.KeepAutomaticText(store.AutomaticText{
			At: now, Text: automatic.Whole(texts), Version: source.Version, AsAt: source.AsAt, Generation: next.Generation,
		})
		if err != nil {
			return err
		}
		set.Notice.Confirmed = &next
		_, err = tx.AppendLog(now, "noticeConfirmed", struct {
			Version  string `json:"version"`
			Material bool   `json:"material"`
		}{source.Version, r.Material})
		return err
	})
}

func fingerprint(texts []automatic.Text) string { return wording.Fingerprint(automatic.Whole(texts)) }

func (s *Session) automaticDesk(language wording.Language) (AutomaticDesk, error) {
	desk := AutomaticDesk{Variables: []SnippetVariable{}, Months: []AutomaticMonthRow{}, Limits: AutomaticLimits{
		Notice: automatic.MaxNotice, Answer: automatic.MaxAnswer, Question: automatic.MaxQuestion, Questions: automatic.MaxQuestions,
		Choices: inbox.MaxReplyButtons, Button: inbox.MaxButtonTitle, MinPause: automatic.MinPause, MaxPause: automatic.MaxPause,
	}}
	set, err := s.automaticSettings(language)
	if err != nil {
		return desk, err
	}
	desk.Form = automaticForm(set)
	d, err := s.shopDetails()
	if err != nil {
		return desk, err
	}
	at := shopMoment(d, set, s.cfg.now())
	desk.HasHours = !at.Hours.Empty()
	for _, v := range snippet.Variables() {
		if v == snippet.VarOpening || at.Values[v] != "" {
			desk.Variables = append(desk.Variables, SnippetVariable{Key: string(v), Word: "{" + v.Word(string(at.Language)) + "}", Value: at.Values[v]})
		}
	}
	if desk.Notice, err = s.noticeState(set); err != nil {
		return desk, err
	}
	parts, err := s.noticeParts(at.Language)
	if err != nil {
		return desk, err
	}
	desk.Notice.Country = string(parts.Jurisdiction)
	return desk, s.countAutomatic(&desk)
}

func (s *Session) noticeState(set automatic.Settings) (NoticeState, error) {
	texts, drafts, source, err := s.notices(set)
	if err != nil {
		return NoticeState{Drafts: []NoticeDraft{}}, err
	}
	state := NoticeState{Drafts: drafts, Fingerprint: fingerprint(texts), Version: source.Version, AsAt: source.AsAt}
	if c := set.Notice.Confirmed; c != nil {
		state.ConfirmedAtMs, state.Sent = millis(c.At), automatic.Whole(c.Texts)
		state.Changed = fingerprint(c.Texts) != state.Fingerprint
	}
	return state, nil
}

func (s *Session) countAutomatic(desk *AutomaticDesk) error {
	facts, err := s.store.CountAutomatic(s.ctx)
	if err != nil {
		return err
	}
	desk.Arrived, desk.UnderWay, desk.Failed, desk.Intakes = facts.Arrived, facts.UnderWay, facts.Failed, facts.Intakes
	s.mu.Lock()
	number := s.account.PhoneNumberID
	s.mu.Unlock()
	months, err := s.store.ListAutomaticMonths(s.ctx, number, costMonths)
	if err != nil {
		return err
	}
	prices, err := s.costPrices()
	for _, m := range months {
		row := AutomaticMonthRow{Month: m.Month, Messages: m.Messages, Currency: prices.Currency}
		if prices.Service != "" {
			row.Cost, _ = cost(prices.Service, m.Messages, prices.Currency)
		}
		desk.Months = append(desk.Months, row)
	}
	return err
}

func (s *Session) previewAutomatic(language wording.Language, r AutomaticPreviewRequest) (AutomaticPreview, error) {
	preview := AutomaticPreview{Messages: []AutomaticMessage{}}
	set, err := s.automaticSettings(language)
	if err != nil {
		return preview, err
	}
	if err := r.Form.into(&set); err != nil {
		return preview, err
	}
	if r.AtMs <= 0 {
		return preview, inbox.InvalidField("at", "missing")
	}
	d, err := s.shopDetails()
	if err != nil {
		return preview, err
	}
	at := time.UnixMilli(r.AtMs).Local()
	moment := shopMoment(d, set, at)
	preview.Open = moment.Hours.Empty() || moment.Hours.OpenAt(at)
	if opening, ok := moment.Hours.NextOpening(at); ok && !preview.Open {
		preview.Opening = hours.Moment(opening, at, moment.Language)
	}
	plan := automatic.Decide(set, moment, automatic.Facts{Now: at, SentAt: at, Kind: inbox.KindText})
	preview.Because = string(plan.Because)
	for _, m := range plan.Messages {
		row := AutomaticMessage{Kinds: []string{}, Text: m.Text, Buttons: []string{}}
		for _, k := range m.Kinds {
			row.Kinds = append(row.Kinds, string(k))
		}
		for _, b := range m.Buttons {
			row.Buttons = append(row.Buttons, b.Title)
		}
		preview.Messages = append(preview.Messages, row)
	}
	return preview, nil
}

func (s *Session) sentNotices(id inbox.CustomerID) ([]SentNoticeRow, error) {
	rows := []SentNoticeRow{}
	sends, err := s.store.ListAutomaticSends(s.looking(), id)
	if err != nil {
		return rows, err
	}
	texts, err := s.store.ListAutomaticTexts(s.ctx)
	if err != nil {
		return rows, err
	}
	for _, sent := range sends {
		if sent.Kind != string(automatic.KindNotice) {
			continue
		}
		row := SentNoticeRow{AtMs: millis(sent.At), Status: string(sent.Status), StatusAtMs: millis(sent.StatusAt)}
		if i := slices.IndexFunc(texts, func(t store.AutomaticText) bool { return t.ID == sent.Text }); i >= 0 {
			row.Version, row.Text = texts[i].Version, texts[i].Text
		}
		rows = append(rows, row)
	}
	return rows, nil
}

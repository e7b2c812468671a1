package app

import (
	"cmp"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/receive"
	"tresen/internal/store"
	"tresen/internal/translate"
)

const (
	translationSetting = "translation"
	secretTranslation  = "translation-key"
	// maxTranslated is how many messages one call translates: about what a screen shows.
	maxTranslated = 30
)

// translationLocks keep settings from being changed twice at a time, and
// messages from being translated twice.
type translationLocks struct{ setup, work sync.Mutex }

// translationSettings is who translates and what the owner has agreed to. It is
// kept sealed with the shop's key; the service's own key lies in the vault.
type translationSettings struct {
	Provider   translate.Provider `json:"provider"`
	BaseURL    string             `json:"baseUrl,omitempty"`
	HasKey     bool               `json:"hasKey,omitempty"`
	Agreements []agreement        `json:"agreements,omitempty"`
}

// agreement is that the owner has seen to whom texts go and wanted it
// (accountability, Art. 5(2) GDPR). It is for one host and no other.
type agreement struct {
	Provider translate.Provider `json:"provider"`
	Host     string             `json:"host"`
	From     time.Time          `json:"from"`
	Until    time.Time          `json:"until,omitzero"`
}

func (t translationSettings) agreed(provider translate.Provider, host string) (agreement, bool) {
	for _, a := range t.Agreements {
		if a.Provider == provider && a.Host == host && a.Until.IsZero() {
			return a, true
		}
	}
	return agreement{}, false
}

func (s *Session) translationSettings() (out translationSettings, err error) {
	value, err := s.store.Setting(s.ctx, translationSetting)
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	if err := json.Unmarshal(value, &out); err != nil {
		return out, inbox.NewError(inbox.CodeStorageDamaged, "decode translation settings")
	}
	return out, nil
}

func (s *Session) keepTranslationSettings(t translationSettings) error {
	value, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.SetSetting(translationSetting, value) })
}

// translator returns the client of the service that is set up, agreed to or not.
func (s *Session) translator(t translationSettings) (*translate.Client, error) {
	if t.Provider == "" {
		return nil, inbox.NewError(inbox.CodeTranslateConsent, "no translation service is set up")
	}
	var key []byte
	if t.HasKey {
		var err error
		if key, err = s.vault.Secret(secretTranslation); err != nil {
			return nil, vaultError("find translation key", err)
		}
	}
	return translate.New(translate.Config{Provider: t.Provider, BaseURL: t.BaseURL, Key: string(key), Transport: s.counted(http.DefaultTransport)})
}

// agreedTranslator is the only way to a client that may be sent anything.
func (s *Session) agreedTranslator() (*translate.Client, error) {
	t, err := s.translationSettings()
	if err != nil {
		return nil, err
	}
	client, err := s.translator(t)
	if err != nil {
		return nil, err
	}
	if _, ok := t.agreed(client.Provider(), client.Host()); !ok {
		return nil, inbox.NewError(inbox.CodeTranslateConsent, "nobody agreed to this host")
	}
	return client, nil
}

func (s *Session) translationDesk() (TranslationDesk, error) {
	desk := TranslationDesk{Agreements: []AgreementRow{}}
	t, err := s.translationSettings()
	if err != nil {
		return desk, err
	}
	desk.Provider, desk.BaseURL, desk.HasKey = string(t.Provider), t.BaseURL, t.HasKey
	for _, a := range slices.Backward(t.Agreements) {
		desk.Agreements = append(desk.Agreements, AgreementRow{Provider: string(a.Provider), Host: a.Host, FromMs: millis(a.From), UntilMs: millis(a.Until)})
	}
	if t.Provider == "" {
		return desk, nil
	}
	client, err := s.translator(t)
	if err != nil {
		return desk, err
	}
	desk.Host = client.Host()
	if a, ok := t.agreed(client.Provider(), client.Host()); ok {
		desk.AgreedAtMs = millis(a.From)
	}
	return desk, nil
}

// saveTranslation checks the form and keeps it. An agreement to another host ends.
func (s *Session) saveTranslation(f TranslationForm) error {
	s.translation.setup.Lock()
	defer s.translation.setup.Unlock()
	t, err := s.translationSettings()
	if err != nil {
		return err
	}
	next := translationSettings{Provider: translate.Provider(f.Provider), BaseURL: strings.TrimSpace(f.BaseURL), Agreements: t.Agreements}
	key := strings.TrimSpace(f.Key)
	if key == "" && t.HasKey && t.Provider == next.Provider {
		kept, err := s.vault.Secret(secretTranslation)
		if err != nil {
			return vaultError("find translation key", err)
		}
		key = string(kept)
	}
	host := ""
	if next.Provider != "" {
		client, err := translate.New(translate.Config{Provider: next.Provider, BaseURL: next.BaseURL, Key: key})
		if err != nil {
			return err
		}
		if s.playing() && !client.Local() {
			return inbox.InvalidField("provider", "nothing leaves the play shop")
		}
		host, next.HasKey = client.Host(), key != ""
	}
	next.endOthers(host, s.cfg.now())
	if err := s.keepTranslationKey(key, next.HasKey); err != nil {
		return err
	}
	return s.keepTranslationSettings(next)
}

func (s *Session) keepTranslationKey(key string, wanted bool) error {
	if wanted {
		return vaultError("keep translation key", s.vault.SetSecret(secretTranslation, []byte(key)))
	}
	return vaultError("forget translation key", s.vault.DeleteSecret(secretTranslation))
}

// endOthers ends every agreement that is not about the service in use.
func (t *translationSettings) endOthers(host string, now time.Time) {
	t.Agreements = slices.Clone(t.Agreements)
	for i, a := range t.Agreements {
		if a.Until.IsZero() && (a.Provider != t.Provider || a.Host != host) {
			t.Agreements[i].Until = now
		}
	}
}

func (s *Session) agreeToTranslation(host string) error {
	client, err := s.recordAgreement(host)
	if err != nil {
		return err
	}
	_, err = client.Translate(s.ctx, "Guten Tag", "de", "en")
	return err
}

func (s *Session) recordAgreement(host string) (*translate.Client, error) {
	s.translation.setup.Lock()
	defer s.translation.setup.Unlock()
	t, err := s.translationSettings()
	if err != nil {
		return nil, err
	}
	client, err := s.translator(t)
	if err != nil {
		return nil, err
	}
	if client.Host() != host {
		return nil, inbox.NewError(inbox.CodeConflict, "another host than the one shown")
	}
	if _, ok := t.agreed(client.Provider(), host); ok {
		return client, nil
	}
	t.Agreements = append(t.Agreements, agreement{Provider: client.Provider(), Host: host, From: s.cfg.now()})
	return client, s.keepTranslationSettings(t)
}

func (s *Session) withdrawTranslation() error {
	s.translation.setup.Lock()
	defer s.translation.setup.Unlock()
	t, err := s.translationSettings()
	if err != nil {
		return err
	}
	t.Agreements = slices.Clone(t.Agreements)
	for i, a := range t.Agreements {
		if a.Until.IsZero() {
			t.Agreements[i].Until = s.cfg.now()
		}
	}
	return s.keepTranslationSettings(t)
}

func (s *Session) interpret(r InterpretRequest) error {
	if r.On {
		if _, err := s.agreedTranslator(); err != nil {
			return err
		}
	}
	if len(r.Language) > 3 || strings.Trim(r.Language, "abcdefghijklmnopqrstuvwxyz") != "" {
		return inbox.InvalidField("language", "not a language")
	}
	return s.keepInterpreting(inbox.ConversationID(r.ConversationID), inbox.Interpreting{On: r.On, Language: r.Language})
}

func (s *Session) keepInterpreting(c inbox.ConversationID, i inbox.Interpreting) error {
	err := s.store.Update(s.ctx, func(tx *store.Tx) error {
		ref, _, err := tx.FindConversation(c)
		if err != nil {
			return err
		}
		return tx.SetInterpreting(ref, i)
	})
	if err == nil {
		s.changed(receive.Change{Conversation: c})
	}
	return err
}

// translateMessages translates one message after the other, so that what was
// translated before an error stays, and nothing is paid for twice.
func (s *Session) translateMessages(r TranslateRequest) error {
	s.translation.work.Lock()
	defer s.translation.work.Unlock()
	conversation := inbox.ConversationID(r.ConversationID)
	how, err := s.store.Interpreting(s.ctx, conversation)
	if err != nil {
		return err
	}
	if !how.On {
		return inbox.NewError(inbox.CodeTranslateConsent, "this conversation is not translated")
	}
	done := 0
	for _, text := range r.MessageIDs[:min(len(r.MessageIDs), maxTranslated)] {
		id, err := inbox.ParseMessageID(text)
		if err != nil {
			return err
		}
		if id.Conversation() != conversation {
			return inbox.InvalidField("messageIds", "of another conversation")
		}
		recognised, err := s.translateMessage(id, how.Language, r.Target)
		if err != nil {
			if done > 0 {
				s.changed(receive.Change{Conversation: conversation})
			}
			return err
		}
		if how.Language == "" && recognised != "" && recognised != r.Target {
			how.Language = recognised
			if err := s.keepInterpreting(conversation, how); err != nil {
				return err
			}
		}
		done++
	}
	if done > 0 {
		s.changed(receive.Change{Conversation: conversation})
	}
	return nil
}

// translateMessage returns the language that was recognised, or "" if there
// was nothing to translate. It looks at the agreement anew each time, so that
// withdrawing it stops what is under way.
func (s *Session) translateMessage(id inbox.MessageID, source, target string) (string, error) {
	m, err := s.store.Message(s.ctx, id)
	if err != nil {
		return "", err
	}
	text := translatable(m)
	if text == "" {
		return "", nil
	}
	known, err := s.store.Translations(s.ctx, id, id)
	if err != nil || known[id].To == target {
		return known[id].From, err
	}
	client, err := s.agreedTranslator()
	if err != nil {
		return "", err
	}
	// The service recognises each message's language: people switch.
	result, err := client.Translate(s.ctx, text, "", target)
	if err != nil {
		return "", err
	}
	t := inbox.Translation{Text: result.Text, From: cmp.Or(result.Source, source), To: target, Provider: string(client.Provider())}
	if t.From == target || t.Text == text {
		t.Text = "" // it was the shop's language already
	}
	return result.Source, s.store.Update(s.ctx, func(tx *store.Tx) error {
		now, ref, err := tx.FindMessage(id)
		if err != nil || translatable(now) != text {
			return err // taken back, changed or being erased meanwhile
		}
		return tx.SaveTranslation(ref, id, t)
	})
}

// translatable is what of a message may go to a translation service: what a
// customer wrote, and nothing she took back.
func translatable(m inbox.Message) string {
	if m.Direction != inbox.Inbound || !m.RevokedAt.IsZero() {
		return ""
	}
	switch {
	case m.Content.Text != "":
		return inbox.CleanText(m.Content.Text, translate.MaxText)
	case m.Content.Media != nil:
		return inbox.CleanText(m.Content.Media.Caption, translate.MaxText)
	}
	return ""
}

func (s *Session) translateDraft(r TranslateDraftRequest) (string, error) {
	c, err := s.store.Conversation(s.ctx, inbox.ConversationID(r.ConversationID))
	if err != nil {
		return "", err
	}
	if c.Erasing {
		return "", inbox.NewError(inbox.CodeConflict, "this person is being erased")
	}
	client, err := s.agreedTranslator()
	if err != nil {
		return "", err
	}
	result, err := client.Translate(s.ctx, r.Text, r.Source, r.Target)
	return result.Text, err
}

func (s *Session) sendTranslated(r SendTranslatedRequest) (MessageRow, error) {
	row, err := s.sendText(SendTextRequest{ConversationID: r.ConversationID, Text: r.Text, ReplyTo: r.ReplyTo})
	if err != nil {
		return row, err
	}
	id, err := inbox.ParseMessageID(row.ID)
	if err != nil {
		return row, err
	}
	own := inbox.Translation{Text: inbox.CleanText(r.Original, translate.MaxText), From: r.Source, To: r.Target}
	err = s.store.Update(s.ctx, func(tx *store.Tx) error {
		_, ref, err := tx.FindMessage(id)
		if err != nil {
			return err
		}
		return tx.SaveTranslation(ref, id, own)
	})
	if err != nil {
		// The message is queued: an error here would make somebody send it twice.
		slog.Warn("own words of a translated message were not kept", "code", inbox.CodeOf(err))
		return row, nil
	}
	row.Translation = translationRow(own)
	return row, nil
}

// addTranslations puts translations beside the messages they are of.
func (s *Session) addTranslations(list []inbox.Message, rows []MessageRow) error {
	known, err := s.store.Translations(s.looking(), list[0].ID, list[len(list)-1].ID)
	if err != nil {
		return err
	}
	for i, m := range list {
		if m.RevokedAt.IsZero() {
			rows[i].Translation = translationRow(known[m.ID])
		}
		_, rows[i].Translated = known[m.ID]
	}
	return nil
}

// playing reports whether this is the play shop, which promises that nothing leaves the computer.
func (s *Session) playing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.account.Provider == providerDemo
}

package app

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"tresen/internal/desktop"
	"tresen/internal/inbox"
	"tresen/internal/notify"
	"tresen/internal/receive"
	"tresen/internal/sensitive"
	"tresen/internal/store"
)

// Notifier shows one notification at a time.
type Notifier interface {
	Show(desktop.Notification) error
	Close()
}

const attentionSetting = "attention"

// usualAttention is what a shop begins with: hints, and notifications that say
// nothing about anybody. (Art. 25(2) GDPR.)
func usualAttention() AttentionForm {
	return AttentionForm{Hints: true, Notify: true, Show: string(notify.ShowCount), QuietDays: []int{}}
}

func (s *Session) attention() (AttentionForm, error) {
	form := usualAttention()
	value, err := s.store.Setting(s.ctx, attentionSetting)
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		return form, nil
	}
	if err != nil {
		return form, err
	}
	if err := json.Unmarshal(value, &form); err != nil {
		return form, inbox.NewError(inbox.CodeStorageDamaged, "decode attention settings")
	}
	return form, nil
}

func (s *Session) attentionState() (AttentionState, error) {
	form, err := s.attention()
	return AttentionState{Form: form, Shown: s.notifier.Load() != nil}, err
}

// rules reads the form. It fails with invalid and the field's name.
func (f AttentionForm) rules() (notify.Rules, error) {
	r := notify.Rules{On: f.Notify, Show: notify.Show(f.Show)}
	if !r.Show.Valid() {
		return r, inbox.InvalidField("show", "unknown choice")
	}
	var err error
	if r.From, err = minuteOf("quietFrom", f.QuietFrom); err != nil {
		return r, err
	}
	if r.Until, err = minuteOf("quietUntil", f.QuietUntil); err != nil {
		return r, err
	}
	if (f.QuietFrom == "") != (f.QuietUntil == "") {
		return r, inbox.InvalidField("quietUntil", "only one end of the quiet hours")
	}
	for _, day := range f.QuietDays {
		if day < 0 || day > 6 {
			return r, inbox.InvalidField("quietDays", "not a day of the week")
		}
		r.Days[day] = true
	}
	return r, nil
}

func minuteOf(field, text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	t, err := time.Parse("15:04", text)
	if err != nil {
		return 0, inbox.InvalidField(field, "not a time of the day")
	}
	return t.Hour()*60 + t.Minute(), nil
}

func (s *Session) saveAttention(f AttentionForm) error {
	slices.Sort(f.QuietDays)
	f.QuietDays = append([]int{}, slices.Compact(f.QuietDays)...)
	rules, err := f.rules()
	if err != nil {
		return err
	}
	value, err := json.Marshal(f)
	if err != nil {
		return err
	}
	if err := s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.SetSetting(attentionSetting, value) }); err != nil {
		return err
	}
	s.gatherer.SetRules(rules)
	return nil
}

// loadAttention is called once, before anything is received.
func (s *Session) loadAttention() {
	s.gatherer = notify.New(s.cfg.now, func() bool { return s.watch.Status().Locked }, s.showNews)
	form, err := s.attention()
	if err == nil {
		var rules notify.Rules
		rules, err = form.rules()
		s.gatherer.SetRules(rules)
	}
	if err != nil {
		slog.Warn("notifications stay off", "code", inbox.CodeOf(err))
	}
}

// runNotifications opens the system's notifications, which may ask the person
// first, and shows what is gathered.
func (s *Session) runNotifications(ctx context.Context) error {
	if s.cfg.openNotifier == nil {
		return nil
	}
	n, err := s.cfg.openNotifier(s.clickedNews)
	if err != nil {
		slog.Info("this system shows no notifications")
		return nil
	}
	defer n.Close()
	s.notifier.Store(&n)
	return s.gatherer.Run(ctx)
}

// newArrival gathers a new message. What it says is looked up only if the shop
// wants notifications to say it.
func (s *Session) newArrival(c receive.Change) {
	if s.gatherer == nil || s.notifier.Load() == nil {
		return
	}
	a := notify.Arrival{Conversation: int64(c.Conversation)}
	form, err := s.attention()
	if err == nil && form.Notify && form.Show != string(notify.ShowCount) {
		var conversation inbox.Conversation
		conversation, err = s.store.Conversation(s.ctx, c.Conversation)
		row := conversationRow(conversation)
		a.Name, a.Text = row.Name, inbox.CleanLine(row.Preview, maxShownNews)
	}
	if err != nil {
		slog.Warn("notification says less than wanted", "code", inbox.CodeOf(err))
	}
	s.gatherer.Arrived(a)
}

// maxShownNews is how much of a message a notification shows, in characters.
const maxShownNews = 120

func (s *Session) showNews(n notify.News) {
	if !s.notifyNow(n) {
		slog.Warn("notification not shown")
	}
}

func (s *Session) notifyNow(n notify.News) bool {
	notifier := s.notifier.Load()
	return notifier != nil && (*notifier).Show(notification(n, s.language())) == nil
}

func (s *Session) language() string {
	language, _ := s.shownIn.Load().(string)
	return language
}

// notification words the news; in German unless the window speaks English.
func notification(n notify.News, language string) desktop.Notification {
	one, many, several, open := "Neue Nachricht", "%d neue Nachrichten", "%d neue Nachrichten in %d Unterhaltungen", "Öffnen"
	if language == "en" {
		one, many, several, open = "New message", "%d new messages", "%d new messages in %d conversations", "Open"
	}
	x := desktop.Notification{Title: "Tresen", Open: open, Tag: strconv.FormatInt(n.Conversation, 10)}
	switch {
	case n.Conversations > 1:
		x.Body = fmt.Sprintf(several, n.Messages, n.Conversations)
	case n.Messages > 1:
		x.Body = fmt.Sprintf(many, n.Messages)
	default:
		x.Body = one
	}
	if n.Name != "" {
		x.Title = inbox.CleanLine(n.Name, maxName)
	}
	if n.Text != "" {
		x.Body = n.Text
	}
	return x
}

func (s *Session) tryNotification() error {
	if !s.notifyNow(notify.News{Messages: 1, Conversations: 1}) {
		return inbox.NewError(inbox.CodeNotFound, "this system shows no notifications")
	}
	return nil
}

// clickedNews brings the window forward and asks it to open the conversation.
func (s *Session) clickedNews(tag string) {
	id, err := strconv.ParseInt(tag, 10, 64)
	if err != nil || id < 0 {
		id = 0
	}
	if s.cfg.raise != nil {
		s.cfg.raise()
	}
	s.cfg.emit(EventAttentionClicked, AttentionEvent{ConversationID: id})
}

func (s *Session) setView(r LookRequest) {
	if s.gatherer == nil {
		return
	}
	s.shownIn.Store(strings.Clone(r.Language))
	if s.watch.Status().Locked {
		r.ConversationID = 0
	}
	s.gatherer.SetView(r.Focused, r.ConversationID)
}

// addHints says which of a page's messages seem to hold something sensitive.
// It is worked out whenever they are shown and kept nowhere.
func (s *Session) addHints(list []inbox.Message, rows []MessageRow) error {
	form, err := s.attention()
	if err != nil || !form.Hints {
		return err
	}
	found := false
	for i, m := range list {
		if m.Direction != inbox.Inbound || !m.RevokedAt.IsZero() {
			continue
		}
		for _, kind := range sensitive.Find(rows[i].Text) {
			rows[i].Hints, found = append(rows[i].Hints, string(kind)), true
		}
	}
	if !found {
		return nil
	}
	settled, err := s.store.SettledHints(s.looking(), list[0].ID, list[len(list)-1].ID)
	for i, m := range list {
		if settled[m.ID] {
			rows[i].Hints = []string{}
		}
	}
	return err
}

func (s *Session) dismissHint(id inbox.MessageID) error {
	err := s.store.Update(s.ctx, func(tx *store.Tx) error {
		if _, _, err := tx.FindMessage(id); err != nil {
			return err
		}
		return tx.DismissHint(id)
	})
	if err == nil {
		s.cfg.emit(EventConversationChanged, ConversationEvent{ConversationID: int64(id.Conversation())})
	}
	return err
}

package app

import (
	"encoding/json"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/outbox"
	"tresen/internal/store"
)

// Sending is what the window can send besides text, and take back.
type Sending struct{ app *App }

// ReactRequest puts the shop's reaction on a customer's message; an empty emoji
// takes it away.
type ReactRequest struct {
	MessageID string `json:"messageId"`
	Emoji     string `json:"emoji"`
}

// Withdrawn is what a message said that was taken back before it left.
type Withdrawn struct {
	ConversationID int64 `json:"conversationId"`
	// Text is what goes back into the composer: the text of a text message.
	Text string `json:"text"`
}

// UploadEvent says how far the file of a message is on its way to WhatsApp.
type UploadEvent struct {
	MessageID string `json:"messageId"`
	Sent      int64  `json:"sent"`
	Total     int64  `json:"total"`
}

// SendingSettings are the shop's choices about sending.
type SendingSettings struct {
	// Undo holds every message back for UndoSeconds, so that it can be taken back.
	Undo        bool `json:"undo"`
	UndoSeconds int  `json:"undoSeconds"`
	// Place is where the shop is; it can be sent once it has coordinates.
	Place ShopPlace `json:"place"`
}

// ShopPlace is where the shop is, in degrees (WGS 84).
type ShopPlace struct {
	// Set is false until coordinates were entered.
	Set       bool    `json:"set"`
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Name      string  `json:"name"`
	Address   string  `json:"address"`
}

// SendPlaceRequest sends the shop's place, quoted if ReplyTo is a message id.
type SendPlaceRequest struct {
	ConversationID int64  `json:"conversationId"`
	ReplyTo        string `json:"replyTo"`
}

// undoTime is how long a message waits if the shop wants to be able to take it back.
const undoTime = 5 * time.Second

// React queues a reaction.
func (b *Sending) React(r ReactRequest) (err error) {
	defer guard(&err)
	s, id, err := b.app.sessionFor(r.MessageID)
	if err != nil {
		return err
	}
	return s.outbox.React(s.ctx, id, r.Emoji)
}

// Withdraw takes back a message that has not begun to leave. It fails with
// conflict once it has.
func (b *Sending) Withdraw(messageID string) (out Withdrawn, err error) {
	defer guard(&err)
	s, id, err := b.app.sessionFor(messageID)
	if err != nil {
		return out, err
	}
	m, err := s.outbox.Withdraw(s.ctx, id)
	if err != nil {
		return out, err
	}
	return Withdrawn{ConversationID: int64(id.Conversation()), Text: m.Content.Text}, nil
}

// SendPlace queues the shop's place. It fails with invalid, naming "place",
// while none is set.
func (b *Sending) SendPlace(r SendPlaceRequest) (row MessageRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return row, err
	}
	settings, err := s.sendingSettings()
	if err != nil {
		return row, err
	}
	p := settings.Place
	if !p.Set {
		return row, inbox.InvalidField("place", "no place is set")
	}
	return s.sendContent(r.ConversationID, r.ReplyTo, outbox.Outgoing{Kind: inbox.KindLocation, Content: inbox.Content{
		Location: &inbox.Location{Latitude: p.Latitude, Longitude: p.Longitude, Name: p.Name, Address: p.Address},
	}})
}

// GetSettings returns the shop's choices about sending.
func (b *Sending) GetSettings() (out SendingSettings, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return out, err
	}
	return s.sendingSettings()
}

// SaveSettings keeps them, sealed with the shop. It fails with invalid, naming
// the field, for a place that is none.
func (b *Sending) SaveSettings(v SendingSettings) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	if v.Place.Set {
		place := inbox.Location{Latitude: v.Place.Latitude, Longitude: v.Place.Longitude, Name: v.Place.Name, Address: v.Place.Address}
		if err := outbox.Check(inbox.KindLocation, inbox.Content{Location: &place}); err != nil {
			return err
		}
	}
	value, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.SetSetting(sendingSetting, value) })
}

const sendingSetting = "sending"

func (s *Session) sendingSettings() (out SendingSettings, err error) {
	value, err := s.store.Setting(s.ctx, sendingSetting)
	if err == nil {
		if json.Unmarshal(value, &out) != nil {
			return out, inbox.NewError(inbox.CodeStorageDamaged, "decode sending settings")
		}
	} else if inbox.CodeOf(err) != inbox.CodeNotFound {
		return out, err
	}
	out.UndoSeconds = int(undoTime / time.Second)
	if !out.Place.Set && out.Place.Name == "" {
		details, err := s.shopDetails()
		if err != nil {
			return out, err
		}
		out.Place.Name = details.Brand
		if d := details.Imprint; d.Street != "" && d.City != "" {
			out.Place.Address = d.Street + ", " + d.PostalCode + " " + d.City
		}
	}
	return out, nil
}

// hold is how long a message waits before it leaves.
func (s *Session) hold() (time.Duration, error) {
	settings, err := s.sendingSettings()
	if err != nil || !settings.Undo {
		return 0, err
	}
	return undoTime, nil
}

// sendContent queues a message and returns it as it now stands in the conversation.
func (s *Session) sendContent(conversation int64, replyTo string, m outbox.Outgoing) (row MessageRow, err error) {
	m.Conversation = inbox.ConversationID(conversation)
	if replyTo != "" {
		if m.ReplyTo, err = inbox.ParseMessageID(replyTo); err != nil {
			return row, err
		}
	}
	if m.Hold, err = s.hold(); err != nil {
		return row, err
	}
	id, err := s.outbox.QueueContent(s.ctx, m)
	if err != nil {
		return row, err
	}
	return s.message(id)
}

// uploading tells the window how far an upload is.
func (s *Session) uploading(id inbox.MessageID, sent, total int64) {
	s.cfg.emit(EventUploadProgress, UploadEvent{MessageID: id.String(), Sent: sent, Total: total})
}

// reactionRows shows what the shop wants to react with in place of what it
// reacted with before, and how far that has come.
func reactionRows(m inbox.Message) []ReactionRow {
	rows := []ReactionRow{}
	wish := m.Wish
	for _, r := range m.Reactions {
		row := ReactionRow{Emoji: inbox.CleanLine(r.Emoji, 16), FromShop: r.FromShop}
		switch {
		case !r.FromShop || wish == nil:
		case wish.Emoji != "" || wish.Failure == "":
			continue // replaced, or about to be taken away
		default:
			row.State, row.FailureCode = string(wish.State), string(wish.Failure)
		}
		rows = append(rows, row)
	}
	if wish != nil && wish.Emoji != "" {
		rows = append(rows, ReactionRow{
			Emoji: inbox.CleanLine(wish.Emoji, 16), FromShop: true, State: string(wish.State), FailureCode: string(wish.Failure),
		})
	}
	return rows
}

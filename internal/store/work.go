package store

import (
	"context"
	"encoding/json"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// SetDone puts a conversation aside, or opens it again with the zero time. A
// new message of the customer opens it, too. It reports whether that changed anything.
func (tx *Tx) SetDone(id inbox.ConversationID, at time.Time) (bool, error) {
	if _, _, err := tx.FindConversation(id); err != nil {
		return false, err
	}
	did, err := tx.changed("UPDATE conversation SET done_at_ms = ?1 WHERE conversation_id = ?2 AND done_at_ms >= 0 AND (done_at_ms > 0) <> (?1 > 0)",
		ms(at), int64(id))
	return did, wrap("set done", err)
}

// SetPinned keeps a conversation at the top of the list.
func (tx *Tx) SetPinned(id inbox.ConversationID, pinned bool) error {
	if _, _, err := tx.FindConversation(id); err != nil {
		return err
	}
	_, err := tx.exec("UPDATE conversation SET pinned = ? WHERE conversation_id = ?", pinned, int64(id))
	return wrap("set pin", err)
}

// Assign gives a conversation to one of the shop's people, or to nobody. It
// fails with not_found if there is no such colleague.
func (tx *Tx) Assign(id inbox.ConversationID, to inbox.ColleagueID) error {
	if _, _, err := tx.FindConversation(id); err != nil {
		return err
	}
	if to != 0 {
		var one int
		if err := tx.queryRow("SELECT 1 FROM colleague WHERE colleague_id = ?", int64(to)).Scan(&one); err != nil {
			return wrap("find colleague", err)
		}
	}
	_, err := tx.exec("UPDATE conversation SET colleague_id = ? WHERE conversation_id = ?", int64(to), int64(id))
	return wrap("assign conversation", err)
}

// SetReminder says when the shop wants to come back to a conversation and why;
// the zero time takes the reminder away.
func (tx *Tx) SetReminder(c ConversationRef, at time.Time, why string) error {
	var sealed []byte
	if !at.IsZero() && why != "" {
		var err error
		if sealed, err = sealJSON(tx.w.vault, c.Customer.key(), "conversation", "reminder", int64(c.ID), why); err != nil {
			return wrap("seal reminder", err)
		}
	}
	_, err := tx.exec("UPDATE conversation SET remind_at_ms = ?, reminder = ? WHERE conversation_id = ?", ms(at), sealed, int64(c.ID))
	return wrap("set reminder", err)
}

// Reminder returns why the shop wanted to come back to a conversation, or "".
func (s *Store) Reminder(ctx context.Context, id inbox.ConversationID) (why string, err error) {
	err = s.read(ctx, func(db *connection) error {
		key, err := s.owner(ctx, db, id)
		if err != nil {
			return err
		}
		var sealed []byte
		if err := db.queryRow("SELECT reminder FROM conversation WHERE conversation_id = ?", int64(id)).Scan(&sealed); err != nil || sealed == nil {
			return err
		}
		return s.opener(ctx).json(key, "conversation", "reminder", int64(id), sealed, &why)
	})
	return why, wrap("find reminder", err)
}

// SetBlocked notes that the provider keeps a customer from writing, or no longer does.
func (tx *Tx) SetBlocked(id inbox.CustomerID, at time.Time) error {
	c, err := tx.FindCustomer(id)
	if err != nil {
		return err
	}
	_, err = tx.exec("UPDATE customer SET blocked_at_ms = ? WHERE customer_id = ?", ms(at), c.Row)
	return wrap("set blocked", err)
}

// workColumn is how far the shop is with a conversation, or NULL where nothing
// is set, as in nearly all rows.
const workColumn = `CASE WHEN v.done_at_ms | v.pinned | v.colleague_id | v.remind_at_ms | c.blocked_at_ms OR c.labels <> ''
	THEN json_array(v.done_at_ms, v.pinned, v.colleague_id, v.remind_at_ms, c.blocked_at_ms > 0, json('[' || c.labels || ']')) END`

func decodeWork(text string) (w inbox.Work, err error) {
	if text == "" {
		return w, nil
	}
	var done, remind int64
	var pinned, blocked int
	var colleague int64
	if err := json.Unmarshal([]byte(text), &[]any{&done, &pinned, &colleague, &remind, &blocked, &w.Labels}); err != nil {
		return w, errColumn
	}
	w.DoneAt, w.RemindAt, w.Pinned, w.Blocked = fromMS(max(done, 0)), fromMS(remind), pinned != 0, blocked != 0
	w.Colleague = inbox.ColleagueID(colleague)
	return w, nil
}

func labelAD(id int64) vault.AD     { return vault.AD{Table: "label", Column: "name", Row: id} }
func colleagueAD(id int64) vault.AD { return vault.AD{Table: "colleague", Column: "name", Row: id} }

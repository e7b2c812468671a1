package store

import (
	"database/sql"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// ReactionSend is the shop's wish to react to a message. Every wish has a
// callback id of its own, so that what becomes of an old one does not touch a
// newer one.
type ReactionSend struct {
	MessageID inbox.MessageID
	Callback  CallbackID
	// Emoji is empty if the reaction is to be taken away.
	Emoji string
	At    time.Time
}

func reactionSendAD(id inbox.MessageID) vault.AD {
	return vault.AD{Table: "reaction_send", Column: "content", Row: int64(id)}
}

// QueueReaction puts a reaction into the outbox, in place of any wish for the
// same message.
func (tx *Tx) QueueReaction(ref ConversationRef, r ReactionSend) error {
	if err := tx.admitSending(ref.Customer); err != nil {
		return err
	}
	content, err := tx.w.vault.Seal(ref.Customer.key(), reactionSendAD(r.MessageID), []byte(r.Emoji))
	if err != nil {
		return wrap("seal reaction", err)
	}
	_, err = tx.exec(`INSERT INTO reaction_send (message_id, callback_id, state, at_ms, next_at_ms, content) VALUES (?, ?, 'queued', ?, ?, ?)
		ON CONFLICT (message_id) DO UPDATE SET callback_id = excluded.callback_id, state = 'queued', attempts = 0, at_ms = excluded.at_ms,
		next_at_ms = excluded.next_at_ms, failure = '', failure_number = 0, content = excluded.content`,
		int64(r.MessageID), r.Callback[:], ms(r.At), ms(r.At), content)
	return wrap("queue reaction", err)
}

// StartReaction marks a queued wish as being sent and returns it; ok is false
// if it is no longer what the shop wants, or not queued.
func (tx *Tx) StartReaction(ref ConversationRef, id inbox.MessageID, callback CallbackID, unclearAt time.Time) (r ReactionSend, ok bool, err error) {
	did, err := tx.changed(`UPDATE reaction_send SET state = 'sending', attempts = attempts + 1, next_at_ms = ?
		WHERE message_id = ? AND callback_id = ? AND state = 'queued'`, ms(unclearAt), int64(id), callback[:])
	if err != nil || !did {
		return r, false, wrap("begin reaction", err)
	}
	var at int64
	var content []byte
	err = tx.queryRow("SELECT at_ms, content FROM reaction_send WHERE message_id = ?", int64(id)).Scan(&at, &content)
	if err != nil {
		return r, false, wrap("find reaction", err)
	}
	emoji, err := tx.opener().take(ref.Customer.key(), reactionSendAD(id), content)
	return ReactionSend{MessageID: id, Callback: callback, Emoji: string(emoji), At: fromMS(at)}, err == nil, wrap("open reaction", err)
}

// AcceptReaction notes that the provider took a reaction: from now on it is on
// the message. A wish that has been replaced since is ignored.
func (tx *Tx) AcceptReaction(ref ConversationRef, r ReactionSend, number inbox.PhoneNumberID, wamid inbox.WAMID) error {
	did, err := tx.changed(`UPDATE reaction_send SET state = 'accepted', failure = '', failure_number = 0
		WHERE message_id = ? AND callback_id = ? AND state <> 'failed'`, int64(r.MessageID), r.Callback[:])
	if err != nil || !did {
		return wrap("accept reaction", err)
	}
	return tx.SetReaction(ref, r.MessageID, number, wamid, inbox.Reaction{FromShop: true, Emoji: r.Emoji, At: r.At})
}

// RequeueReaction tries a wish that certainly did not go out again at next.
func (tx *Tx) RequeueReaction(callback CallbackID, next time.Time, countAttempt bool) error {
	back := 1
	if countAttempt {
		back = 0
	}
	_, err := tx.exec(`UPDATE reaction_send SET state = 'queued', next_at_ms = ?, attempts = max(0, attempts - ?)
		WHERE callback_id = ? AND state = 'sending'`, ms(next), back, callback[:])
	return wrap("requeue reaction", err)
}

// AwaitReaction says that the answer was lost: until unclearAt a report by the
// provider may tell what became of the reaction.
func (tx *Tx) AwaitReaction(callback CallbackID, unclearAt time.Time) error {
	_, err := tx.exec("UPDATE reaction_send SET next_at_ms = ? WHERE callback_id = ? AND state = 'sending'", ms(unclearAt), callback[:])
	return wrap("await reaction", err)
}

// MarkReactionUnclear says that nobody knows whether a reaction went out.
func (tx *Tx) MarkReactionUnclear(callback CallbackID) error {
	_, err := tx.exec("UPDATE reaction_send SET state = 'unclear', failure = 'unclear' WHERE callback_id = ? AND state = 'sending'", callback[:])
	return wrap("mark reaction unclear", err)
}

// FailReaction ends a wish with a reason. One that had been accepted is no
// longer on the message.
func (tx *Tx) FailReaction(callback CallbackID, code inbox.Code, number int) error {
	var id int64
	var accepted bool
	err := tx.queryRow("SELECT message_id, state = 'accepted' FROM reaction_send WHERE callback_id = ?", callback[:]).Scan(&id, &accepted)
	if err != nil {
		return gone(wrap("find reaction", err))
	}
	_, err = tx.exec("UPDATE reaction_send SET state = 'failed', failure = ?, failure_number = ? WHERE callback_id = ?",
		string(code), number, callback[:])
	if err != nil || !accepted {
		return wrap("fail reaction", err)
	}
	_, err = tx.exec("UPDATE reaction SET content = NULL WHERE message_id = ? AND side = 1", id)
	return wrap("fail reaction", err)
}

// FindReactionSend returns the wish a callback id belongs to, or not_found.
func (tx *Tx) FindReactionSend(callback CallbackID) (r ReactionSend, ref ConversationRef, err error) {
	var content []byte
	var at int64
	err = tx.queryRow("SELECT message_id, at_ms, content FROM reaction_send WHERE callback_id = ?", callback[:]).Scan(&r.MessageID, &at, &content)
	if err != nil {
		return r, ref, wrap("find reaction", err)
	}
	if ref, _, err = tx.FindConversation(r.MessageID.Conversation()); err != nil {
		return r, ref, err
	}
	emoji, err := tx.opener().take(ref.Customer.key(), reactionSendAD(r.MessageID), content)
	r.Callback, r.Emoji, r.At = callback, string(emoji), fromMS(at)
	return r, ref, wrap("open reaction", err)
}

const listReactionSends = `SELECT o.message_id, o.callback_id, o.attempts, o.next_at_ms, o.state = 'sending', o.at_ms, v.phone_number_id, c.uuid
	FROM reaction_send o CROSS JOIN conversation v ON v.conversation_id = o.message_id >> 43
	CROSS JOIN customer c ON c.customer_id = v.customer_id
	WHERE o.state IN ('queued', 'sending') AND c.state = 'live' ORDER BY o.at_ms, o.message_id`

func listWaitingReactions(db *connection) (list []Queued, err error) {
	rows, err := db.query(listReactionSends)
	err = each(rows, err, func(r *sql.Rows) error {
		q := Queued{Reaction: true}
		var next, at int64
		var callback, uuid []byte
		if err := r.Scan(&q.MessageID, &callback, &q.Attempts, &next, &q.Sending, &at, &q.PhoneNumberID, &uuid); err != nil {
			return err
		}
		q.Callback, q.Customer, q.NextAt, q.SentAt = CallbackID(callback), inbox.CustomerID(uuid), fromMS(next), fromMS(at)
		list = append(list, q)
		return nil
	})
	return list, err
}

const listOwnReactions = `SELECT message_id, state, at_ms, failure, content FROM reaction_send
	WHERE message_id >= ? AND message_id <= ? AND state <> 'accepted' ORDER BY message_id`

// addReactionSends shows wishes the provider has not taken yet, or has refused,
// in messages that are sorted by id and belong to one conversation.
func addReactionSends(db *connection, open *opener, key vault.KeyID, list []inbox.Message) error {
	rows, err := db.query(listOwnReactions, int64(list[0].ID), int64(list[len(list)-1].ID))
	at := 0
	return each(rows, err, func(r *sql.Rows) error {
		var id inbox.MessageID
		var wish inbox.ReactionWish
		var atMS int64
		var content []byte
		if err := r.Scan(&id, &wish.State, &atMS, &wish.Failure, &content); err != nil {
			return err
		}
		for at < len(list) && list[at].ID < id {
			at++
		}
		if at == len(list) || list[at].ID != id {
			return nil
		}
		emoji, err := open.take(key, reactionSendAD(id), content)
		if err != nil {
			return err
		}
		wish.Emoji = string(emoji)
		list[at].Wish = &wish
		return nil
	})
}

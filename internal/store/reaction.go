package store

import (
	"database/sql"
	"fmt"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

func reactionSide(fromShop bool) int {
	if fromShop {
		return 1
	}
	return 0
}

func reactionColumn(side int) string { return fmt.Sprint("content/", side) }

// SetReaction puts, replaces or (with an empty emoji) removes one side's
// reaction, unless a later one is already known. The reaction's own wamid
// decides between two of the same second, so that any order of arrival ends
// the same.
func (tx *Tx) SetReaction(ref ConversationRef, id inbox.MessageID, number inbox.PhoneNumberID, own inbox.WAMID, r inbox.Reaction) error {
	side := reactionSide(r.FromShop)
	var content []byte
	if r.Emoji != "" {
		var err error
		ad := vault.AD{Table: "reaction", Column: reactionColumn(side), Row: int64(id)}
		if content, err = tx.w.vault.Seal(ref.Customer.key(), ad, []byte(r.Emoji)); err != nil {
			return wrap("seal reaction", err)
		}
	}
	tie := tx.w.vault.LookupWAMID(string(number), string(own))
	_, err := tx.exec(`INSERT INTO reaction (message_id, side, at_ms, tie, content) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (message_id, side) DO UPDATE SET at_ms = excluded.at_ms, tie = excluded.tie, content = excluded.content
		WHERE (excluded.at_ms, excluded.tie) > (at_ms, tie)`, int64(id), side, ms(r.At), tie[:], content)
	return wrap("set reaction", err)
}

// DeleteReactions forgets the reactions on a message.
func (tx *Tx) DeleteReactions(id inbox.MessageID) error {
	_, err := tx.exec("DELETE FROM reaction WHERE message_id = ?", id)
	return wrap("delete reactions", err)
}

const listReactions = `SELECT message_id, side, at_ms, content FROM reaction
	WHERE message_id >= ? AND message_id <= ? AND content IS NOT NULL ORDER BY message_id, side`

// addReactions fills in the reactions of messages that are sorted by id and
// belong to one conversation.
func addReactions(db *connection, open *opener, key vault.KeyID, list []inbox.Message) error {
	rows, err := db.query(listReactions, int64(list[0].ID), int64(list[len(list)-1].ID))
	at := 0
	return each(rows, err, func(r *sql.Rows) error {
		var id, atMS int64
		var side int
		var sealed []byte
		if err := r.Scan(&id, &side, &atMS, &sealed); err != nil {
			return err
		}
		for at < len(list) && int64(list[at].ID) < id {
			at++
		}
		if at == len(list) || int64(list[at].ID) != id {
			return nil
		}
		emoji, err := open.take(key, vault.AD{Table: "reaction", Column: reactionColumn(side), Row: id}, sealed)
		if err != nil {
			return err
		}
		list[at].Reactions = append(list[at].Reactions, inbox.Reaction{FromShop: side == 1, Emoji: string(emoji), At: fromMS(atMS)})
		return nil
	})
}

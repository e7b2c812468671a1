package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// placedContent is what a placed code's row holds, sealed.
type placedContent struct {
	Places      []string `json:"places,omitempty"`
	Kind        string   `json:"kind"`
	Paper       string   `json:"paper,omitempty"`
	URL         string   `json:"url"`
	Text        string   `json:"text,omitempty"`
	MessageCode string   `json:"code,omitempty"`
	Form        []byte   `json:"form,omitempty"`
}

func (tx *Tx) sealPlaced(c inbox.PlacedCode) ([]byte, error) {
	content := placedContent{c.Places, c.Kind, c.Paper, c.URL, c.Text, c.MessageCode, c.Form}
	sealed, err := sealJSON(tx.w.vault, vault.ShopKey, "placed_code", "content", int64(c.ID), content)
	return sealed, wrap("seal placed code", err)
}

// InsertPlacedCode adds an entry to the register of codes. Its counters begin at zero.
func (tx *Tx) InsertPlacedCode(c inbox.PlacedCode) (inbox.PlacedCodeID, error) {
	res, err := tx.exec("INSERT INTO placed_code (placed_at_ms, printed_at_ms, prints, content) VALUES (?, ?, ?, x'')",
		ms(c.PlacedAt), ms(c.PrintedAt), c.Prints)
	if err != nil {
		return 0, wrap("insert placed code", err)
	}
	id, err := res.LastInsertId()
	if err != nil {
		return 0, wrap("insert placed code", err)
	}
	c.ID = inbox.PlacedCodeID(id)
	return c.ID, tx.UpdatePlacedCode(c)
}

// UpdatePlacedCode replaces everything but the counters and the test, or fails with not_found.
func (tx *Tx) UpdatePlacedCode(c inbox.PlacedCode) error {
	sealed, err := tx.sealPlaced(c)
	if err != nil {
		return err
	}
	found, err := tx.changed(`UPDATE placed_code SET placed_at_ms = ?, retired_at_ms = ?, printed_at_ms = ?, prints = ?, content = ?
		WHERE placed_code_id = ?`, ms(c.PlacedAt), ms(c.RetiredAt), ms(c.PrintedAt), c.Prints, sealed, int64(c.ID))
	return placedFound("update placed code", found, err)
}

// DeletePlacedCode removes an entry with its counters, or fails with not_found.
func (tx *Tx) DeletePlacedCode(id inbox.PlacedCodeID) error {
	found, err := tx.changed("DELETE FROM placed_code WHERE placed_code_id = ?", int64(id))
	return placedFound("delete placed code", found, err)
}

// MarkTested notes that a message proved that the code works, or fails with not_found.
func (tx *Tx) MarkTested(id inbox.PlacedCodeID, at time.Time) error {
	found, err := tx.changed("UPDATE placed_code SET tested_at_ms = ? WHERE placed_code_id = ?", ms(at), int64(id))
	return placedFound("note tested code", found, err)
}

// CountScan counts a message that named the code's place; began says whether it
// is the first of its conversation. It fails with not_found.
func (tx *Tx) CountScan(id inbox.PlacedCodeID, began bool) error {
	found, err := tx.changed("UPDATE placed_code SET messages = messages + 1, conversations = conversations + ? WHERE placed_code_id = ?", began, int64(id))
	return placedFound("count scan", found, err)
}

func placedFound(doing string, found bool, err error) error {
	if err == nil && !found {
		return inbox.NewError(inbox.CodeNotFound, doing)
	}
	return wrap(doing, err)
}

const selectPlaced = `SELECT placed_code_id, placed_at_ms, retired_at_ms, printed_at_ms, prints, tested_at_ms, conversations, messages, content
	FROM placed_code ORDER BY retired_at_ms > 0, placed_at_ms DESC, placed_code_id DESC`

// ListPlacedCodes returns the whole register: what hangs first, newest first.
func (s *Store) ListPlacedCodes(ctx context.Context) (list []inbox.PlacedCode, err error) {
	err = s.read(ctx, func(db *connection) error {
		list = nil
		rows, err := db.query(selectPlaced)
		list, err = scanPlaced(s.opener(ctx), rows, err)
		return err
	})
	return list, wrap("list placed codes", err)
}

// ListPlacedCodes is the register as the transaction sees it.
func (tx *Tx) ListPlacedCodes() ([]inbox.PlacedCode, error) {
	rows, err := tx.query(selectPlaced)
	list, err := scanPlaced(tx.opener(), rows, err)
	return list, wrap("list placed codes", err)
}

func scanPlaced(o *opener, rows *sql.Rows, err error) (list []inbox.PlacedCode, _ error) {
	err = each(rows, err, func(r *sql.Rows) error {
		var c inbox.PlacedCode
		var placed, retired, printed, tested int64
		var sealed []byte
		if err := r.Scan(&c.ID, &placed, &retired, &printed, &c.Prints, &tested, &c.Conversations, &c.Messages, &sealed); err != nil {
			return err
		}
		var content placedContent
		if err := o.json(vault.ShopKey, "placed_code", "content", int64(c.ID), sealed, &content); err != nil {
			return fmt.Errorf("open placed code: %w", err)
		}
		c.PlacedAt, c.RetiredAt, c.PrintedAt, c.TestedAt = fromMS(placed), fromMS(retired), fromMS(printed), fromMS(tested)
		c.Places, c.Kind, c.Paper, c.Form = content.Places, content.Kind, content.Paper, content.Form
		c.URL, c.Text, c.MessageCode = content.URL, content.Text, content.MessageCode
		list = append(list, c)
		return nil
	})
	return list, err
}

// Around tells what lies beside a message in its conversation: whether anything
// is older, and the next newer one, or 0.
func (tx *Tx) Around(id inbox.MessageID) (older bool, next inbox.MessageID, err error) {
	first, end := inbox.MessageRange(id.Conversation())
	var after sql.NullInt64
	err = tx.queryRow(`SELECT EXISTS (SELECT 1 FROM message WHERE message_id >= ? AND message_id < ?),
		(SELECT min(message_id) FROM message WHERE message_id > ? AND message_id < ?)`,
		int64(first), int64(id), int64(id), int64(end)).Scan(&older, &after)
	return older, inbox.MessageID(after.Int64), wrap("look around message", err)
}

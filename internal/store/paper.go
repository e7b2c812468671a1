package store

import (
	"context"
	"database/sql"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// Kinds of rows that belong to the shop's papers.
const (
	PaperVersion  = "version"
	PaperContract = "contract"
	PaperBreach   = "breach"
)

// Paper is a row of the shop's papers. It says nothing about customers.
type Paper struct {
	ID int64
	At time.Time
	// HasFile is true if a scan is kept with it.
	HasFile bool

	content []byte
	open    *opener
}

// Decode reads what was sealed with the row.
func (p Paper) Decode(into any) error {
	return p.open.json(vault.ShopKey, "paper", "content", p.ID, p.content, into)
}

func paperFileAD(id int64) vault.AD { return vault.AD{Table: "paper", Column: "file", Row: id} }

// InsertPaper adds a row; content is sealed as JSON with the shop's key, and so
// is file unless it is empty.
func (tx *Tx) InsertPaper(kind string, at time.Time, content any, file []byte) (id int64, err error) {
	res, err := tx.exec("INSERT INTO paper (kind, at_ms, content) VALUES (?, ?, x'')", kind, ms(at))
	if err != nil {
		return 0, wrap("insert paper", err)
	}
	if id, err = res.LastInsertId(); err != nil {
		return 0, wrap("insert paper", err)
	}
	if err := tx.UpdatePaper(kind, id, content); err != nil || len(file) == 0 {
		return id, err
	}
	sealed, err := tx.w.vault.Seal(vault.ShopKey, paperFileAD(id), file)
	if err != nil {
		return 0, wrap("seal paper", err)
	}
	_, err = tx.exec("UPDATE paper SET file = ? WHERE paper_id = ?", sealed, id)
	return id, wrap("keep file of paper", err)
}

// UpdatePaper replaces a row's content, or fails with not_found.
func (tx *Tx) UpdatePaper(kind string, id int64, content any) error {
	sealed, err := sealJSON(tx.w.vault, vault.ShopKey, "paper", "content", id, content)
	if err != nil {
		return wrap("seal paper", err)
	}
	did, err := tx.changed("UPDATE paper SET content = ? WHERE paper_id = ? AND kind = ?", sealed, id, kind)
	if err == nil && !did {
		return inbox.NewError(inbox.CodeNotFound, "no such paper")
	}
	return wrap("update paper", err)
}

// DeletePaper removes a row, or fails with not_found.
func (tx *Tx) DeletePaper(kind string, id int64) error {
	did, err := tx.changed("DELETE FROM paper WHERE paper_id = ? AND kind = ?", id, kind)
	if err == nil && !did {
		return inbox.NewError(inbox.CodeNotFound, "no such paper")
	}
	return wrap("delete paper", err)
}

// ListPapers returns the rows of a kind, oldest first.
func (s *Store) ListPapers(ctx context.Context, kind string) (list []Paper, err error) {
	err = s.read(ctx, func(db *connection) error {
		rows, err := db.query("SELECT paper_id, at_ms, content, file IS NOT NULL FROM paper WHERE kind = ? ORDER BY paper_id", kind)
		return each(rows, err, func(r *sql.Rows) error {
			p := Paper{open: s.opener(ctx)}
			var at int64
			err := r.Scan(&p.ID, &at, &p.content, &p.HasFile)
			p.At = fromMS(at)
			list = append(list, p)
			return err
		})
	})
	return list, wrap("list papers", err)
}

// PaperFile returns the scan kept with a row, or not_found.
func (s *Store) PaperFile(ctx context.Context, id int64) ([]byte, error) {
	var sealed []byte
	err := s.read(ctx, func(db *connection) error {
		return db.queryRow("SELECT file FROM paper WHERE paper_id = ? AND file IS NOT NULL", id).Scan(&sealed)
	})
	if err != nil {
		return nil, wrap("find file of paper", err)
	}
	file, err := s.opener(ctx).take(vault.ShopKey, paperFileAD(id), sealed)
	return file, wrap("open file of paper", err)
}

// Evidence is counts for the checklist of data protection.
type Evidence struct {
	// ColdStarts counts conversations the shop began although the customer
	// neither wrote nor consented.
	ColdStarts int
	// Uses counts uses of consents for advertising, Uncovered those at whose time
	// the customer's last word was not a confirmation.
	Uses, Uncovered int
	// OldSensitive counts messages marked as sensitive before a time.
	OldSensitive int
}

// CountEvidence counts; marked is the time before which a mark is old.
func (s *Store) CountEvidence(ctx context.Context, marked time.Time) (e Evidence, err error) {
	const (
		cold = `SELECT count(*) FROM conversation v WHERE v.last_inbound_ms = 0
			AND EXISTS (SELECT 1 FROM message m WHERE m.message_id >= v.conversation_id << 43 AND m.message_id < (v.conversation_id + 1) << 43 AND m.direction = 1)
			AND NOT EXISTS (SELECT 1 FROM consent k WHERE k.customer_id = v.customer_id AND k.act = 'confirmed')`
		uses      = "SELECT count(*) FROM consent_use"
		uncovered = `SELECT count(*) FROM consent_use u WHERE coalesce((SELECT k.act FROM consent k WHERE k.customer_id = u.customer_id
			AND k.purpose = u.purpose AND k.at_ms <= u.at_ms AND k.act IN ('confirmed', 'declined', 'withdrawn', 'expired') ORDER BY k.at_ms DESC, k.consent_id DESC LIMIT 1), '') <> 'confirmed'`
		sensitive = "SELECT count(*) FROM sensitive WHERE at_ms < ?"
	)
	err = s.read(ctx, func(db *connection) error {
		for _, q := range []struct {
			query string
			into  *int
			args  []any
		}{{cold, &e.ColdStarts, nil}, {uses, &e.Uses, nil}, {uncovered, &e.Uncovered, nil}, {sensitive, &e.OldSensitive, []any{ms(marked)}}} {
			if err := db.queryRow(q.query, q.args...).Scan(q.into); err != nil {
				return err
			}
		}
		return nil
	})
	return e, wrap("count evidence", err)
}

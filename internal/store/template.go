package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

func templateAD(id inbox.TemplateID) vault.AD {
	return vault.AD{Table: "template", Column: "content@" + string(id)}
}

// ListTemplates returns what is known of the shop's templates, in no order.
func (s *Store) ListTemplates(ctx context.Context) ([]inbox.Template, error) {
	list := []inbox.Template{}
	err := s.read(ctx, func(db *connection) error {
		rows, err := db.query("SELECT template_id, content FROM template")
		return each(rows, err, func(r *sql.Rows) error {
			var id inbox.TemplateID
			var sealed []byte
			if err := r.Scan(&id, &sealed); err != nil {
				return err
			}
			t, err := openTemplate(s.opener(ctx), id, sealed)
			list = append(list, t)
			return err
		})
	})
	return list, wrap("list templates", err)
}

// Template returns one template, or not_found.
func (s *Store) Template(ctx context.Context, id inbox.TemplateID) (t inbox.Template, err error) {
	var sealed []byte
	err = s.read(ctx, func(db *connection) error {
		return db.queryRow("SELECT content FROM template WHERE template_id = ?", string(id)).Scan(&sealed)
	})
	if err == nil {
		t, err = openTemplate(s.opener(ctx), id, sealed)
	}
	return t, wrap("find template", err)
}

func openTemplate(o *opener, id inbox.TemplateID, sealed []byte) (t inbox.Template, err error) {
	plain, err := o.take(vault.ShopKey, templateAD(id), sealed)
	if err != nil {
		return t, err
	}
	err = decodeTemplate(plain, &t)
	return t, err
}

// ReplaceTemplates makes a list fetched from the provider the truth. What a
// report said after the list was asked for stays.
func (tx *Tx) ReplaceTemplates(list []inbox.Template, asked time.Time) error {
	listed := map[inbox.TemplateID]bool{}
	for _, t := range list {
		if t.ID == "" {
			continue
		}
		listed[t.ID] = true
		known, at, err := tx.findTemplate(t.ID)
		switch {
		case err == nil:
			keepNewer(&t, known, at, ms(asked))
		case !errors.Is(err, sql.ErrNoRows):
			return wrap("find template", err)
		}
		if err := tx.PutTemplate(t); err != nil {
			return err
		}
	}
	rows, err := tx.query("SELECT template_id FROM template")
	var gone []string
	err = each(rows, err, func(r *sql.Rows) error {
		var id string
		err := r.Scan(&id)
		if !listed[inbox.TemplateID(id)] {
			gone = append(gone, id)
		}
		return err
	})
	if err != nil {
		return wrap("list templates", err)
	}
	for _, id := range gone {
		if err := tx.DeleteTemplate(inbox.TemplateID(id)); err != nil {
			return err
		}
	}
	return nil
}

// templateTimes are when each part of a template's state was last reported.
type templateTimes struct{ status, category, quality int64 }

func keepNewer(t *inbox.Template, known inbox.Template, at templateTimes, asked int64) {
	if at.status > asked {
		t.Status, t.Reason = known.Status, known.Reason
	}
	if at.category > asked {
		t.Category = known.Category
	}
	if at.quality > asked {
		t.Quality = known.Quality
	}
	if known.NextCategory != t.Category && !known.NextCategoryAt.IsZero() {
		t.NextCategory, t.NextCategoryAt = known.NextCategory, known.NextCategoryAt // no list tells it
	}
}

// Template returns a template as the transaction sees it, or not_found.
func (tx *Tx) Template(id inbox.TemplateID) (inbox.Template, error) {
	t, _, err := tx.findTemplate(id)
	return t, wrap("find template", err)
}

func (tx *Tx) findTemplate(id inbox.TemplateID) (t inbox.Template, at templateTimes, err error) {
	var sealed []byte
	err = tx.queryRow("SELECT status_at_ms, category_at_ms, quality_at_ms, content FROM template WHERE template_id = ?", string(id)).
		Scan(&at.status, &at.category, &at.quality, &sealed)
	if err != nil {
		return t, at, err
	}
	plain, err := tx.opener().take(vault.ShopKey, templateAD(id), sealed)
	if err != nil {
		return t, at, err
	}
	err = decodeTemplate(plain, &t)
	return t, at, err
}

// PutTemplate keeps a template, new or known.
func (tx *Tx) PutTemplate(t inbox.Template) error {
	sealed, err := tx.sealTemplate(t)
	if err != nil {
		return err
	}
	_, err = tx.exec("INSERT INTO template (template_id, content) VALUES (?, ?) ON CONFLICT (template_id) DO UPDATE SET content = excluded.content",
		string(t.ID), sealed)
	return wrap("keep template", err)
}

// DeleteTemplate forgets a template.
func (tx *Tx) DeleteTemplate(id inbox.TemplateID) error {
	_, err := tx.exec("DELETE FROM template WHERE template_id = ?", string(id))
	return wrap("delete template", err)
}

// ChangeTemplate applies a report about a known template. Of two reports about
// the same part the newer one holds, whatever their order; about a template
// nobody has listed yet it does nothing, because the list will say it.
func (tx *Tx) ChangeTemplate(e inbox.TemplateChanged) error {
	t, at, err := tx.findTemplate(e.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return wrap("find template", err)
	}
	now := ms(e.At)
	if e.Status != "" && now >= at.status {
		t.Status, t.Reason, at.status = e.Status, e.Reason, now
	}
	if e.Quality != "" && now >= at.quality {
		t.Quality, at.quality = e.Quality, now
	}
	if (e.Category != "" || e.NextCategory != "") && now >= at.category {
		if e.Category != "" {
			t.Category = e.Category
		}
		t.NextCategory, t.NextCategoryAt, at.category = e.NextCategory, e.NextCategoryAt, now
	}
	sealed, err := tx.sealTemplate(t)
	if err != nil {
		return err
	}
	_, err = tx.exec("UPDATE template SET status_at_ms = ?, category_at_ms = ?, quality_at_ms = ?, content = ? WHERE template_id = ?",
		at.status, at.category, at.quality, sealed, string(e.ID))
	return wrap("change template", err)
}

func (tx *Tx) sealTemplate(t inbox.Template) ([]byte, error) {
	plain, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("encode template: %w", err)
	}
	sealed, err := tx.w.vault.Seal(vault.ShopKey, templateAD(t.ID), plain)
	return sealed, wrap("seal template", err)
}

func decodeTemplate(plain []byte, t *inbox.Template) error {
	if err := json.Unmarshal(plain, t); err != nil {
		return inbox.NewError(inbox.CodeStorageDamaged, "decode template.content")
	}
	return nil
}

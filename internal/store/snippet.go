package store

import (
	"context"
	"database/sql"
	"path/filepath"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// ListSnippets returns all snippets, oldest first. There are few of them.
func (s *Store) ListSnippets(ctx context.Context) ([]inbox.Snippet, error) {
	list := []inbox.Snippet{}
	err := s.read(ctx, func(db *connection) error {
		rows, err := db.query("SELECT snippet_id, content FROM snippet ORDER BY snippet_id")
		return each(rows, err, func(r *sql.Rows) error {
			var n inbox.Snippet
			var sealed []byte
			if err := r.Scan(&n.ID, &sealed); err != nil {
				return err
			}
			if err := s.opener(ctx).json(vault.ShopKey, "snippet", "content", int64(n.ID), sealed, &n); err != nil {
				return err
			}
			list = append(list, n)
			return nil
		})
	})
	return list, wrap("list snippets", err)
}

// Snippet returns one snippet, or not_found.
func (s *Store) Snippet(ctx context.Context, id inbox.SnippetID) (inbox.Snippet, error) {
	n := inbox.Snippet{ID: id}
	var sealed []byte
	err := s.read(ctx, func(db *connection) error {
		return db.queryRow("SELECT content FROM snippet WHERE snippet_id = ?", int64(id)).Scan(&sealed)
	})
	if err != nil {
		return n, wrap("find snippet", err)
	}
	err = s.opener(ctx).json(vault.ShopKey, "snippet", "content", int64(id), sealed, &n)
	return n, wrap("open snippet", err)
}

// InsertSnippet adds a snippet and returns its id.
func (tx *Tx) InsertSnippet(n inbox.Snippet) (inbox.SnippetID, error) {
	res, err := tx.exec("INSERT INTO snippet (content) VALUES (x'')")
	if err != nil {
		return 0, wrap("insert snippet", err)
	}
	id, err := res.LastInsertId()
	if err != nil {
		return 0, wrap("insert snippet", err)
	}
	n.ID = inbox.SnippetID(id)
	return n.ID, tx.UpdateSnippet(n)
}

// UpdateSnippet replaces a snippet's content; its file stays. It fails with
// not_found if there is none with its id.
func (tx *Tx) UpdateSnippet(n inbox.Snippet) error {
	sealed, err := sealJSON(tx.w.vault, vault.ShopKey, "snippet", "content", int64(n.ID), n)
	if err != nil {
		return wrap("seal snippet", err)
	}
	did, err := tx.changed("UPDATE snippet SET content = ? WHERE snippet_id = ?", sealed, int64(n.ID))
	if err == nil && !did {
		err = sql.ErrNoRows
	}
	return wrap("update snippet", err)
}

// SetSnippetFile gives a snippet a file sealed with CreateShopFile, or with nil
// takes its file away. A file it had before is deleted after the commit.
func (tx *Tx) SetSnippetFile(id inbox.SnippetID, f *NewFile) error {
	if err := tx.dropSnippetFile(id); err != nil {
		return err
	}
	var name []byte
	if f != nil {
		if !f.finished || f.owner != vault.ShopKey {
			return inbox.NewError(inbox.CodeInternal, "file is not sealed for the shop")
		}
		name = f.id[:]
		tx.AfterCommit(f.keep)
	}
	_, err := tx.exec("UPDATE snippet SET file = ? WHERE snippet_id = ?", name, int64(id))
	return wrap("keep snippet file", err)
}

func (tx *Tx) dropSnippetFile(id inbox.SnippetID) error {
	var name []byte
	if err := tx.queryRow("SELECT file FROM snippet WHERE snippet_id = ?", int64(id)).Scan(&name); err != nil {
		return wrap("find snippet", err)
	}
	if name != nil {
		path := filepath.Join(tx.w.dir, MediaDir, mediaName(name))
		tx.AfterCommit(func() { removeFile(path) })
	}
	return nil
}

// DeleteSnippet deletes a snippet and its file. It fails with not_found if
// there is none.
func (tx *Tx) DeleteSnippet(id inbox.SnippetID) error {
	if err := tx.dropSnippetFile(id); err != nil {
		return err
	}
	_, err := tx.exec("DELETE FROM snippet WHERE snippet_id = ?", int64(id))
	return wrap("delete snippet", err)
}

// CreateShopFile begins a file sealed with the shop's own key, for what is
// nobody's personal data. Call Discard in any case.
func (s *Store) CreateShopFile() (*NewFile, error) { return s.createFile(vault.ShopKey) }

// OpenSnippetFile opens a snippet's file, or fails with not_found.
func (s *Store) OpenSnippetFile(ctx context.Context, id inbox.SnippetID) (*StoredFile, error) {
	n, err := s.Snippet(ctx, id)
	if err != nil {
		return nil, err
	}
	var name []byte
	err = s.read(ctx, func(db *connection) error {
		return db.queryRow("SELECT file FROM snippet WHERE snippet_id = ?", int64(id)).Scan(&name)
	})
	if err == nil && (len(name) != 16 || n.File == nil) {
		err = inbox.NewError(inbox.CodeNotFound, "snippet has no file")
	}
	if err != nil {
		return nil, wrap("find snippet file", err)
	}
	out := &StoredFile{Name: n.File.Name}
	return out, s.unseal(s.opener(ctx), out, vault.ShopKey, [16]byte(name))
}

package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/osfault"
	"tresen/internal/vault"
)

// mediaName is the file name of a sealed copy: random, without extension, so
// that it says nothing about its content.
func mediaName(file []byte) string { return hex.EncodeToString(file) }

// mediaLife is how long ids of media received in webhooks live. (Meta docs: Media.)
const mediaLife = 7 * 24 * time.Hour

// insertMedia notes that a message has a file to be fetched, if it has one.
func (tx *Tx) insertMedia(id inbox.MessageID, from inbox.Direction, sentAt time.Time, media *inbox.Media) error {
	if media == nil || media.ID == "" || from == inbox.Outbound {
		return nil
	}
	_, err := tx.exec("INSERT INTO media (message_id, state, expires_at_ms) VALUES (?, 'open', ?) ON CONFLICT DO NOTHING",
		int64(id), ms(sentAt.Add(mediaLife)))
	return wrap("insert media", err)
}

// Sealed is a file that was sealed for a message, and its small picture if it has one.
type Sealed struct {
	File, Thumb *NewFile
	Facts       inbox.FileFacts
	At          time.Time
}

// Discard deletes the files unless they were kept.
func (f Sealed) Discard() {
	f.File.Discard()
	if f.Thumb != nil {
		f.Thumb.Discard()
	}
}

// KeepOwnFile gives a message of the shop the file that is to be sent with it.
// Called in the transaction that queues the message. The files stay from the
// commit on.
func (tx *Tx) KeepOwnFile(id inbox.MessageID, f Sealed) error {
	_, err := tx.exec("INSERT INTO media (message_id, state, own) VALUES (?, 'open', 1)", int64(id))
	if err != nil {
		return wrap("insert media", err)
	}
	return tx.keepFile(id, f)
}

// KeepFetchedFile gives a message the file fetched for it and reports whether
// it still wanted one: it may have been revoked, or its customer is being erased.
func (tx *Tx) KeepFetchedFile(id inbox.MessageID, f Sealed) (bool, error) {
	ref, _, err := tx.FindConversation(id.Conversation())
	if err != nil || ref.Customer.Erasing {
		return false, gone(err)
	}
	var state inbox.FileState
	err = tx.queryRow("SELECT state FROM media WHERE message_id = ?", int64(id)).Scan(&state)
	if err != nil {
		return false, gone(wrap("find media", err))
	}
	if state != inbox.FileOpen {
		return false, nil
	}
	return true, tx.keepFile(id, f)
}

// gone forgives that something is not there any more.
func gone(err error) error {
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		return nil
	}
	return err
}

func (tx *Tx) keepFile(id inbox.MessageID, f Sealed) error {
	ref, _, err := tx.FindConversation(id.Conversation())
	if err != nil {
		return err
	}
	if ref.Customer.Erasing {
		return inbox.NewError(inbox.CodeNotFound, "customer is being erased")
	}
	if !f.File.finished || f.File.owner != ref.Customer.key() {
		return inbox.NewError(inbox.CodeInternal, "file is not sealed for this customer")
	}
	content, err := sealJSON(tx.w.vault, ref.Customer.key(), "media", "content", int64(id), f.Facts)
	if err != nil {
		return wrap("seal media", err)
	}
	var thumb []byte
	if f.Thumb != nil {
		thumb = f.Thumb.id[:]
	}
	_, err = tx.exec(`UPDATE media SET state = 'stored', wanted = 0, file = ?, thumb = ?, bytes = ?, attempts = 0, failure = '',
		stored_at_ms = ?, content = ? WHERE message_id = ?`, f.File.id[:], thumb, f.File.Size(), ms(f.At), content, int64(id))
	if err != nil {
		return wrap("keep file", err)
	}
	tx.AfterCommit(func() {
		f.File.keep()
		if f.Thumb != nil {
			f.Thumb.keep()
		}
	})
	return nil
}

// KeepPoster gives a stored film a small picture and its size, unless it has
// one or is gone.
func (tx *Tx) KeepPoster(id inbox.MessageID, thumb *NewFile, width, height int) error {
	ref, _, err := tx.FindConversation(id.Conversation())
	if err != nil || ref.Customer.Erasing {
		return gone(err)
	}
	key := ref.Customer.key()
	if !thumb.finished || thumb.owner != key {
		return inbox.NewError(inbox.CodeInternal, "file is not sealed for this customer")
	}
	var sealed []byte
	err = tx.queryRow("SELECT content FROM media WHERE message_id = ? AND state = 'stored' AND thumb IS NULL", int64(id)).Scan(&sealed)
	if err != nil {
		return gone(wrap("find media", err))
	}
	var facts inbox.FileFacts
	if err := tx.opener().json(key, "media", "content", int64(id), sealed, &facts); err != nil {
		return wrap("open media", err)
	}
	facts.Width, facts.Height = width, height
	if sealed, err = sealJSON(tx.w.vault, key, "media", "content", int64(id), facts); err != nil {
		return wrap("seal media", err)
	}
	if _, err := tx.exec("UPDATE media SET thumb = ?, content = ? WHERE message_id = ?", thumb.id[:], sealed, int64(id)); err != nil {
		return wrap("keep poster", err)
	}
	tx.AfterCommit(thumb.keep)
	return nil
}

// SetUploaded notes under which id the provider has a message's own file, and
// until when. An empty id forgets that it has one.
func (tx *Tx) SetUploaded(id inbox.MessageID, mediaID string, expires time.Time) error {
	m, ref, err := tx.FindMessage(id)
	if err != nil {
		return err
	}
	if m.Content.Media == nil {
		return inbox.NewError(inbox.CodeInvalid, "message has no file")
	}
	m.Content.Media.ID = mediaID
	if err := tx.SetContent(ref, m, m.Kind, m.Content); err != nil {
		return err
	}
	_, err = tx.exec("UPDATE media SET expires_at_ms = ? WHERE message_id = ?", ms(expires), int64(id))
	return wrap("note upload", err)
}

// WantMedia puts a file that waits for somebody, or could not be fetched, at
// the head of what is fetched next, and reports whether it can be.
func (tx *Tx) WantMedia(id inbox.MessageID, now time.Time) (bool, error) {
	if _, _, err := tx.FindConversation(id.Conversation()); err != nil {
		return false, err
	}
	did, err := tx.changed(`UPDATE media SET state = 'open', wanted = 1, attempts = 0, next_at_ms = 0, failure = ''
		WHERE message_id = ? AND state IN ('open', 'held', 'failed') AND own = 0 AND expires_at_ms > ?`, int64(id), ms(now))
	return did, wrap("ask for media", err)
}

// HoldMedia stops fetching a file until somebody asks for it. bytes is its
// size if that is known, or 0.
func (tx *Tx) HoldMedia(id inbox.MessageID, bytes int64) error {
	if _, _, err := tx.FindConversation(id.Conversation()); err != nil {
		return err
	}
	_, err := tx.exec(`UPDATE media SET state = 'held', wanted = 0, bytes = max(bytes, ?)
		WHERE message_id = ? AND state = 'open'`, bytes, int64(id))
	return wrap("hold media", err)
}

// PutOffMedia counts a failed attempt to fetch a file and tries again at next.
func (tx *Tx) PutOffMedia(id inbox.MessageID, next time.Time) error {
	_, err := tx.exec("UPDATE media SET attempts = attempts + 1, next_at_ms = ? WHERE message_id = ? AND state = 'open'", ms(next), int64(id))
	return wrap("put off media", err)
}

// EndMedia says that a file will not be fetched: it is expired or failed.
func (tx *Tx) EndMedia(id inbox.MessageID, state inbox.FileState, why inbox.Code) error {
	_, err := tx.exec("UPDATE media SET state = ?, wanted = 0, failure = ? WHERE message_id = ? AND state = 'open'",
		string(state), string(why), int64(id))
	return wrap("end media", err)
}

// RemoveMedia takes a message's file away for good; its sealed copies, if
// there are any, are deleted after the commit.
func (tx *Tx) RemoveMedia(id inbox.MessageID) error {
	if err := tx.dropFiles("message_id = ?", int64(id)); err != nil {
		return err
	}
	_, err := tx.exec(`UPDATE media SET state = 'removed', file = NULL, thumb = NULL, bytes = 0, expires_at_ms = 0, content = NULL
		WHERE message_id = ?`, int64(id))
	return wrap("remove media", err)
}

// notWaiting leaves alone what a message in the outbox still needs.
const notWaiting = `NOT EXISTS (SELECT 1 FROM outbox o WHERE o.message_id = media.message_id)`

// notRestricted leaves alone what is only stored.
const notRestricted = ` AND NOT EXISTS (SELECT 1 FROM conversation v JOIN customer c USING (customer_id)
	WHERE v.conversation_id = media.message_id >> 43 AND c.restricted_at_ms > 0)`

// AgeMedia removes up to limit files that were stored before a time, but none of
// people whose data must stay as they are (Art. 18 GDPR), and returns whose. What the provider still has can be asked for again.
func (tx *Tx) AgeMedia(before, now time.Time, limit int) ([]inbox.MessageID, error) {
	const old = `message_id IN (SELECT message_id FROM media WHERE state = 'stored' AND stored_at_ms < ? AND ` + notWaiting + notRestricted + ` ORDER BY stored_at_ms LIMIT ?)`
	if err := tx.dropFiles(old, ms(before), limit); err != nil {
		return nil, err
	}
	rows, err := tx.query(`UPDATE media SET state = CASE WHEN own = 0 AND expires_at_ms > ? THEN 'held' ELSE 'removed' END,
		file = NULL, thumb = NULL, content = NULL WHERE `+old+" RETURNING message_id", ms(now), ms(before), limit)
	var ids []inbox.MessageID
	err = each(rows, err, func(r *sql.Rows) error {
		var id inbox.MessageID
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, wrap("age media", err)
}

// ExpireMedia marks what the provider has forgotten by now.
func (tx *Tx) ExpireMedia(now time.Time) error {
	_, err := tx.exec("UPDATE media SET state = 'expired', wanted = 0 WHERE state IN ('open', 'held', 'failed') AND own = 0 AND expires_at_ms <= ?", ms(now))
	return wrap("expire media", err)
}

// dropFiles deletes the sealed copies of some rows after the commit.
func (tx *Tx) dropFiles(where string, args ...any) error {
	rows, err := tx.query("SELECT file, thumb FROM media WHERE file IS NOT NULL AND "+where, args...)
	err = each(rows, err, func(r *sql.Rows) error {
		var names [2][]byte
		if err := r.Scan(&names[0], &names[1]); err != nil {
			return err
		}
		for _, name := range names {
			if name == nil {
				continue
			}
			path := filepath.Join(tx.w.dir, MediaDir, mediaName(name))
			tx.AfterCommit(func() { removeFile(path) })
		}
		return nil
	})
	return wrap("list media", err)
}

// removeFile deletes a sealed file. One that cannot be deleted now is found
// again as an orphan by the next erasure's scan of the folder.
func removeFile(path string) {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		slog.Warn("sealed file could not be deleted", "err", osfault.WithoutPath(err))
	}
}

// DueMedia is a file that is to be fetched.
type DueMedia struct {
	MessageID inbox.MessageID
	Customer  inbox.CustomerID
	Attempts  int
	NextAt    time.Time
	ExpiresAt time.Time
	// Wanted is true if somebody asked for it, whatever its size.
	Wanted bool
}

const listDueMedia = `SELECT d.message_id, d.attempts, d.next_at_ms, d.expires_at_ms, d.wanted, c.uuid
	FROM media d CROSS JOIN conversation v ON v.conversation_id = d.message_id >> 43
	CROSS JOIN customer c ON c.customer_id = v.customer_id
	WHERE d.state = 'open' AND c.state = 'live' ORDER BY d.next_at_ms LIMIT ?`

// ListDueMedia returns files to be fetched, those that may be tried first in
// front: asked for, new, then put off.
func (s *Store) ListDueMedia(ctx context.Context, limit int) ([]DueMedia, error) {
	var list []DueMedia
	err := s.read(ctx, func(db *connection) error {
		rows, err := db.query(listDueMedia, limit)
		return each(rows, err, func(r *sql.Rows) error {
			var d DueMedia
			var next, expires int64
			var uuid []byte
			err := r.Scan(&d.MessageID, &d.Attempts, &next, &expires, &d.Wanted, &uuid)
			if err != nil {
				return err
			}
			d.Customer, d.NextAt, d.ExpiresAt = inbox.CustomerID(uuid), fromMS(next), fromMS(expires)
			list = append(list, d)
			return nil
		})
	})
	return list, wrap("list media", err)
}

// MediaUsage is how much room sealed files take.
type MediaUsage struct {
	Files int
	Bytes int64
}

// MediaUsage counts the files kept and their plain size.
func (s *Store) MediaUsage(ctx context.Context) (u MediaUsage, err error) {
	err = s.read(ctx, func(db *connection) error {
		return db.queryRow("SELECT count(*), coalesce(sum(bytes), 0) FROM media WHERE state = 'stored'").Scan(&u.Files, &u.Bytes)
	})
	return u, wrap("count media", err)
}

const listMedia = `SELECT message_id, state, own, bytes, expires_at_ms, thumb IS NOT NULL, failure, content
	FROM media WHERE message_id >= ? AND message_id <= ? ORDER BY message_id`

// addFiles fills in what has become of the files of messages that are sorted
// by id and belong to one conversation.
func addFiles(db *connection, open *opener, key vault.KeyID, list []inbox.Message) error {
	first, last := -1, -1
	for i := range list {
		if list[i].Content.Media == nil {
			continue
		}
		if first < 0 {
			first = i
		}
		last = i
	}
	if first < 0 {
		return nil
	}
	rows, err := db.query(listMedia, int64(list[first].ID), int64(list[last].ID))
	at := first
	return each(rows, err, func(r *sql.Rows) error {
		id, file, err := scanFile(open, r, key)
		if err != nil {
			return err
		}
		for at < len(list) && list[at].ID < id {
			at++
		}
		if at < len(list) && list[at].ID == id {
			list[at].File = file
		}
		return nil
	})
}

func scanFile(open *opener, r *sql.Rows, key vault.KeyID) (id inbox.MessageID, f *inbox.File, err error) {
	f = &inbox.File{}
	var expires int64
	var sealed []byte
	if err := r.Scan(&id, &f.State, &f.Own, &f.Bytes, &expires, &f.Thumb, &f.Failure, &sealed); err != nil {
		return 0, nil, err
	}
	f.ExpiresAt = fromMS(expires)
	if sealed == nil {
		return id, f, nil
	}
	return id, f, open.json(key, "media", "content", int64(id), sealed, &f.Facts)
}

// StoredFile reads a sealed file in the clear, at any position. Close it.
type StoredFile struct {
	*vault.SealedFile
	Facts inbox.FileFacts
	// Name is what its sender called it, untrusted and often empty.
	Name   string
	source *os.File
}

// Close forgets what was decrypted.
func (f *StoredFile) Close() error { return errors.Join(f.SealedFile.Close(), f.source.Close()) }

// OpenFile opens a message's file. It fails with not_found if it is not here.
func (s *Store) OpenFile(ctx context.Context, id inbox.MessageID) (*StoredFile, error) {
	return s.openFile(ctx, id, false)
}

// OpenThumb opens the small picture of a message's file, or fails with not_found.
func (s *Store) OpenThumb(ctx context.Context, id inbox.MessageID) (*StoredFile, error) {
	return s.openFile(ctx, id, true)
}

func (s *Store) openFile(ctx context.Context, id inbox.MessageID, thumb bool) (*StoredFile, error) {
	m, err := s.Message(ctx, id)
	if err != nil {
		return nil, err
	}
	if m.File == nil || m.Content.Media == nil {
		return nil, inbox.NewError(inbox.CodeNotFound, "message has no file")
	}
	query := "SELECT file FROM media WHERE message_id = ?"
	if thumb {
		query = "SELECT thumb FROM media WHERE message_id = ?"
	}
	var name []byte
	var key vault.KeyID
	err = s.read(ctx, func(db *connection) (err error) {
		if key, err = s.owner(ctx, db, id.Conversation()); err != nil {
			return err
		}
		return db.queryRow(query, int64(id)).Scan(&name)
	})
	if err == nil && len(name) != 16 {
		err = inbox.NewError(inbox.CodeNotFound, "no sealed file")
	}
	if err != nil {
		return nil, wrap("find file", err)
	}
	out := &StoredFile{Facts: m.File.Facts, Name: m.Content.Media.FileName}
	return out, s.unseal(s.opener(ctx), out, key, [16]byte(name))
}

func (s *Store) unseal(o *opener, out *StoredFile, key vault.KeyID, name [16]byte) error {
	source, err := os.Open(filepath.Join(s.dir, MediaDir, mediaName(name[:])))
	if os.IsNotExist(err) {
		return inbox.NewError(inbox.CodeNotFound, "sealed file is missing")
	}
	if err != nil {
		return wrapFile("open sealed file", err)
	}
	info, err := source.Stat()
	if err == nil {
		out.SealedFile, err = o.file(key, name, source, info.Size())
	}
	if err != nil {
		_ = source.Close()
		return wrap("open sealed file", osfault.WithoutPath(err))
	}
	out.source = source
	return nil
}

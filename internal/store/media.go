package store

import (
	"database/sql"
	"encoding/hex"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"tresen/internal/inbox"
)

// mediaName is the file name of a sealed copy: random, without extension, so
// that it says nothing about its content.
func mediaName(file []byte) string { return hex.EncodeToString(file) }

// mediaLife is how long ids of media received in webhooks live. (Meta docs: Media.)
const mediaLife = 7 * 24 * time.Hour

// insertMedia notes that a message has a file to be fetched, if it has one.
func (tx *Tx) insertMedia(id inbox.MessageID, sentAt time.Time, media *inbox.Media) error {
	if media == nil || media.ID == "" {
		return nil
	}
	_, err := tx.exec("INSERT INTO media (message_id, state, expires_at_ms) VALUES (?, 'open', ?)", int64(id), ms(sentAt.Add(mediaLife)))
	return wrap("insert media", err)
}

// RemoveMedia marks a message's file as removed; its sealed copy, if there is
// one, is deleted after the commit.
func (tx *Tx) RemoveMedia(id inbox.MessageID) error {
	var file []byte
	err := tx.queryRow("SELECT file FROM media WHERE message_id = ?", id).Scan(&file)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return wrap("find media", err)
	}
	if _, err := tx.exec("UPDATE media SET state = 'removed', file = NULL, bytes = 0 WHERE message_id = ?", id); err != nil {
		return wrap("update media", err)
	}
	if file != nil {
		path := filepath.Join(tx.w.dir, MediaDir, mediaName(file))
		tx.AfterCommit(func() { removeFile(path) })
	}
	return nil
}

// removeFile deletes a sealed file. One that cannot be deleted now is found
// again as an orphan by the next erasure's scan of the folder.
func removeFile(path string) {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		slog.Warn("sealed file could not be deleted", "err", unpath(err))
	}
}

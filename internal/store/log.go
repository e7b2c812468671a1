package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"time"

	"tresen/internal/inbox"
)

// LogEntry is one entry of the accountability log: what was done, never to whom.
type LogEntry struct {
	ID   int64
	At   time.Time
	Kind string
	// Detail is JSON without personal data.
	Detail json.RawMessage
	Hash   [32]byte
}

// hash covers the entry and everything before it.
func (e LogEntry) hash(previous [32]byte) [32]byte {
	h := sha256.New()
	h.Write(previous[:])
	var number [8]byte
	for _, part := range [][]byte{
		binary.BigEndian.AppendUint64(nil, uint64(e.ID)), binary.BigEndian.AppendUint64(nil, uint64(ms(e.At))), []byte(e.Kind), e.Detail,
	} {
		binary.BigEndian.PutUint64(number[:], uint64(len(part)))
		h.Write(number[:])
		h.Write(part)
	}
	return [32]byte(h.Sum(nil))
}

// AppendLog adds an entry to the accountability log. detail must not say
// anything about a person: the log outlives every erasure.
func (tx *Tx) AppendLog(at time.Time, kind string, detail any) (LogEntry, error) {
	e := LogEntry{At: at.Truncate(time.Millisecond), Kind: kind}
	var err error
	if e.Detail, err = json.Marshal(detail); err != nil {
		return e, wrap("encode log entry", err)
	}
	var previous [32]byte
	var last []byte
	err = tx.queryRow("SELECT log_id, hash FROM log ORDER BY log_id DESC LIMIT 1").Scan(&e.ID, &last)
	if err != nil && err != sql.ErrNoRows {
		return e, wrap("find last log entry", err)
	}
	copy(previous[:], last)
	e.ID++
	e.Hash = e.hash(previous)
	_, err = tx.exec("INSERT INTO log (log_id, at_ms, kind, detail, hash) VALUES (?, ?, ?, ?, ?)", e.ID, ms(e.At), e.Kind, string(e.Detail), e.Hash[:])
	return e, wrap("append log entry", err)
}

// ListLog returns at most limit entries after the one with the given number, oldest first.
func (s *Store) ListLog(ctx context.Context, after int64, limit int) (list []LogEntry, err error) {
	err = s.read(ctx, func(db *connection) error {
		rows, err := db.query("SELECT log_id, at_ms, kind, detail, hash FROM log WHERE log_id > ? ORDER BY log_id LIMIT ?", after, limit)
		return each(rows, err, func(r *sql.Rows) error {
			var e LogEntry
			var at int64
			var detail string
			var hash []byte
			err := r.Scan(&e.ID, &at, &e.Kind, &detail, &hash)
			e.At, e.Detail = fromMS(at), json.RawMessage(detail)
			copy(e.Hash[:], hash)
			list = append(list, e)
			return err
		})
	})
	return list, wrap("list log", err)
}

// VerifyLog recomputes the chain and returns the number of its entries. An
// entry that was changed, removed or put in between gives storage_damaged.
func (s *Store) VerifyLog(ctx context.Context) (entries int, err error) {
	var previous [32]byte
	var last int64
	for {
		page, err := s.ListLog(ctx, last, 1000)
		if err != nil || len(page) == 0 {
			return entries, err
		}
		for _, e := range page {
			if e.ID != last+1 || e.hash(previous) != e.Hash {
				return entries, inbox.NewError(inbox.CodeStorageDamaged, "the chain of the log is broken")
			}
			previous, last = e.Hash, e.ID
			entries++
		}
	}
}

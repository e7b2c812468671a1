package store

import (
	"context"
	"database/sql"
	"time"

	"tresen/internal/inbox"
)

// View is a filter of the conversation list.
type View string

// The views. All but ViewDone show only what is not done.
const (
	ViewOpen      View = "open"
	ViewUnread    View = "unread"
	ViewWaiting   View = "waiting"   // the customer wrote last
	ViewSoon      View = "soon"      // the customer service window ends soon; what ends first comes first
	ViewDone      View = "done"      // what was put aside last comes first
	ViewLabel     View = "label"     // Filter.Label, done or not
	ViewColleague View = "colleague" // Filter.Colleague
)

// Filter says which conversations are listed.
type Filter struct {
	View      View
	Label     inbox.LabelID
	Colleague inbox.ColleagueID
	// Now is for ViewSoon.
	Now time.Time
}

// Place is a place in a list; the zero value is its start. Key is what the
// view is ordered by, in milliseconds.
type Place struct {
	Pinned bool
	Key    int64
	ID     inbox.ConversationID
}

// PlaceOf returns the place of a conversation that a view has listed.
func (f Filter) PlaceOf(c inbox.Conversation) Place {
	switch f.View {
	case ViewSoon:
		return Place{Key: ms(c.Window.LastInbound), ID: c.ID}
	case ViewDone:
		return Place{Key: ms(c.Work.DoneAt), ID: c.ID}
	}
	return Place{Pinned: c.Work.Pinned, Key: ms(c.LastActivity), ID: c.ID}
}

// The conditions are those of the partial indexes, word for word; otherwise
// SQLite would not use them. All orders end with the id, so that no two rows
// are in the same place.
const (
	byActivity = " AND (v.pinned, v.last_at_ms, v.conversation_id) < (?, ?, ?) ORDER BY v.pinned DESC, v.last_at_ms DESC, v.conversation_id DESC LIMIT ?"

	listOpen      = selectConversation + "WHERE v.done_at_ms = 0" + byActivity
	listUnread    = selectConversation + "WHERE v.done_at_ms = 0 AND v.unread > 0" + byActivity
	listWaiting   = selectConversation + "WHERE v.done_at_ms = 0 AND v.last_inbound_ms > v.last_outbound_ms" + byActivity
	listColleague = selectConversation + "WHERE v.done_at_ms = 0 AND v.colleague_id > 0 AND v.colleague_id = ?" + byActivity
	listSoon      = selectConversation + `WHERE v.done_at_ms = 0 AND v.last_inbound_ms > ? AND v.last_inbound_ms < ?
		AND (v.last_inbound_ms, v.conversation_id) > (?, ?) ORDER BY v.last_inbound_ms, v.conversation_id LIMIT ?`
	listDone = selectConversation + `WHERE v.done_at_ms > 0
		AND (v.done_at_ms, v.conversation_id) < (?, ?) ORDER BY v.done_at_ms DESC, v.conversation_id DESC LIMIT ?`
	// The bearers of a label are few; they are found first and then put in order.
	listLabel = selectConversation + `WHERE v.conversation_id IN (SELECT o.conversation_id FROM customer_label l
		CROSS JOIN conversation o USING (customer_id) WHERE l.label_id = ? AND o.done_at_ms >= 0)` + byActivity
)

// soonBetween returns between which times the last message of a customer lies
// whose window is open but ends soon, in milliseconds, both ends excluded.
func soonBetween(now time.Time) (after, before int64) {
	length := inbox.Window{LastInbound: now}.ClosesAt().Sub(now)
	return ms(now.Add(-length)), ms(now.Add(inbox.WindowSoon - length))
}

// largest is above every key and id.
const largest = int64(1) << 62

func (f Filter) query(after Place, limit int) (string, []any) {
	start := after.ID == 0
	if f.View == ViewSoon {
		from, to := soonBetween(f.Now)
		return listSoon, []any{from, to, after.Key, int64(after.ID), limit}
	}
	key, id, pinned := after.Key, int64(after.ID), 0
	if after.Pinned {
		pinned = 1
	}
	if start {
		key, id, pinned = largest, largest, 2
	}
	if f.View == ViewDone {
		return listDone, []any{key, id, limit}
	}
	rest := []any{pinned, key, id, limit}
	switch f.View {
	case ViewUnread:
		return listUnread, rest
	case ViewWaiting:
		return listWaiting, rest
	case ViewColleague:
		return listColleague, append([]any{int64(f.Colleague)}, rest...)
	case ViewLabel:
		return listLabel, append([]any{int64(f.Label)}, rest...)
	}
	return listOpen, rest
}

// ListView returns up to limit conversations of a view behind a place, pinned
// ones first, then newest activity first unless the view says otherwise.
// People who are being erased or whose data are restricted are in no view.
func (s *Store) ListView(ctx context.Context, f Filter, after Place, limit int) ([]inbox.Conversation, error) {
	query, args := f.query(after, limit)
	return s.listConversations(ctx, limit, query, args...)
}

func (s *Store) listConversations(ctx context.Context, limit int, query string, args ...any) ([]inbox.Conversation, error) {
	list := make([]inbox.Conversation, 0, min(limit, 4096))
	err := s.read(ctx, func(db *connection) error {
		var c conversationRow
		dest := raw(c.dest())
		open := s.opener(ctx)
		rows, err := db.query(query, args...)
		return each(rows, err, func(r *sql.Rows) error {
			if err := r.Scan(dest...); err != nil {
				return err
			}
			conversation, err := c.conversation(open)
			list = append(list, conversation)
			return err
		})
	})
	if err != nil {
		return nil, wrap("list conversations", err)
	}
	return list, nil
}

// Counts says how many conversations the views hold.
type Counts struct {
	Open, Unread, Waiting, Soon, Done int
	// Due is how many reminders are due; NextDue when the next one will be, or zero.
	Due     int
	NextDue time.Time
}

// countAll counts conversations without those of people who are being erased or
// restricted. Counting all rows is quick, counting those that fit is not.
const countAll = `(SELECT count(*) FROM conversation) - (SELECT count(*)
	FROM customer c CROSS JOIN conversation v USING (customer_id) WHERE c.state = 'erasing') - (SELECT count(*)
	FROM customer c CROSS JOIN conversation v USING (customer_id) WHERE c.restricted_at_ms > 0 AND c.state = 'live')`

const countViews = `SELECT
	` + countAll + ` - (SELECT count(*) FROM conversation INDEXED BY conversation_done WHERE done_at_ms > 0),
	(SELECT count(*) FROM conversation INDEXED BY conversation_unread WHERE done_at_ms = 0 AND unread > 0),
	(SELECT count(*) FROM conversation INDEXED BY conversation_waiting WHERE done_at_ms = 0 AND last_inbound_ms > last_outbound_ms),
	(SELECT count(*) FROM conversation INDEXED BY conversation_window WHERE done_at_ms = 0 AND last_inbound_ms > ?1 AND last_inbound_ms < ?2),
	(SELECT count(*) FROM conversation INDEXED BY conversation_done WHERE done_at_ms > 0),
	(SELECT count(*) FROM conversation WHERE remind_at_ms > 0 AND remind_at_ms <= ?3 AND done_at_ms >= 0),
	(SELECT coalesce(min(remind_at_ms), 0) FROM conversation WHERE remind_at_ms > ?3 AND remind_at_ms > 0 AND done_at_ms >= 0)`

// CountViews counts the conversations of all views.
func (s *Store) CountViews(ctx context.Context, now time.Time) (n Counts, err error) {
	err = s.read(ctx, func(db *connection) error {
		from, to := soonBetween(now)
		var next int64
		err := db.queryRow(countViews, from, to, ms(now)).Scan(&n.Open, &n.Unread, &n.Waiting, &n.Soon, &n.Done, &n.Due, &next)
		n.NextDue = fromMS(next)
		return err
	})
	return n, wrap("count conversations", err)
}

const (
	countLabel = `SELECT count(*) FROM customer_label l CROSS JOIN conversation o USING (customer_id)
		WHERE l.label_id = ? AND o.done_at_ms >= 0`
	countColleague = "SELECT count(*) FROM conversation WHERE done_at_ms = 0 AND colleague_id > 0 AND colleague_id = ?"
)

// CountOf counts the conversations of a label or a colleague.
func (s *Store) CountOf(ctx context.Context, f Filter) (n int, err error) {
	query, id := countLabel, int64(f.Label)
	if f.View == ViewColleague {
		query, id = countColleague, int64(f.Colleague)
	}
	err = s.read(ctx, func(db *connection) error { return db.queryRow(query, id).Scan(&n) })
	return n, wrap("count conversations", err)
}

const listDue = selectConversation + `WHERE v.remind_at_ms > 0 AND v.remind_at_ms <= ? AND v.done_at_ms >= 0 ORDER BY v.remind_at_ms, v.conversation_id LIMIT ?`

// ListDue returns the conversations the shop wanted to come back to by now,
// the longest due first.
func (s *Store) ListDue(ctx context.Context, now time.Time, limit int) ([]inbox.Conversation, error) {
	return s.listConversations(ctx, limit, listDue, ms(now), limit)
}

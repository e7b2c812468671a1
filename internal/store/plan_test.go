package store

import (
	"context"
	"database/sql"
	"strings"
	"testing"
)

// TestPlans keeps the queries that lists and deliveries depend on from reading
// more than they return, whatever the size of the database.
func TestPlans(t *testing.T) {
	f := openFolder(t)
	for name, test := range map[string]struct {
		query string
		args  int
		// allow is a plan step that would be wrong elsewhere.
		allow string
	}{
		"conversations, first page":  {query: listConversationsFirst, args: 1, allow: "SCAN v USING INDEX conversation_activity"},
		"conversations, next page":   {query: listConversationsNext, args: 3},
		"view open":                  {query: listOpen, args: 4},
		"view unread":                {query: listUnread, args: 4},
		"view waiting":               {query: listWaiting, args: 4},
		"view soon":                  {query: listSoon, args: 5},
		"view done":                  {query: listDone, args: 3},
		"view colleague":             {query: listColleague, args: 5},
		"view label":                 {query: listLabel, args: 5, allow: "USE TEMP B-TREE FOR ORDER BY"},
		"reminders due":              {query: listDue, args: 2},
		"notes of one":               {query: selectNotes + "AND c.uuid = ? ORDER BY n.note_id DESC", args: 1, allow: "USE TEMP B-TREE FOR ORDER BY"},
		"one conversation":           {query: selectConversation + "WHERE v.conversation_id = ?", args: 1},
		"messages back":              {query: listMessagesBack, args: 3},
		"messages forth":             {query: listMessagesForth, args: 3},
		"message by wamid":           {query: selectMessage + "WHERE wamid_lookup = ?", args: 1},
		"last inbound message":       {query: lastInboundMessage, args: 2},
		"reactions":                  {query: listReactions, args: 2},
		"customer by identifier":     {query: findByIdentifier, args: 1},
		"holders of a number":        {query: listHolders, args: 1, allow: "USE TEMP B-TREE FOR ORDER BY"},
		"changes that wait":          {query: listPending, args: 1, allow: "USE TEMP B-TREE FOR ORDER BY"},
		"queue (all of it, by time)": {query: listQueued, allow: "SCAN o USING INDEX sqlite_autoindex_outbox_1, USE TEMP B-TREE FOR ORDER BY"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, step := range plan(t, f, test.query, test.args) {
				bad := strings.HasPrefix(step, "SCAN") || strings.Contains(step, "TEMP B-TREE") || strings.Contains(step, "AUTOMATIC")
				if bad && (test.allow == "" || !strings.Contains(test.allow, step)) {
					t.Errorf("step %q", step)
				}
			}
		})
	}
}

func plan(t *testing.T, f *folder, query string, args int) (steps []string) {
	t.Helper()
	err := f.store.read(context.Background(), func(db *connection) error {
		values := make([]any, args)
		for i := range values {
			values[i] = 1
		}
		rows, err := db.query("EXPLAIN QUERY PLAN "+query, values...)
		return each(rows, err, func(r *sql.Rows) error {
			var id, parent, unused int
			var detail string
			err := r.Scan(&id, &parent, &unused, &detail)
			steps = append(steps, detail)
			return err
		})
	})
	if err != nil || len(steps) == 0 {
		t.Fatalf("plan %q: %v", steps, err)
	}
	return steps
}

package store

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
)

// Each migration n that changes what is there has an entry here: rows as schema
// n-1 had them, and what must be true of them afterwards. One that only creates
// tables needs none; that the program works on them is what all other tests say.
var migrationCases = map[int]struct {
	seed  string
	check func(t *testing.T, f *folder)
}{
	1: {seed: "", check: func(t *testing.T, f *folder) { f.say(t, 1, 1, "Guten Tag") }},
	2: {
		seed: `;INSERT INTO message (message_id, direction, kind, sent_at_ms, content) VALUES (9, 0, 'image', 1, x'00');
			INSERT INTO media (message_id, state, expires_at_ms) VALUES (9, 'open', 77)`,
		check: func(t *testing.T, f *folder) {
			var state string
			var expires int64
			err := f.store.read(context.Background(), func(db *connection) error {
				return db.queryRow("SELECT state, expires_at_ms FROM media WHERE message_id = 9").Scan(&state, &expires)
			})
			if err != nil || state != "open" || expires != 77 {
				t.Errorf("state %s until %d, %v", state, expires, err)
			}
		},
	},
	8: {
		seed: `;INSERT INTO message (message_id, direction, kind, sent_at_ms, status, content) VALUES (9, 1, 'text', 1, 'queued', x'00');
			INSERT INTO outbox (message_id, callback_id, next_at_ms) VALUES (9, x'00', 77)`,
		check: func(t *testing.T, f *folder) {
			var next, held int64
			err := f.store.read(context.Background(), func(db *connection) error {
				return db.queryRow("SELECT next_at_ms, held_until_ms FROM outbox WHERE message_id = 9").Scan(&next, &held)
			})
			if err != nil || next != 77 || held != 0 {
				t.Errorf("goes at %d, held until %d, %v", next, held, err)
			}
		},
	},
	17: {
		seed: `;INSERT INTO erasure (state, step, started_at_ms) VALUES ('running', 'key', 1)`,
		check: func(t *testing.T, f *folder) {
			list, err := f.store.RecentErasures(context.Background(), 1)
			if err != nil || len(list) != 1 || list[0].Reason != "person" || list[0].UploadState != "none" || list[0].Step != "key" {
				t.Errorf("%+v, %v", list, err)
			}
		},
	},
	23: {
		seed: `;INSERT INTO erasure (state, step, started_at_ms) VALUES ('running', 'key', 1)`,
		check: func(t *testing.T, f *folder) {
			list, err := f.store.ErasureWithJoined(context.Background(), 1)
			if err != nil || len(list) != 1 || list[0].Leader != 0 || list[0].Step != "key" {
				t.Errorf("%+v, %v", list, err)
			}
		},
	},
	9: {
		seed: `;
			INSERT INTO conversation (conversation_id, customer_id, phone_number_id, last_inbound_ms) VALUES (3, 1, 'x', 50);
			INSERT INTO message (message_id, direction, kind, sent_at_ms, content)
				VALUES ((3 << 43) + 1, 0, 'text', 50, x''), ((3 << 43) + 2, 2, 'text', 70, x''), ((4 << 43) + 1, 1, 'text', 90, x'')`,
		check: func(t *testing.T, f *folder) {
			var outbound, done int64
			err := f.store.read(context.Background(), func(db *connection) error {
				return db.queryRow("SELECT last_outbound_ms, done_at_ms FROM conversation").Scan(&outbound, &done)
			})
			if err != nil || outbound != 70 || done != 0 {
				t.Errorf("last outbound %d, done %d, %v", outbound, done, err)
			}
		},
	},
	14: {
		seed: ";INSERT INTO colleague (colleague_id, name) VALUES (5, x'00')",
		check: func(t *testing.T, f *folder) {
			var role string
			var pin []byte
			err := f.store.read(context.Background(), func(db *connection) error {
				return db.queryRow("SELECT role, pin FROM colleague WHERE colleague_id = 5").Scan(&role, &pin)
			})
			if err != nil || role != "staff" || pin != nil {
				t.Errorf("role %s, pin %x, %v", role, pin, err)
			}
		},
	},
	15: {
		// Nobody whose data were there is restricted by it.
		check: func(t *testing.T, f *folder) {
			f.say(t, 1, 1, "Guten Tag")
			if list, err := f.store.ListRestricted(context.Background()); err != nil || len(list) != 0 {
				t.Errorf("restricted %d, %v", len(list), err)
			}
		},
	},
	// Rows cannot be seeded: a use belongs to a person, and hers need a key.
	19: {seed: "", check: func(t *testing.T, f *folder) {
		in, ref := f.say(t, 1, 1, "Guten Tag")
		var used time.Time
		err := f.store.Update(context.Background(), func(tx *Tx) (err error) {
			if err := tx.NoteConsentUse(ref.Customer, "news", time.UnixMilli(5), in.ID); err != nil {
				return err
			}
			if err := tx.DeleteMessage(in.ID); err != nil {
				return err
			}
			used, err = tx.LastConsentUse(ref.Customer, "news")
			return err
		})
		if err != nil || used.UnixMilli() != 5 {
			t.Errorf("used at %s, %v", used, err)
		}
	}},
}

func TestMigrations(t *testing.T) {
	scripts, err := migrations()
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= len(scripts); n++ {
		test, ok := migrationCases[n]
		if !ok && changesRows.MatchString(scripts[n-1]) {
			t.Errorf("migration %d has no test", n)
			continue
		}
		first, _, _ := strings.Cut(scripts[n-1], "\n")
		if !strings.HasPrefix(first, "-- ") || !strings.Contains(first, "Readable by Tresen ") {
			t.Errorf("migration %d does not say what it does and who can read the result", n)
		}
		f := newFolder(t, t.TempDir())
		if err := checkFile(f.path()); err != nil {
			t.Fatal(err)
		}
		seedSchema(t, f, scripts[:n-1], test.seed)
		f.open(t)
		if test.check != nil {
			test.check(t, f)
		}
	}
}

// changesRows finds statements that touch what was there before.
var changesRows = regexp.MustCompile(`(?mi)^(ALTER|DROP|INSERT|UPDATE|DELETE|REPLACE)\b`)

// seedSchema makes a database as the program of that time left it.
func seedSchema(t *testing.T, f *folder, scripts []string, seed string) {
	t.Helper()
	if len(scripts) == 0 {
		return
	}
	stamp := fmt.Sprintf(";PRAGMA user_version = %d; PRAGMA application_id = %d", len(scripts), applicationID)
	foreign(t, f.path(), strings.Join(scripts, ";")+seed+stamp)
}

func TestMigrationsStopAtTheFirstThatFails(t *testing.T) {
	f := openFolder(t)
	scripts := []string{"", "CREATE TABLE second (a)", "CREATE TABLE third (a); no such statement", "CREATE TABLE fourth (a)"}
	err := f.store.exclusive(context.Background(), func(db *connection) error {
		err := migrate(context.Background(), db.conn, scripts, 1)
		if err == nil {
			t.Error("no error")
		}
		version, errVersion := schemaVersion(db, 9)
		if errVersion != nil || version != 2 {
			t.Errorf("version %d, %v", version, errVersion)
		}
		_, errVersion = schemaVersion(db, 1)
		wantCode(t, errVersion, inbox.CodeStorageNewer)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var tables []string
	err = f.store.read(context.Background(), func(db *connection) error {
		for _, name := range []string{"second", "third", "fourth"} {
			var n int
			if err := db.queryRow("SELECT count(*) FROM sqlite_schema WHERE name = ?", name).Scan(&n); err != nil {
				return err
			}
			if n > 0 {
				tables = append(tables, name)
			}
		}
		return nil
	})
	if err != nil || !slices.Equal(tables, []string{"second"}) {
		t.Errorf("tables %q, %v", tables, err)
	}
}

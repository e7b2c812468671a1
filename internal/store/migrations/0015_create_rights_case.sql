-- Creates the rights desk: cases, their history, corrections, and the restricted state of a customer. Readable by Tresen 0.1 and later.

-- A request under Art. 15 to 21 GDPR. Its number outlives the person in the log and is never used twice. challenge is the code
-- that was sent to find out who asks, sealed like every content here with the customer's key; NULL while none is open.
CREATE TABLE rights_case (
  case_id        INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id    INTEGER NOT NULL REFERENCES customer ON DELETE RESTRICT,
  kind           TEXT NOT NULL CHECK (kind IN ('access', 'rectification', 'erasure', 'restriction', 'portability', 'objection')),
  state          TEXT NOT NULL CHECK (state IN ('received', 'checked', 'work', 'extended', 'answered', 'refused', 'closed')),
  received_at_ms INTEGER NOT NULL,
  due_at_ms      INTEGER NOT NULL,
  extended       INTEGER NOT NULL DEFAULT 0 CHECK (extended IN (0, 1)),
  acted_at_ms    INTEGER NOT NULL,
  closed_at_ms   INTEGER NOT NULL DEFAULT 0,
  challenge      BLOB
) STRICT;
CREATE INDEX rights_case_customer ON rights_case (customer_id);
CREATE INDEX rights_case_due ON rights_case (due_at_ms, case_id) WHERE state IN ('received', 'checked', 'work', 'extended');
CREATE INDEX rights_case_settled ON rights_case (acted_at_ms, case_id) WHERE state IN ('answered', 'refused', 'closed');

-- What was done about a case, by whom. A row is never changed.
CREATE TABLE case_event (
  event_id INTEGER PRIMARY KEY AUTOINCREMENT,
  case_id  INTEGER NOT NULL REFERENCES rights_case ON DELETE RESTRICT,
  at_ms    INTEGER NOT NULL,
  kind     TEXT NOT NULL,
  content  BLOB NOT NULL
) STRICT;
CREATE INDEX case_event_case ON case_event (case_id, event_id);
CREATE TRIGGER case_event_is_immutable BEFORE UPDATE ON case_event BEGIN SELECT raise(ABORT, 'the history of a case is never changed'); END;

-- What the shop corrected about a customer, or noted beside what she disputes: old, new, who. (Art. 16 GDPR.)
CREATE TABLE correction (
  correction_id INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id   INTEGER NOT NULL REFERENCES customer ON DELETE RESTRICT,
  at_ms         INTEGER NOT NULL,
  content       BLOB NOT NULL
) STRICT;
CREATE INDEX correction_customer ON correction (customer_id, correction_id);
CREATE TRIGGER correction_is_immutable BEFORE UPDATE ON correction BEGIN SELECT raise(ABORT, 'a correction is never changed'); END;

-- Since when a customer's data are only stored and no longer used, beside live and erased, and by which case (Art. 18 GDPR);
-- 0 if they are not. Her conversations then have a negative done_at_ms, -1 minus what it was, so that no view lists them.
ALTER TABLE customer ADD COLUMN restricted_at_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customer ADD COLUMN restricted_case INTEGER NOT NULL DEFAULT 0;
CREATE INDEX customer_restricted ON customer (customer_id) WHERE restricted_at_ms > 0;

-- Creates what the shop does with conversations: done, pins, labels, notes, colleagues, reminders. Readable by Tresen 0.1 and later.

-- A row of the list is open while done_at_ms is 0; while its customer is being erased it is -1, so that nothing lists it.
ALTER TABLE conversation ADD COLUMN last_outbound_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN done_at_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1));
ALTER TABLE conversation ADD COLUMN colleague_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN remind_at_ms INTEGER NOT NULL DEFAULT 0;
-- Why one has to come back to a conversation, sealed with the customer's key; NULL if there is nothing to say.
ALTER TABLE conversation ADD COLUMN reminder BLOB;
ALTER TABLE customer ADD COLUMN blocked_at_ms INTEGER NOT NULL DEFAULT 0;
-- The labels of customer_label once more, as text, for whoever lists many customers.
ALTER TABLE customer ADD COLUMN labels TEXT NOT NULL DEFAULT '';

UPDATE conversation SET last_outbound_ms = coalesce((SELECT max(sent_at_ms) FROM message
  WHERE message_id >= conversation.conversation_id << 43 AND message_id < (conversation.conversation_id + 1) << 43 AND direction <> 0), 0);

-- Each filter of the list has an index of just the rows it shows, in the order in which it shows them. The last columns
-- are what the filter asks for, so that counting needs the index alone.
DROP INDEX conversation_unread;
CREATE INDEX conversation_open ON conversation (pinned, last_at_ms, conversation_id) WHERE done_at_ms = 0;
CREATE INDEX conversation_unread ON conversation (pinned, last_at_ms, conversation_id, unread, done_at_ms) WHERE done_at_ms = 0 AND unread > 0;
CREATE INDEX conversation_waiting ON conversation (pinned, last_at_ms, conversation_id, last_inbound_ms, last_outbound_ms, done_at_ms)
  WHERE done_at_ms = 0 AND last_inbound_ms > last_outbound_ms;
CREATE INDEX conversation_window ON conversation (last_inbound_ms, conversation_id, done_at_ms) WHERE done_at_ms = 0;
CREATE INDEX conversation_done ON conversation (done_at_ms, conversation_id) WHERE done_at_ms > 0;
CREATE INDEX conversation_colleague ON conversation (colleague_id, pinned, last_at_ms, conversation_id)
  WHERE done_at_ms = 0 AND colleague_id > 0;
CREATE INDEX conversation_reminder ON conversation (remind_at_ms, conversation_id) WHERE remind_at_ms > 0;

-- name is sealed with the shop's key: it may say something about those who bear the label.
CREATE TABLE label (
  label_id INTEGER PRIMARY KEY AUTOINCREMENT,
  place    INTEGER NOT NULL,
  colour   TEXT NOT NULL,
  name     BLOB NOT NULL
) STRICT;

CREATE TABLE customer_label (
  customer_id INTEGER NOT NULL REFERENCES customer ON DELETE RESTRICT,
  label_id    INTEGER NOT NULL REFERENCES label ON DELETE RESTRICT,
  PRIMARY KEY (customer_id, label_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_label_label ON customer_label (label_id, customer_id);

-- The shop's own people; name is sealed with the shop's key.
CREATE TABLE colleague (
  colleague_id INTEGER PRIMARY KEY AUTOINCREMENT,
  name         BLOB NOT NULL
) STRICT;

-- What the shop writes down about a customer. It is never sent.
CREATE TABLE note (
  note_id     INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id INTEGER NOT NULL REFERENCES customer ON DELETE RESTRICT,
  at_ms       INTEGER NOT NULL,
  content     BLOB NOT NULL
) STRICT;
CREATE INDEX note_customer ON note (customer_id);

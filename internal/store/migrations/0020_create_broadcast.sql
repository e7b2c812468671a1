-- Creates small broadcasts: one template to people who agreed. Readable by Tresen 0.1 and later.

-- content is sealed with the shop's key. reason says why it does not go on, or what it waits for.
CREATE TABLE broadcast (
  broadcast_id    INTEGER PRIMARY KEY AUTOINCREMENT,
  state           TEXT NOT NULL CHECK (state IN ('running', 'paused', 'stopped', 'done')),
  reason          TEXT NOT NULL DEFAULT '',
  reason_number   INTEGER NOT NULL DEFAULT 0,
  purpose         TEXT NOT NULL,
  phone_number_id TEXT NOT NULL,
  made_at_ms      INTEGER NOT NULL,
  next_at_ms      INTEGER NOT NULL,
  ended_at_ms     INTEGER NOT NULL DEFAULT 0,
  content         BLOB NOT NULL
) STRICT;
CREATE INDEX broadcast_running ON broadcast (broadcast_id) WHERE state = 'running';

-- Nobody is in a broadcast twice. While message_id is set the message says what became of it, afterwards outcome does.
-- What somebody gets is in the message, sealed with her key.
CREATE TABLE broadcast_recipient (
  broadcast_id INTEGER NOT NULL REFERENCES broadcast ON DELETE RESTRICT,
  customer_id  INTEGER NOT NULL REFERENCES customer ON DELETE RESTRICT,
  place        INTEGER NOT NULL,
  outcome      TEXT NOT NULL DEFAULT '',
  message_id   INTEGER REFERENCES message ON DELETE RESTRICT,
  judged       INTEGER NOT NULL DEFAULT 0 CHECK (judged IN (0, 1)),
  PRIMARY KEY (broadcast_id, customer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX broadcast_recipient_customer ON broadcast_recipient (customer_id);
CREATE INDEX broadcast_recipient_message ON broadcast_recipient (message_id) WHERE message_id IS NOT NULL;

-- How many of a broadcast's people have been erased since, by what had become of their message. Counts only.
CREATE TABLE broadcast_gone (
  broadcast_id INTEGER NOT NULL REFERENCES broadcast ON DELETE RESTRICT,
  outcome      TEXT NOT NULL,
  people       INTEGER NOT NULL,
  PRIMARY KEY (broadcast_id, outcome)
) STRICT, WITHOUT ROWID;

-- Lets messages wait until they can no longer be taken back, and reactions be sent. Readable by Tresen 0.1 and later.

-- Until held_until_ms a queued message does not go out, whoever lets the others go.
ALTER TABLE outbox ADD COLUMN held_until_ms INTEGER NOT NULL DEFAULT 0;

-- The shop's last wish for its reaction to a message, and what became of it. An empty emoji takes the reaction away.
CREATE TABLE reaction_send (
  message_id     INTEGER PRIMARY KEY REFERENCES message ON DELETE RESTRICT,
  callback_id    BLOB NOT NULL UNIQUE,
  state          TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'accepted', 'failed', 'unclear')),
  attempts       INTEGER NOT NULL DEFAULT 0,
  at_ms          INTEGER NOT NULL,
  next_at_ms     INTEGER NOT NULL,
  failure        TEXT NOT NULL DEFAULT '',
  failure_number INTEGER NOT NULL DEFAULT 0,
  content        BLOB NOT NULL
) STRICT;
CREATE INDEX reaction_send_waiting ON reaction_send (at_ms) WHERE state IN ('queued', 'sending');

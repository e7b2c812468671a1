-- Rebuilds media for fetching, keeping and sending files. Readable by Tresen 0.1 and later.

-- A file that belongs to a message. file and thumb are the random names of its sealed copies, NULL while there is none.
-- own is 1 for what the shop sends: its copy is there before the message is queued. wanted is 1 if somebody asked for it.
-- bytes is the plain size, or what the provider says it is. expires_at_ms is when the provider's id ends, 0 without one.
-- content is sealed with the customer's key: what the bytes have turned out to be.
CREATE TABLE media_new (
  message_id    INTEGER PRIMARY KEY REFERENCES message ON DELETE RESTRICT,
  state         TEXT NOT NULL CHECK (state IN ('open', 'held', 'stored', 'expired', 'removed', 'failed')),
  own           INTEGER NOT NULL DEFAULT 0 CHECK (own IN (0, 1)),
  wanted        INTEGER NOT NULL DEFAULT 0 CHECK (wanted IN (0, 1)),
  file          BLOB UNIQUE,
  thumb         BLOB UNIQUE,
  bytes         INTEGER NOT NULL DEFAULT 0,
  attempts      INTEGER NOT NULL DEFAULT 0,
  next_at_ms    INTEGER NOT NULL DEFAULT 0,
  expires_at_ms INTEGER NOT NULL DEFAULT 0,
  stored_at_ms  INTEGER NOT NULL DEFAULT 0,
  failure       TEXT NOT NULL DEFAULT '',
  content       BLOB,
  CHECK ((state = 'stored') = (file IS NOT NULL))
) STRICT;
INSERT INTO media_new (message_id, state, file, bytes, expires_at_ms)
  SELECT message_id, state, file, bytes, expires_at_ms FROM media;
DROP TABLE media;
ALTER TABLE media_new RENAME TO media;
CREATE INDEX media_open ON media (next_at_ms) WHERE state = 'open';
CREATE INDEX media_stored ON media (stored_at_ms) WHERE state = 'stored';

-- Creates the inbox: customers, conversations, messages and what belongs to them. Readable by Tresen 0.1 and later.

-- Every BLOB named content, profile or value is sealed with the customer's own key unless the table says otherwise.
-- Rows that belong to a person reference their customer or message with RESTRICT, so that an erasure cannot forget any.

CREATE TABLE customer (
  customer_id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid        BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
  state       TEXT NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'erasing')),
  first_at_ms INTEGER NOT NULL,
  profile     BLOB NOT NULL
) STRICT;
CREATE INDEX customer_erasing ON customer (customer_id) WHERE state = 'erasing';

-- lookup is a keyed hash of the value; active identifiers recognise a customer, retired ones are history,
-- announced ones are where a customer says to have gone (a proposal, never a link).
CREATE TABLE identifier (
  identifier_id INTEGER PRIMARY KEY,
  customer_id   INTEGER NOT NULL REFERENCES customer ON DELETE RESTRICT,
  kind          TEXT NOT NULL CHECK (kind IN ('bsuid', 'parent_bsuid', 'wa_id', 'username')),
  role          TEXT NOT NULL CHECK (role IN ('active', 'retired', 'announced')),
  lookup        BLOB NOT NULL,
  value         BLOB NOT NULL,
  first_at_ms   INTEGER NOT NULL,
  retired_at_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX identifier_active ON identifier (lookup) WHERE role = 'active' AND kind IN ('bsuid', 'wa_id');
CREATE INDEX identifier_lookup ON identifier (lookup);
CREATE INDEX identifier_customer ON identifier (customer_id);

-- The maxima of what its messages carry; profile_at_ms is the newest that said what the customer calls herself.
CREATE TABLE conversation (
  conversation_id INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id     INTEGER NOT NULL REFERENCES customer ON DELETE RESTRICT,
  phone_number_id TEXT NOT NULL,
  last_message_id INTEGER NOT NULL DEFAULT 0,
  last_at_ms      INTEGER NOT NULL DEFAULT 0,
  last_inbound_ms INTEGER NOT NULL DEFAULT 0,
  profile_at_ms   INTEGER NOT NULL DEFAULT 0,
  unread          INTEGER NOT NULL DEFAULT 0,
  UNIQUE (customer_id, phone_number_id)
) STRICT;
CREATE INDEX conversation_activity ON conversation (last_at_ms, conversation_id);
CREATE INDEX conversation_unread ON conversation (conversation_id) WHERE unread > 0;

-- message_id = conversation, second, sequence (inbox.MessageID): a conversation's messages lie side by side and in order.
-- The provider's reports are kept one by one, because they come in any order; status and status_at_ms follow from them.
CREATE TABLE message (
  message_id      INTEGER PRIMARY KEY,
  wamid_lookup    BLOB,
  direction       INTEGER NOT NULL CHECK (direction IN (0, 1, 2)),
  kind            TEXT NOT NULL,
  sent_at_ms      INTEGER NOT NULL,
  edited_at_ms    INTEGER NOT NULL DEFAULT 0,
  revoked_at_ms   INTEGER NOT NULL DEFAULT 0,
  status          TEXT NOT NULL DEFAULT '' CHECK (status IN
    ('', 'queued', 'sending', 'unclear', 'accepted', 'sent', 'delivered', 'read', 'played', 'failed')),
  status_at_ms        INTEGER NOT NULL DEFAULT 0,
  status_sent_ms      INTEGER NOT NULL DEFAULT 0,
  status_delivered_ms INTEGER NOT NULL DEFAULT 0,
  status_read_ms      INTEGER NOT NULL DEFAULT 0,
  status_played_ms    INTEGER NOT NULL DEFAULT 0,
  status_failed_ms    INTEGER NOT NULL DEFAULT 0,
  failure         TEXT NOT NULL DEFAULT '',
  failure_number  INTEGER NOT NULL DEFAULT 0,
  pricing         TEXT NOT NULL DEFAULT '',
  content         BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX message_wamid ON message (wamid_lookup) WHERE wamid_lookup IS NOT NULL;

-- What a message said before it was edited.
CREATE TABLE message_version (
  message_id INTEGER NOT NULL REFERENCES message ON DELETE RESTRICT,
  at_ms      INTEGER NOT NULL,
  content    BLOB NOT NULL,
  PRIMARY KEY (message_id, at_ms)
) STRICT, WITHOUT ROWID;

-- side 0 is the customer's reaction, 1 the shop's. A removed reaction keeps its row, so that a late older one stays out.
CREATE TABLE reaction (
  message_id INTEGER NOT NULL REFERENCES message ON DELETE RESTRICT,
  side       INTEGER NOT NULL CHECK (side IN (0, 1)),
  at_ms      INTEGER NOT NULL,
  tie        BLOB NOT NULL,
  content    BLOB,
  PRIMARY KEY (message_id, side)
) STRICT, WITHOUT ROWID;

-- Changes that arrived before the message they are about. Without a customer they are sealed with the raw key.
CREATE TABLE pending (
  pending_id    INTEGER PRIMARY KEY,
  digest        BLOB NOT NULL UNIQUE,
  target        BLOB NOT NULL,
  customer_id   INTEGER REFERENCES customer ON DELETE RESTRICT,
  at_ms         INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  content       BLOB NOT NULL
) STRICT;
CREATE INDEX pending_target ON pending (target);
CREATE INDEX pending_customer ON pending (customer_id);

-- Parts of deliveries nobody understood yet: sealed, erased after 72 hours. Without a customer: the raw key.
CREATE TABLE raw_part (
  raw_part_id   INTEGER PRIMARY KEY,
  digest        BLOB NOT NULL UNIQUE,
  customer_id   INTEGER REFERENCES customer ON DELETE RESTRICT,
  reason        TEXT NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  content       BLOB NOT NULL
) STRICT;
CREATE INDEX raw_part_customer ON raw_part (customer_id);

CREATE TABLE draft (
  conversation_id INTEGER PRIMARY KEY REFERENCES conversation ON DELETE RESTRICT,
  content         BLOB NOT NULL
) STRICT;

-- callback_id is random and travels as biz_opaque_callback_data.
CREATE TABLE outbox (
  message_id  INTEGER PRIMARY KEY REFERENCES message ON DELETE RESTRICT,
  callback_id BLOB NOT NULL UNIQUE,
  attempts    INTEGER NOT NULL DEFAULT 0,
  next_at_ms  INTEGER NOT NULL
) STRICT;

-- A file that belongs to a message. file is the random name of its sealed copy, NULL while there is none.
CREATE TABLE media (
  message_id    INTEGER PRIMARY KEY REFERENCES message ON DELETE RESTRICT,
  file          BLOB UNIQUE,
  state         TEXT NOT NULL CHECK (state IN ('open', 'stored', 'expired', 'removed')),
  bytes         INTEGER NOT NULL DEFAULT 0,
  expires_at_ms INTEGER NOT NULL
) STRICT;

-- A customer's last word on marketing messages, as WhatsApp reports it.
CREATE TABLE preference (
  customer_id INTEGER NOT NULL REFERENCES customer ON DELETE RESTRICT,
  category    TEXT NOT NULL,
  stop        INTEGER NOT NULL CHECK (stop IN (0, 1)),
  at_ms       INTEGER NOT NULL,
  PRIMARY KEY (customer_id, category)
) STRICT, WITHOUT ROWID;

-- News about the shop's own account; content is sealed with the shop's key.
CREATE TABLE notice (
  notice_id INTEGER PRIMARY KEY,
  digest    BLOB NOT NULL UNIQUE,
  at_ms     INTEGER NOT NULL,
  content   BLOB NOT NULL
) STRICT;

-- The shop's settings; value is sealed with the shop's key.
CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Erasures: while one runs it knows the customer's row and key; afterwards only counts and results stay.
CREATE TABLE erasure (
  erasure_id     INTEGER PRIMARY KEY AUTOINCREMENT,
  state          TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed')),
  step           TEXT NOT NULL,
  customer_id    INTEGER,
  uuid           BLOB,
  note_key       BLOB,
  note           BLOB,
  started_at_ms  INTEGER NOT NULL,
  erased_at_ms   INTEGER NOT NULL DEFAULT 0,
  ended_at_ms    INTEGER NOT NULL DEFAULT 0,
  epoch          INTEGER NOT NULL DEFAULT 0,
  messages       INTEGER NOT NULL DEFAULT 0,
  media          INTEGER NOT NULL DEFAULT 0,
  files_scanned  INTEGER NOT NULL DEFAULT 0,
  files_skipped  INTEGER NOT NULL DEFAULT 0,
  bytes_scanned  INTEGER NOT NULL DEFAULT 0,
  scan_hits      INTEGER NOT NULL DEFAULT 0,
  contact_book   TEXT NOT NULL DEFAULT 'none' CHECK (contact_book IN ('none', 'deleted', 'absent', 'pending', 'failed')),
  failure        TEXT NOT NULL DEFAULT ''
) STRICT;

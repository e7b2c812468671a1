-- Creates what retention needs to know, and the sealed archive. Readable by Tresen 0.1 and later.

-- What a conversation is about, as the shop says; without a row it is an open enquiry. (Art. 5(1)(b), (e) GDPR.)
CREATE TABLE matter (
  conversation_id INTEGER PRIMARY KEY REFERENCES conversation ON DELETE RESTRICT,
  kind            TEXT NOT NULL CHECK (kind IN ('enquiry', 'order', 'complaint', 'spam')),
  closed_at_ms    INTEGER NOT NULL DEFAULT 0,
  claims          INTEGER NOT NULL DEFAULT 0 CHECK (claims IN (0, 1)),
  hold            INTEGER NOT NULL DEFAULT 0 CHECK (hold IN (0, 1))
) STRICT;

-- Messages that must go earlier than their conversation. (Art. 9, 5(1)(c) GDPR.)
CREATE TABLE sensitive (
  message_id INTEGER PRIMARY KEY REFERENCES message ON DELETE RESTRICT,
  at_ms      INTEGER NOT NULL
) STRICT;

-- What a law keeps longer than its purpose, apart from the inbox: each entry is sealed with a key of its own, which is
-- destroyed when its time is over. It belongs to no customer row, so that it outlives the person's erasure. (§ 35(3) BDSG.)
CREATE TABLE archive (
  archive_id   INTEGER PRIMARY KEY AUTOINCREMENT,
  key          BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  class        TEXT NOT NULL,
  starts_at_ms INTEGER NOT NULL,
  ends_at_ms   INTEGER NOT NULL,
  hold         INTEGER NOT NULL DEFAULT 0 CHECK (hold IN (0, 1)),
  messages     INTEGER NOT NULL,
  source       BLOB,
  content      BLOB NOT NULL
) STRICT;
CREATE INDEX archive_ends ON archive (ends_at_ms);
CREATE UNIQUE INDEX archive_source ON archive (class, source) WHERE source IS NOT NULL;

CREATE TABLE archive_file (
  file       BLOB PRIMARY KEY,
  archive_id INTEGER NOT NULL REFERENCES archive ON DELETE RESTRICT
) STRICT, WITHOUT ROWID;
CREATE INDEX archive_file_archive ON archive_file (archive_id);

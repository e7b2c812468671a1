-- Creates the register of consents, the advertising block list and the accountability log. Readable by Tresen 0.1 and later.

-- One row is one declaration and is never changed: a change of mind is a new row. (Art. 7(1) GDPR.)
CREATE TABLE consent (
  consent_id  INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid        BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
  customer_id INTEGER NOT NULL REFERENCES customer ON DELETE RESTRICT,
  purpose     TEXT NOT NULL,
  act         TEXT NOT NULL CHECK (act IN ('requested', 'confirmed', 'declined', 'withdrawn', 'expired')),
  at_ms       INTEGER NOT NULL,
  content     BLOB NOT NULL
) STRICT;
CREATE INDEX consent_customer ON consent (customer_id, purpose, at_ms);
CREATE TRIGGER consent_is_immutable BEFORE UPDATE ON consent BEGIN SELECT raise(ABORT, 'a declaration is never changed'); END;

-- Each use of a consent for advertising: message_id is the message it was used for.
CREATE TABLE consent_use (
  customer_id INTEGER NOT NULL REFERENCES customer ON DELETE RESTRICT,
  purpose     TEXT NOT NULL,
  at_ms       INTEGER NOT NULL,
  message_id  INTEGER NOT NULL REFERENCES message ON DELETE RESTRICT,
  PRIMARY KEY (customer_id, purpose, at_ms, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX consent_use_message ON consent_use (message_id);

-- Who must not get advertising: keyed hashes of identifiers under a key of their own, which outlives erasures. (Art. 21(3) GDPR.)
CREATE TABLE ad_block (
  lookup BLOB PRIMARY KEY CHECK (length(lookup) = 32),
  day    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was done, without content and without persons. hash covers the entry and the hash before it. (Art. 5(2) GDPR.)
CREATE TABLE log (
  log_id INTEGER PRIMARY KEY,
  at_ms  INTEGER NOT NULL,
  kind   TEXT NOT NULL,
  detail TEXT NOT NULL,
  hash   BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE TRIGGER log_is_append_only BEFORE UPDATE ON log BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_is_complete BEFORE DELETE ON log BEGIN SELECT raise(ABORT, 'the log is append-only'); END;

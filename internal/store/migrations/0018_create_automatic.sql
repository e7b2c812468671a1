-- Creates what the shop sends by itself: its texts, what was sent to whom, and questions before a person takes over. Readable by Tresen 0.1 and later.

-- A text as it was confirmed, word for word; content is sealed with the shop's key. It is never changed: another text is another row.
CREATE TABLE automatic_text (
  text_id    INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms      INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  content    BLOB NOT NULL
) STRICT;
CREATE TRIGGER automatic_text_is_immutable BEFORE UPDATE ON automatic_text BEGIN SELECT raise(ABORT, 'a confirmed text is never changed'); END;

-- What an automatic message was for; a notice and a greeting may be one message. When the message goes before its
-- person, message_id becomes NULL and status keeps what had become of it. (Art. 5(2) GDPR.)
CREATE TABLE automatic_send (
  send_id     INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id INTEGER NOT NULL REFERENCES customer ON DELETE RESTRICT,
  kind        TEXT NOT NULL CHECK (kind IN ('notice', 'greeting', 'absence', 'receipt', 'intake')),
  at_ms       INTEGER NOT NULL,
  message_id  INTEGER REFERENCES message ON DELETE RESTRICT,
  text_id     INTEGER REFERENCES automatic_text ON DELETE RESTRICT,
  status      TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX automatic_send_customer ON automatic_send (customer_id, send_id);
CREATE INDEX automatic_send_message ON automatic_send (message_id);
CREATE INDEX automatic_send_text ON automatic_send (text_id);

-- How far the questions to somebody have come; content is sealed with the customer's key.
CREATE TABLE intake (
  customer_id INTEGER PRIMARY KEY REFERENCES customer ON DELETE RESTRICT,
  at_ms       INTEGER NOT NULL,
  content     BLOB NOT NULL
) STRICT;

-- How many automatic messages were delivered and priced, without saying to whom.
CREATE TABLE automatic_usage (
  phone_number_id TEXT NOT NULL,
  month           TEXT NOT NULL,
  messages        INTEGER NOT NULL,
  PRIMARY KEY (phone_number_id, month)
) STRICT, WITHOUT ROWID;

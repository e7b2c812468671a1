-- Lets the proof of a consent's use outlive the message it was used for. Readable by Tresen 0.1 and later.

-- How long a consent has to be proved is counted from its last use, and messages are deleted long before. message_id is
-- only a number then; the row belongs to its person. (Art. 7(1) GDPR, § 7a(2) UWG.)
CREATE TABLE consent_use_new (
  customer_id INTEGER NOT NULL REFERENCES customer ON DELETE RESTRICT,
  purpose     TEXT NOT NULL,
  at_ms       INTEGER NOT NULL,
  message_id  INTEGER NOT NULL,
  PRIMARY KEY (customer_id, purpose, at_ms, message_id)
) STRICT, WITHOUT ROWID;
INSERT INTO consent_use_new (customer_id, purpose, at_ms, message_id) SELECT customer_id, purpose, at_ms, message_id FROM consent_use;
DROP TABLE consent_use;
ALTER TABLE consent_use_new RENAME TO consent_use;

-- Creates the register of texts shown on the shop's own pages, and which customer says to have seen which. Readable by Tresen 0.1 and later.

-- A text visitors of the shop's pages are shown before they write; notice_id is our own mark of it, content is sealed with the shop's key.
CREATE TABLE website_notice (
  notice_id TEXT PRIMARY KEY,
  at_ms     INTEGER NOT NULL,
  content   BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- That a customer's message named such a text; content is sealed with the customer's key.
CREATE TABLE shown_notice (
  customer_id INTEGER NOT NULL REFERENCES customer ON DELETE RESTRICT,
  at_ms       INTEGER NOT NULL,
  content     BLOB NOT NULL,
  PRIMARY KEY (customer_id, at_ms)
) STRICT, WITHOUT ROWID;

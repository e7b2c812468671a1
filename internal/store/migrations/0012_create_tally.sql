-- Creates the counters that survive deletions. Readable by Tresen 0.1 and later.

-- How often something happened in a day (2026-11-22) or month (2026-11), and nothing about with whom: no row refers to a
-- person, a conversation or a message, so that an erasure need not touch it. (Recital 26 GDPR: statistics.)
CREATE TABLE tally (
  period TEXT NOT NULL CHECK (length(period) IN (7, 10)),
  topic  TEXT NOT NULL,
  bucket TEXT NOT NULL,
  count  INTEGER NOT NULL CHECK (count > 0),
  PRIMARY KEY (period, topic, bucket)
) STRICT, WITHOUT ROWID;

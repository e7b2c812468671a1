-- Lets the shop say that two customers are one person, or are not. Readable by Tresen 0.1 and later.

-- customer_id is the same person as into_id. Each keeps its rows and its key: that can be taken back at any time, and an
-- erasure destroys both keys. content is sealed with the key of customer_id: what the shop called them before.
CREATE TABLE same_person (
  customer_id INTEGER PRIMARY KEY REFERENCES customer ON DELETE RESTRICT,
  into_id     INTEGER NOT NULL REFERENCES customer ON DELETE RESTRICT,
  at_ms       INTEGER NOT NULL,
  content     BLOB NOT NULL,
  CHECK (customer_id <> into_id)
) STRICT;
CREATE INDEX same_person_into ON same_person (into_id);

-- Numbers are given to other people after a while: these two are not one person, as the shop says.
CREATE TABLE different_people (
  customer_id INTEGER NOT NULL REFERENCES customer ON DELETE RESTRICT,
  other_id    INTEGER NOT NULL REFERENCES customer ON DELETE RESTRICT,
  PRIMARY KEY (customer_id, other_id),
  CHECK (customer_id < other_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX different_people_other ON different_people (other_id);

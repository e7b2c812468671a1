-- Creates the list that keeps a restored backup from bringing back who was erased. Readable by Tresen 0.1 and later.

-- The digest of the random id an erased customer had. It says nothing without a backup that still holds the id.
CREATE TABLE erased (
  digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
  at_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

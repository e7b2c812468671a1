-- Creates the list that keeps a restored backup from bringing back who was erased. Readable by Tresen 0.1 and later.

-- The random id an erased customer had, and when no backup can hold her any more. It says nothing without such a backup.
CREATE TABLE erased (
  uuid   BLOB PRIMARY KEY CHECK (length(uuid) = 16),
  at_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

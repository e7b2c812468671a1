-- Creates what the shop's papers need: confirmed versions, contracts with processors, the register of breaches. Readable by Tresen 0.1 and later.

-- content and file are sealed with the shop's key; nothing here is about a customer. file is the scan of a contract.
CREATE TABLE paper (
  paper_id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind     TEXT NOT NULL CHECK (kind IN ('version', 'contract', 'breach')),
  at_ms    INTEGER NOT NULL,
  content  BLOB NOT NULL,
  file     BLOB
) STRICT;
CREATE INDEX paper_kind ON paper (kind, paper_id);

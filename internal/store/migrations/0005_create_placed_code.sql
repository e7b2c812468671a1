-- Creates the register of codes, what hangs where. Readable by Tresen 0.1 and later.

-- About the shop's paper, not about people: content is sealed with the shop's key, conversations and messages are plain
-- counters that refer to nobody and therefore stay when a customer is erased.
CREATE TABLE placed_code (
  placed_code_id INTEGER PRIMARY KEY AUTOINCREMENT,
  placed_at_ms   INTEGER NOT NULL,
  retired_at_ms  INTEGER NOT NULL DEFAULT 0,
  printed_at_ms  INTEGER NOT NULL,
  prints         INTEGER NOT NULL,
  tested_at_ms   INTEGER NOT NULL DEFAULT 0,
  conversations  INTEGER NOT NULL DEFAULT 0,
  messages       INTEGER NOT NULL DEFAULT 0,
  content        BLOB NOT NULL
) STRICT;

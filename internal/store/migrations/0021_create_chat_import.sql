-- Creates what is known of chats that were imported from a phone. Readable by Tresen 0.1 and later.

-- last_at_ms is when the conversation was last active before. A running import that nobody runs is taken back.
CREATE TABLE chat_import (
  chat_import_id  INTEGER PRIMARY KEY AUTOINCREMENT,
  conversation_id INTEGER NOT NULL REFERENCES conversation ON DELETE RESTRICT,
  state           TEXT NOT NULL CHECK (state IN ('running', 'done')),
  at_ms           INTEGER NOT NULL,
  last_at_ms      INTEGER NOT NULL
) STRICT;
CREATE INDEX chat_import_conversation ON chat_import (conversation_id);

CREATE TABLE imported (
  message_id     INTEGER PRIMARY KEY REFERENCES message ON DELETE RESTRICT,
  chat_import_id INTEGER NOT NULL REFERENCES chat_import ON DELETE RESTRICT
) STRICT;
CREATE INDEX imported_import ON imported (chat_import_id);

-- Creates which hints about sensitive content somebody has waved away. Readable by Tresen 0.1 and later.

CREATE TABLE hint_answer (
  message_id INTEGER PRIMARY KEY REFERENCES message ON DELETE RESTRICT
) STRICT;

-- Creates what is known of conversations in another language. Readable by Tresen 0.1 and later.

-- What a message says in the other language, as a translation service the shop agreed to has answered. Sealed with the customer's key.
CREATE TABLE translation (
  message_id INTEGER PRIMARY KEY REFERENCES message ON DELETE RESTRICT,
  content    BLOB NOT NULL
) STRICT;

-- Whether a conversation is translated, and which language the customer writes. Sealed with the customer's key.
CREATE TABLE interpreting (
  conversation_id INTEGER PRIMARY KEY REFERENCES conversation ON DELETE RESTRICT,
  content         BLOB NOT NULL
) STRICT;

-- Creates snippets, templates and the usage counter. Readable by Tresen 0.1 and later.

-- The shop's ready-made answers, sealed with the shop's key. file is the random name of a sealed attachment, or NULL.
CREATE TABLE snippet (
  snippet_id INTEGER PRIMARY KEY AUTOINCREMENT,
  file       BLOB UNIQUE,
  content    BLOB NOT NULL
) STRICT;

-- What Meta last said about the shop's message templates, sealed with the shop's key. The times are those of the newest
-- report of each kind, so that an older one never replaces a newer.
CREATE TABLE template (
  template_id    TEXT PRIMARY KEY,
  status_at_ms   INTEGER NOT NULL DEFAULT 0,
  category_at_ms INTEGER NOT NULL DEFAULT 0,
  quality_at_ms  INTEGER NOT NULL DEFAULT 0,
  content        BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- How many delivered messages the provider priced, by month. It counts and names nobody, so it outlives an erasure.
CREATE TABLE usage (
  phone_number_id TEXT NOT NULL,
  month           TEXT NOT NULL,
  category        TEXT NOT NULL,
  kind            TEXT NOT NULL,
  messages        INTEGER NOT NULL,
  PRIMARY KEY (phone_number_id, month, category, kind)
) STRICT, WITHOUT ROWID;

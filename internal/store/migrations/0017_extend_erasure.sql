-- Extends the records of erasures: why, under which number, and what became of files at Meta. Readable by Tresen 0.1 and later.

-- reason is person, retention, restore or selfTest; case_no is a running number of the shop, never anything about a person.
-- uploads counts the files the shop had sent and WhatsApp still had, uploads_deleted those that are gone there now.
ALTER TABLE erasure ADD COLUMN reason TEXT NOT NULL DEFAULT 'person' CHECK (reason IN ('person', 'retention', 'restore', 'selfTest'));
ALTER TABLE erasure ADD COLUMN case_no TEXT NOT NULL DEFAULT '';
ALTER TABLE erasure ADD COLUMN uploads INTEGER NOT NULL DEFAULT 0;
ALTER TABLE erasure ADD COLUMN uploads_deleted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE erasure ADD COLUMN uploads_state TEXT NOT NULL DEFAULT 'none' CHECK (uploads_state IN ('none', 'deleted', 'pending', 'failed'));

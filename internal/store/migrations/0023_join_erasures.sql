-- Lets one erasure's record tell for several customers who are one person. Readable by Tresen 0.1 and later.

-- leader_id is the erasure whose entry in the log and certificate count this one too, or 0.
ALTER TABLE erasure ADD COLUMN leader_id INTEGER NOT NULL DEFAULT 0;

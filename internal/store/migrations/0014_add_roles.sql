-- Adds what each of the shop's people may do and with what they sign in. Readable by Tresen 0.1 and later.

ALTER TABLE colleague ADD COLUMN role TEXT NOT NULL DEFAULT 'staff' CHECK (role IN ('owner', 'staff', 'reader'));
-- What is kept of the PIN, sealed with the shop's key; NULL for whoever cannot sign in.
ALTER TABLE colleague ADD COLUMN pin BLOB;

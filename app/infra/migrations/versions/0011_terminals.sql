-- Payment terminals, and where an authorisation comes from.
ALTER TABLE payment ADD COLUMN origin TEXT DEFAULT 'web' NOT NULL;

ALTER TABLE payment ADD COLUMN settled_by TEXT DEFAULT 'us' NOT NULL;

ALTER TABLE payment ADD COLUMN device TEXT;

ALTER TABLE payment ADD COLUMN fingerprint TEXT;

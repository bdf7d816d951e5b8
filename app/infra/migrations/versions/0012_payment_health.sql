-- The health of payment accounts, and further attempts to pay.
ALTER TABLE provider_account
	ADD COLUMN failures INTEGER DEFAULT '0' NOT NULL,
	ADD COLUMN open_until TIMESTAMP WITH TIME ZONE,
	ADD COLUMN down_since TIMESTAMP WITH TIME ZONE,
	ADD COLUMN said TEXT DEFAULT '' NOT NULL;

ALTER TABLE journey ADD COLUMN refused SMALLINT DEFAULT '0' NOT NULL;

ALTER TABLE journey_letter ADD COLUMN kind TEXT DEFAULT 'link' NOT NULL;

ALTER TABLE operator ADD COLUMN cable_first BOOLEAN DEFAULT 'false' NOT NULL;

-- By what a driver is signed in: browsers as before, and apps with a refresh token.
ALTER TABLE driver_browser
	ADD COLUMN kind TEXT DEFAULT 'browser' NOT NULL,
	ADD COLUMN name TEXT DEFAULT '' NOT NULL,
	ADD COLUMN since TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL;

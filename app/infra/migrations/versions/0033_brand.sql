-- What a brand has beside its name, its colour and its logo.
ALTER TABLE operator ADD COLUMN brand_details JSONB DEFAULT '{}' NOT NULL;

-- What drivers want to be called.
ALTER TABLE driver ADD COLUMN name TEXT DEFAULT '' NOT NULL;

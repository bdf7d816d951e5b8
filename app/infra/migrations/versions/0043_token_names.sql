-- What drivers call their cards and cars.
ALTER TABLE token ADD COLUMN name TEXT DEFAULT '' NOT NULL;

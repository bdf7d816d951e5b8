-- By which an earlier secret of a browser or an app is known for what it is.
ALTER TABLE driver_browser ADD COLUMN family_digest BYTEA;

CREATE INDEX ix_driver_browser_family ON driver_browser (operator_id, family_digest);

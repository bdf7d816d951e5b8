-- What charge points can do, as they say themselves.
ALTER TABLE charge_point ADD COLUMN reserves BOOLEAN;

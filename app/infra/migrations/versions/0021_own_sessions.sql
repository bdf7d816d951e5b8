-- Whose session it is, where a driver was signed in or claimed it later.
ALTER TABLE journey ADD COLUMN driver_id UUID;

CREATE INDEX ix_journey_driver ON journey (operator_id, driver_id, began_at);

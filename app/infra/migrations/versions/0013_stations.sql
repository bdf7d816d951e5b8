-- What an operator does with charge points, and what they did.

-- The last word of a charge point about itself, with its time: an older one that comes later changes nothing.
ALTER TABLE charge_point ADD COLUMN state JSONB;

-- A driver may type the printed EVSE id, with or without its separators.
CREATE INDEX ix_evse_evse_id ON evse (upper(translate(evse_id, '*-', '')));

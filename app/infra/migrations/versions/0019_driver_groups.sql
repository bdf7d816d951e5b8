-- The groups that an operator put its drivers into, as tariff rules write them.
ALTER TABLE driver ADD COLUMN groups TEXT[] NOT NULL DEFAULT '{}';

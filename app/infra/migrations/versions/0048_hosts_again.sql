-- Hosts are proved again every night, but for those that somebody vouches for: as for all so far.
ALTER TABLE operator_host ADD COLUMN vouched BOOLEAN DEFAULT 'false' NOT NULL;

ALTER TABLE operator_host ADD COLUMN missing_since TIMESTAMP WITH TIME ZONE;

SELECT set_config('directpay.operator', '*', true);

UPDATE operator_host SET vouched = true WHERE verified_at IS NOT NULL;

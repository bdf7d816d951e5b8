-- The keys of meters, and codes on displays.
CREATE TABLE meter (
	operator_id UUID NOT NULL, 
	serial TEXT NOT NULL, 
	public_key TEXT NOT NULL, 
	evse_uid TEXT NOT NULL, 
	registered_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_meter PRIMARY KEY (operator_id, serial)
);

CREATE INDEX ix_meter_evse ON meter (operator_id, evse_uid);

ALTER TABLE meter ENABLE ROW LEVEL SECURITY;

ALTER TABLE meter FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON meter USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE display_code_used (
	operator_id UUID NOT NULL, 
	evse_uid TEXT NOT NULL, 
	slot BIGINT NOT NULL, 
	used_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_display_code_used PRIMARY KEY (operator_id, evse_uid, slot)
);

ALTER TABLE display_code_used ENABLE ROW LEVEL SECURITY;

ALTER TABLE display_code_used FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON display_code_used USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

ALTER TABLE evse ADD COLUMN display_code JSONB, ADD COLUMN display_rotation INTEGER DEFAULT '1' NOT NULL, ADD COLUMN display_rotated_at TIMESTAMP WITH TIME ZONE;

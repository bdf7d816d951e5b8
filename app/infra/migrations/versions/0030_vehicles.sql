-- Cars that were seen, and what drivers agreed to.
CREATE TABLE vehicle_consent (
	operator_id UUID NOT NULL, 
	token_id UUID NOT NULL, 
	driver_id UUID NOT NULL, 
	words TEXT NOT NULL, 
	agreed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_vehicle_consent PRIMARY KEY (operator_id, token_id)
);

CREATE INDEX ix_vehicle_consent_driver ON vehicle_consent (operator_id, driver_id);

ALTER TABLE vehicle_consent ENABLE ROW LEVEL SECURITY;

ALTER TABLE vehicle_consent FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON vehicle_consent USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE vehicle_sighting (
	operator_id UUID NOT NULL, 
	evse_uid TEXT NOT NULL, 
	uid TEXT NOT NULL, 
	seen_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	session_id UUID, 
	CONSTRAINT pk_vehicle_sighting PRIMARY KEY (operator_id, evse_uid)
);

CREATE INDEX ix_vehicle_sighting_seen_at ON vehicle_sighting (seen_at);

CREATE INDEX ix_vehicle_sighting_session ON vehicle_sighting (operator_id, session_id);

ALTER TABLE vehicle_sighting ENABLE ROW LEVEL SECURITY;

ALTER TABLE vehicle_sighting FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON vehicle_sighting USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


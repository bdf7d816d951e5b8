-- What an operator does with charge points, and what they did.

-- The last word of a charge point about itself, with its time: an older one that comes later changes nothing.
ALTER TABLE charge_point ADD COLUMN state JSONB;

-- A driver may type the printed EVSE id, with or without its separators.
CREATE INDEX ix_evse_evse_id ON evse (upper(translate(evse_id, '*-', '')));
-- Every call that was made to a charge point: by whom, when, and what came of it.
CREATE TABLE charge_point_call (
	operator_id UUID NOT NULL, 
	call_id UUID NOT NULL, 
	identity TEXT NOT NULL, 
	action TEXT NOT NULL, 
	payload TEXT NOT NULL, 
	asked_by TEXT NOT NULL, 
	asked_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	key TEXT, 
	outcome TEXT NOT NULL, 
	answer TEXT, 
	error_code TEXT, 
	error_description TEXT, 
	error_details TEXT, 
	detail TEXT DEFAULT '' NOT NULL, 
	answered_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_charge_point_call PRIMARY KEY (operator_id, call_id)
);

CREATE INDEX ix_charge_point_call_identity ON charge_point_call (operator_id, identity, call_id);

CREATE UNIQUE INDEX uq_charge_point_call_key ON charge_point_call (operator_id, key) WHERE key IS NOT NULL;

ALTER TABLE charge_point_call ENABLE ROW LEVEL SECURITY;

ALTER TABLE charge_point_call FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON charge_point_call USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

ALTER TABLE charge_point ADD COLUMN connected_at TIMESTAMP WITH TIME ZONE;

-- Security: a password that a charge point was given and has not come back with, the one before the
-- last rotation, the profile it must have, and the name or serial of its certificate.
ALTER TABLE charge_point ADD COLUMN next_credential BYTEA;
ALTER TABLE charge_point ADD COLUMN former_credential BYTEA;
ALTER TABLE charge_point ADD COLUMN security_profile INTEGER;
ALTER TABLE charge_point ADD COLUMN certificate TEXT;

-- Charge points that nobody has configured: codes that pair one with an operator, and who knocked.
CREATE TABLE pairing_code (
	operator_id UUID NOT NULL, 
	code_id UUID NOT NULL, 
	digest BYTEA NOT NULL, 
	made_by TEXT NOT NULL, 
	made_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	used_by TEXT, 
	CONSTRAINT pk_pairing_code PRIMARY KEY (operator_id, code_id)
);

CREATE UNIQUE INDEX uq_pairing_code_digest ON pairing_code (digest);

ALTER TABLE pairing_code ENABLE ROW LEVEL SECURITY;

ALTER TABLE pairing_code FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON pairing_code USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE pairing_attempt (
	operator_id UUID NOT NULL, 
	identity TEXT NOT NULL, 
	address TEXT, 
	versions TEXT[] NOT NULL, 
	first_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	last_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	times INTEGER NOT NULL, 
	code_id UUID, 
	credential BYTEA, 
	CONSTRAINT pk_pairing_attempt PRIMARY KEY (operator_id, identity)
);

ALTER TABLE pairing_attempt ENABLE ROW LEVEL SECURITY;

ALTER TABLE pairing_attempt FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON pairing_attempt USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


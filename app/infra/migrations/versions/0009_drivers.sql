-- Drivers and how they sign in.
CREATE TABLE driver (
	operator_id UUID NOT NULL, 
	driver_id UUID NOT NULL, 
	email TEXT NOT NULL, 
	language TEXT NOT NULL, 
	since TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_driver PRIMARY KEY (operator_id, driver_id)
);

CREATE UNIQUE INDEX uq_driver_email ON driver (operator_id, email);

ALTER TABLE driver ENABLE ROW LEVEL SECURITY;

ALTER TABLE driver FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON driver USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE driver_browser (
	operator_id UUID NOT NULL, 
	browser_id UUID NOT NULL, 
	driver_id UUID NOT NULL, 
	digest BYTEA NOT NULL, 
	former_digest BYTEA, 
	rotated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ends_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	revoked_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_driver_browser PRIMARY KEY (operator_id, browser_id)
);

CREATE INDEX ix_driver_browser_driver ON driver_browser (operator_id, driver_id);

CREATE INDEX ix_driver_browser_ends_at ON driver_browser (ends_at);

CREATE INDEX ix_driver_browser_former ON driver_browser (operator_id, former_digest);

CREATE UNIQUE INDEX uq_driver_browser_digest ON driver_browser (operator_id, digest);

ALTER TABLE driver_browser ENABLE ROW LEVEL SECURITY;

ALTER TABLE driver_browser FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON driver_browser USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE driver_sign_in (
	operator_id UUID NOT NULL, 
	sign_in_id UUID NOT NULL, 
	digest BYTEA NOT NULL, 
	email TEXT NOT NULL, 
	language TEXT NOT NULL, 
	asked_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	tries SMALLINT NOT NULL, 
	used_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_driver_sign_in PRIMARY KEY (operator_id, sign_in_id)
);

CREATE INDEX ix_driver_sign_in_asked_at ON driver_sign_in (asked_at);

CREATE INDEX ix_driver_sign_in_email ON driver_sign_in (operator_id, email, asked_at);

CREATE UNIQUE INDEX uq_driver_sign_in_digest ON driver_sign_in (operator_id, digest);

ALTER TABLE driver_sign_in ENABLE ROW LEVEL SECURITY;

ALTER TABLE driver_sign_in FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON driver_sign_in USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


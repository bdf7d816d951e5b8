-- Passkeys, of which only the public half is known, and questions to authenticators.
CREATE TABLE driver_passkey (
	operator_id UUID NOT NULL, 
	passkey_id UUID NOT NULL, 
	driver_id UUID NOT NULL, 
	credential_id BYTEA NOT NULL, 
	public_key BYTEA NOT NULL, 
	sign_count BIGINT NOT NULL, 
	rp_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	since TIMESTAMP WITH TIME ZONE NOT NULL, 
	used_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_driver_passkey PRIMARY KEY (operator_id, passkey_id)
);

CREATE INDEX ix_driver_passkey_driver ON driver_passkey (operator_id, driver_id);

CREATE UNIQUE INDEX uq_driver_passkey_credential ON driver_passkey (operator_id, credential_id);

ALTER TABLE driver_passkey ENABLE ROW LEVEL SECURITY;

ALTER TABLE driver_passkey FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON driver_passkey USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE driver_passkey_ceremony (
	operator_id UUID NOT NULL, 
	ceremony_id UUID NOT NULL, 
	digest BYTEA NOT NULL, 
	rp_id TEXT NOT NULL, 
	driver_id UUID, 
	asked_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	used_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_driver_passkey_ceremony PRIMARY KEY (operator_id, ceremony_id)
);

CREATE INDEX ix_driver_passkey_ceremony_asked_at ON driver_passkey_ceremony (asked_at);

CREATE UNIQUE INDEX uq_driver_passkey_ceremony_digest ON driver_passkey_ceremony (operator_id, digest);

ALTER TABLE driver_passkey_ceremony ENABLE ROW LEVEL SECURITY;

ALTER TABLE driver_passkey_ceremony FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON driver_passkey_ceremony USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


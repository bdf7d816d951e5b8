-- Other platforms over OCPI.
CREATE TABLE ocpi_charge (
	operator_id UUID NOT NULL, 
	session_id UUID NOT NULL, 
	platform_id UUID NOT NULL, 
	their_id TEXT NOT NULL, 
	over_since TIMESTAMP WITH TIME ZONE, 
	recorded_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_ocpi_charge PRIMARY KEY (operator_id, session_id)
);

CREATE INDEX ix_ocpi_charge_open ON ocpi_charge (over_since) WHERE over_since IS NOT NULL AND recorded_at IS NULL;

ALTER TABLE ocpi_charge ENABLE ROW LEVEL SECURITY;

ALTER TABLE ocpi_charge FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON ocpi_charge USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE ocpi_guest (
	operator_id UUID NOT NULL, 
	session_id UUID NOT NULL, 
	platform_id UUID NOT NULL, 
	token JSONB NOT NULL, 
	reference TEXT, 
	response_url TEXT NOT NULL, 
	connector_id TEXT NOT NULL, 
	tariff_id TEXT NOT NULL, 
	tariff_version INTEGER NOT NULL, 
	variant TEXT NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	asked_at TIMESTAMP WITH TIME ZONE, 
	answered_at TIMESTAMP WITH TIME ZONE, 
	cdr_id UUID, 
	changed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_ocpi_guest PRIMARY KEY (operator_id, session_id)
);

CREATE INDEX ix_ocpi_guest_open ON ocpi_guest (created_at) WHERE cdr_id IS NULL;

CREATE INDEX ix_ocpi_guest_platform ON ocpi_guest (operator_id, platform_id, changed_at);

ALTER TABLE ocpi_guest ENABLE ROW LEVEL SECURITY;

ALTER TABLE ocpi_guest FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON ocpi_guest USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE ocpi_object (
	operator_id UUID NOT NULL, 
	platform_id UUID NOT NULL, 
	module TEXT NOT NULL, 
	country_code TEXT NOT NULL, 
	party_id TEXT NOT NULL, 
	object_key TEXT NOT NULL, 
	body TEXT NOT NULL, 
	last_updated TIMESTAMP WITH TIME ZONE NOT NULL, 
	received_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_ocpi_object PRIMARY KEY (operator_id, platform_id, module, country_code, party_id, object_key)
);

CREATE INDEX ix_ocpi_object_key ON ocpi_object (operator_id, module, object_key);

CREATE INDEX ix_ocpi_object_received ON ocpi_object (operator_id, platform_id, module, received_at);

ALTER TABLE ocpi_object ENABLE ROW LEVEL SECURITY;

ALTER TABLE ocpi_object FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON ocpi_object USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE ocpi_platform (
	operator_id UUID NOT NULL, 
	platform_id UUID NOT NULL, 
	name TEXT NOT NULL, 
	state TEXT NOT NULL, 
	version TEXT, 
	versions_url TEXT, 
	token_digest BYTEA, 
	former_digest BYTEA, 
	former_until TIMESTAMP WITH TIME ZONE, 
	sealed_token TEXT, 
	is_raw BOOLEAN DEFAULT false NOT NULL, 
	roles JSONB DEFAULT '[]' NOT NULL, 
	endpoints JSONB DEFAULT '[]' NOT NULL, 
	hub_party TEXT, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	heard_at TIMESTAMP WITH TIME ZONE, 
	failed_at TIMESTAMP WITH TIME ZONE, 
	failure TEXT, 
	CONSTRAINT pk_ocpi_platform PRIMARY KEY (operator_id, platform_id)
);

CREATE INDEX ix_ocpi_platform_former ON ocpi_platform (former_digest);

CREATE UNIQUE INDEX uq_ocpi_platform_name ON ocpi_platform (operator_id, name);

CREATE UNIQUE INDEX uq_ocpi_platform_token ON ocpi_platform (token_digest);

ALTER TABLE ocpi_platform ENABLE ROW LEVEL SECURITY;

ALTER TABLE ocpi_platform FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON ocpi_platform USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE ocpi_point (
	operator_id UUID NOT NULL, 
	evse_uid TEXT NOT NULL, 
	platform_id UUID NOT NULL, 
	country_code TEXT NOT NULL, 
	party_id TEXT NOT NULL, 
	location_id TEXT NOT NULL, 
	their_uid TEXT NOT NULL, 
	connector_id TEXT, 
	trouble TEXT, 
	CONSTRAINT pk_ocpi_point PRIMARY KEY (operator_id, evse_uid)
);

CREATE INDEX ix_ocpi_point_location ON ocpi_point (operator_id, platform_id, location_id);

ALTER TABLE ocpi_point ENABLE ROW LEVEL SECURITY;

ALTER TABLE ocpi_point FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON ocpi_point USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE ocpi_sent (
	operator_id UUID NOT NULL, 
	platform_id UUID NOT NULL, 
	module TEXT NOT NULL, 
	object_id TEXT NOT NULL, 
	digest BYTEA NOT NULL, 
	url TEXT NOT NULL, 
	sent_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_ocpi_sent PRIMARY KEY (operator_id, platform_id, module, object_id)
);

ALTER TABLE ocpi_sent ENABLE ROW LEVEL SECURITY;

ALTER TABLE ocpi_sent FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON ocpi_sent USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

-- Starts that are waited for: few of all.
CREATE INDEX ix_session_pending ON session (created_at) WHERE state = 'pending';
-- When something of it last changed, for those who ask only for news.
ALTER TABLE location ADD COLUMN updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL;
ALTER TABLE evse ADD COLUMN updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL;

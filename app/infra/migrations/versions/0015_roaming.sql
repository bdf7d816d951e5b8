-- Other platforms over OCPI.
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


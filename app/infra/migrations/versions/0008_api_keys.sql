-- The keys of operators' own programs.
CREATE TABLE api_key (
	operator_id UUID NOT NULL, 
	key_id UUID NOT NULL, 
	prefix TEXT NOT NULL, 
	name TEXT NOT NULL, 
	digest BYTEA NOT NULL, 
	scopes TEXT[] NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE, 
	revoked_at TIMESTAMP WITH TIME ZONE, 
	last_used_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_api_key PRIMARY KEY (operator_id, key_id)
);

CREATE UNIQUE INDEX uq_api_key_prefix ON api_key (prefix);

ALTER TABLE api_key ENABLE ROW LEVEL SECURITY;

ALTER TABLE api_key FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON api_key USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


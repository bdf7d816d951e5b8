-- Where drivers sign in with accounts that they have: providers, ways there and back, links.
CREATE TABLE driver_openid_link (
	operator_id UUID NOT NULL, 
	issuer TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	driver_id UUID NOT NULL, 
	since TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_driver_openid_link PRIMARY KEY (operator_id, issuer, subject)
);

CREATE INDEX ix_driver_openid_link_driver ON driver_openid_link (operator_id, driver_id);

ALTER TABLE driver_openid_link ENABLE ROW LEVEL SECURITY;

ALTER TABLE driver_openid_link FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON driver_openid_link USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE driver_openid_login (
	operator_id UUID NOT NULL, 
	login_id UUID NOT NULL, 
	digest BYTEA NOT NULL, 
	issuer TEXT NOT NULL, 
	redirect_uri TEXT NOT NULL, 
	back TEXT NOT NULL, 
	asked_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	app_redirect_uri TEXT, 
	app_state TEXT, 
	app_challenge TEXT, 
	used_at TIMESTAMP WITH TIME ZONE, 
	driver_id UUID, 
	code_digest BYTEA, 
	code_until TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_driver_openid_login PRIMARY KEY (operator_id, login_id)
);

CREATE INDEX ix_driver_openid_login_asked_at ON driver_openid_login (asked_at);

CREATE UNIQUE INDEX uq_driver_openid_login_code ON driver_openid_login (operator_id, code_digest);

CREATE UNIQUE INDEX uq_driver_openid_login_digest ON driver_openid_login (operator_id, digest);

ALTER TABLE driver_openid_login ENABLE ROW LEVEL SECURITY;

ALTER TABLE driver_openid_login FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON driver_openid_login USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE openid_connection (
	operator_id UUID NOT NULL, 
	issuer TEXT NOT NULL, 
	client_id TEXT NOT NULL, 
	label TEXT NOT NULL, 
	app_redirects TEXT[] NOT NULL, 
	sealed_secret TEXT, 
	changed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_openid_connection PRIMARY KEY (operator_id)
);

ALTER TABLE openid_connection ENABLE ROW LEVEL SECURITY;

ALTER TABLE openid_connection FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON openid_connection USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


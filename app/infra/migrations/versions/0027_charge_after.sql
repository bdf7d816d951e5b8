-- Sessions that are charged after them, on a means that the driver keeps.
CREATE TABLE charge_after (
	operator_id UUID NOT NULL, 
	most_minor BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	CONSTRAINT pk_charge_after PRIMARY KEY (operator_id)
);

ALTER TABLE charge_after ENABLE ROW LEVEL SECURITY;

ALTER TABLE charge_after FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON charge_after USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE kept_means (
	operator_id UUID NOT NULL, 
	means_id UUID NOT NULL, 
	driver_id UUID NOT NULL, 
	account_id UUID NOT NULL, 
	customer TEXT NOT NULL, 
	method TEXT NOT NULL, 
	words TEXT NOT NULL, 
	locale TEXT NOT NULL, 
	agreed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	state TEXT NOT NULL, 
	instrument TEXT NOT NULL, 
	name TEXT NOT NULL, 
	removed_at TIMESTAMP WITH TIME ZONE, 
	removed_why TEXT, 
	CONSTRAINT pk_kept_means PRIMARY KEY (operator_id, means_id)
);

CREATE INDEX ix_kept_means_driver ON kept_means (operator_id, driver_id);

ALTER TABLE kept_means ENABLE ROW LEVEL SECURITY;

ALTER TABLE kept_means FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON kept_means USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE promise (
	operator_id UUID NOT NULL, 
	journey_id UUID NOT NULL, 
	driver_id UUID NOT NULL, 
	means_id UUID NOT NULL, 
	account_id UUID NOT NULL, 
	customer TEXT NOT NULL, 
	token TEXT NOT NULL, 
	method TEXT NOT NULL, 
	limit_minor BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	page TEXT NOT NULL, 
	state TEXT NOT NULL, 
	price_minor BIGINT, 
	tries SMALLINT NOT NULL, 
	again_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_promise PRIMARY KEY (operator_id, journey_id)
);

CREATE INDEX ix_promise_again ON promise (again_at) WHERE again_at IS NOT NULL;

CREATE UNIQUE INDEX uq_promise_open ON promise (operator_id, driver_id) WHERE state IN ('made', 'charged', 'owed');

ALTER TABLE promise ENABLE ROW LEVEL SECURITY;

ALTER TABLE promise FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON promise USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


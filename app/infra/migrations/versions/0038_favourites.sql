-- Places that drivers keep, and those that they wait for.
CREATE TABLE favourite (
	operator_id UUID NOT NULL, 
	driver_id UUID NOT NULL, 
	location_id TEXT NOT NULL, 
	added_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_favourite PRIMARY KEY (operator_id, driver_id, location_id)
);

ALTER TABLE favourite ENABLE ROW LEVEL SECURITY;

ALTER TABLE favourite FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON favourite USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE watch (
	operator_id UUID NOT NULL, 
	watch_id UUID NOT NULL, 
	driver_id UUID NOT NULL, 
	location_id TEXT NOT NULL, 
	evse_uid TEXT, 
	made_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	told_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_watch PRIMARY KEY (operator_id, watch_id)
);

CREATE INDEX ix_watch_driver ON watch (operator_id, driver_id);

CREATE INDEX ix_watch_location ON watch (operator_id, location_id) WHERE told_at IS NULL;

ALTER TABLE watch ENABLE ROW LEVEL SECURITY;

ALTER TABLE watch FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON watch USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


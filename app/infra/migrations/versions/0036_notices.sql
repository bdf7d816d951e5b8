-- Notices, the devices that show them, and what drivers choose.
CREATE TABLE notice (
	operator_id UUID NOT NULL, 
	notice_id UUID NOT NULL, 
	subscriber_id UUID NOT NULL, 
	key TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	facts JSONB NOT NULL, 
	path TEXT NOT NULL, 
	journey_id UUID, 
	by_mail BOOLEAN NOT NULL, 
	told_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_notice PRIMARY KEY (operator_id, notice_id)
);

CREATE INDEX ix_notice_told_at ON notice (told_at);

CREATE UNIQUE INDEX uq_notice ON notice (operator_id, subscriber_id, key);

ALTER TABLE notice ENABLE ROW LEVEL SECURITY;

ALTER TABLE notice FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON notice USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE notice_choice (
	operator_id UUID NOT NULL, 
	driver_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	wanted BOOLEAN NOT NULL, 
	CONSTRAINT pk_notice_choice PRIMARY KEY (operator_id, driver_id, kind)
);

ALTER TABLE notice_choice ENABLE ROW LEVEL SECURITY;

ALTER TABLE notice_choice FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON notice_choice USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE push_device (
	operator_id UUID NOT NULL, 
	device_id UUID NOT NULL, 
	subscriber_id UUID NOT NULL, 
	endpoint TEXT NOT NULL, 
	p256dh BYTEA NOT NULL, 
	auth BYTEA NOT NULL, 
	server_key TEXT NOT NULL, 
	language TEXT NOT NULL, 
	name TEXT NOT NULL, 
	since TIMESTAMP WITH TIME ZONE NOT NULL, 
	signed_in_id UUID, 
	ends_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_push_device PRIMARY KEY (operator_id, device_id)
);

CREATE INDEX ix_push_device_ends_at ON push_device (ends_at);

CREATE UNIQUE INDEX uq_push_device ON push_device (operator_id, subscriber_id, endpoint);

ALTER TABLE push_device ENABLE ROW LEVEL SECURITY;

ALTER TABLE push_device FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON push_device USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


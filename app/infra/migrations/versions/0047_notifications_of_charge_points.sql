-- What charge points tell unasked, or later than they were asked: reports, firmware, logs, events.
CREATE TABLE charge_point_notification (
	operator_id UUID NOT NULL, 
	notification_id UUID NOT NULL, 
	identity TEXT NOT NULL, 
	action TEXT NOT NULL, 
	payload TEXT NOT NULL, 
	received_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_charge_point_notification PRIMARY KEY (operator_id, notification_id)
);

CREATE INDEX ix_charge_point_notification_identity ON charge_point_notification (operator_id, identity, notification_id);

CREATE INDEX ix_charge_point_notification_received_at ON charge_point_notification USING brin (received_at);

ALTER TABLE charge_point_notification ENABLE ROW LEVEL SECURITY;

ALTER TABLE charge_point_notification FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON charge_point_notification USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


-- How the terminals inside charge points are set up, as they were last read.
CREATE TABLE charge_point_terminal (
	operator_id UUID NOT NULL, 
	identity TEXT NOT NULL, 
	evse_no INTEGER NOT NULL, 
	variables JSONB NOT NULL, 
	problem TEXT, 
	read_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_charge_point_terminal PRIMARY KEY (operator_id, identity, evse_no)
);

ALTER TABLE charge_point_terminal ENABLE ROW LEVEL SECURITY;

ALTER TABLE charge_point_terminal FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON charge_point_terminal USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


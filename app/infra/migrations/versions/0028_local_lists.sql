-- What the local lists of charge points have, as far as we know.
CREATE TABLE local_list (
	operator_id UUID NOT NULL, 
	identity TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	marks JSONB NOT NULL, 
	changed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_local_list PRIMARY KEY (operator_id, identity)
);

ALTER TABLE local_list ENABLE ROW LEVEL SECURITY;

ALTER TABLE local_list FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON local_list USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


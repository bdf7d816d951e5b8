-- What terminals inside charge points tell of the settlement of their payments.
CREATE TABLE terminal_settlement (
	operator_id UUID NOT NULL, 
	settlement_id UUID NOT NULL, 
	identity TEXT NOT NULL, 
	psp_ref TEXT NOT NULL, 
	status TEXT NOT NULL, 
	amount NUMERIC(18, 6) NOT NULL, 
	detail TEXT NOT NULL, 
	transaction_id TEXT, 
	receipt_id TEXT, 
	receipt_url TEXT, 
	settled_at TIMESTAMP WITH TIME ZONE, 
	told_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	applied_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_terminal_settlement PRIMARY KEY (operator_id, settlement_id)
);

CREATE UNIQUE INDEX uq_terminal_settlement ON terminal_settlement (operator_id, identity, psp_ref, status, amount);

ALTER TABLE terminal_settlement ENABLE ROW LEVEL SECURITY;

ALTER TABLE terminal_settlement FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON terminal_settlement USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


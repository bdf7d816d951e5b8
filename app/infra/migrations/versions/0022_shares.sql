-- The part of a payment that its provider gives to the operator at once, instead of a payout.
ALTER TABLE provider_account ADD COLUMN share_account TEXT;

ALTER TABLE payment ADD COLUMN sharing JSONB;

ALTER TABLE payment_operation ADD COLUMN share_minor BIGINT;

CREATE TABLE payment_share (
	operator_id UUID NOT NULL, 
	payment_id UUID NOT NULL, 
	cpo TEXT NOT NULL, 
	recipient TEXT NOT NULL, 
	way TEXT NOT NULL, 
	amount_minor BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	ordered_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_payment_share PRIMARY KEY (operator_id, payment_id)
);

ALTER TABLE payment_share ENABLE ROW LEVEL SECURITY;

ALTER TABLE payment_share FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON payment_share USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


-- Credit that buys itself again, for drivers who agreed to it.
ALTER TABLE wallet_top_up ADD COLUMN agreement_id UUID;

CREATE TABLE wallet_agreement (
	operator_id UUID NOT NULL, 
	agreement_id UUID NOT NULL, 
	wallet_id UUID NOT NULL, 
	account_id UUID NOT NULL, 
	customer TEXT NOT NULL, 
	below_minor BIGINT NOT NULL, 
	amount_minor BIGINT NOT NULL, 
	a_day_minor BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	words TEXT NOT NULL, 
	locale TEXT NOT NULL, 
	page TEXT NOT NULL, 
	agreed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	state TEXT NOT NULL, 
	declines SMALLINT NOT NULL, 
	declined_at TIMESTAMP WITH TIME ZONE, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	ended_why TEXT, 
	CONSTRAINT pk_wallet_agreement PRIMARY KEY (operator_id, agreement_id)
);

CREATE INDEX ix_wallet_agreement_wallet ON wallet_agreement (operator_id, wallet_id);

CREATE UNIQUE INDEX uq_wallet_agreement_live ON wallet_agreement (operator_id, wallet_id) WHERE state <> 'off';

ALTER TABLE wallet_agreement ENABLE ROW LEVEL SECURITY;

ALTER TABLE wallet_agreement FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON wallet_agreement USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


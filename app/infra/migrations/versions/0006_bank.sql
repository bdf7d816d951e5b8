-- Bank accounts, payouts and what providers settled.
CREATE TABLE bank_account (
	operator_id UUID NOT NULL, 
	owner TEXT NOT NULL, 
	holder TEXT NOT NULL, 
	iban TEXT NOT NULL, 
	bic TEXT, 
	changed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_bank_account PRIMARY KEY (operator_id, owner)
);

ALTER TABLE bank_account ENABLE ROW LEVEL SECURITY;

ALTER TABLE bank_account FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON bank_account USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE payout (
	operator_id UUID NOT NULL, 
	payout_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	holder TEXT NOT NULL, 
	iban TEXT NOT NULL, 
	bic TEXT, 
	amount_minor BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	reference TEXT NOT NULL, 
	ordered_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	state TEXT NOT NULL, 
	file_id UUID, 
	CONSTRAINT pk_payout PRIMARY KEY (operator_id, payout_id)
);

CREATE INDEX ix_payout_state ON payout (operator_id, state);

ALTER TABLE payout ENABLE ROW LEVEL SECURITY;

ALTER TABLE payout FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON payout USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE transfer_file (
	operator_id UUID NOT NULL, 
	file_id UUID NOT NULL, 
	message_id TEXT NOT NULL, 
	made_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	pay_on DATE NOT NULL, 
	transfers INTEGER NOT NULL, 
	total_minor BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	document BYTEA NOT NULL, 
	CONSTRAINT pk_transfer_file PRIMARY KEY (operator_id, file_id)
);

ALTER TABLE transfer_file ENABLE ROW LEVEL SECURITY;

ALTER TABLE transfer_file FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON transfer_file USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE settlement_line (
	operator_id UUID NOT NULL, 
	line_id UUID NOT NULL, 
	account_id UUID NOT NULL, 
	key TEXT NOT NULL, 
	movement TEXT NOT NULL, 
	said TEXT NOT NULL, 
	provider_ref TEXT, 
	part_ref TEXT, 
	reference TEXT, 
	gross_minor BIGINT NOT NULL, 
	fee_minor BIGINT NOT NULL, 
	net_minor BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	at TIMESTAMP WITH TIME ZONE, 
	seen_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	state TEXT NOT NULL, 
	payment_id UUID, 
	part TEXT, 
	CONSTRAINT pk_settlement_line PRIMARY KEY (operator_id, line_id)
);

CREATE INDEX ix_settlement_line_suspense ON settlement_line (operator_id) WHERE state = 'suspense';

CREATE UNIQUE INDEX uq_settlement_line_part ON settlement_line (operator_id, payment_id, part) WHERE payment_id IS NOT NULL;

ALTER TABLE settlement_line ENABLE ROW LEVEL SECURITY;

ALTER TABLE settlement_line FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON settlement_line USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


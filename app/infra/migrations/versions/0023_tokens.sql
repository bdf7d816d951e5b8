-- Tokens, the sessions that began with them, and accounts that are collected later.
CREATE TABLE postpaid_account (
	operator_id UUID NOT NULL, 
	account_id UUID NOT NULL, 
	name TEXT NOT NULL, 
	book TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	per_session_minor BIGINT NOT NULL, 
	most_open_minor BIGINT, 
	tariff_group TEXT, 
	opened_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_postpaid_account PRIMARY KEY (operator_id, account_id), 
	CONSTRAINT uq_postpaid_account_operator_id_name_currency_book UNIQUE (operator_id, name, currency, book)
);

ALTER TABLE postpaid_account ENABLE ROW LEVEL SECURITY;

ALTER TABLE postpaid_account FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON postpaid_account USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE postpaid_charge (
	operator_id UUID NOT NULL, 
	payment_id UUID NOT NULL, 
	account_id UUID NOT NULL, 
	session_id UUID NOT NULL, 
	currency TEXT NOT NULL, 
	amount_minor BIGINT NOT NULL, 
	booked_minor BIGINT NOT NULL, 
	state TEXT NOT NULL, 
	made_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_postpaid_charge PRIMARY KEY (operator_id, payment_id), 
	CONSTRAINT ck_postpaid_charge_booked CHECK (booked_minor >= 0 AND booked_minor <= amount_minor)
);

CREATE INDEX ix_postpaid_charge_account ON postpaid_charge (operator_id, account_id, made_at);

ALTER TABLE postpaid_charge ENABLE ROW LEVEL SECURITY;

ALTER TABLE postpaid_charge FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON postpaid_charge USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE reader_start (
	operator_id UUID NOT NULL, 
	session_id UUID NOT NULL, 
	key TEXT NOT NULL, 
	token_id UUID, 
	begun_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_reader_start PRIMARY KEY (operator_id, session_id)
);

CREATE INDEX ix_reader_start_token ON reader_start (operator_id, token_id, begun_at);

CREATE UNIQUE INDEX uq_reader_start_key ON reader_start (operator_id, key);

ALTER TABLE reader_start ENABLE ROW LEVEL SECURITY;

ALTER TABLE reader_start FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON reader_start USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE token (
	operator_id UUID NOT NULL, 
	token_id UUID NOT NULL, 
	uid TEXT NOT NULL, 
	type TEXT NOT NULL, 
	contract_id TEXT NOT NULL, 
	issuer TEXT NOT NULL, 
	valid BOOLEAN NOT NULL, 
	whitelist TEXT NOT NULL, 
	payer TEXT NOT NULL, 
	last_updated TIMESTAMP WITH TIME ZONE NOT NULL, 
	visual_number TEXT, 
	group_id TEXT, 
	language TEXT, 
	default_profile_type TEXT, 
	driver_id UUID, 
	account_id UUID, 
	expires_at TIMESTAMP WITH TIME ZONE, 
	blocked TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_token PRIMARY KEY (operator_id, token_id)
);

CREATE INDEX ix_token_driver ON token (operator_id, driver_id);

CREATE INDEX ix_token_last_updated ON token (operator_id, last_updated);

CREATE INDEX ix_token_visual_number ON token (operator_id, visual_number);

CREATE UNIQUE INDEX uq_token_uid ON token (operator_id, uid);

ALTER TABLE token ENABLE ROW LEVEL SECURITY;

ALTER TABLE token FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON token USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


-- Prepaid credit.
CREATE TABLE wallet (
	operator_id UUID NOT NULL, 
	wallet_id UUID NOT NULL, 
	driver_id UUID NOT NULL, 
	currency TEXT NOT NULL, 
	book TEXT NOT NULL, 
	opened_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	frozen_at TIMESTAMP WITH TIME ZONE, 
	frozen_why TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_wallet PRIMARY KEY (operator_id, wallet_id), 
	CONSTRAINT uq_wallet_operator_id_driver_id_currency_book UNIQUE (operator_id, driver_id, currency, book)
);

ALTER TABLE wallet ENABLE ROW LEVEL SECURITY;

ALTER TABLE wallet FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON wallet USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE wallet_lot (
	operator_id UUID NOT NULL, 
	lot_id UUID NOT NULL, 
	wallet_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	amount_minor BIGINT NOT NULL, 
	left_minor BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	source_id UUID NOT NULL, 
	received_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE, 
	note TEXT NOT NULL, 
	CONSTRAINT pk_wallet_lot PRIMARY KEY (operator_id, lot_id), 
	CONSTRAINT ck_wallet_lot_floor CHECK (left_minor >= 0 AND left_minor <= amount_minor)
);

CREATE INDEX ix_wallet_lot_expires_at ON wallet_lot (expires_at) WHERE left_minor > 0 AND expires_at IS NOT NULL;

CREATE INDEX ix_wallet_lot_wallet ON wallet_lot (operator_id, wallet_id);

ALTER TABLE wallet_lot ENABLE ROW LEVEL SECURITY;

ALTER TABLE wallet_lot FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON wallet_lot USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE wallet_offer (
	operator_id UUID NOT NULL, 
	currency TEXT NOT NULL, 
	amounts_minor JSONB NOT NULL, 
	most_minor BIGINT NOT NULL, 
	CONSTRAINT pk_wallet_offer PRIMARY KEY (operator_id)
);

ALTER TABLE wallet_offer ENABLE ROW LEVEL SECURITY;

ALTER TABLE wallet_offer FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON wallet_offer USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE wallet_reservation (
	operator_id UUID NOT NULL, 
	payment_id UUID NOT NULL, 
	wallet_id UUID NOT NULL, 
	session_id UUID NOT NULL, 
	country TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	state TEXT NOT NULL, 
	reserved_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	pieces JSONB NOT NULL, 
	spent_minor BIGINT DEFAULT '0' NOT NULL, 
	spent_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_wallet_reservation PRIMARY KEY (operator_id, payment_id)
);

CREATE INDEX ix_wallet_reservation_spent_at ON wallet_reservation (operator_id, spent_at);

CREATE INDEX ix_wallet_reservation_wallet ON wallet_reservation (operator_id, wallet_id);

ALTER TABLE wallet_reservation ENABLE ROW LEVEL SECURITY;

ALTER TABLE wallet_reservation FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON wallet_reservation USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE wallet_top_up (
	operator_id UUID NOT NULL, 
	top_up_id UUID NOT NULL, 
	wallet_id UUID NOT NULL, 
	payment_id UUID NOT NULL, 
	amount_minor BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	key TEXT NOT NULL, 
	asked_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	state TEXT NOT NULL, 
	CONSTRAINT pk_wallet_top_up PRIMARY KEY (operator_id, top_up_id)
);

CREATE INDEX ix_wallet_top_up_wallet ON wallet_top_up (operator_id, wallet_id);

CREATE UNIQUE INDEX uq_wallet_top_up_key ON wallet_top_up (operator_id, key);

CREATE UNIQUE INDEX uq_wallet_top_up_payment ON wallet_top_up (operator_id, payment_id);

ALTER TABLE wallet_top_up ENABLE ROW LEVEL SECURITY;

ALTER TABLE wallet_top_up FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON wallet_top_up USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE wallet_volume_warning (
	operator_id UUID NOT NULL, 
	country TEXT NOT NULL, 
	level SMALLINT NOT NULL, 
	warned_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_wallet_volume_warning PRIMARY KEY (operator_id, country, level)
);

ALTER TABLE wallet_volume_warning ENABLE ROW LEVEL SECURITY;

ALTER TABLE wallet_volume_warning FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON wallet_volume_warning USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


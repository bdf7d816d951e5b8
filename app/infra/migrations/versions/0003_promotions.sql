-- Coupons, campaigns, and what was redeemed.

CREATE TABLE promotion_campaign (
	operator_id UUID NOT NULL, 
	campaign_id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	terms JSONB NOT NULL, 
	automatic BOOLEAN NOT NULL, 
	changed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_promotion_campaign PRIMARY KEY (operator_id, campaign_id)
);

ALTER TABLE promotion_campaign ENABLE ROW LEVEL SECURITY;

ALTER TABLE promotion_campaign FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON promotion_campaign USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE promotion_coupon (
	operator_id UUID NOT NULL, 
	coupon_id UUID NOT NULL, 
	campaign_id TEXT NOT NULL, 
	batch_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	digest BYTEA NOT NULL, 
	is_shared BOOLEAN NOT NULL, 
	made_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	blocked_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_promotion_coupon PRIMARY KEY (operator_id, coupon_id), 
	CONSTRAINT uq_promotion_coupon_operator_id_digest UNIQUE (operator_id, digest)
);

CREATE INDEX ix_promotion_coupon_operator_id_campaign_id ON promotion_coupon (operator_id, campaign_id);

ALTER TABLE promotion_coupon ENABLE ROW LEVEL SECURITY;

ALTER TABLE promotion_coupon FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON promotion_coupon USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE promotion_reservation (
	operator_id UUID NOT NULL, 
	reservation_id UUID NOT NULL, 
	session_id UUID NOT NULL, 
	place INTEGER NOT NULL, 
	campaign_id TEXT NOT NULL, 
	campaign_version INTEGER NOT NULL, 
	terms JSONB NOT NULL, 
	coupon_id UUID, 
	is_shared BOOLEAN, 
	driver TEXT NOT NULL, 
	day TEXT NOT NULL, 
	most_minor BIGINT NOT NULL, 
	watt_hours BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	state TEXT NOT NULL, 
	took_minor BIGINT, 
	took_watt_hours BIGINT, 
	voucher_digest BYTEA, 
	handed_out_at TIMESTAMP WITH TIME ZONE, 
	reserved_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_promotion_reservation PRIMARY KEY (operator_id, reservation_id)
);

CREATE INDEX ix_promotion_reservation_operator_id_campaign_id ON promotion_reservation (operator_id, campaign_id);

CREATE INDEX ix_promotion_reservation_operator_id_session_id ON promotion_reservation (operator_id, session_id);

CREATE UNIQUE INDEX ix_promotion_reservation_operator_id_voucher_digest ON promotion_reservation (operator_id, voucher_digest);

ALTER TABLE promotion_reservation ENABLE ROW LEVEL SECURITY;

ALTER TABLE promotion_reservation FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON promotion_reservation USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE promotion_tally (
	operator_id UUID NOT NULL, 
	campaign_id TEXT NOT NULL, 
	part TEXT NOT NULL, 
	uses BIGINT NOT NULL, 
	minor BIGINT NOT NULL, 
	watt_hours BIGINT NOT NULL, 
	CONSTRAINT pk_promotion_tally PRIMARY KEY (operator_id, campaign_id, part), 
	CONSTRAINT ck_promotion_tally_not_below_zero CHECK (uses >= 0 AND minor >= 0 AND watt_hours >= 0)
);

ALTER TABLE promotion_tally ENABLE ROW LEVEL SECURITY;

ALTER TABLE promotion_tally FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON promotion_tally USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


-- More than one provider, holds that grow, refunds with reasons.
DROP INDEX uq_provider_account_chosen;
ALTER TABLE provider_account
    ADD COLUMN place SMALLINT NOT NULL DEFAULT 0,
    ADD COLUMN merchant TEXT,
    ADD COLUMN sealed_webhook_keys TEXT,
    ADD COLUMN live_prefix TEXT;
ALTER TABLE provider_account ALTER COLUMN place DROP DEFAULT;

ALTER TABLE payment ADD COLUMN orders_ref TEXT;
CREATE INDEX ix_payment_orders_ref ON payment (operator_id, account_id, orders_ref)
    WHERE orders_ref IS NOT NULL;

CREATE TABLE doubtful_notice (
	operator_id UUID NOT NULL, 
	account_id UUID NOT NULL, 
	notice_id UUID NOT NULL, 
	body BYTEA NOT NULL, 
	received_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	tried_version INTEGER NOT NULL, 
	CONSTRAINT pk_doubtful_notice PRIMARY KEY (operator_id, account_id, notice_id)
);

ALTER TABLE doubtful_notice ENABLE ROW LEVEL SECURITY;

ALTER TABLE doubtful_notice FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON doubtful_notice USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE provider_notice (
	operator_id UUID NOT NULL, 
	account_id UUID NOT NULL, 
	key TEXT NOT NULL, 
	payment_id UUID, 
	reference TEXT NOT NULL, 
	original_ref TEXT, 
	body BYTEA NOT NULL, 
	received_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_provider_notice PRIMARY KEY (operator_id, account_id, key)
);

CREATE INDEX ix_provider_notice_payment_id ON provider_notice (operator_id, payment_id) WHERE payment_id IS NOT NULL;

ALTER TABLE provider_notice ENABLE ROW LEVEL SECURITY;

ALTER TABLE provider_notice FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON provider_notice USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE payment_routing (
	operator_id UUID NOT NULL, 
	rules JSONB NOT NULL, 
	CONSTRAINT pk_payment_routing PRIMARY KEY (operator_id)
);

ALTER TABLE payment_routing ENABLE ROW LEVEL SECURITY;

ALTER TABLE payment_routing FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON payment_routing USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE INDEX ix_payment_undecided ON payment (payment_id)
    WHERE keep_minor IS NULL AND status NOT IN ('failed', 'expired', 'cancelled');
CREATE INDEX ix_payment_subject ON payment (operator_id, subject_id);
ALTER TABLE payment ADD COLUMN raised_minor BIGINT, ADD COLUMN wished_minor BIGINT;
CREATE TABLE hold_policy (
	operator_id UUID NOT NULL, 
	add_minor BIGINT NOT NULL, 
	most_minor BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	when_used_up TEXT NOT NULL, 
	CONSTRAINT pk_hold_policy PRIMARY KEY (operator_id)
);

ALTER TABLE hold_policy ENABLE ROW LEVEL SECURITY;

ALTER TABLE hold_policy FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON hold_policy USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

ALTER TABLE journey ADD COLUMN additions JSONB NOT NULL DEFAULT '[]';

ALTER TABLE journey ADD COLUMN network TEXT;
CREATE INDEX ix_journey_network ON journey (operator_id, network, began_at);
CREATE INDEX ix_journey_evse ON journey (operator_id, evse_uid, began_at);

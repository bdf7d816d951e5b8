CREATE SEQUENCE ocpp_remote_start_id START WITH 1 MAXVALUE 2147483647;

CREATE SEQUENCE ocpp_transaction_id START WITH 1 MAXVALUE 2147483647;

CREATE TABLE cdr (
	operator_id UUID NOT NULL, 
	cdr_id UUID NOT NULL, 
	session_id UUID NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	energy_kwh NUMERIC(18, 6) NOT NULL, 
	flags TEXT[] NOT NULL, 
	body JSONB NOT NULL, 
	CONSTRAINT pk_cdr PRIMARY KEY (operator_id, cdr_id)
);

CREATE UNIQUE INDEX uq_cdr_session ON cdr (operator_id, session_id);

ALTER TABLE cdr ENABLE ROW LEVEL SECURITY;

ALTER TABLE cdr FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON cdr USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE FUNCTION refuse_change_of_cdr() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'the rows of cdr are never changed or deleted';
END
$body$;

CREATE TRIGGER final BEFORE UPDATE OR DELETE ON cdr FOR EACH ROW EXECUTE FUNCTION refuse_change_of_cdr();

CREATE TABLE cdr_flag (
	operator_id UUID NOT NULL, 
	session_id UUID NOT NULL, 
	flag TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	flagged_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_cdr_flag PRIMARY KEY (operator_id, session_id, flag)
);

ALTER TABLE cdr_flag ENABLE ROW LEVEL SECURITY;

ALTER TABLE cdr_flag FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON cdr_flag USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE charge_point (
	operator_id UUID NOT NULL, 
	identity TEXT NOT NULL, 
	credential BYTEA NOT NULL, 
	protocol TEXT, 
	connected BOOLEAN DEFAULT false NOT NULL, 
	connection TEXT, 
	last_seen_at TIMESTAMP WITH TIME ZONE, 
	status TEXT DEFAULT 'Unknown' NOT NULL, 
	vendor TEXT, 
	model TEXT, 
	serial_number TEXT, 
	firmware TEXT, 
	booted_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_charge_point PRIMARY KEY (operator_id, identity)
);

CREATE UNIQUE INDEX uq_charge_point_identity ON charge_point (identity);

ALTER TABLE charge_point ENABLE ROW LEVEL SECURITY;

ALTER TABLE charge_point FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON charge_point USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE evse (
	operator_id UUID NOT NULL, 
	evse_uid TEXT NOT NULL, 
	evse_id TEXT NOT NULL, 
	code TEXT NOT NULL, 
	location_id TEXT NOT NULL, 
	identity TEXT NOT NULL, 
	evse_no INTEGER NOT NULL, 
	ocpp16_connector_id INTEGER NOT NULL, 
	current TEXT NOT NULL, 
	connectors JSONB NOT NULL, 
	physical_reference TEXT NOT NULL, 
	status TEXT DEFAULT 'Unknown' NOT NULL, 
	status_since TIMESTAMP WITH TIME ZONE, 
	connector_states JSONB DEFAULT '{}' NOT NULL, 
	removed_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_evse PRIMARY KEY (operator_id, evse_uid)
);

CREATE INDEX ix_evse_location ON evse (operator_id, location_id);

CREATE UNIQUE INDEX uq_evse_code ON evse (code);

CREATE UNIQUE INDEX uq_evse_evse_no ON evse (operator_id, identity, evse_no) WHERE removed_at IS NULL;

ALTER TABLE evse ENABLE ROW LEVEL SECURITY;

ALTER TABLE evse FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON evse USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE hold_amount (
	operator_id UUID NOT NULL, 
	scope TEXT NOT NULL, 
	target TEXT NOT NULL, 
	current TEXT NOT NULL, 
	minor BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	CONSTRAINT pk_hold_amount PRIMARY KEY (operator_id, scope, target, current)
);

ALTER TABLE hold_amount ENABLE ROW LEVEL SECURITY;

ALTER TABLE hold_amount FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON hold_amount USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE journey (
	operator_id UUID NOT NULL, 
	journey_id UUID NOT NULL, 
	token_digest BYTEA NOT NULL, 
	pay_key TEXT NOT NULL, 
	code TEXT NOT NULL, 
	evse_uid TEXT NOT NULL, 
	payment_id UUID NOT NULL, 
	session_id UUID NOT NULL, 
	tariff_id TEXT NOT NULL, 
	tariff_version INTEGER NOT NULL, 
	held_minor BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	locale TEXT NOT NULL, 
	began_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	changed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	version INTEGER NOT NULL, 
	stage TEXT NOT NULL, 
	state JSONB NOT NULL, 
	limit_at TIMESTAMP WITH TIME ZONE, 
	receipt_email TEXT, 
	CONSTRAINT pk_journey PRIMARY KEY (operator_id, journey_id), 
	CONSTRAINT uq_journey_token_digest UNIQUE (token_digest)
);

CREATE INDEX ix_journey_limit ON journey (limit_at) WHERE stage = 'charging';

CREATE INDEX ix_journey_moving ON journey (changed_at) WHERE stage <> 'ended';

CREATE INDEX ix_journey_payment ON journey (operator_id, payment_id);

CREATE INDEX ix_journey_session ON journey (operator_id, session_id);

CREATE UNIQUE INDEX uq_journey_pay_key ON journey (operator_id, pay_key);

CREATE UNIQUE INDEX uq_journey_socket ON journey (operator_id, evse_uid) WHERE stage IN ('paying', 'starting', 'waiting', 'charging', 'stopping');

ALTER TABLE journey ENABLE ROW LEVEL SECURITY;

ALTER TABLE journey FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON journey USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE journey_letter (
	operator_id UUID NOT NULL, 
	letter_id UUID NOT NULL, 
	journey_id UUID NOT NULL, 
	address TEXT NOT NULL, 
	state TEXT NOT NULL, 
	attempts INTEGER NOT NULL, 
	asked_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	detail TEXT NOT NULL, 
	CONSTRAINT pk_journey_letter PRIMARY KEY (operator_id, letter_id)
);

CREATE INDEX ix_journey_letter_operator_id_journey_id ON journey_letter (operator_id, journey_id);

ALTER TABLE journey_letter ENABLE ROW LEVEL SECURITY;

ALTER TABLE journey_letter FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON journey_letter USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE location (
	operator_id UUID NOT NULL, 
	location_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	address TEXT NOT NULL, 
	postal_code TEXT NOT NULL, 
	city TEXT NOT NULL, 
	country TEXT NOT NULL, 
	latitude NUMERIC(9, 6) NOT NULL, 
	longitude NUMERIC(9, 6) NOT NULL, 
	time_zone TEXT NOT NULL, 
	CONSTRAINT pk_location PRIMARY KEY (operator_id, location_id)
);

CREATE INDEX ix_location_latitude ON location (operator_id, latitude);

ALTER TABLE location ENABLE ROW LEVEL SECURITY;

ALTER TABLE location FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON location USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE meter_sample (
	operator_id UUID NOT NULL, 
	session_id UUID NOT NULL, 
	taken_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	fingerprint BIGINT NOT NULL, 
	received_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	energy_wh NUMERIC(18, 3), 
	power_w NUMERIC(18, 3), 
	soc NUMERIC(6, 3), 
	context TEXT NOT NULL, 
	signed TEXT, 
	CONSTRAINT pk_meter_sample PRIMARY KEY (operator_id, session_id, taken_at, fingerprint)
);

ALTER TABLE meter_sample ENABLE ROW LEVEL SECURITY;

ALTER TABLE meter_sample FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON meter_sample USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE ocpp_transaction (
	operator_id UUID NOT NULL, 
	identity TEXT NOT NULL, 
	transaction_id TEXT NOT NULL, 
	ours BOOLEAN NOT NULL, 
	place TEXT NOT NULL, 
	id_tag TEXT, 
	at TIMESTAMP WITH TIME ZONE, 
	meter_start_wh NUMERIC(18, 3), 
	received_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	verdict TEXT NOT NULL, 
	session_id UUID, 
	stop_at TIMESTAMP WITH TIME ZONE, 
	stop_received_at TIMESTAMP WITH TIME ZONE, 
	meter_stop_wh NUMERIC(18, 3), 
	stop_reason TEXT, 
	CONSTRAINT pk_ocpp_transaction PRIMARY KEY (operator_id, identity, transaction_id)
);

CREATE UNIQUE INDEX uq_ocpp_transaction_start ON ocpp_transaction (operator_id, identity, place, id_tag, at, meter_start_wh) NULLS NOT DISTINCT WHERE ours;

ALTER TABLE ocpp_transaction ENABLE ROW LEVEL SECURITY;

ALTER TABLE ocpp_transaction FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON ocpp_transaction USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE operator (
	operator_id UUID NOT NULL, 
	slug TEXT NOT NULL, 
	legal_name TEXT NOT NULL, 
	address JSONB NOT NULL, 
	vat_number TEXT NOT NULL, 
	brand_name TEXT NOT NULL, 
	brand_colour TEXT NOT NULL, 
	logo BYTEA, 
	logo_type TEXT, 
	support JSONB NOT NULL, 
	links JSONB NOT NULL, 
	receipt_series TEXT NOT NULL, 
	languages JSONB NOT NULL, 
	public_url TEXT, 
	party_id TEXT NOT NULL, 
	changed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_operator PRIMARY KEY (operator_id)
);

CREATE UNIQUE INDEX uq_operator_slug ON operator (slug);

ALTER TABLE operator ENABLE ROW LEVEL SECURITY;

ALTER TABLE operator FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON operator USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE orphan_report (
	operator_id UUID NOT NULL, 
	orphan_id UUID NOT NULL, 
	identity TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	transaction_id TEXT, 
	body JSONB NOT NULL, 
	received_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_orphan_report PRIMARY KEY (operator_id, orphan_id)
);

ALTER TABLE orphan_report ENABLE ROW LEVEL SECURITY;

ALTER TABLE orphan_report FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON orphan_report USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE payment (
	operator_id UUID NOT NULL, 
	payment_id UUID NOT NULL, 
	account_id UUID NOT NULL, 
	reference TEXT NOT NULL, 
	amount_minor BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	method TEXT NOT NULL, 
	ordered_strategy TEXT NOT NULL, 
	opened_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	status TEXT NOT NULL, 
	provider_ref TEXT, 
	checkout_url TEXT, 
	instrument TEXT, 
	capture_before TIMESTAMP WITH TIME ZONE, 
	taken_minor BIGINT NOT NULL, 
	captured_minor BIGINT NOT NULL, 
	refunded_minor BIGINT NOT NULL, 
	held_minor BIGINT NOT NULL, 
	keep_minor BIGINT, 
	abandoned BOOLEAN NOT NULL, 
	parts JSONB NOT NULL, 
	changed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	check_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_payment PRIMARY KEY (operator_id, payment_id)
);

CREATE INDEX ix_payment_check_at ON payment (check_at) WHERE check_at IS NOT NULL;

CREATE UNIQUE INDEX uq_payment_provider_ref ON payment (operator_id, account_id, provider_ref) WHERE provider_ref IS NOT NULL;

CREATE UNIQUE INDEX uq_payment_reference ON payment (operator_id, reference);

ALTER TABLE payment ENABLE ROW LEVEL SECURITY;

ALTER TABLE payment FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON payment USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE payment_operation (
	operator_id UUID NOT NULL, 
	operation_id UUID NOT NULL, 
	payment_id UUID NOT NULL, 
	number SMALLINT NOT NULL, 
	kind TEXT NOT NULL, 
	key TEXT NOT NULL, 
	state TEXT NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	amount_minor BIGINT, 
	currency TEXT, 
	sent_at TIMESTAMP WITH TIME ZONE, 
	attempts INTEGER NOT NULL, 
	provider_ref TEXT, 
	detail TEXT, 
	body JSONB, 
	CONSTRAINT pk_payment_operation PRIMARY KEY (operator_id, operation_id), 
	CONSTRAINT uq_payment_operation_key UNIQUE (key)
);

CREATE UNIQUE INDEX uq_payment_operation_number ON payment_operation (operator_id, payment_id, number);

ALTER TABLE payment_operation ENABLE ROW LEVEL SECURITY;

ALTER TABLE payment_operation FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON payment_operation USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE provider_account (
	operator_id UUID NOT NULL, 
	account_id UUID NOT NULL, 
	provider TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	sealed_secret TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	webhook_token TEXT NOT NULL, 
	chosen BOOLEAN NOT NULL, 
	changed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	refused_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_provider_account PRIMARY KEY (operator_id, account_id), 
	CONSTRAINT uq_provider_account_operator_id_provider_mode UNIQUE (operator_id, provider, mode), 
	CONSTRAINT ck_provider_account_mode CHECK (mode IN ('test', 'live')), 
	CONSTRAINT uq_provider_account_webhook_token UNIQUE (webhook_token)
);

CREATE UNIQUE INDEX uq_provider_account_chosen ON provider_account (operator_id) WHERE chosen;

ALTER TABLE provider_account ENABLE ROW LEVEL SECURITY;

ALTER TABLE provider_account FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON provider_account USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE receipt (
	operator_id UUID NOT NULL, 
	receipt_id UUID NOT NULL, 
	session_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	series TEXT NOT NULL, 
	sequence BIGINT NOT NULL, 
	number TEXT NOT NULL, 
	issued_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	document JSONB NOT NULL, 
	CONSTRAINT pk_receipt PRIMARY KEY (operator_id, receipt_id), 
	CONSTRAINT uq_receipt_operator_id_session_id_kind UNIQUE (operator_id, session_id, kind), 
	CONSTRAINT uq_receipt_operator_id_series_sequence UNIQUE (operator_id, series, sequence), 
	CONSTRAINT uq_receipt_operator_id_number UNIQUE (operator_id, number)
);

ALTER TABLE receipt ENABLE ROW LEVEL SECURITY;

ALTER TABLE receipt FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON receipt USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE FUNCTION refuse_change_of_receipt() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'the rows of receipt are never changed or deleted';
END
$body$;

CREATE TRIGGER final BEFORE UPDATE OR DELETE ON receipt FOR EACH ROW EXECUTE FUNCTION refuse_change_of_receipt();

CREATE TABLE receipt_delivery (
	operator_id UUID NOT NULL, 
	delivery_id UUID NOT NULL, 
	receipt_id UUID NOT NULL, 
	session_id UUID NOT NULL, 
	address TEXT NOT NULL, 
	state TEXT NOT NULL, 
	attempts INTEGER NOT NULL, 
	asked_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	detail TEXT NOT NULL, 
	CONSTRAINT pk_receipt_delivery PRIMARY KEY (operator_id, delivery_id)
);

CREATE INDEX ix_receipt_delivery_operator_id_session_id ON receipt_delivery (operator_id, session_id);

ALTER TABLE receipt_delivery ENABLE ROW LEVEL SECURITY;

ALTER TABLE receipt_delivery FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON receipt_delivery USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE receipt_logo (
	operator_id UUID NOT NULL, 
	digest TEXT NOT NULL, 
	media_type TEXT NOT NULL, 
	content BYTEA NOT NULL, 
	CONSTRAINT pk_receipt_logo PRIMARY KEY (operator_id, digest)
);

ALTER TABLE receipt_logo ENABLE ROW LEVEL SECURITY;

ALTER TABLE receipt_logo FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON receipt_logo USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE receipt_series (
	operator_id UUID NOT NULL, 
	series TEXT NOT NULL, 
	last_number BIGINT NOT NULL, 
	last_issued_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_receipt_series PRIMARY KEY (operator_id, series)
);

ALTER TABLE receipt_series ENABLE ROW LEVEL SECURITY;

ALTER TABLE receipt_series FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON receipt_series USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE session (
	operator_id UUID NOT NULL, 
	session_id UUID NOT NULL, 
	evse_uid TEXT NOT NULL, 
	identity TEXT NOT NULL, 
	evse_no INTEGER NOT NULL, 
	ocpp16_connector_id INTEGER NOT NULL, 
	id_tag TEXT NOT NULL, 
	remote_start_id BIGINT NOT NULL, 
	state TEXT NOT NULL, 
	max_power_kw NUMERIC(9, 3) NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	transaction_id TEXT, 
	started_at TIMESTAMP WITH TIME ZONE, 
	start_received_at TIMESTAMP WITH TIME ZONE, 
	meter_start_wh NUMERIC(18, 3), 
	ended_at TIMESTAMP WITH TIME ZONE, 
	meter_stop_wh NUMERIC(18, 3), 
	stop_reason TEXT, 
	register_wh NUMERIC(18, 3), 
	register_at TIMESTAMP WITH TIME ZONE, 
	power_w NUMERIC(18, 3), 
	last_sample_at TIMESTAMP WITH TIME ZONE, 
	heard_at TIMESTAMP WITH TIME ZONE, 
	clock_offset INTERVAL DEFAULT interval '0' NOT NULL, 
	flags TEXT[] DEFAULT '{}' NOT NULL, 
	CONSTRAINT pk_session PRIMARY KEY (operator_id, session_id)
);

CREATE INDEX ix_session_transaction ON session (operator_id, identity, transaction_id);

CREATE UNIQUE INDEX uq_session_active ON session (evse_uid, operator_id) WHERE state = 'active';

CREATE UNIQUE INDEX uq_session_id_tag ON session (operator_id, id_tag);

CREATE UNIQUE INDEX uq_session_remote_start ON session (operator_id, identity, remote_start_id);

ALTER TABLE session ENABLE ROW LEVEL SECURITY;

ALTER TABLE session FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON session USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE tariff_assignment (
	operator_id UUID NOT NULL, 
	target_kind TEXT NOT NULL, 
	target_id TEXT NOT NULL, 
	valid_from TIMESTAMP WITH TIME ZONE NOT NULL, 
	valid_until TIMESTAMP WITH TIME ZONE, 
	tariff_id TEXT NOT NULL, 
	CONSTRAINT pk_tariff_assignment PRIMARY KEY (operator_id, target_kind, target_id, valid_from)
);

ALTER TABLE tariff_assignment ENABLE ROW LEVEL SECURITY;

ALTER TABLE tariff_assignment FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON tariff_assignment USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE tariff_version (
	operator_id UUID NOT NULL, 
	tariff_id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	digest TEXT NOT NULL, 
	body TEXT NOT NULL, 
	valid_from TIMESTAMP WITH TIME ZONE, 
	valid_until TIMESTAMP WITH TIME ZONE, 
	published_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_tariff_version PRIMARY KEY (operator_id, tariff_id, version)
);

ALTER TABLE tariff_version ENABLE ROW LEVEL SECURITY;

ALTER TABLE tariff_version FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON tariff_version USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE FUNCTION refuse_change_of_tariff_version() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'the rows of tariff_version are never changed or deleted';
END
$body$;

CREATE TRIGGER final BEFORE UPDATE OR DELETE ON tariff_version FOR EACH ROW EXECUTE FUNCTION refuse_change_of_tariff_version();

CREATE TABLE webhook_inbox (
	operator_id UUID NOT NULL, 
	hint_id UUID NOT NULL, 
	account_id UUID NOT NULL, 
	provider_ref TEXT NOT NULL, 
	body BYTEA NOT NULL, 
	received_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	deliveries INTEGER NOT NULL, 
	look_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	handled_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_webhook_inbox PRIMARY KEY (operator_id, hint_id)
);

CREATE INDEX ix_webhook_inbox_look_at ON webhook_inbox (look_at) WHERE handled_at IS NULL;

CREATE UNIQUE INDEX uq_webhook_inbox_open ON webhook_inbox (operator_id, account_id, provider_ref) WHERE handled_at IS NULL;

ALTER TABLE webhook_inbox ENABLE ROW LEVEL SECURITY;

ALTER TABLE webhook_inbox FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON webhook_inbox USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE work_list (
	operator_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	payment_id UUID NOT NULL, 
	operation_id UUID, 
	reason TEXT NOT NULL, 
	amount_minor BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	opened_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	resolved_at TIMESTAMP WITH TIME ZONE, 
	resolution TEXT, 
	CONSTRAINT pk_work_list PRIMARY KEY (operator_id, item_id)
);

CREATE INDEX ix_work_list_open ON work_list (operator_id, opened_at) WHERE resolved_at IS NULL;

ALTER TABLE work_list ENABLE ROW LEVEL SECURITY;

ALTER TABLE work_list FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON work_list USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


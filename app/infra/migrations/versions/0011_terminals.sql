-- Payment terminals, and where an authorisation comes from.
ALTER TABLE payment ADD COLUMN origin TEXT DEFAULT 'web' NOT NULL;

ALTER TABLE payment ADD COLUMN settled_by TEXT DEFAULT 'us' NOT NULL;

ALTER TABLE payment ADD COLUMN device TEXT;

ALTER TABLE payment ADD COLUMN fingerprint TEXT;

CREATE INDEX ix_payment_fingerprint ON payment (opened_at) WHERE fingerprint IS NOT NULL;

CREATE TABLE terminal (
	operator_id UUID NOT NULL, 
	terminal_id TEXT NOT NULL, 
	provider TEXT NOT NULL, 
	device TEXT NOT NULL, 
	name TEXT NOT NULL, 
	language TEXT NOT NULL, 
	waits BOOLEAN NOT NULL, 
	reading_id UUID, 
	reading_at TIMESTAMP WITH TIME ZONE, 
	quiet_until TIMESTAMP WITH TIME ZONE, 
	say TEXT, 
	look_at TIMESTAMP WITH TIME ZONE, 
	removed_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_terminal PRIMARY KEY (operator_id, terminal_id)
);

CREATE INDEX ix_terminal_device ON terminal (operator_id, provider, device);

CREATE INDEX ix_terminal_look_at ON terminal (look_at) WHERE look_at IS NOT NULL;

ALTER TABLE terminal ENABLE ROW LEVEL SECURITY;

ALTER TABLE terminal FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON terminal USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE terminal_evse (
	operator_id UUID NOT NULL, 
	evse_uid TEXT NOT NULL, 
	terminal_id TEXT NOT NULL, 
	place SMALLINT NOT NULL, 
	CONSTRAINT pk_terminal_evse PRIMARY KEY (operator_id, evse_uid)
);

CREATE INDEX ix_terminal_evse_terminal ON terminal_evse (operator_id, terminal_id);

ALTER TABLE terminal_evse ENABLE ROW LEVEL SECURITY;

ALTER TABLE terminal_evse FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON terminal_evse USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE terminal_prompt (
	operator_id UUID NOT NULL, 
	prompt_id UUID NOT NULL, 
	terminal_id TEXT NOT NULL, 
	evse_uid TEXT NOT NULL, 
	state TEXT NOT NULL, 
	wished_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	changed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	tries SMALLINT NOT NULL, 
	until TIMESTAMP WITH TIME ZONE, 
	payment_id UUID, 
	journey_id UUID, 
	session_id UUID, 
	tariff_id TEXT, 
	tariff_version INTEGER, 
	rule_id UUID, 
	variant TEXT NOT NULL, 
	say TEXT, 
	ended TEXT, 
	CONSTRAINT pk_terminal_prompt PRIMARY KEY (operator_id, prompt_id)
);

CREATE INDEX ix_terminal_prompt_journey ON terminal_prompt (operator_id, journey_id);

CREATE INDEX ix_terminal_prompt_open ON terminal_prompt (operator_id, terminal_id, wished_at) WHERE state <> 'over' OR say IS NOT NULL;

CREATE INDEX ix_terminal_prompt_payment ON terminal_prompt (operator_id, payment_id);

CREATE UNIQUE INDEX uq_terminal_prompt_asking ON terminal_prompt (operator_id, terminal_id) WHERE state = 'asking';

CREATE UNIQUE INDEX uq_terminal_prompt_evse ON terminal_prompt (operator_id, evse_uid) WHERE state IN ('waiting', 'asking');

ALTER TABLE terminal_prompt ENABLE ROW LEVEL SECURITY;

ALTER TABLE terminal_prompt FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON terminal_prompt USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


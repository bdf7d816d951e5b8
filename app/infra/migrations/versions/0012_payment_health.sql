-- The health of payment accounts, and further attempts to pay.
ALTER TABLE provider_account
	ADD COLUMN failures INTEGER DEFAULT '0' NOT NULL,
	ADD COLUMN open_until TIMESTAMP WITH TIME ZONE,
	ADD COLUMN down_since TIMESTAMP WITH TIME ZONE,
	ADD COLUMN said TEXT DEFAULT '' NOT NULL;

ALTER TABLE journey ADD COLUMN refused SMALLINT DEFAULT '0' NOT NULL;

ALTER TABLE journey_letter ADD COLUMN kind TEXT DEFAULT 'link' NOT NULL;

ALTER TABLE operator ADD COLUMN cable_first BOOLEAN DEFAULT 'false' NOT NULL;

CREATE TABLE statement_fetch (
	operator_id UUID NOT NULL, 
	account_id UUID NOT NULL, 
	key TEXT NOT NULL, 
	tried_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	until TIMESTAMP WITH TIME ZONE, 
	new_lines INTEGER NOT NULL, 
	in_suspense INTEGER NOT NULL, 
	said TEXT NOT NULL, 
	CONSTRAINT pk_statement_fetch PRIMARY KEY (operator_id, account_id, key)
);

ALTER TABLE statement_fetch ENABLE ROW LEVEL SECURITY;

ALTER TABLE statement_fetch FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON statement_fetch USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE INDEX ix_provider_notice_received_at ON provider_notice (received_at);

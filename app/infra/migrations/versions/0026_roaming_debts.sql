-- What platforms owe each other, and the invoices about it.
CREATE TABLE ocpi_debt (
	operator_id UUID NOT NULL, 
	platform_id UUID NOT NULL, 
	side TEXT NOT NULL, 
	country_code TEXT NOT NULL, 
	party_id TEXT NOT NULL, 
	cdr_key TEXT NOT NULL, 
	cdr_id TEXT NOT NULL, 
	session_id UUID, 
	currency TEXT NOT NULL, 
	net_minor BIGINT NOT NULL, 
	vat_minor BIGINT NOT NULL, 
	fee_minor BIGINT NOT NULL, 
	country TEXT NOT NULL, 
	energy_kwh NUMERIC(18, 6) NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	told_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	credits TEXT, 
	body TEXT, 
	reason TEXT, 
	doubt TEXT, 
	CONSTRAINT pk_ocpi_debt PRIMARY KEY (operator_id, platform_id, side, country_code, party_id, cdr_key)
);

CREATE INDEX ix_ocpi_debt_session ON ocpi_debt (operator_id, session_id);

CREATE INDEX ix_ocpi_debt_told ON ocpi_debt (operator_id, platform_id, side, told_at);

ALTER TABLE ocpi_debt ENABLE ROW LEVEL SECURITY;

ALTER TABLE ocpi_debt FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON ocpi_debt USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE ocpi_invoice (
	operator_id UUID NOT NULL, 
	platform_id UUID NOT NULL, 
	is_ours BOOLEAN NOT NULL, 
	country_code TEXT NOT NULL, 
	party_id TEXT NOT NULL, 
	record_key TEXT NOT NULL, 
	record_id TEXT NOT NULL, 
	invoice_id TEXT NOT NULL, 
	cdrs JSONB NOT NULL, 
	told_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	stated_minor BIGINT, 
	currency TEXT, 
	paid_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_ocpi_invoice PRIMARY KEY (operator_id, platform_id, is_ours, country_code, party_id, record_key)
);

CREATE INDEX ix_ocpi_invoice_told ON ocpi_invoice (operator_id, platform_id, told_at);

ALTER TABLE ocpi_invoice ENABLE ROW LEVEL SECURITY;

ALTER TABLE ocpi_invoice FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON ocpi_invoice USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


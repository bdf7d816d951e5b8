-- The register of stickers, their scans, reports about them, and who mounts them.
ALTER TABLE operator ADD COLUMN sticker_tags BOOLEAN DEFAULT 'false' NOT NULL;

CREATE TABLE sticker (
	operator_id UUID NOT NULL, 
	evse_uid TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	layout TEXT NOT NULL, 
	state TEXT NOT NULL, 
	printed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	printed_by TEXT NOT NULL, 
	mounted_at TIMESTAMP WITH TIME ZONE, 
	mounted_by TEXT, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	ended_by TEXT, 
	reason TEXT, 
	CONSTRAINT pk_sticker PRIMARY KEY (operator_id, evse_uid, number)
);

CREATE UNIQUE INDEX uq_sticker_serial ON sticker (operator_id, code, number);

ALTER TABLE sticker ENABLE ROW LEVEL SECURITY;

ALTER TABLE sticker FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON sticker USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE sticker_fitter (
	operator_id UUID NOT NULL, 
	fitter_id UUID NOT NULL, 
	name TEXT NOT NULL, 
	digest BYTEA NOT NULL, 
	made_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	revoked_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_sticker_fitter PRIMARY KEY (operator_id, fitter_id)
);

CREATE UNIQUE INDEX uq_sticker_fitter_digest ON sticker_fitter (digest);

ALTER TABLE sticker_fitter ENABLE ROW LEVEL SECURITY;

ALTER TABLE sticker_fitter FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON sticker_fitter USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE sticker_report (
	operator_id UUID NOT NULL, 
	report_id UUID NOT NULL, 
	evse_uid TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	reason TEXT NOT NULL, 
	note TEXT NOT NULL, 
	reported_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	closed_at TIMESTAMP WITH TIME ZONE, 
	closed_by TEXT, 
	outcome TEXT, 
	CONSTRAINT pk_sticker_report PRIMARY KEY (operator_id, report_id)
);

CREATE INDEX ix_sticker_report_evse ON sticker_report (operator_id, evse_uid, reported_at);

ALTER TABLE sticker_report ENABLE ROW LEVEL SECURITY;

ALTER TABLE sticker_report FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON sticker_report USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE sticker_scan (
	operator_id UUID NOT NULL, 
	evse_uid TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	day DATE NOT NULL, 
	scans INTEGER NOT NULL, 
	CONSTRAINT pk_sticker_scan PRIMARY KEY (operator_id, evse_uid, number, day)
);

ALTER TABLE sticker_scan ENABLE ROW LEVEL SECURITY;

ALTER TABLE sticker_scan FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON sticker_scan USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


-- EVSEs that are kept for drivers of other platforms.
CREATE TABLE ocpi_reservation (
	operator_id UUID NOT NULL, 
	platform_id UUID NOT NULL, 
	reservation_key TEXT NOT NULL, 
	reservation_id TEXT NOT NULL, 
	evse_uid TEXT NOT NULL, 
	token_uid TEXT NOT NULL, 
	id_tag TEXT NOT NULL, 
	until TIMESTAMP WITH TIME ZONE NOT NULL, 
	order_id UUID NOT NULL, 
	response_url TEXT NOT NULL, 
	state TEXT NOT NULL, 
	CONSTRAINT pk_ocpi_reservation PRIMARY KEY (operator_id, platform_id, reservation_key)
);

CREATE INDEX ix_ocpi_reservation_evse ON ocpi_reservation (operator_id, evse_uid);

ALTER TABLE ocpi_reservation ENABLE ROW LEVEL SECURITY;

ALTER TABLE ocpi_reservation FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON ocpi_reservation USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


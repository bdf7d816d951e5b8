-- How it was known that the driver of another platform may charge: OCPI's AuthMethod.
ALTER TABLE ocpi_guest ADD COLUMN auth_method TEXT DEFAULT 'COMMAND' NOT NULL;

-- Who started at a reader has no order to be answered.
UPDATE ocpi_guest SET auth_method = 'AUTH_REQUEST' WHERE response_url = '' AND journey_id IS NULL;

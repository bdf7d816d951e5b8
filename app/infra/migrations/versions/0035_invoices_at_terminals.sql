-- The invoice of what was paid at a terminal of another platform.
CREATE INDEX ix_ocpi_guest_reference ON ocpi_guest (platform_id, reference);

ALTER TABLE terminal_settlement ADD COLUMN instrument TEXT;

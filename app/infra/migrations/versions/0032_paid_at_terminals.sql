-- Sessions that were paid at a terminal of another platform are journeys of ours.
ALTER TABLE ocpi_guest ADD COLUMN journey_id UUID;

ALTER TABLE ocpi_guest ADD COLUMN invoice_creator TEXT;

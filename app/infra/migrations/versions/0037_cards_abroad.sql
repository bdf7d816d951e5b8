-- Whether drivers may use their cards at another platform.
ALTER TABLE ocpi_platform ADD COLUMN takes_cards BOOLEAN DEFAULT false NOT NULL;

-- What the nightly retention looks for.
CREATE INDEX ix_meter_sample_received_at ON meter_sample USING brin (received_at);

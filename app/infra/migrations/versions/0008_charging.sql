-- Raw samples, commands, tokens and signed meter values.
CREATE INDEX ix_meter_sample_received_at ON meter_sample USING brin (received_at);

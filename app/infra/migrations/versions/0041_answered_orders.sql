-- Orders of the API that were answered, under digests; the answers are sealed with the caller's key.
CREATE TABLE answered_order (
	order_digest BYTEA NOT NULL, 
	body_digest BYTEA NOT NULL, 
	began_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	sealed BYTEA, 
	CONSTRAINT pk_answered_order PRIMARY KEY (order_digest)
);

CREATE INDEX ix_answered_order_began_at ON answered_order (began_at);

-- What staff did: rows of which each has the digest of the one before.
CREATE TABLE staff_record (
	operator_id UUID NOT NULL, 
	number BIGINT NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	actor TEXT NOT NULL, 
	action TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	digest BYTEA NOT NULL, 
	CONSTRAINT pk_staff_record PRIMARY KEY (operator_id, number)
);

ALTER TABLE staff_record ENABLE ROW LEVEL SECURITY;

ALTER TABLE staff_record FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON staff_record USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE FUNCTION refuse_change_of_staff_record() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'the rows of staff_record are never changed or deleted';
END
$body$;

CREATE TRIGGER final BEFORE UPDATE OR DELETE ON staff_record FOR EACH ROW EXECUTE FUNCTION refuse_change_of_staff_record();

CREATE TRIGGER kept_whole BEFORE TRUNCATE ON staff_record FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_staff_record();

-- Accounts, transactions and entries.

CREATE TABLE ledger_account (
	operator_id UUID NOT NULL, 
	account_id UUID NOT NULL, 
	book TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	side SMALLINT NOT NULL, 
	floor_minor BIGINT, 
	balance_minor BIGINT NOT NULL, 
	CONSTRAINT pk_ledger_account PRIMARY KEY (operator_id, account_id), 
	CONSTRAINT uq_ledger_account_operator_id_book_kind_owner_currency UNIQUE (operator_id, book, kind, owner, currency), 
	CONSTRAINT ck_ledger_account_side CHECK (side IN (1, -1)), 
	CONSTRAINT ck_ledger_account_book CHECK (book IN ('live', 'test')), 
	CONSTRAINT ck_ledger_account_floor CHECK (balance_minor >= floor_minor)
);

ALTER TABLE ledger_account ENABLE ROW LEVEL SECURITY;

ALTER TABLE ledger_account FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON ledger_account USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE FUNCTION refuse_change_of_ledger() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'nothing in % is ever changed or deleted', TG_TABLE_NAME;
END
$body$;

CREATE TRIGGER kept BEFORE DELETE OR UPDATE OF operator_id, account_id, book, kind, owner, currency, side, floor_minor ON ledger_account FOR EACH ROW EXECUTE FUNCTION refuse_change_of_ledger();

CREATE TRIGGER kept_whole BEFORE TRUNCATE ON ledger_account FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_ledger();

CREATE TABLE ledger_transaction (
	operator_id UUID NOT NULL, 
	transaction_id UUID NOT NULL, 
	key TEXT NOT NULL, 
	book TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	source_id UUID NOT NULL, 
	digest BYTEA NOT NULL, 
	occurred_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_ledger_transaction PRIMARY KEY (operator_id, transaction_id), 
	CONSTRAINT uq_ledger_transaction_operator_id_key UNIQUE (operator_id, key)
);

CREATE INDEX ix_ledger_transaction_recorded_at ON ledger_transaction (operator_id, recorded_at);

CREATE INDEX ix_ledger_transaction_source ON ledger_transaction (operator_id, source_id);

ALTER TABLE ledger_transaction ENABLE ROW LEVEL SECURITY;

ALTER TABLE ledger_transaction FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON ledger_transaction USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE FUNCTION refuse_change_of_ledger_transaction() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'the rows of ledger_transaction are never changed or deleted';
END
$body$;

CREATE TRIGGER final BEFORE UPDATE OR DELETE ON ledger_transaction FOR EACH ROW EXECUTE FUNCTION refuse_change_of_ledger_transaction();

CREATE FUNCTION refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    found record;
BEGIN
    SELECT count(*) AS lines, coalesce(bool_or(total <> 0 OR strangers), false) AS wrong INTO found
    FROM (
        SELECT sum(e.amount_minor) AS total,
               bool_or(e.currency <> a.currency OR a.book <> t.book) AS strangers
        FROM ledger_entry e
        JOIN ledger_transaction t USING (operator_id, transaction_id)
        JOIN ledger_account a USING (operator_id, account_id)
        WHERE e.operator_id = NEW.operator_id AND e.transaction_id = NEW.transaction_id
        GROUP BY e.currency
    ) AS per_currency;
    IF found.lines = 0 OR found.wrong THEN
        RAISE EXCEPTION 'ledger transaction % does not balance', NEW.transaction_id;
    END IF;
    RETURN NULL;
END
$body$;

CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON ledger_transaction DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced();

CREATE TRIGGER kept_whole BEFORE TRUNCATE ON ledger_transaction FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_ledger();

CREATE TABLE ledger_entry (
	operator_id UUID NOT NULL, 
	transaction_id UUID NOT NULL, 
	line SMALLINT NOT NULL, 
	account_id UUID NOT NULL, 
	amount_minor BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	entry_no BIGINT GENERATED ALWAYS AS IDENTITY, 
	CONSTRAINT pk_ledger_entry PRIMARY KEY (operator_id, transaction_id, line), 
	CONSTRAINT ck_ledger_entry_moves CHECK (amount_minor <> 0), 
	CONSTRAINT fk_ledger_entry_operator_id_transaction_id FOREIGN KEY(operator_id, transaction_id) REFERENCES ledger_transaction (operator_id, transaction_id), 
	CONSTRAINT fk_ledger_entry_operator_id_account_id FOREIGN KEY(operator_id, account_id) REFERENCES ledger_account (operator_id, account_id)
);

CREATE INDEX ix_ledger_entry_account ON ledger_entry (operator_id, account_id, entry_no);

ALTER TABLE ledger_entry ENABLE ROW LEVEL SECURITY;

ALTER TABLE ledger_entry FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON ledger_entry USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE FUNCTION refuse_change_of_ledger_entry() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'the rows of ledger_entry are never changed or deleted';
END
$body$;

CREATE TRIGGER final BEFORE UPDATE OR DELETE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION refuse_change_of_ledger_entry();

CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON ledger_entry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced();

CREATE TRIGGER kept_whole BEFORE TRUNCATE ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_ledger();

CREATE FUNCTION ledger_post(of_operator uuid, posted_at timestamptz, postings jsonb, lines jsonb)
RETURNS TABLE (transaction_id uuid, key text, digest bytea) LANGUAGE plpgsql AS $body$
#variable_conflict use_column
DECLARE
    fresh uuid[];
    touched uuid[];
BEGIN
    WITH written AS (
        INSERT INTO ledger_transaction AS t (operator_id, transaction_id, key, book, kind,
            source_id, digest, occurred_at, recorded_at)
        SELECT of_operator, p.id, p.key, p.book, p.kind, p.source, decode(p.digest, 'hex'),
            p.at, posted_at
        FROM jsonb_to_recordset(postings) AS p(id uuid, key text, book text, kind text,
            source uuid, digest text, at timestamptz)
        ORDER BY p.key
        ON CONFLICT (operator_id, key) DO NOTHING
        RETURNING t.transaction_id
    )
    SELECT array_agg(w.transaction_id) INTO fresh FROM written w;

    INSERT INTO ledger_account (operator_id, account_id, book, kind, owner, currency, side,
        floor_minor, balance_minor)
    SELECT DISTINCT ON (l.account) of_operator, l.account, l.book, l.kind, l.owner, l.currency,
        l.side, l.floor, 0
    FROM jsonb_to_recordset(lines) AS l(transaction uuid, account uuid, book text, kind text,
        owner text, currency text, side smallint, floor bigint)
    WHERE l.transaction = ANY (fresh) AND NOT EXISTS (
        SELECT FROM ledger_account a WHERE a.operator_id = of_operator AND a.account_id = l.account)
    ORDER BY l.account
    ON CONFLICT DO NOTHING;

    SELECT array_agg(DISTINCT l.account) INTO touched
    FROM jsonb_to_recordset(lines) AS l(transaction uuid, account uuid)
    WHERE l.transaction = ANY (fresh);
    PERFORM FROM ledger_account a
    WHERE a.operator_id = of_operator AND a.account_id = ANY (touched)
    ORDER BY a.account_id FOR NO KEY UPDATE;

    UPDATE ledger_account a SET balance_minor = a.balance_minor + a.side * moved.total
    FROM (
        SELECT l.account, sum(l.amount) AS total
        FROM jsonb_to_recordset(lines) AS l(transaction uuid, account uuid, amount bigint)
        WHERE l.transaction = ANY (fresh) GROUP BY l.account
    ) AS moved
    WHERE a.operator_id = of_operator AND a.account_id = moved.account AND moved.total <> 0;

    INSERT INTO ledger_entry (operator_id, transaction_id, line, account_id, amount_minor, currency)
    SELECT of_operator, l.transaction, l.line, l.account, l.amount, l.currency
    FROM jsonb_to_recordset(lines) AS l(transaction uuid, line smallint, account uuid,
        amount bigint, currency text)
    WHERE l.transaction = ANY (fresh);

    RETURN QUERY SELECT t.transaction_id, t.key, t.digest FROM ledger_transaction t
    WHERE t.operator_id = of_operator
    AND t.key IN (SELECT p.key FROM jsonb_to_recordset(postings) AS p(key text));
END
$body$;


-- Payments from before there was a ledger are booked as they stand when they are next touched, or
-- by the nightly check; they pay for the session of their journey.
SELECT set_config('directpay.operator', '*', true);

ALTER TABLE payment ADD COLUMN subject_id UUID, ADD COLUMN booked BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE payment ALTER COLUMN booked DROP DEFAULT;

UPDATE payment SET subject_id = coalesce((
    SELECT session_id FROM journey
    WHERE journey.operator_id = payment.operator_id AND journey.payment_id = payment.payment_id
), payment_id);

ALTER TABLE payment ALTER COLUMN subject_id SET NOT NULL;

CREATE INDEX ix_payment_unbooked ON payment (operator_id) WHERE NOT booked;

-- Until an operator's file says otherwise it sells in its own name, and the platform takes nothing.
ALTER TABLE operator
    ADD COLUMN merchant_of_record TEXT NOT NULL DEFAULT 'operator',
    ADD COLUMN commission_percent NUMERIC(7, 4) NOT NULL DEFAULT 0,
    ADD COLUMN commission_minor BIGINT,
    ADD COLUMN commission_currency TEXT;

ALTER TABLE operator
    ALTER COLUMN merchant_of_record DROP DEFAULT,
    ALTER COLUMN commission_percent DROP DEFAULT;

-- What a session gets back above this needs two people.
ALTER TABLE operator ADD COLUMN refund_limit_minor BIGINT, ADD COLUMN refund_limit_currency TEXT;

-- A session may have several credit notes.
ALTER TABLE receipt DROP CONSTRAINT uq_receipt_operator_id_session_id_kind;

CREATE UNIQUE INDEX uq_receipt_session_kind ON receipt (operator_id, session_id, kind) WHERE kind <> 'credit_note';

CREATE INDEX ix_receipt_session ON receipt (operator_id, session_id);

CREATE TABLE session_refund (
	operator_id UUID NOT NULL, 
	refund_id UUID NOT NULL, 
	session_id UUID NOT NULL, 
	receipt_number TEXT NOT NULL, 
	amount_minor BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	asked_by TEXT NOT NULL, 
	asked_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	state TEXT NOT NULL, 
	decided_by TEXT, 
	decided_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_session_refund PRIMARY KEY (operator_id, refund_id)
);

CREATE INDEX ix_session_refund_session ON session_refund (operator_id, session_id);

ALTER TABLE session_refund ENABLE ROW LEVEL SECURITY;

ALTER TABLE session_refund FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON session_refund USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

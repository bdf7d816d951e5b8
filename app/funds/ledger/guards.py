"""What the database refuses by itself, and the one function that posts, as SQL."""

# At the commit, for every row: a transaction has entries, they sum to zero in each currency, and
# each is on an account of its own book and currency.
_BALANCED = """
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
$body$"""
# What an account is does not change, and it is not deleted: only its balance moves.
_KEPT = """
CREATE FUNCTION refuse_change_of_ledger() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'nothing in % is ever changed or deleted', TG_TABLE_NAME;
END
$body$"""
# One round trip for all postings of a transaction: write what is new, lock the accounts in the
# order of their ids, move the balances, write the entries, and tell what each key has become.
_POST = """
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
$body$"""
_EMPTIED = (
    "CREATE TRIGGER kept_whole BEFORE TRUNCATE ON {} FOR EACH STATEMENT"
    " EXECUTE FUNCTION refuse_change_of_ledger()"
)
_WHAT_IT_IS = "operator_id, account_id, book, kind, owner, currency, side, floor_minor"
_BALANCE = (
    "CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON {} DEFERRABLE INITIALLY DEFERRED"
    " FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced()"
)
_FINAL = " FOR EACH ROW EXECUTE FUNCTION refuse_change_of_ledger()"
OF_ACCOUNTS = (
    _KEPT,
    f"CREATE TRIGGER kept BEFORE DELETE OR UPDATE OF {_WHAT_IT_IS} ON ledger_account{_FINAL}",
    _EMPTIED.format("ledger_account"),
)
OF_TRANSACTIONS = (
    _BALANCED,
    _BALANCE.format("ledger_transaction"),
    _EMPTIED.format("ledger_transaction"),
)
OF_ENTRIES = (_BALANCE.format("ledger_entry"), _EMPTIED.format("ledger_entry"), _POST)

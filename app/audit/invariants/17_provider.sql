-- What the provider has told of each payment is what the ledger has of it
WITH booked AS (
    SELECT t.operator_id, t.source_id AS payment_id,
           sum(e.amount_minor) FILTER (WHERE a.kind = 'psp_receivable') AS receivable,
           sum(e.amount_minor) FILTER (WHERE a.kind = 'hold') AS held
    FROM ledger_transaction t
    JOIN ledger_entry e USING (operator_id, transaction_id)
    JOIN ledger_account a USING (operator_id, account_id)
    WHERE a.kind IN ('psp_receivable', 'hold')
    AND t.kind IN ('hold', 'capture', 'paid_first', 'refund_done', 'chargeback')
    GROUP BY t.operator_id, t.source_id
), told AS (
    SELECT p.operator_id, p.payment_id, p.held_minor,
           CASE WHEN c.seen THEN c.captured ELSE p.taken_minor END - c.refunded AS receivable
    FROM payment p
    CROSS JOIN LATERAL (
        SELECT coalesce(bool_or(part->>'kind' = 'capture'), false) AS seen,
               coalesce(sum((part->'amount'->>'minor')::bigint)
                   FILTER (WHERE part->>'kind' = 'capture'), 0) AS captured,
               coalesce(sum((part->'amount'->>'minor')::bigint)
                   FILTER (WHERE part->>'kind' IN ('refund', 'chargeback')), 0)
               - coalesce(sum((part->'amount'->>'minor')::bigint)
                   FILTER (WHERE part->>'kind' = 'reversal'), 0) AS refunded
        FROM jsonb_array_elements(p.parts) part WHERE part->>'status' = 'succeeded') c
    WHERE p.booked AND p.origin NOT IN ('wallet', 'token', 'promise')
), of_wallets AS (
    SELECT t.operator_id, t.source_id AS payment_id,
           -sum(e.amount_minor) FILTER (WHERE a.kind = 'wallet_reserved') AS held,
           -sum(e.amount_minor) FILTER (WHERE a.kind = 'clearing') AS spent
    FROM ledger_transaction t
    JOIN ledger_entry e USING (operator_id, transaction_id)
    JOIN ledger_account a USING (operator_id, account_id)
    WHERE t.kind IN ('reserve', 'wallet_spent')
    GROUP BY t.operator_id, t.source_id
), of_operators AS (
    SELECT t.operator_id, t.source_id AS payment_id, sum(e.amount_minor) AS given
    FROM ledger_transaction t
    JOIN ledger_entry e USING (operator_id, transaction_id)
    JOIN ledger_account a USING (operator_id, account_id)
    WHERE t.kind = 'share_done' AND a.kind = 'share_in_transit'
    GROUP BY t.operator_id, t.source_id
)
SELECT t.operator_id, 'payment ' || t.payment_id AS subject,
       'provider ' || t.receivable || ', ledger ' || coalesce(b.receivable, 0)
       || '; held ' || t.held_minor || ', ledger ' || coalesce(b.held, 0) AS detail
FROM told t
LEFT JOIN booked b USING (operator_id, payment_id)
WHERE t.receivable <> coalesce(b.receivable, 0) OR t.held_minor <> coalesce(b.held, 0)
UNION ALL
SELECT p.operator_id, 'payment ' || p.payment_id,
       'from a wallet: kept ' || p.captured_minor - p.refunded_minor
       || ', ledger ' || coalesce(w.spent, 0)
       || '; held ' || p.held_minor || ', ledger ' || coalesce(w.held, 0)
FROM payment p
LEFT JOIN of_wallets w USING (operator_id, payment_id)
WHERE p.origin = 'wallet'
AND (p.captured_minor - p.refunded_minor <> coalesce(w.spent, 0)
     OR p.held_minor <> coalesce(w.held, 0))
UNION ALL
SELECT p.operator_id, 'payment ' || p.payment_id,
       'the operator has ' || o.given || ' of it, ledger ' || coalesce(b.given, 0)
FROM payment p
CROSS JOIN LATERAL (
    SELECT coalesce(sum(CASE kind WHEN 'refund' THEN -share_minor ELSE share_minor END), 0) AS given
    FROM payment_operation o
    WHERE (o.operator_id, o.payment_id) = (p.operator_id, p.payment_id)
    AND o.state = 'succeeded' AND o.share_minor IS NOT NULL) o
LEFT JOIN of_operators b USING (operator_id, payment_id)
WHERE p.sharing IS NOT NULL AND o.given <> coalesce(b.given, 0)
UNION ALL
SELECT p.operator_id, 'payment ' || p.payment_id,
       'on account: kept ' || p.captured_minor - p.refunded_minor
       || ', charge ' || coalesce(c.booked_minor, 0) || ', ledger ' || coalesce(b.owed, 0)
FROM payment p
LEFT JOIN postpaid_charge c USING (operator_id, payment_id)
LEFT JOIN (SELECT t.operator_id, t.source_id AS payment_id, sum(e.amount_minor) AS owed
           FROM ledger_transaction t
           JOIN ledger_entry e USING (operator_id, transaction_id)
           JOIN ledger_account a USING (operator_id, account_id)
           WHERE t.kind = 'on_account' AND a.kind = 'customer_receivable'
           GROUP BY t.operator_id, t.source_id) b USING (operator_id, payment_id)
WHERE p.origin = 'token'
AND (p.captured_minor - p.refunded_minor <> coalesce(c.booked_minor, 0)
     OR coalesce(c.booked_minor, 0) <> coalesce(b.owed, 0))
UNION ALL
SELECT p.operator_id, 'payment ' || p.payment_id, 'is only promised, and moved money'
FROM payment p
WHERE p.origin = 'promise'
AND (p.captured_minor <> 0 OR p.refunded_minor <> 0
     OR EXISTS (SELECT FROM ledger_transaction t
                WHERE (t.operator_id, t.source_id) = (p.operator_id, p.payment_id)))

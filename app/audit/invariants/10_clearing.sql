-- The clearing of what is over is zero: its price met its money
SELECT a.operator_id, 'clearing ' || a.owner AS subject,
       a.balance_minor || ' ' || a.currency || ' since '
       || to_char(l.at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS detail
FROM ledger_account a
CROSS JOIN LATERAL (
    SELECT max(t.recorded_at) AS at
    FROM ledger_entry e JOIN ledger_transaction t USING (operator_id, transaction_id)
    WHERE (e.operator_id, e.account_id) = (a.operator_id, a.account_id)) l
WHERE a.kind = 'clearing' AND a.balance_minor <> 0
AND l.at < :now - interval '1 day'
AND NOT EXISTS (
    SELECT FROM payment p JOIN work_list w USING (operator_id, payment_id)
    WHERE (p.operator_id, p.subject_id::text) = (a.operator_id, a.owner)
    AND w.resolved_at IS NULL AND w.reason NOT IN ('check_meter', 'hold_ending'))

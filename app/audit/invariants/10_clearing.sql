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
UNION ALL
-- What drivers owe after their sessions is what was promised and refused
SELECT coalesce(o.operator_id, a.operator_id), 'debt of session ' || coalesce(o.owner, a.owner),
       'owed ' || coalesce(o.minor, 0) || ', ledger ' || coalesce(a.balance_minor, 0)
       || ' ' || coalesce(o.currency, a.currency)
FROM (SELECT p.operator_id, j.session_id::text AS owner, p.currency, p.price_minor AS minor
      FROM promise p JOIN journey j USING (operator_id, journey_id)
      WHERE p.state = 'owed') o
FULL JOIN (SELECT b.* FROM ledger_account b
           JOIN (SELECT operator_id, session_id::text AS owner
                 FROM promise JOIN journey USING (operator_id, journey_id)) s
           USING (operator_id, owner)
           WHERE b.kind = 'customer_receivable') a
ON (a.operator_id, a.owner, a.currency) = (o.operator_id, o.owner, o.currency)
WHERE coalesce(o.minor, 0) <> coalesce(a.balance_minor, 0)

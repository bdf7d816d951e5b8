-- A provider never pays more than it owes, and what nobody can explain does not grow old
SELECT a.operator_id, 'provider account ' || a.owner AS subject,
       'paid ' || -a.balance_minor || ' ' || a.currency || ' too much' AS detail
FROM ledger_account a
WHERE a.kind = 'psp_receivable' AND a.balance_minor < 0
UNION ALL
SELECT a.operator_id, 'suspense ' || a.owner,
       a.balance_minor || ' ' || a.currency || ' since '
       || to_char(l.at AT TIME ZONE 'UTC', 'YYYY-MM-DD')
FROM ledger_account a
CROSS JOIN LATERAL (
    SELECT min(t.recorded_at) AS at
    FROM ledger_entry e JOIN ledger_transaction t USING (operator_id, transaction_id)
    WHERE (e.operator_id, e.account_id) = (a.operator_id, a.account_id)) l
WHERE a.kind = 'suspense' AND a.balance_minor <> 0 AND l.at < :now - interval '7 days'

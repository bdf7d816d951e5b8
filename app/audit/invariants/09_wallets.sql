-- No account is below its floor, a wallet least of all, and presents are never paid out
SELECT a.operator_id, 'account ' || a.kind || ':' || a.owner AS subject,
       a.balance_minor || ' ' || a.currency AS detail
FROM ledger_account a
WHERE a.balance_minor < a.floor_minor
UNION ALL
SELECT t.operator_id, 'transaction ' || t.transaction_id, 'pays out what was given'
FROM ledger_transaction t
JOIN ledger_entry e USING (operator_id, transaction_id)
JOIN ledger_account a USING (operator_id, account_id)
WHERE a.kind = 'wallet_granted' AND t.kind IN ('wallet_refund', 'credit_paid_out')

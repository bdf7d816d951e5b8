-- Test money never touches the live book
SELECT t.operator_id, 'transaction ' || t.transaction_id AS subject,
       'is in the ' || t.book || ' book, its account is for ' || a.mode AS detail
FROM ledger_transaction t
JOIN payment p ON (p.operator_id, p.payment_id) = (t.operator_id, t.source_id)
JOIN provider_account a ON (a.operator_id, a.account_id) = (p.operator_id, p.account_id)
WHERE t.book <> a.mode
UNION ALL
SELECT t.operator_id, 'transaction ' || t.transaction_id,
       'is in the ' || t.book || ' book, an account is in the ' || a.book || ' one'
FROM ledger_transaction t
JOIN ledger_entry e USING (operator_id, transaction_id)
JOIN ledger_account a USING (operator_id, account_id)
WHERE t.book <> a.book

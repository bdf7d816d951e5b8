-- What is captured was authorised; what is refunded or charged back was captured
SELECT p.operator_id, 'payment ' || p.payment_id AS subject,
       'captured ' || p.captured_minor || ' of ' || coalesce(p.raised_minor, p.amount_minor) AS detail
FROM payment p
WHERE p.captured_minor > coalesce(p.raised_minor, p.amount_minor)
UNION ALL
SELECT p.operator_id, 'payment ' || p.payment_id,
       'gone ' || p.refunded_minor + coalesce(b.minor, 0) || ' of ' || p.captured_minor
FROM payment p
LEFT JOIN (SELECT t.operator_id, t.source_id, -sum(e.amount_minor) AS minor
           FROM ledger_transaction t
           JOIN ledger_entry e USING (operator_id, transaction_id)
           JOIN ledger_account a USING (operator_id, account_id)
           WHERE t.kind = 'chargeback' AND a.kind = 'psp_receivable'
           GROUP BY t.operator_id, t.source_id) b
ON (b.operator_id, b.source_id) = (p.operator_id, p.payment_id)
WHERE p.refunded_minor + coalesce(b.minor, 0) > p.captured_minor

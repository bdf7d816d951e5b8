-- Operators are apart: no key, webhook, payment or entry of one is on an account of another
SELECT p.operator_id, 'payment ' || p.payment_id AS subject,
       'is on a foreign account ' || p.account_id AS detail
FROM payment p
WHERE NOT EXISTS (SELECT FROM provider_account a
                  WHERE (a.operator_id, a.account_id) = (p.operator_id, p.account_id))
UNION ALL
SELECT w.operator_id, 'webhook ' || w.hint_id, 'is of a foreign account ' || w.account_id
FROM webhook_inbox w
WHERE NOT EXISTS (SELECT FROM provider_account a
                  WHERE (a.operator_id, a.account_id) = (w.operator_id, w.account_id))
UNION ALL
SELECT j.operator_id, 'journey ' || j.journey_id, 'has a foreign payment ' || j.payment_id
FROM journey j
WHERE NOT EXISTS (SELECT FROM payment p
                  WHERE (p.operator_id, p.payment_id) = (j.operator_id, j.payment_id))
AND EXISTS (SELECT FROM payment p WHERE p.payment_id = j.payment_id)
UNION ALL
SELECT e.operator_id, 'transaction ' || e.transaction_id, 'has an entry on a foreign account'
FROM ledger_entry e
LEFT JOIN ledger_account a USING (operator_id, account_id)
WHERE a.account_id IS NULL

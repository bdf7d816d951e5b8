-- An operator is owed its sales less what was paid out or clawed back, and is paid once
SELECT a.operator_id, 'account ' || a.kind || ':' || a.owner AS subject,
       'moved by ' || t.kind || ' ' || t.key AS detail
FROM ledger_account a
JOIN ledger_entry e USING (operator_id, account_id)
JOIN ledger_transaction t USING (operator_id, transaction_id)
WHERE a.kind = 'cpo_payable'
AND t.kind NOT IN ('settlement', 'credit_note', 'coupon', 'payout', 'chargeback_passed_on')
UNION ALL
SELECT t.operator_id, 'settlement ' || t.key,
       'shares ' || -sum(e.amount_minor) || ', the receipt''s net is ' || r.net
FROM ledger_transaction t
JOIN ledger_entry e USING (operator_id, transaction_id)
JOIN ledger_account a USING (operator_id, account_id)
JOIN (SELECT operator_id, session_id,
             (SELECT sum((tax->'net'->>'minor')::bigint)
              FROM jsonb_array_elements(document->'taxes') tax) AS net
      FROM receipt WHERE kind = 'receipt') r
ON (r.operator_id, r.session_id) = (t.operator_id, t.source_id)
WHERE t.kind = 'settlement' AND a.kind IN ('cpo_payable', 'platform_fee', 'revenue')
GROUP BY t.operator_id, t.key, r.net
HAVING -sum(e.amount_minor) <> r.net
UNION ALL
SELECT t.operator_id, 'payout ' || t.source_id, 'was paid ' || count(*) || ' times'
FROM ledger_transaction t
JOIN ledger_entry e USING (operator_id, transaction_id)
JOIN ledger_account a USING (operator_id, account_id)
WHERE t.kind IN ('payout', 'credit_paid_out') AND a.kind = 'payout_in_transit'
GROUP BY t.operator_id, t.source_id
HAVING sum(sign(e.amount_minor)) < -1

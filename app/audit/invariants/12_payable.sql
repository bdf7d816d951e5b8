-- An operator is owed its sales less what was paid out or clawed back, and is paid once
SELECT a.operator_id, 'account ' || a.kind || ':' || a.owner AS subject,
       'moved by ' || t.kind || ' ' || t.key AS detail
FROM ledger_account a
JOIN ledger_entry e USING (operator_id, account_id)
JOIN ledger_transaction t USING (operator_id, transaction_id)
WHERE a.kind = 'cpo_payable'
AND t.kind NOT IN ('settlement', 'credit_note', 'coupon', 'payout', 'chargeback_passed_on',
                   'share', 'share_recalled', 'roaming_sold')
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
UNION ALL
-- What a provider is to give an operator is given once, or owed to it again.
SELECT operator_id, 'share of payment ' || payment_id,
       'ordered ' || coalesce(s.amount_minor, 0) || ', ledger ' || coalesce(b.ordered, 0)
       || ', given ' || coalesce(b.given, 0)
FROM payment_share s
FULL JOIN (SELECT t.operator_id, t.source_id AS payment_id,
                  coalesce(-sum(e.amount_minor) FILTER (WHERE t.kind = 'share'), 0) AS ordered,
                  coalesce(sum(e.amount_minor) FILTER (WHERE t.kind = 'share_done'), 0) AS given
           FROM ledger_transaction t
           JOIN ledger_entry e USING (operator_id, transaction_id)
           JOIN ledger_account a USING (operator_id, account_id)
           WHERE a.kind = 'share_in_transit'
           GROUP BY t.operator_id, t.source_id) b USING (operator_id, payment_id)
WHERE s.amount_minor IS DISTINCT FROM b.ordered OR b.given NOT BETWEEN 0 AND b.ordered
UNION ALL
SELECT a.operator_id, 'share of payment ' || a.owner,
       a.balance_minor || ' ' || a.currency || ' on its way, and nobody brings it'
FROM ledger_account a
JOIN payment p ON p.operator_id = a.operator_id AND p.payment_id::text = a.owner
WHERE a.kind = 'share_in_transit' AND a.balance_minor <> 0
AND p.keep_minor IS NOT NULL AND p.changed_at < :now - interval '1 hour'
AND NOT EXISTS (SELECT FROM payment_operation o
                WHERE (o.operator_id, o.payment_id) = (p.operator_id, p.payment_id)
                AND o.state NOT IN ('succeeded', 'declined'))
UNION ALL
SELECT d.operator_id, 'session ' || d.session_id, 'is billed by ' || d.side || ' '
       || sum(CASE WHEN d.credits IS NULL THEN 1 ELSE -1 END) || ' times'
FROM ocpi_debt d
WHERE d.doubt IS NULL
GROUP BY d.operator_id, d.session_id, d.side
HAVING sum(CASE WHEN d.credits IS NULL THEN 1 ELSE -1 END) NOT IN (0, 1)

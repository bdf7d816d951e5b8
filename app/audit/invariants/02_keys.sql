-- A key is one transaction for ever, and it says what it said when it was posted
SELECT t.operator_id, 'key ' || t.key AS subject, count(*) || ' transactions' AS detail
FROM ledger_transaction t
GROUP BY t.operator_id, t.key
HAVING count(*) > 1
UNION ALL
SELECT t.operator_id, 'transaction ' || t.transaction_id, 'is not what ' || t.key || ' was'
FROM ledger_transaction t
JOIN (SELECT operator_id, transaction_id,
             string_agg(account_id || '|' || amount_minor, E'\n' ORDER BY line) AS lines
      FROM ledger_entry GROUP BY operator_id, transaction_id) e
USING (operator_id, transaction_id)
WHERE t.digest <> sha256(convert_to(
    t.book || '|' || t.kind || '|' || t.source_id || E'\n' || e.lines, 'UTF8'))

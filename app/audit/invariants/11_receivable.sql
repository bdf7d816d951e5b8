-- A provider never pays more than it owes, and what nobody can explain does not grow old
SELECT a.operator_id, 'provider account ' || a.owner AS subject,
       'paid ' || -a.balance_minor || ' ' || a.currency || ' too much' AS detail
FROM ledger_account a
-- Of what it gave an operator, a part may have to come back: that much it may be ahead.
LEFT JOIN (SELECT operator_id, book, currency, -sum(balance_minor) AS owed
           FROM ledger_account
           WHERE kind IN ('cpo_payable', 'share_in_transit') AND balance_minor < 0
           GROUP BY operator_id, book, currency) c
ON (c.operator_id, c.book, c.currency) = (a.operator_id, a.book, a.currency)
WHERE a.kind = 'psp_receivable' AND a.balance_minor + coalesce(c.owed, 0) < 0
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
UNION ALL
-- Where settlements are read, whatever moved two weeks ago is on one.
SELECT p.operator_id, 'payment ' || p.payment_id,
       'moved ' || b.moved || ' at its provider, settled ' || coalesce(l.settled, 0)
FROM payment p
JOIN (SELECT t.operator_id, t.source_id, sum(e.amount_minor) AS moved, max(t.recorded_at) AS at
      FROM ledger_transaction t
      JOIN ledger_entry e USING (operator_id, transaction_id)
      JOIN ledger_account a USING (operator_id, account_id)
      WHERE a.kind = 'psp_receivable' GROUP BY t.operator_id, t.source_id) b
ON (b.operator_id, b.source_id) = (p.operator_id, p.payment_id)
LEFT JOIN (SELECT operator_id, payment_id, sum(gross_minor) AS settled
           FROM settlement_line GROUP BY operator_id, payment_id) l
ON (l.operator_id, l.payment_id) = (p.operator_id, p.payment_id)
WHERE b.moved <> coalesce(l.settled, 0) AND b.at < :now - interval '14 days'
AND EXISTS (SELECT FROM settlement_line s
            WHERE (s.operator_id, s.account_id) = (p.operator_id, p.account_id)
            AND s.seen_at > b.at + interval '14 days')

-- Every transaction sums to zero per currency, the whole book too, and balances are their entries
SELECT e.operator_id, 'transaction ' || e.transaction_id AS subject,
       sum(e.amount_minor) || ' ' || e.currency || ' too much' AS detail
FROM ledger_entry e
GROUP BY e.operator_id, e.transaction_id, e.currency
HAVING sum(e.amount_minor) <> 0
UNION ALL
SELECT t.operator_id, 'transaction ' || t.transaction_id, 'has no entries'
FROM ledger_transaction t
WHERE NOT EXISTS (SELECT FROM ledger_entry e
                  WHERE (e.operator_id, e.transaction_id) = (t.operator_id, t.transaction_id))
UNION ALL
SELECT a.operator_id, 'account ' || a.kind || ':' || a.owner,
       'balance ' || a.balance_minor || ', entries ' || a.side * coalesce(e.total, 0)
FROM ledger_account a
LEFT JOIN (SELECT operator_id, account_id, sum(amount_minor) AS total
           FROM ledger_entry GROUP BY operator_id, account_id) e USING (operator_id, account_id)
WHERE a.balance_minor <> a.side * coalesce(e.total, 0)
UNION ALL
SELECT a.operator_id, 'book ' || a.book,
       sum(a.side * a.balance_minor) || ' ' || a.currency || ' too much'
FROM ledger_account a
GROUP BY a.operator_id, a.book, a.currency
HAVING sum(a.side * a.balance_minor) <> 0
UNION ALL
SELECT t.operator_id, 'promotion ' || t.campaign_id,
       t.uses || ' uses and ' || t.minor || ' are counted, ' || coalesce(r.uses, 0) || ' and '
       || coalesce(r.minor, 0) || ' reserved or taken'
FROM promotion_tally t
LEFT JOIN (SELECT operator_id, campaign_id, count(*) FILTER (WHERE state <> 'released') AS uses,
                  sum(CASE state WHEN 'reserved' THEN most_minor
                                 WHEN 'consumed' THEN took_minor ELSE 0 END) AS minor
           FROM promotion_reservation GROUP BY operator_id, campaign_id) r
      USING (operator_id, campaign_id)
WHERE t.part = '' AND (t.uses <> coalesce(r.uses, 0) OR t.minor <> coalesce(r.minor, 0))

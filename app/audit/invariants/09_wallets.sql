-- No account is below its floor, a wallet is its lots, and presents are never paid out
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
UNION ALL
SELECT coalesce(l.operator_id, a.operator_id),
       coalesce(l.kind, a.kind) || ' ' || coalesce(l.owner, a.owner),
       'lots ' || coalesce(l.minor, 0) || ', ledger ' || coalesce(a.balance_minor, 0)
       || ' ' || coalesce(l.currency, a.currency)
FROM (SELECT o.operator_id, 'wallet_' || o.kind AS kind, o.wallet_id::text AS owner, w.book,
             o.currency, sum(o.left_minor) AS minor
      FROM wallet_lot o JOIN wallet w USING (operator_id, wallet_id)
      GROUP BY o.operator_id, o.kind, o.wallet_id, w.book, o.currency) l
FULL JOIN (SELECT * FROM ledger_account WHERE kind IN ('wallet_purchased', 'wallet_granted')) a
ON (a.operator_id, a.kind, a.owner, a.book, a.currency)
    = (l.operator_id, l.kind, l.owner, l.book, l.currency)
WHERE coalesce(l.minor, 0) <> coalesce(a.balance_minor, 0)
UNION ALL
SELECT coalesce(r.operator_id, a.operator_id), 'reservation ' || coalesce(r.owner, a.owner),
       'pieces ' || coalesce(r.minor, 0) || ', ledger ' || coalesce(a.balance_minor, 0)
       || ' ' || coalesce(r.currency, a.currency)
FROM (SELECT o.operator_id, o.session_id::text AS owner, w.book, o.currency,
             sum((piece->>'minor')::bigint) AS minor
      FROM wallet_reservation o
      JOIN wallet w USING (operator_id, wallet_id)
      CROSS JOIN LATERAL jsonb_array_elements(o.pieces) piece
      WHERE o.state = 'reserved'
      GROUP BY o.operator_id, o.session_id, w.book, o.currency) r
FULL JOIN (SELECT * FROM ledger_account WHERE kind = 'wallet_reserved') a
ON (a.operator_id, a.owner, a.book, a.currency) = (r.operator_id, r.owner, r.book, r.currency)
WHERE coalesce(r.minor, 0) <> coalesce(a.balance_minor, 0)
UNION ALL
-- An account owes what its sessions came to, less what was paid, and no more than it may
SELECT p.operator_id, 'account ' || p.name,
       'charges ' || coalesce(c.booked, 0) || ', ledger ' || coalesce(b.owed, 0)
       || ' ' || p.currency
FROM postpaid_account p
LEFT JOIN (SELECT operator_id, account_id, sum(booked_minor) AS booked
           FROM postpaid_charge GROUP BY operator_id, account_id) c USING (operator_id, account_id)
LEFT JOIN (SELECT a.operator_id, a.owner, a.book, a.currency, sum(e.amount_minor) AS owed
           FROM ledger_transaction t
           JOIN ledger_entry e USING (operator_id, transaction_id)
           JOIN ledger_account a USING (operator_id, account_id)
           WHERE t.kind = 'on_account' AND a.kind = 'customer_receivable'
           GROUP BY a.operator_id, a.owner, a.book, a.currency) b
ON (b.operator_id, b.owner, b.book, b.currency)
    = (p.operator_id, p.account_id::text, p.book, p.currency)
WHERE coalesce(c.booked, 0) <> coalesce(b.owed, 0)
UNION ALL
SELECT h.operator_id, 'charge ' || h.payment_id, 'is open, and its journey is over'
FROM postpaid_charge h
JOIN journey j USING (operator_id, payment_id)
WHERE h.state = 'open' AND j.stage = 'ended' AND j.changed_at < :now - interval '15 minutes'

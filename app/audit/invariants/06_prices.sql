-- The price is one: charged, on the receipt, in the CDR and in the ledger, with its VAT
-- What partners pay is a part of it; the CDR has it before the operator's own discounts
WITH sold AS (
    SELECT r.operator_id, r.session_id, r.number,
           (r.document->'settlement'->'charged'->>'minor')::bigint AS charged,
           10::numeric ^ CASE WHEN r.document->'settlement'->'charged'->>'currency'
                          IN ('ISK', 'JPY', 'KRW', 'CLP', 'VND') THEN 0
                     WHEN r.document->'settlement'->'charged'->>'currency'
                          IN ('BHD', 'KWD', 'TND') THEN 3 ELSE 2 END AS scale,
           (SELECT sum((tax->'gross'->>'minor')::bigint)
            FROM jsonb_array_elements(r.document->'taxes') tax) AS taxed,
           (SELECT sum((tax->'vat'->>'minor')::bigint)
            FROM jsonb_array_elements(r.document->'taxes') tax) AS vat,
           (SELECT sum((line->'amount'->>'minor')::bigint)
            FROM jsonb_array_elements(r.document->'lines') line) AS lines,
           (SELECT coalesce(-sum((line->'amount'->>'minor')::bigint), 0)
            FROM jsonb_array_elements(r.document->'lines') line
            WHERE line->>'kind' = 'discount') AS discount,
           (SELECT coalesce(sum((paid->'amount'->>'minor')::bigint), 0)
            FROM jsonb_array_elements(r.document->'settlement'->'contributions') paid) AS partners
    FROM receipt r WHERE r.kind = 'receipt'
), booked AS (
    SELECT t.operator_id, t.source_id AS session_id,
           sum(e.amount_minor) FILTER (WHERE a.kind = 'clearing') AS price,
           -sum(e.amount_minor) FILTER (WHERE a.kind = 'vat_payable') AS vat
    FROM ledger_transaction t
    JOIN ledger_entry e USING (operator_id, transaction_id)
    JOIN ledger_account a USING (operator_id, account_id)
    WHERE t.kind = 'settlement'
    GROUP BY t.operator_id, t.source_id
), priced AS (
    SELECT c.operator_id, c.session_id,
           (c.body->'total_cost'->>'before_taxes')::numeric AS net,
           (SELECT coalesce(sum((tax->>'amount')::numeric), 0)
            FROM jsonb_array_elements(c.body->'total_cost'->'taxes') tax) AS vat
    FROM cdr c
)
SELECT s.operator_id, 'receipt ' || s.number AS subject,
       concat_ws(', ', 'charged ' || s.charged, 'partners ' || s.partners, 'lines ' || s.lines, 'taxes ' || s.taxed, 'discounts ' || s.discount,
                 'journey ' || coalesce(j.state->>'charged_minor', 'none'),
                 'CDR ' || coalesce(((c.net + c.vat) * s.scale)::bigint::text, 'none'),
                 'ledger ' || coalesce(b.price::text, 'none'),
                 'VAT ' || s.vat, 'CDR VAT ' || (c.vat * s.scale)::bigint,
                 'ledger VAT ' || coalesce(b.vat, 0)) AS detail
FROM sold s
LEFT JOIN journey j USING (operator_id, session_id)
LEFT JOIN priced c USING (operator_id, session_id)
LEFT JOIN booked b USING (operator_id, session_id)
WHERE s.charged + s.partners <> s.lines OR s.lines <> s.taxed
OR s.charged IS DISTINCT FROM (j.state->>'charged_minor')::bigint
OR s.taxed + s.discount IS DISTINCT FROM (c.net + c.vat) * s.scale
OR s.taxed IS DISTINCT FROM coalesce(b.price, 0)
OR (s.vat <> c.vat * s.scale AND s.discount = 0) OR s.vat <> coalesce(b.vat, 0)
UNION ALL
SELECT n.operator_id, 'credit note ' || n.number,
       'credits ' || n.gross || ' with VAT ' || n.vat || ', ledger '
       || coalesce(b.price, 0) || ' with VAT ' || coalesce(b.vat, 0)
FROM (
    SELECT r.operator_id, r.receipt_id, r.number,
           (SELECT sum((tax->'gross'->>'minor')::bigint)
            FROM jsonb_array_elements(r.document->'taxes') tax) AS gross,
           (SELECT sum((tax->'vat'->>'minor')::bigint)
            FROM jsonb_array_elements(r.document->'taxes') tax) AS vat
    FROM receipt r WHERE r.kind = 'credit_note'
) n
LEFT JOIN (
    SELECT t.operator_id, t.key,
           -sum(e.amount_minor) FILTER (WHERE a.kind = 'clearing') AS price,
           coalesce(sum(e.amount_minor) FILTER (WHERE a.kind = 'vat_payable'), 0) AS vat
    FROM ledger_transaction t
    JOIN ledger_entry e USING (operator_id, transaction_id)
    JOIN ledger_account a USING (operator_id, account_id)
    WHERE t.kind = 'credit_note'
    GROUP BY t.operator_id, t.key
) b ON (b.operator_id, b.key) = (n.operator_id, 'credit_note:' || n.receipt_id)
WHERE n.gross <> coalesce(b.price, 0) OR n.vat <> coalesce(b.vat, 0)
UNION ALL
SELECT d.operator_id, 'CDR ' || d.cdr_id || ' (' || d.side || ')',
       'is booked with ' || coalesce(b.owed, 0) || ', and ' || CASE
           WHEN d.doubt IS NULL THEN 'says ' || d.net_minor + d.vat_minor
           ELSE 'is not owed: ' || d.doubt END
FROM ocpi_debt d
LEFT JOIN (
    SELECT t.operator_id, t.key,
           sum(CASE a.kind WHEN 'roaming_receivable' THEN e.amount_minor
                           ELSE -e.amount_minor END) AS owed
    FROM ledger_transaction t
    JOIN ledger_entry e USING (operator_id, transaction_id)
    JOIN ledger_account a USING (operator_id, account_id)
    WHERE t.kind IN ('roaming_sold', 'roaming_bought')
    AND a.kind IN ('roaming_receivable', 'roaming_payable')
    GROUP BY t.operator_id, t.key
) b ON (b.operator_id, b.key) = (d.operator_id,
    CASE d.side WHEN 'ours' THEN 'roaming_sold:' ELSE 'roaming_bought:' END
    || d.platform_id || '/' || d.country_code || '*' || d.party_id || '/' || d.cdr_key)
WHERE coalesce(b.owed, 0) <> CASE WHEN d.doubt IS NULL THEN d.net_minor + d.vat_minor ELSE 0 END

-- No energy flowed without money secured for it, nor much beyond what was held
SELECT c.operator_id, 'session ' || c.session_id AS subject,
       trim_scale(c.energy_kwh) || ' kWh, and nothing was ever secured' AS detail
FROM cdr c
JOIN journey j USING (operator_id, session_id)
WHERE c.energy_kwh >= 0.05
AND c.recorded_at > (SELECT min(t.recorded_at) FROM ledger_transaction t
                     WHERE t.operator_id = c.operator_id)
AND NOT EXISTS (SELECT FROM ledger_transaction t
                WHERE (t.operator_id, t.source_id) = (j.operator_id, j.payment_id)
                AND t.kind IN ('hold', 'capture', 'paid_first'))
AND NOT EXISTS (SELECT FROM ledger_account a
                WHERE (a.operator_id, a.owner) = (c.operator_id, c.session_id::text)
                AND a.kind = 'wallet_reserved')
AND NOT EXISTS (SELECT FROM postpaid_charge h
                WHERE (h.operator_id, h.payment_id) = (j.operator_id, j.payment_id))
-- A kept means is charged after the session, as it was promised before.
AND NOT EXISTS (SELECT FROM promise p
                WHERE (p.operator_id, p.journey_id) = (j.operator_id, j.journey_id))
UNION ALL
-- A charge point that is deaf for ten minutes at full power goes beyond its hold by about a tenth.
SELECT r.operator_id, 'receipt ' || r.number,
       'cut by ' || -(line->'amount'->>'minor')::bigint || ' of a hold of '
       || (r.document->'settlement'->'held'->>'minor')
FROM receipt r
CROSS JOIN LATERAL jsonb_array_elements(r.document->'lines') line
WHERE r.kind = 'receipt' AND line->>'kind' = 'hold'
AND -(line->'amount'->>'minor')::bigint * 4
    > (r.document->'settlement'->'held'->>'minor')::bigint

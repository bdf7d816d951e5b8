-- Every session that ended has one end: collected, given back, on the work list, or written off
WITH ended AS (
    SELECT j.operator_id, j.journey_id, j.session_id, j.payment_id,
           j.state->>'ending' AS ending, (j.state->>'charged_minor')::bigint AS charged,
           j.changed_at
    FROM journey j WHERE j.stage = 'ended'
)
SELECT j.operator_id, 'journey ' || j.journey_id AS subject, 'is not priced' AS detail
FROM journey j
WHERE j.stage = 'settling' AND j.changed_at < :now - interval '15 minutes'
UNION ALL
SELECT e.operator_id, 'journey ' || e.journey_id,
       CASE WHEN e.ending IN ('charged', 'covered') THEN e.ending || ', and has no receipt'
            ELSE 'has a receipt, and ended as ' || e.ending END
FROM ended e
WHERE (e.ending IN ('charged', 'covered')) <> EXISTS (
    SELECT FROM receipt r WHERE (r.operator_id, r.session_id) = (e.operator_id, e.session_id))
UNION ALL
SELECT e.operator_id, 'journey ' || e.journey_id,
       'charged ' || coalesce(e.charged, 0) || ', kept ' || p.captured_minor - p.refunded_minor
FROM ended e
JOIN payment p USING (operator_id, payment_id)
WHERE e.changed_at < :now - interval '1 day'
AND p.captured_minor - p.refunded_minor
    <> least(coalesce(e.charged, 0), coalesce(p.keep_minor, e.charged, 0))
-- A debt is on the list by the payment that was refused; others were tried since.
AND NOT EXISTS (SELECT FROM work_list w
                JOIN payment q USING (operator_id, payment_id)
                WHERE (q.operator_id, q.subject_id) = (e.operator_id, e.session_id)
                AND w.reason NOT IN ('check_meter', 'hold_ending'))
AND NOT EXISTS (SELECT FROM ledger_transaction t
                WHERE (t.operator_id, t.source_id) = (e.operator_id, e.session_id)
                AND t.kind = 'write_off')
UNION ALL
SELECT e.operator_id, 'promise of journey ' || e.journey_id,
       'is ' || p.state || ', and the journey ended as ' || e.ending
       || CASE WHEN p.state IN ('made', 'charged') THEN ' a while ago' ELSE '' END
FROM ended e
JOIN promise p USING (operator_id, journey_id)
WHERE (p.state = 'made' AND e.changed_at < :now - interval '15 minutes')
OR (p.state = 'void') <> (e.ending <> 'charged') AND p.state <> 'made'
UNION ALL
SELECT p.operator_id, 'promise of journey ' || p.journey_id,
       'owes ' || coalesce(p.price_minor, 0) || ', and nobody is told'
FROM promise p
JOIN journey j USING (operator_id, journey_id)
WHERE p.state = 'owed'
AND (NOT (j.state->>'owed')::boolean
     OR NOT EXISTS (SELECT FROM work_list w JOIN payment q USING (operator_id, payment_id)
                    WHERE (q.operator_id, q.subject_id) = (j.operator_id, j.session_id)
                    AND w.reason = 'unpaid' AND w.resolved_at IS NULL))

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
AND NOT EXISTS (SELECT FROM work_list w
                WHERE (w.operator_id, w.payment_id) = (e.operator_id, e.payment_id)
                AND w.reason NOT IN ('check_meter', 'hold_ending'))
AND NOT EXISTS (SELECT FROM ledger_transaction t
                WHERE (t.operator_id, t.source_id) = (e.operator_id, e.session_id)
                AND t.kind = 'write_off')

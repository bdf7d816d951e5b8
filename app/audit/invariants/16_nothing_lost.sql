-- Whatever has to go on will: nothing stands still without somebody who looks at it again
SELECT p.operator_id, 'payment ' || p.payment_id AS subject,
       'is ' || p.status || ', and nobody looks at it again' AS detail
FROM payment p
WHERE p.check_at IS NULL
AND (p.status IN ('created', 'open', 'pending')
     -- What a wallet or an account holds is ours, and a promise nobody's: no provider is asked.
     OR (p.status = 'authorised' AND p.origin NOT IN ('wallet', 'token', 'promise'))
     OR EXISTS (SELECT FROM payment_operation o
                WHERE (o.operator_id, o.payment_id) = (p.operator_id, p.payment_id)
                AND o.state IN ('created', 'sent', 'not_sent', 'unknown', 'pending')))
UNION ALL
SELECT p.operator_id, 'payment ' || p.payment_id, 'was due '
       || to_char(p.check_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')
FROM payment p
WHERE p.check_at < :now - interval '1 hour'
UNION ALL
SELECT p.operator_id, 'payment ' || p.payment_id, 'was never told what to keep'
FROM payment p
JOIN journey j USING (operator_id, payment_id)
WHERE p.keep_minor IS NULL AND j.stage = 'ended' AND j.changed_at < :now - interval '15 minutes'
UNION ALL
SELECT p.operator_id, 'payment ' || p.payment_id, 'is not in the ledger'
FROM payment p
WHERE NOT p.booked
UNION ALL
SELECT l.operator_id, 'lot ' || l.lot_id, 'is over, and ' || l.left_minor || ' are left of it'
FROM wallet_lot l
WHERE l.left_minor > 0 AND l.expires_at < :now - interval '2 days'
UNION ALL
SELECT p.operator_id, 'payment ' || p.payment_id, 'was made at a terminal, and pays no journey'
FROM payment p
WHERE p.origin IN ('cloud_terminal', 'ocpp_terminal', 'ocpi_ptp') AND p.status IN ('authorised', 'paid') AND p.keep_minor IS NULL
AND NOT EXISTS (SELECT FROM journey j
                WHERE (j.operator_id, j.payment_id) = (p.operator_id, p.payment_id))
UNION ALL
SELECT t.operator_id, 'prompt ' || t.prompt_id, 'asks for a card since '
       || to_char(t.changed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')
FROM terminal_prompt t
WHERE t.state = 'asking' AND t.until < :now - interval '15 minutes'
UNION ALL
SELECT t.operator_id, 'prompt ' || t.prompt_id, 'runs, and its journey is over'
FROM terminal_prompt t
JOIN journey j USING (operator_id, journey_id)
WHERE t.state = 'running' AND j.stage = 'ended'
UNION ALL
SELECT s.operator_id, 'settlement ' || s.settlement_id, 'was collected by a terminal since '
       || to_char(s.told_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ', and pays no session'
FROM terminal_settlement s
WHERE s.applied_at IS NULL AND s.status = 'settled' AND s.amount > 0
-- Events that a charge point keeps while it is offline may come days later.
AND s.told_at < :now - interval '2 days'
UNION ALL
SELECT p.operator_id, 'payment ' || p.payment_id,
       'was made at the terminal of a partner, and no platform is told of its session'
FROM payment p
WHERE p.origin = 'ocpi_ptp'
AND NOT EXISTS (SELECT FROM ocpi_guest g
                WHERE (g.operator_id, g.session_id) = (p.operator_id, p.subject_id))
UNION ALL
SELECT g.operator_id, 'session ' || g.session_id,
       'was paid at the terminal of a partner, which does not know what to collect'
FROM ocpi_guest g
JOIN cdr c USING (operator_id, session_id)
WHERE g.journey_id IS NOT NULL AND g.cdr_id IS NULL AND c.recorded_at < :now - interval '1 hour'

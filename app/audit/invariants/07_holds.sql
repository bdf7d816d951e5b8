-- Nothing is held for a session that is over, or that never began
SELECT p.operator_id, 'payment ' || p.payment_id AS subject,
       p.held_minor || ' ' || p.currency || ' are held, the session ended '
       || to_char(j.changed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS detail
FROM payment p
JOIN journey j ON (j.operator_id, j.session_id) = (p.operator_id, p.subject_id)
WHERE p.status = 'authorised' AND p.held_minor > 0
AND j.stage = 'ended' AND j.changed_at < :now - interval '15 minutes'
-- A terminal that settles by itself tells it when it has a connection, or is on the work list.
AND (p.settled_by = 'us' OR j.changed_at < :now - interval '26 hours' AND NOT EXISTS (
    SELECT FROM work_list w WHERE (w.operator_id, w.payment_id) = (p.operator_id, p.payment_id)))
UNION ALL
SELECT a.operator_id, 'payment ' || a.owner, a.balance_minor || ' ' || a.currency || ' in the memo'
FROM ledger_account a
LEFT JOIN payment p ON (p.operator_id, p.payment_id::text) = (a.operator_id, a.owner)
WHERE a.kind = 'hold' AND a.balance_minor <> 0 AND a.balance_minor <> coalesce(p.held_minor, 0)
UNION ALL
SELECT r.operator_id, 'promotion ' || r.campaign_id,
       'is reserved for session ' || r.session_id || ', which is over'
FROM promotion_reservation r
JOIN journey j USING (operator_id, session_id)
WHERE r.state = 'reserved' AND j.stage = 'ended'

-- A hold is captured once for each order of ours, and never without one
SELECT p.operator_id, 'payment ' || p.payment_id AS subject,
       c.seen || ' captures for ' || o.ordered || ' orders' AS detail
FROM payment p
CROSS JOIN LATERAL (
    SELECT count(*) AS seen FROM jsonb_array_elements(p.parts) part
    WHERE part->>'kind' = 'capture' AND part->>'status' = 'succeeded') c
CROSS JOIN LATERAL (
    SELECT count(*) AS ordered FROM payment_operation o
    WHERE (o.operator_id, o.payment_id) = (p.operator_id, p.payment_id) AND o.kind = 'capture') o
WHERE p.parts <> '[]' AND c.seen > o.ordered
-- Whoever settles by itself may take what we did not order: then a person has it on the work list.
AND NOT (p.settled_by <> 'us' AND EXISTS (
    SELECT FROM work_list w WHERE (w.operator_id, w.payment_id) = (p.operator_id, p.payment_id)
    AND w.reason = 'amount_differs'))

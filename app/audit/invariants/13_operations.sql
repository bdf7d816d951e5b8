-- Every order to a provider has a key of its own, and is not unknown for long
SELECT o.operator_id, 'operation ' || o.operation_id AS subject,
       o.kind || ' is ' || o.state || ' since '
       || to_char(coalesce(o.sent_at, o.created_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')
       AS detail
FROM payment_operation o
WHERE o.state IN ('created', 'sent', 'not_sent', 'unknown')
AND coalesce(o.sent_at, o.created_at) < :now - interval '1 day'
UNION ALL
SELECT min(o.operator_id::text)::uuid, 'key ' || o.key, count(*) || ' operations'
FROM payment_operation o
GROUP BY o.key
HAVING count(*) > 1

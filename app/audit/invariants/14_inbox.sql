-- No webhook waits for long
SELECT w.operator_id, 'webhook ' || w.hint_id AS subject,
       w.provider_ref || ' waits since '
       || to_char(w.received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS detail
FROM webhook_inbox w
WHERE w.handled_at IS NULL AND w.received_at < :now - interval '1 hour'

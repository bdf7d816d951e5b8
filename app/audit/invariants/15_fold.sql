-- A payment is what its provider told of it, in whatever order it came
SELECT p.operator_id, 'payment ' || p.payment_id AS subject,
       'captured ' || p.captured_minor || ', told ' || f.captured
       || '; held ' || p.held_minor || ', told ' || f.held AS detail
FROM (
    SELECT p.*, CASE WHEN c.seen THEN c.minor ELSE p.taken_minor END AS captured,
           CASE WHEN p.status = 'authorised' THEN
               coalesce(p.raised_minor, p.amount_minor) - CASE WHEN c.seen THEN c.minor ELSE p.taken_minor END
           ELSE 0 END AS held
    FROM payment p
    CROSS JOIN LATERAL (
        SELECT count(*) > 0 AS seen,
               coalesce(sum((part->'amount'->>'minor')::bigint)
                        FILTER (WHERE part->>'status' = 'succeeded'), 0) AS minor
        FROM jsonb_array_elements(p.parts) part WHERE part->>'kind' = 'capture') c
) f
JOIN payment p USING (operator_id, payment_id)
WHERE p.captured_minor <> f.captured OR p.held_minor <> f.held

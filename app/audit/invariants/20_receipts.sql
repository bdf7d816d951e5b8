-- Receipts are numbered without a gap, and what is final cannot be changed
SELECT r.operator_id, 'series ' || r.series AS subject,
       count(*) || ' receipts, numbers ' || min(r.sequence) || ' to ' || max(r.sequence)
       || ', last ' || coalesce(s.last_number::text, 'none') AS detail
FROM receipt r
LEFT JOIN receipt_series s USING (operator_id, series)
GROUP BY r.operator_id, r.series, s.last_number
HAVING count(*) <> max(r.sequence) OR min(r.sequence) <> 1
OR s.last_number IS DISTINCT FROM max(r.sequence)
UNION ALL
SELECT NULL, 'table ' || name, 'its rows can be changed'
FROM unnest(ARRAY['receipt', 'cdr', 'ledger_transaction', 'ledger_entry']) AS name
WHERE NOT EXISTS (SELECT FROM pg_trigger
                  WHERE tgrelid = name::regclass AND tgname = 'final' AND tgenabled IN ('O', 'A'))

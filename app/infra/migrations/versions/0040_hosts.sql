-- The hosts at which operators have their pages; an address of codes that was given is one.
CREATE TABLE operator_host (
	operator_id UUID NOT NULL, 
	name TEXT NOT NULL, 
	added_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	verified_at TIMESTAMP WITH TIME ZONE, 
	main BOOLEAN DEFAULT 'false' NOT NULL, 
	CONSTRAINT pk_operator_host PRIMARY KEY (operator_id, name)
);

CREATE UNIQUE INDEX uq_operator_host_main ON operator_host (operator_id) WHERE main;

CREATE UNIQUE INDEX uq_operator_host_verified ON operator_host (name) WHERE verified_at IS NOT NULL;

ALTER TABLE operator_host ENABLE ROW LEVEL SECURITY;

ALTER TABLE operator_host FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON operator_host USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

SELECT set_config('directpay.operator', '*', true);

INSERT INTO operator_host (operator_id, name, added_at, verified_at, main)
SELECT operator_id, name, now(), now(), true
FROM (
    SELECT operator_id, changed_at, lower(substring(public_url FROM '^https?://([^/:?#@]+)')) AS name
    FROM operator
) AS given
WHERE name ~ '^([a-z0-9-]+\.)+[a-z][a-z0-9-]*$'
ORDER BY changed_at
ON CONFLICT DO NOTHING;

-- Rules choose tariffs by group, place, power and time; what was assigned to places becomes rules.

-- Row-level security binds the owner of the tables too.
SELECT set_config('directpay.operator', '*', true);

CREATE TABLE tariff_region (
	operator_id UUID NOT NULL, 
	region_id TEXT NOT NULL, 
	location_id TEXT NOT NULL, 
	written_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_tariff_region PRIMARY KEY (operator_id, region_id, location_id, written_at)
);

ALTER TABLE tariff_region ENABLE ROW LEVEL SECURITY;

ALTER TABLE tariff_region FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON tariff_region USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE tariff_rule (
	operator_id UUID NOT NULL, 
	rule_id UUID NOT NULL, 
	name TEXT NOT NULL, 
	tariff_id TEXT NOT NULL, 
	group_key TEXT NOT NULL, 
	place_key TEXT NOT NULL, 
	from_kw NUMERIC(12, 3), 
	below_kw NUMERIC(12, 3), 
	priority INTEGER NOT NULL, 
	rank BIGINT[] NOT NULL, 
	valid_from TIMESTAMP WITH TIME ZONE, 
	valid_until TIMESTAMP WITH TIME ZONE, 
	reason TEXT NOT NULL, 
	written_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_tariff_rule PRIMARY KEY (operator_id, rule_id)
);

CREATE INDEX ix_tariff_rule_place ON tariff_rule (operator_id, place_key);

CREATE UNIQUE INDEX uq_tariff_rule_name ON tariff_rule (operator_id, name) WHERE ended_at IS NULL;

ALTER TABLE tariff_rule ENABLE ROW LEVEL SECURITY;

ALTER TABLE tariff_rule FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON tariff_rule USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

-- What held once is a rule that has ended, what holds now or will hold is one that stands. The
-- rank is that of Rule.rank: priority, who, where, which power (2), when (2).
INSERT INTO tariff_rule (
    operator_id, rule_id, name, tariff_id, group_key, place_key, priority, rank,
    valid_from, valid_until, reason, written_at, ended_at
)
SELECT
    operator_id,
    md5(concat_ws(' ', operator_id, target_kind, target_id, valid_from))::uuid,
    CASE WHEN target_id = '' THEN 'everywhere' ELSE target_kind || ' ' || target_id END
        || CASE WHEN is_planned THEN ' from ' || to_char(valid_from AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') ELSE '' END,
    tariff_id,
    'public',
    target_kind || ':' || target_id,
    0,
    ARRAY[
        0, 0, CASE target_kind WHEN 'operator' THEN 0 WHEN 'location' THEN 2 ELSE 3 END, 0, 0,
        (since IS NOT NULL)::int + (until IS NOT NULL)::int,
        CASE
            WHEN since IS NOT NULL AND until IS NOT NULL
                THEN (floor(extract(epoch FROM since)) - floor(extract(epoch FROM until))) * 1000
            WHEN since IS NOT NULL THEN floor(extract(epoch FROM since)) * 1000
            WHEN until IS NOT NULL THEN -floor(extract(epoch FROM until)) * 1000
            ELSE 0
        END
    ]::bigint[],
    since,
    until,
    '',
    least(valid_from, now()),
    CASE WHEN is_over THEN valid_until END
FROM (
    SELECT
        *,
        valid_until <= now() AS is_over,
        valid_from > now() AS is_planned,
        CASE WHEN valid_from > now() THEN valid_from END AS since,
        CASE WHEN valid_until > now() THEN valid_until END AS until
    FROM tariff_assignment
) AS assigned
WHERE valid_until IS NULL OR valid_until > valid_from;

DROP TABLE tariff_assignment;

ALTER TABLE journey ADD COLUMN rule_id UUID;
ALTER TABLE journey ADD COLUMN variant TEXT NOT NULL DEFAULT '';

-- Dynamic prices: series, what was written to them, how they lock, and the tariffs they become.
CREATE TABLE price_lock (
	operator_id UUID NOT NULL, 
	country TEXT NOT NULL, 
	lock TEXT NOT NULL, 
	CONSTRAINT pk_price_lock PRIMARY KEY (operator_id, country)
);

ALTER TABLE price_lock ENABLE ROW LEVEL SECURITY;

ALTER TABLE price_lock FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON price_lock USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE price_series (
	operator_id UUID NOT NULL, 
	series_id TEXT NOT NULL, 
	definition TEXT NOT NULL, 
	changed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_price_series PRIMARY KEY (operator_id, series_id)
);

ALTER TABLE price_series ENABLE ROW LEVEL SECURITY;

ALTER TABLE price_series FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON price_series USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE price_series_version (
	operator_id UUID NOT NULL, 
	series_id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	slots TEXT NOT NULL, 
	source TEXT NOT NULL, 
	written_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_price_series_version PRIMARY KEY (operator_id, series_id, version)
);

ALTER TABLE price_series_version ENABLE ROW LEVEL SECURITY;

ALTER TABLE price_series_version FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON price_series_version USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE FUNCTION refuse_change_of_price_series_version() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'the rows of price_series_version are never changed or deleted';
END
$body$;

CREATE TRIGGER final BEFORE UPDATE OR DELETE ON price_series_version FOR EACH ROW EXECUTE FUNCTION refuse_change_of_price_series_version();

ALTER TABLE tariff_version ADD COLUMN default_id TEXT;
ALTER TABLE tariff_version ADD COLUMN default_version INTEGER;
ALTER TABLE tariff_version ADD COLUMN series_version INTEGER;
ALTER TABLE tariff_version ADD COLUMN dated INTEGER;

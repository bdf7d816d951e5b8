-- Locations on the map, and the words by which they are found.
CREATE TABLE map_cell (
	operator_id UUID NOT NULL, 
	zoom SMALLINT NOT NULL, 
	across INTEGER NOT NULL, 
	down INTEGER NOT NULL, 
	plugs JSONB NOT NULL, 
	locations INTEGER NOT NULL, 
	evses INTEGER NOT NULL, 
	x BIGINT NOT NULL, 
	y BIGINT NOT NULL, 
	location_id TEXT NOT NULL, 
	CONSTRAINT pk_map_cell PRIMARY KEY (operator_id, zoom, across, down, plugs)
);

ALTER TABLE map_cell ENABLE ROW LEVEL SECURITY;

ALTER TABLE map_cell FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON map_cell USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE place (
	operator_id UUID NOT NULL, 
	location_id TEXT NOT NULL, 
	x INTEGER NOT NULL, 
	y INTEGER NOT NULL, 
	evses INTEGER NOT NULL, 
	plugs JSONB NOT NULL, 
	CONSTRAINT pk_place PRIMARY KEY (operator_id, location_id)
);

CREATE INDEX ix_place_position ON place (operator_id, x, y);

ALTER TABLE place ENABLE ROW LEVEL SECURITY;

ALTER TABLE place FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON place USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));

CREATE TABLE place_word (
	operator_id UUID NOT NULL, 
	word TEXT COLLATE "C" NOT NULL, 
	location_id TEXT NOT NULL, 
	CONSTRAINT pk_place_word PRIMARY KEY (operator_id, word, location_id)
);

CREATE INDEX ix_place_word_location ON place_word (operator_id, location_id);

ALTER TABLE place_word ENABLE ROW LEVEL SECURITY;

ALTER TABLE place_word FORCE ROW LEVEL SECURITY;

CREATE POLICY operator ON place_word USING (current_setting('directpay.operator', true) = '*' OR operator_id::text = current_setting('directpay.operator', true));


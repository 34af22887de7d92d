-- The weather that is forecast for kick-offs, as it was last told before them.

CREATE TABLE weather (
    match_id bigint PRIMARY KEY REFERENCES matches,
    at timestamptz NOT NULL,
    temperature double precision NOT NULL,
    humidity double precision,
    wind_speed double precision,
    precipitation double precision,
    hours smallint,
    rain_probability double precision,
    symbol text,
    issued_at timestamptz NOT NULL,
    last_modified text NOT NULL,
    expires_at timestamptz NOT NULL
);
COMMENT ON COLUMN weather.at IS 'the instant that it speaks of, next to kick-off';
COMMENT ON COLUMN weather.hours IS 'how long from then on precipitation, rain_probability and symbol speak of';
COMMENT ON COLUMN weather.issued_at IS 'when the forecast was made';
COMMENT ON COLUMN weather.expires_at IS 'before then nobody may ask for this place again';

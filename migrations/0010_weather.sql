-- Weather forecasts for kick-offs, the latest before each.

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
COMMENT ON COLUMN weather.at IS 'time of the forecast step nearest to kick-off';
COMMENT ON COLUMN weather.hours IS 'period of precipitation, rain_probability and symbol';
COMMENT ON COLUMN weather.issued_at IS 'when the forecast was issued';
COMMENT ON COLUMN weather.expires_at IS 'earliest time of the next request for this place';

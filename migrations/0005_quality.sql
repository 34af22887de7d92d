-- What the watch over the forecasts found, day by day. An alarm of the newest day suspends the picks.

CREATE TABLE quality (
    day date NOT NULL,
    basis text NOT NULL CHECK (basis IN ('prices', 'ratings')),
    figure text NOT NULL CHECK (figure IN ('gap', 'calibration_error', 'closing_line_value')),
    last_matches integer NOT NULL,
    n integer NOT NULL,
    value double precision,
    low double precision,
    high double precision,
    at_least double precision NOT NULL,
    at_most double precision NOT NULL,
    alarm boolean NOT NULL,
    PRIMARY KEY (day, basis, figure, last_matches)
);
COMMENT ON COLUMN quality.day IS 'of the matches that began before it, in Paris';
COMMENT ON COLUMN quality.last_matches IS 'how many of the last matches were looked at, if there were as many';
COMMENT ON COLUMN quality.n IS 'of how many matches, or picks on them, the figure is';
COMMENT ON COLUMN quality.value IS 'NULL where they are too few to say';

-- Prediction quality metrics by day. An alarm on the latest day suspends the picks.

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
COMMENT ON COLUMN quality.day IS 'the metrics cover matches before this day, in Paris';
COMMENT ON COLUMN quality.last_matches IS 'size of the window of latest matches';
COMMENT ON COLUMN quality.n IS 'sample size: matches, or picks on them';
COMMENT ON COLUMN quality.value IS 'NULL if the sample is too small';

-- Forecasting: strengths of clubs by day, published predictions and their quality.

CREATE TABLE club_strengths (
    team_id integer NOT NULL,
    day date NOT NULL,
    competition text NOT NULL,
    season integer NOT NULL,
    elo double precision NOT NULL,
    state double precision [] NOT NULL,
    PRIMARY KEY (team_id, day)
);
COMMENT ON TABLE club_strengths IS 'strength of a club after the matches of that day and before any later one';
COMMENT ON COLUMN club_strengths.state IS 'the numbers of forecasting.strengths.Club in their order';

CREATE TABLE level_strengths (
    nation text NOT NULL,
    day date NOT NULL,
    state double precision [] NOT NULL,
    joint bytea NOT NULL,
    joint_covariance bytea,
    PRIMARY KEY (nation, day)
);
COMMENT ON COLUMN level_strengths.joint IS
'clubs and means of the nation''s joint filters, as forecasting.joint_filter.pack makes them';
COMMENT ON COLUMN level_strengths.joint_covariance IS
'lower triangles of their covariances; NULL for older days but the last before each July';

-- Results that the strengths were fitted to, for detecting late, corrected and newly priced results.
CREATE TABLE learned_results (
    match_id bigint PRIMARY KEY REFERENCES matches,
    day date NOT NULL,
    home_goals smallint NOT NULL,
    away_goals smallint NOT NULL,
    statistics double precision [] NOT NULL DEFAULT '{}',
    with_closing boolean NOT NULL
);
COMMENT ON COLUMN learned_results.statistics IS
'shots, shots on target and expected goals, home and away each; NULL if unknown';
CREATE INDEX learned_results_day_idx ON learned_results (day);

CREATE TABLE predictions (
    match_id bigint NOT NULL REFERENCES matches,
    published_at timestamptz NOT NULL,
    kick_off timestamptz NOT NULL,
    model text NOT NULL,
    basis text NOT NULL CHECK (basis IN ('prices', 'consensus', 'ratings')),
    home double precision NOT NULL,
    draw double precision NOT NULL,
    away double precision NOT NULL,
    home_rate double precision NOT NULL,
    away_rate double precision NOT NULL,
    rho double precision NOT NULL,
    markets jsonb NOT NULL,
    factors jsonb,
    ratings_home double precision,
    ratings_draw double precision,
    ratings_away double precision,
    ratings_bounds double precision [],
    newcomers integer [] NOT NULL DEFAULT '{}',
    prices_taken_at timestamptz,
    ratings_day date,
    PRIMARY KEY (match_id, published_at),
    CONSTRAINT predictions_before_kick_off_check CHECK (published_at < kick_off)
);
COMMENT ON COLUMN predictions.factors IS
'probabilities of two average clubs (start) and the contribution of each factor; they sum to the prediction';
COMMENT ON COLUMN predictions.ratings_home IS 'the probability from the ratings alone, if they cover both clubs';
COMMENT ON COLUMN predictions.ratings_bounds IS 'low and high of the three ratings probabilities';
COMMENT ON COLUMN predictions.newcomers IS 'clubs with too few matches';
CREATE INDEX predictions_published_at_idx ON predictions (published_at);
CREATE TRIGGER predictions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON predictions
FOR EACH STATEMENT EXECUTE FUNCTION reject_change();

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

-- Simulated seasons, one row per league and day.
CREATE TABLE season_forecasts (
    competition text NOT NULL,
    season integer NOT NULL,
    day date NOT NULL,
    simulated_at timestamptz NOT NULL,
    matches_left integer NOT NULL,
    team_ids integer [] NOT NULL,
    places integer [] NOT NULL,
    points double precision [] NOT NULL,
    matches jsonb NOT NULL,
    PRIMARY KEY (competition, season, day)
);
COMMENT ON COLUMN season_forecasts.day IS 'results before this day in Paris, and those known on it, are included';
COMMENT ON COLUMN season_forecasts.matches_left IS 'league matches left; 0 for a finished season';
COMMENT ON COLUMN season_forecasts.places IS 'a row for each club: runs in which it ends at each place, from the first on';
COMMENT ON COLUMN season_forecasts.points IS 'a row for each club: mean, and the bounds of nine runs in ten';
COMMENT ON COLUMN season_forecasts.matches IS 'what each coming match changes, as forecasting.season_outcomes.Leverage';

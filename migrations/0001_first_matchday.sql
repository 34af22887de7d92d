-- Matches, prices, ratings, forecasts, picks. Instants are timestamptz, read in UTC; days are days in Paris.

-- Raw payloads of external sources, stored before processing. A row is added when the content changes.
CREATE TABLE payloads (
    source text NOT NULL,
    external_id text NOT NULL,
    known_at timestamptz NOT NULL,
    digest bytea NOT NULL,
    content text NOT NULL,
    PRIMARY KEY (source, external_id, known_at)
);

CREATE TABLE teams (
    team_id integer PRIMARY KEY,
    name text NOT NULL,
    short_name text NOT NULL,
    tla text NOT NULL,
    country text NOT NULL,
    crest_url text,
    matched boolean NOT NULL
);
COMMENT ON COLUMN teams.matched IS 'false: no alias matches the name; excluded from prices and predictions';

CREATE TABLE matches (
    match_id bigint PRIMARY KEY,
    competition text NOT NULL,
    season integer NOT NULL,
    stage text NOT NULL,
    matchday integer,
    home_team_id integer NOT NULL REFERENCES teams,
    away_team_id integer NOT NULL REFERENCES teams,
    kick_off timestamptz NOT NULL,
    status text NOT NULL CHECK (
        status IN ('scheduled', 'in_play', 'finished', 'postponed', 'suspended', 'cancelled', 'awarded', 'unknown')
    ),
    home_goals smallint CHECK (home_goals >= 0),
    away_goals smallint CHECK (away_goals >= 0),
    home_goals_at_half_time smallint,
    away_goals_at_half_time smallint,
    review text,
    source text NOT NULL,
    source_updated_at timestamptz NOT NULL,
    CHECK (home_team_id <> away_team_id),
    CHECK ((home_goals IS NULL) = (away_goals IS NULL))
);
COMMENT ON COLUMN matches.home_goals IS 'after 90 minutes, without extra time and shoot-outs';
COMMENT ON COLUMN matches.review IS 'reason for a manual review before settlement';
CREATE INDEX matches_by_kick_off ON matches (kick_off);
CREATE INDEX matches_by_home_team ON matches (home_team_id, kick_off DESC);
CREATE INDEX matches_by_away_team ON matches (away_team_id, kick_off DESC);
CREATE INDEX matches_by_season ON matches (competition, season, kick_off);

-- Ids of matches at external sources.
CREATE TABLE external_ids (
    source text NOT NULL,
    external_id text NOT NULL,
    match_id bigint NOT NULL REFERENCES matches,
    PRIMARY KEY (source, external_id)
);
CREATE INDEX external_ids_by_match ON external_ids (match_id);

CREATE TABLE offers (
    match_id bigint NOT NULL REFERENCES matches,
    source text NOT NULL,
    bookmaker text NOT NULL,
    market text NOT NULL CHECK (market IN ('h2h', 'totals', 'handicap')),
    line numeric(4, 2) NOT NULL,
    closing boolean NOT NULL,
    taken_at timestamptz NOT NULL,
    prices numeric(8, 3) [] NOT NULL,
    PRIMARY KEY (match_id, source, bookmaker, market, line, closing, taken_at)
);
COMMENT ON COLUMN offers.prices IS 'decimal odds: home, draw, away; over, under; home, away';

-- Anomaly reports for manual review, one row each, however often they recur.
CREATE TABLE reports (
    kind text NOT NULL,
    about text NOT NULL,
    what text NOT NULL,
    first_seen_at timestamptz NOT NULL,
    PRIMARY KEY (kind, about, what)
);

CREATE TABLE club_ratings (
    team_id integer NOT NULL,
    day date NOT NULL,
    attack double precision NOT NULL,
    defence double precision NOT NULL,
    elo double precision NOT NULL,
    matches integer NOT NULL,
    PRIMARY KEY (team_id, day)
);
COMMENT ON TABLE club_ratings IS 'strength after the matches of that day and before any later one';

CREATE TABLE level_ratings (
    nation text NOT NULL,
    day date NOT NULL,
    away double precision NOT NULL,
    home_advantage double precision NOT NULL,
    PRIMARY KEY (nation, day)
);

-- Results that the ratings were fitted to, for detecting late and corrected results.
CREATE TABLE rated_results (
    match_id bigint PRIMARY KEY REFERENCES matches,
    day date NOT NULL,
    home_goals smallint NOT NULL,
    away_goals smallint NOT NULL
);
CREATE INDEX rated_results_by_day ON rated_results (day);

CREATE TABLE predictions (
    match_id bigint NOT NULL REFERENCES matches,
    published_at timestamptz NOT NULL,
    kick_off timestamptz NOT NULL,
    model text NOT NULL,
    basis text NOT NULL CHECK (basis IN ('prices', 'ratings')),
    home double precision NOT NULL,
    draw double precision NOT NULL,
    away double precision NOT NULL,
    home_rate double precision NOT NULL,
    away_rate double precision NOT NULL,
    rho double precision NOT NULL,
    markets jsonb NOT NULL,
    ratings_home double precision,
    ratings_draw double precision,
    ratings_away double precision,
    prices_taken_at timestamptz,
    ratings_day date,
    PRIMARY KEY (match_id, published_at),
    CHECK (published_at < kick_off)
);
COMMENT ON COLUMN predictions.ratings_home IS 'the probability from the ratings alone, if they cover both clubs';

CREATE TABLE pick_days (
    day date PRIMARY KEY,
    committed_at timestamptz NOT NULL,
    matches integer NOT NULL,
    reason text
);

CREATE TABLE picks (
    day date NOT NULL REFERENCES pick_days,
    rank smallint NOT NULL CHECK (rank BETWEEN 1 AND 5),
    match_id bigint NOT NULL,
    published_at timestamptz NOT NULL,
    kick_off timestamptz NOT NULL,
    competition text NOT NULL,
    market text NOT NULL,
    outcome text NOT NULL,
    line numeric(4, 2) NOT NULL,
    probability numeric(7, 6) NOT NULL,
    price numeric(8, 3) NOT NULL,
    bookmaker text NOT NULL,
    price_taken_at timestamptz NOT NULL,
    value numeric(9, 6) NOT NULL,
    share numeric(7, 6) NOT NULL,
    PRIMARY KEY (day, rank),
    UNIQUE (day, match_id),
    FOREIGN KEY (match_id, published_at) REFERENCES predictions
);

-- Settlements of picks, append-only. A correction adds rows: a reversal, then the new result.
CREATE TABLE pick_settlements (
    day date NOT NULL,
    rank smallint NOT NULL,
    entry smallint NOT NULL,
    reverses smallint,
    result text NOT NULL,
    score text,
    profit numeric(9, 4) NOT NULL,
    settled_at timestamptz NOT NULL,
    PRIMARY KEY (day, rank, entry),
    FOREIGN KEY (day, rank) REFERENCES picks,
    FOREIGN KEY (day, rank, reverses) REFERENCES pick_settlements
);

-- Closing-line values of picks.
CREATE TABLE pick_closings (
    day date NOT NULL,
    rank smallint NOT NULL,
    fair_probability numeric(7, 6) NOT NULL,
    closing_line_value numeric(9, 6) NOT NULL,
    source text NOT NULL,
    bookmaker text NOT NULL,
    PRIMARY KEY (day, rank),
    FOREIGN KEY (day, rank) REFERENCES picks
);

CREATE FUNCTION reject_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is a record: rows are added, never changed or removed', tg_table_name;
END
$$;
CREATE TRIGGER predictions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON predictions
FOR EACH STATEMENT EXECUTE FUNCTION reject_change();
CREATE TRIGGER pick_days_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON pick_days
FOR EACH STATEMENT EXECUTE FUNCTION reject_change();
CREATE TRIGGER picks_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON picks
FOR EACH STATEMENT EXECUTE FUNCTION reject_change();
CREATE TRIGGER pick_settlements_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON pick_settlements
FOR EACH STATEMENT EXECUTE FUNCTION reject_change();
CREATE TRIGGER pick_closings_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON pick_closings
FOR EACH STATEMENT EXECUTE FUNCTION reject_change();

CREATE TABLE standings (
    competition text NOT NULL,
    season integer NOT NULL,
    position smallint NOT NULL,
    team_id integer NOT NULL REFERENCES teams,
    played smallint NOT NULL,
    won smallint NOT NULL,
    drawn smallint NOT NULL,
    lost smallint NOT NULL,
    goals_for smallint NOT NULL,
    goals_against smallint NOT NULL,
    points smallint NOT NULL,
    source_updated_at timestamptz NOT NULL,
    PRIMARY KEY (competition, season, team_id)
);

CREATE TABLE jobs (
    job text PRIMARY KEY,
    last_run_at timestamptz NOT NULL,
    day date NOT NULL,
    report jsonb NOT NULL
);
COMMENT ON TABLE jobs IS 'last success of each job, and its report';

-- Football: clubs, matches, statistics, league tables and weather.

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
    hour text NOT NULL DEFAULT 'known' CHECK (hour IN ('known', 'borrowed', 'unknown')),
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
    CONSTRAINT matches_distinct_teams_check CHECK (home_team_id <> away_team_id),
    CONSTRAINT matches_complete_score_check CHECK ((home_goals IS NULL) = (away_goals IS NULL))
);
COMMENT ON COLUMN matches.hour IS
'known: from its own source; borrowed: from another source for the same day; unknown: kick_off is the last minute of the day in Paris';
COMMENT ON COLUMN matches.home_goals IS 'after 90 minutes, without extra time and shoot-outs';
COMMENT ON COLUMN matches.review IS 'reason for a manual review before settlement';
CREATE INDEX matches_kick_off_idx ON matches (kick_off);
CREATE INDEX matches_home_team_id_kick_off_idx ON matches (home_team_id, kick_off DESC);
CREATE INDEX matches_away_team_id_kick_off_idx ON matches (away_team_id, kick_off DESC);
CREATE INDEX matches_competition_season_kick_off_idx ON matches (competition, season, kick_off);

-- Ids of matches at external sources.
CREATE TABLE external_ids (
    source text NOT NULL,
    external_id text NOT NULL,
    match_id bigint NOT NULL REFERENCES matches,
    PRIMARY KEY (source, external_id)
);
CREATE INDEX external_ids_match_id_idx ON external_ids (match_id);

CREATE TABLE match_statistics (
    match_id bigint PRIMARY KEY REFERENCES matches,
    home_shots double precision,
    away_shots double precision,
    home_shots_on_target double precision,
    away_shots_on_target double precision,
    home_expected_goals double precision,
    away_expected_goals double precision
);

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

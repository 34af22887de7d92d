-- Match statistics, and strengths of clubs by day.

CREATE TABLE match_statistics (
    match_id bigint PRIMARY KEY REFERENCES matches,
    home_shots double precision,
    away_shots double precision,
    home_shots_on_target double precision,
    away_shots_on_target double precision,
    home_expected_goals double precision,
    away_expected_goals double precision
);

DROP TABLE club_ratings;
DROP TABLE level_ratings;
DROP TABLE rated_results;

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
    PRIMARY KEY (nation, day)
);

-- Results that the strengths were fitted to, for detecting late, corrected and newly priced results.
CREATE TABLE learned_results (
    match_id bigint PRIMARY KEY REFERENCES matches,
    day date NOT NULL,
    home_goals smallint NOT NULL,
    away_goals smallint NOT NULL,
    with_statistics boolean NOT NULL,
    with_closing boolean NOT NULL
);
CREATE INDEX learned_results_by_day ON learned_results (day);

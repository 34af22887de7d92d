-- Users, preferences, favourite matches and pending deletions.

CREATE TABLE users (
    user_id uuid PRIMARY KEY,
    full_name text CHECK (full_name <> ''),
    adult_declared_at timestamptz,
    created_at timestamptz NOT NULL
);
COMMENT ON COLUMN users.adult_declared_at IS 'first declaration to be 18 or older; the date of birth is not stored';
COMMENT ON COLUMN users.created_at IS 'time of the first request';

CREATE TABLE preferences (
    user_id uuid PRIMARY KEY,
    language text NOT NULL CHECK (language IN ('fr', 'en', 'nl')),
    timezone text NOT NULL,
    odds_format text NOT NULL CHECK (odds_format IN ('decimal', 'fractional', 'american')),
    dark_mode boolean NOT NULL,
    email_daily_picks boolean NOT NULL,
    email_match_results boolean NOT NULL,
    push_daily_picks boolean NOT NULL,
    push_match_start boolean NOT NULL,
    push_bet_results boolean NOT NULL,
    default_stake numeric(10, 2) NOT NULL CHECK (default_stake > 0),
    risk_level text NOT NULL CHECK (risk_level IN ('low', 'medium', 'high')),
    favorite_competitions text [] NOT NULL,
    favorite_team_id integer REFERENCES teams,
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE preferences IS 'users without a row have the defaults';

CREATE TABLE favourites (
    favourite_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id uuid NOT NULL,
    match_id bigint NOT NULL REFERENCES matches,
    note text,
    notify_before_match boolean NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (user_id, match_id)
);
CREATE INDEX favourites_by_match ON favourites (match_id);

CREATE TABLE deletions (
    user_id uuid PRIMARY KEY,
    requested_at timestamptz NOT NULL
);
COMMENT ON TABLE deletions IS 'deletions that are pending in external systems; a job completes them';

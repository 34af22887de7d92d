-- Who users are to us, what they wish for, the matches that they follow, and those who leave.

CREATE TABLE users (
    user_id uuid PRIMARY KEY,
    full_name text CHECK (full_name <> ''),
    adult_declared_at timestamptz,
    created_at timestamptz NOT NULL
);
COMMENT ON COLUMN users.adult_declared_at IS 'when they first declared to be 18 or older; their date of birth is not kept';
COMMENT ON COLUMN users.created_at IS 'when they were first here';

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
COMMENT ON TABLE preferences IS 'whoever has no row has not chosen anything yet';

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
COMMENT ON TABLE deletions IS 'people who left and are not yet gone everywhere outside our database; a job finishes it';

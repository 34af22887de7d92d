-- What The Odds API may still be asked, and what it was asked.

CREATE TABLE odds_credits (
    month date PRIMARY KEY,
    used integer NOT NULL DEFAULT 0 CHECK (used >= 0),
    remaining integer CHECK (remaining >= 0),
    refused_until timestamptz
);
COMMENT ON TABLE odds_credits IS 'a month of the account as the service last told it; remaining: null until it has';

CREATE TABLE odds_calls (
    requested_at timestamptz NOT NULL,
    competition text NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('daily', 'closing')),
    credits smallint NOT NULL,
    PRIMARY KEY (requested_at, competition, purpose)
);

-- Credits of The Odds API, and the calls that used them.

CREATE TABLE odds_credits (
    month date PRIMARY KEY,
    used integer NOT NULL DEFAULT 0 CHECK (used >= 0),
    remaining integer CHECK (remaining >= 0),
    refused_until timestamptz
);
COMMENT ON TABLE odds_credits IS 'credits of a month; remaining is as last reported by the API';

CREATE TABLE odds_calls (
    requested_at timestamptz NOT NULL,
    competition text NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('daily', 'closing')),
    credits smallint NOT NULL,
    PRIMARY KEY (requested_at, competition, purpose)
);

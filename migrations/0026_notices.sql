-- Where people's browsers are pushed to, what each was told, and what administrators tell everybody.

CREATE TABLE push_subscriptions (
    subscription_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id uuid NOT NULL,
    endpoint text NOT NULL UNIQUE CHECK (endpoint LIKE 'https://%' AND length(endpoint) <= 1000),
    p256dh text NOT NULL,
    auth text NOT NULL,
    daily_picks boolean NOT NULL DEFAULT true,
    match_start boolean NOT NULL DEFAULT true,
    result_updates boolean NOT NULL DEFAULT true,
    quiet_from smallint NOT NULL DEFAULT 22 CHECK (quiet_from BETWEEN 0 AND 23),
    quiet_until smallint NOT NULL DEFAULT 8 CHECK (quiet_until BETWEEN 0 AND 23),
    expires_at timestamptz,
    retry_after timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
COMMENT ON COLUMN push_subscriptions.daily_picks IS 'what this device is told, of what its person''s preferences allow';
COMMENT ON COLUMN push_subscriptions.quiet_from IS 'hour from which nothing is sent, in the person''s zone; the same as quiet_until for never';
COMMENT ON COLUMN push_subscriptions.expires_at IS 'as its browser said';
COMMENT ON COLUMN push_subscriptions.retry_after IS 'until when its push service wants to be left alone';
CREATE INDEX push_subscriptions_by_person ON push_subscriptions (user_id);

CREATE TABLE push_deliveries (
    subscription_id bigint NOT NULL REFERENCES push_subscriptions ON DELETE CASCADE,
    event text NOT NULL,
    user_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('claimed', 'sent', 'failed', 'refused')),
    attempts smallint NOT NULL,
    claimed_at timestamptz NOT NULL,
    PRIMARY KEY (subscription_id, event)
);
COMMENT ON TABLE push_deliveries IS 'a claim is committed before anything is sent, so that nothing is sent twice (docs/understand/notices.md)';
COMMENT ON COLUMN push_deliveries.event IS 'what it is about, such as picks/2026-11-22';
CREATE INDEX push_deliveries_by_person ON push_deliveries (user_id);
CREATE INDEX push_deliveries_by_event ON push_deliveries (event);
CREATE INDEX push_deliveries_by_claim ON push_deliveries (claimed_at);

CREATE INDEX bankroll_entries_by_result ON bankroll_entries (created_at) WHERE source = 'result';

CREATE TABLE broadcasts (
    broadcast_id text PRIMARY KEY,
    user_id uuid NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    url text NOT NULL,
    audience text CHECK (audience IN ('daily_picks', 'match_start', 'result_updates')),
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE broadcasts IS 'what administrators told everybody, and who did';
COMMENT ON COLUMN broadcasts.audience IS 'the preference that its readers have switched on; null for everybody';
CREATE INDEX broadcasts_by_creation ON broadcasts (created_at);

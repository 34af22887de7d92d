-- Push subscriptions, push deliveries and broadcasts.

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
COMMENT ON COLUMN push_subscriptions.daily_picks IS 'topic of this device, if the user''s preferences allow it too';
COMMENT ON COLUMN push_subscriptions.quiet_from IS 'start of the quiet hours in the user''s time zone; equal to quiet_until for none';
COMMENT ON COLUMN push_subscriptions.expires_at IS 'as stated by the browser';
COMMENT ON COLUMN push_subscriptions.retry_after IS 'Retry-After of its push service';
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
COMMENT ON TABLE push_deliveries IS 'claimed and committed before sending, so that nothing is sent twice (docs/understand/notices.md)';
COMMENT ON COLUMN push_deliveries.event IS 'event key, such as picks/2026-11-22';
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
COMMENT ON TABLE broadcasts IS 'notifications to all users, and who sent them';
COMMENT ON COLUMN broadcasts.audience IS 'preference that recipients have enabled; null for all users';
CREATE INDEX broadcasts_by_creation ON broadcasts (created_at);

-- Messaging: push subscriptions, broadcasts and webhooks, and their deliveries.

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
    failures integer NOT NULL DEFAULT 0,
    refusals integer NOT NULL DEFAULT 0,
    retired_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
COMMENT ON COLUMN push_subscriptions.daily_picks IS 'topic of this device, if the user''s preferences allow it too';
COMMENT ON COLUMN push_subscriptions.quiet_from IS
'start of the quiet hours in the user''s time zone; equal to quiet_until for none';
COMMENT ON COLUMN push_subscriptions.expires_at IS 'as stated by the browser';
COMMENT ON COLUMN push_subscriptions.retry_after IS 'Retry-After of its push service';
COMMENT ON COLUMN push_subscriptions.failures IS 'consecutive failed messages; devices with fewer are served first';
COMMENT ON COLUMN push_subscriptions.refusals IS
'consecutive runs in which its push service refused it (400, 401, 403) and accepted other messages';
COMMENT ON COLUMN push_subscriptions.retired_at IS
'from when on nothing is sent, until its browser subscribes again';
CREATE INDEX push_subscriptions_user_id_idx ON push_subscriptions (user_id);
CREATE INDEX push_subscriptions_retry_after_idx ON push_subscriptions (retry_after)
WHERE retry_after IS NOT NULL AND retired_at IS NULL;
CREATE INDEX push_subscriptions_quiet_until_idx ON push_subscriptions (quiet_until)
WHERE retired_at IS NULL AND quiet_from <> quiet_until;
CREATE TRIGGER push_subscriptions_reject_deleted_users BEFORE INSERT ON push_subscriptions
FOR EACH ROW EXECUTE FUNCTION reject_deleted_user();

-- Pages of push subscriptions: page n holds those with subscription_id / 500 = n.
CREATE TABLE push_pages (
    page bigint PRIMARY KEY,
    looked_at timestamptz NOT NULL DEFAULT 'epoch',
    taken_until timestamptz NOT NULL DEFAULT 'epoch'
);
COMMENT ON TABLE push_pages IS 'work list of send_notifications: each page is looked at once in each pass';
COMMENT ON COLUMN push_pages.looked_at IS 'when the last pass that has looked at it began';
COMMENT ON COLUMN push_pages.taken_until IS 'end of the lease of the run that is working on it';
CREATE INDEX push_pages_looked_at_page_idx ON push_pages (looked_at, page);

CREATE TABLE push_deliveries (
    subscription_id bigint NOT NULL REFERENCES push_subscriptions ON DELETE CASCADE,
    event text NOT NULL,
    user_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('claimed', 'sent', 'failed', 'refused')),
    attempts smallint NOT NULL,
    claimed_at timestamptz NOT NULL,
    PRIMARY KEY (subscription_id, event)
);
COMMENT ON TABLE push_deliveries IS
'claimed and committed before sending, so that nothing is sent twice (docs/understand/notices.md)';
COMMENT ON COLUMN push_deliveries.event IS 'event key, such as picks/2026-11-22';
CREATE INDEX push_deliveries_user_id_idx ON push_deliveries (user_id);
CREATE INDEX push_deliveries_event_idx ON push_deliveries (event);
CREATE INDEX push_deliveries_claimed_at_idx ON push_deliveries (claimed_at);
CREATE INDEX push_deliveries_failed_claimed_at_idx ON push_deliveries (claimed_at, attempts) WHERE state = 'failed';

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
CREATE INDEX broadcasts_created_at_idx ON broadcasts (created_at);

CREATE TABLE webhooks (
    webhook_id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES accounts,
    url text NOT NULL CHECK (url LIKE 'https://%' AND length(url) <= 500),
    events text [] NOT NULL CHECK (
        cardinality(events) > 0
        AND events <@ ARRAY['picks.committed', 'picks.settled', 'predictions.published']
    ),
    secret text NOT NULL CHECK (secret ~ '^whsec_[A-Za-z0-9+/]{43}=$'),
    created_at timestamptz NOT NULL,
    test_requested_at timestamptz NOT NULL,
    stopped_at timestamptz,
    retry_after timestamptz,
    looked_at timestamptz NOT NULL DEFAULT 'epoch',
    next_attempt_at timestamptz,
    taken_until timestamptz NOT NULL DEFAULT 'epoch'
);
COMMENT ON COLUMN webhooks.secret IS 'signs the payloads, hence stored in plain text';
COMMENT ON COLUMN webhooks.stopped_at IS 'from when on nothing is sent, until its owner requests a test';
COMMENT ON COLUMN webhooks.retry_after IS 'Retry-After of its receiver';
COMMENT ON COLUMN webhooks.looked_at IS 'when its due events were last selected; the epoch when a test is requested';
COMMENT ON COLUMN webhooks.next_attempt_at IS 'when to look at it though nothing new occurs: a retry, or the end of a pause';
COMMENT ON COLUMN webhooks.taken_until IS 'end of the lease of the run that is working on it';
CREATE INDEX webhooks_looked_at_webhook_id_idx ON webhooks (looked_at, webhook_id) WHERE stopped_at IS NULL AND next_attempt_at IS NULL;
CREATE INDEX webhooks_next_attempt_at_webhook_id_idx ON webhooks (next_attempt_at, webhook_id)
WHERE stopped_at IS NULL AND next_attempt_at IS NOT NULL;
CREATE INDEX webhooks_user_id_idx ON webhooks (user_id);
CREATE INDEX webhooks_retry_after_idx ON webhooks (retry_after) WHERE retry_after IS NOT NULL AND stopped_at IS NULL;
CREATE TRIGGER webhooks_reject_deleted_users BEFORE INSERT ON webhooks
FOR EACH ROW EXECUTE FUNCTION reject_deleted_user();

CREATE TABLE webhook_deliveries (
    webhook_id uuid NOT NULL REFERENCES webhooks ON DELETE CASCADE,
    event text NOT NULL,
    user_id uuid NOT NULL,
    attempts smallint NOT NULL CHECK (attempts > 0),
    attempted_at timestamptz NOT NULL,
    response text NOT NULL,
    is_delivered boolean NOT NULL,
    next_attempt_at timestamptz,
    PRIMARY KEY (webhook_id, event),
    CONSTRAINT webhook_deliveries_no_attempt_after_delivery_check CHECK (
        NOT (is_delivered AND next_attempt_at IS NOT NULL)
    )
);
COMMENT ON TABLE webhook_deliveries IS
'written after each attempt; a crash after sending leads to a second delivery (docs/use/webhooks.md)';
COMMENT ON COLUMN webhook_deliveries.event IS 'event key, such as picks.committed/2026-11-22';
COMMENT ON COLUMN webhook_deliveries.response IS 'response of the receiver';
CREATE INDEX webhook_deliveries_user_id_idx ON webhook_deliveries (user_id);
CREATE INDEX webhook_deliveries_attempted_at_idx ON webhook_deliveries (attempted_at);
CREATE INDEX webhook_deliveries_undelivered_attempted_at_idx ON webhook_deliveries (attempted_at) WHERE NOT is_delivered;
CREATE INDEX webhook_deliveries_webhook_id_attempted_at_idx ON webhook_deliveries (webhook_id, attempted_at);

-- Webhooks and their deliveries.

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
    stopped_at timestamptz
);
COMMENT ON COLUMN webhooks.secret IS 'signs the payloads, hence stored in plain text';
COMMENT ON COLUMN webhooks.stopped_at IS 'from when on nothing is sent, until its owner requests a test';
CREATE INDEX webhooks_by_person ON webhooks (user_id);

CREATE TABLE webhook_deliveries (
    webhook_id uuid NOT NULL REFERENCES webhooks ON DELETE CASCADE,
    event text NOT NULL,
    user_id uuid NOT NULL,
    attempts smallint NOT NULL CHECK (attempts > 0),
    attempted_at timestamptz NOT NULL,
    response text NOT NULL,
    is_delivered boolean NOT NULL,
    next_attempt_at timestamptz CHECK (NOT (is_delivered AND next_attempt_at IS NOT NULL)),
    PRIMARY KEY (webhook_id, event)
);
COMMENT ON TABLE webhook_deliveries IS 'written after each attempt; a crash after sending leads to a second delivery (docs/use/webhooks.md)';
COMMENT ON COLUMN webhook_deliveries.event IS 'event key, such as picks.committed/2026-11-22';
COMMENT ON COLUMN webhook_deliveries.response IS 'response of the receiver';
CREATE INDEX webhook_deliveries_by_person ON webhook_deliveries (user_id);
CREATE INDEX webhook_deliveries_by_attempt ON webhook_deliveries (attempted_at);

-- Recent events are queried every quarter of an hour.
CREATE INDEX predictions_by_publication ON predictions (published_at);
CREATE INDEX pick_days_by_commitment ON pick_days (committed_at);
CREATE INDEX pick_settlements_by_time ON pick_settlements (settled_at);

-- Who pays: Stripe's customers, their subscriptions as Stripe last stated them, and what Stripe told us happened.

CREATE TABLE customers (
    user_id uuid PRIMARY KEY,
    customer_id text NOT NULL UNIQUE,
    plan text NOT NULL DEFAULT 'free' CHECK (plan IN ('free', 'premium', 'elite')),
    synced_at timestamptz NOT NULL
);
COMMENT ON COLUMN customers.customer_id IS 'Stripe''s id; each person has one customer there';
COMMENT ON COLUMN customers.plan IS 'what their subscriptions entitled them to when Stripe was last asked';
COMMENT ON COLUMN customers.synced_at IS 'when Stripe was last asked about them';
CREATE INDEX customers_by_sync ON customers (synced_at);

CREATE TABLE subscriptions (
    subscription_id text PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES customers,
    status text NOT NULL,
    price_id text,
    plan text NOT NULL CHECK (plan IN ('free', 'premium', 'elite')),
    entitled_until timestamptz,
    created_at timestamptz NOT NULL,
    period_start timestamptz NOT NULL,
    period_end timestamptz NOT NULL,
    trial_end timestamptz,
    cancel_at_period_end boolean NOT NULL,
    refunded_or_disputed boolean NOT NULL
);
COMMENT ON TABLE subscriptions IS 'as Stripe stated them when it was last asked (customers.synced_at), never as an event said';
COMMENT ON COLUMN subscriptions.plan IS 'what it entitles to (docs/understand/billing.md); free for nothing';
CREATE INDEX subscriptions_by_user ON subscriptions (user_id);

CREATE TABLE stripe_events (
    event_id text PRIMARY KEY,
    type text NOT NULL,
    customer_id text,
    created_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL
);
COMMENT ON TABLE stripe_events IS 'a row is committed with what the event led to. Its body, which names users, stays with Stripe';
CREATE INDEX stripe_events_by_arrival ON stripe_events (received_at);

-- Billing: Stripe customers, subscriptions as of the last synchronisation, and processed events.

CREATE TABLE customers (
    user_id uuid PRIMARY KEY,
    customer_id text NOT NULL UNIQUE,
    plan text NOT NULL DEFAULT 'free' CHECK (plan IN ('free', 'premium', 'elite')),
    synced_at timestamptz NOT NULL,
    taken_until timestamptz NOT NULL DEFAULT 'epoch'
);
COMMENT ON COLUMN customers.customer_id IS 'Stripe''s id; each user has one customer';
COMMENT ON COLUMN customers.plan IS 'entitlement as of the last synchronisation with Stripe';
COMMENT ON COLUMN customers.synced_at IS 'last synchronisation with Stripe, or response of Stripe that could not be used';
COMMENT ON COLUMN customers.taken_until IS 'end of the lease of the run that is checking it';
CREATE INDEX customers_synced_at_user_id_idx ON customers (synced_at, user_id);

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
COMMENT ON TABLE subscriptions IS
'as of the last synchronisation (customers.synced_at), never from the content of an event';
COMMENT ON COLUMN subscriptions.plan IS 'entitlement (docs/understand/billing.md); free for none';
CREATE INDEX subscriptions_user_id_idx ON subscriptions (user_id);

CREATE TABLE stripe_events (
    event_id text PRIMARY KEY,
    type text NOT NULL,
    customer_id text,
    created_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL
);
COMMENT ON TABLE stripe_events IS
'committed together with the effects of the event; its body, which has personal data, is not stored';
CREATE INDEX stripe_events_received_at_idx ON stripe_events (received_at);

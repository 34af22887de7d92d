-- Failing devices are served last, and retired after refusals of their push service; Retry-After of webhook receivers.

ALTER TABLE push_subscriptions
ADD COLUMN failures integer NOT NULL DEFAULT 0,
ADD COLUMN refusals integer NOT NULL DEFAULT 0,
ADD COLUMN retired_at timestamptz;
COMMENT ON COLUMN push_subscriptions.failures IS 'consecutive failed messages; devices with fewer are served first';
COMMENT ON COLUMN push_subscriptions.refusals IS 'consecutive runs in which its push service refused it (400, 401, 403) and accepted other messages';
COMMENT ON COLUMN push_subscriptions.retired_at IS 'from when on nothing is sent, until its browser subscribes again';

ALTER TABLE webhooks ADD COLUMN retry_after timestamptz;
COMMENT ON COLUMN webhooks.retry_after IS 'Retry-After of its receiver';

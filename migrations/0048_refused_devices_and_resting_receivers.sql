-- Devices that fail are tried last, and no more once their push service refuses them; receivers' Retry-After is kept.

ALTER TABLE push_subscriptions
ADD COLUMN failures integer NOT NULL DEFAULT 0,
ADD COLUMN refusals integer NOT NULL DEFAULT 0,
ADD COLUMN retired_at timestamptz;
COMMENT ON COLUMN push_subscriptions.failures IS 'messages in a row that were not taken; devices with fewer are sent to first';
COMMENT ON COLUMN push_subscriptions.refusals IS 'runs in a row in which its push service refused it (400, 401, 403) and took messages for others';
COMMENT ON COLUMN push_subscriptions.retired_at IS 'since when nothing is sent to it, until its browser subscribes again';

ALTER TABLE webhooks ADD COLUMN retry_after timestamptz;
COMMENT ON COLUMN webhooks.retry_after IS 'until when its receiver wants to be left alone (Retry-After)';

-- Responses by idempotency key.

CREATE TABLE idempotency_keys (
    user_id uuid NOT NULL,
    key text NOT NULL,
    route text NOT NULL,
    request_hash bytea NOT NULL CHECK (octet_length(request_hash) = 32),
    status smallint NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, key)
);
COMMENT ON TABLE idempotency_keys IS 'committed together with the effects of the request; deleted after a day by the user''s next key';

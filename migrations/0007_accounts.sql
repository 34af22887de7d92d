-- Accounts and API keys. Identities are stored at Supabase.

CREATE TABLE accounts (
    user_id uuid PRIMARY KEY,
    plan text NOT NULL CHECK (plan IN ('free', 'premium', 'elite')),
    is_admin boolean NOT NULL DEFAULT false,
    deleted_at timestamptz,
    updated_at timestamptz NOT NULL,
    status text NOT NULL GENERATED ALWAYS AS (
        CASE WHEN deleted_at IS NOT NULL THEN 'deleted' WHEN is_admin THEN 'admin' ELSE plan END
    ) STORED
);
COMMENT ON TABLE accounts IS 'takes precedence over the role in a token, which counts without a row';
COMMENT ON COLUMN accounts.deleted_at IS 'from when on tokens and keys of the user are rejected';

CREATE TABLE api_keys (
    key_id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES accounts,
    fingerprint bytea NOT NULL UNIQUE CHECK (octet_length(fingerprint) = 32),
    name text NOT NULL CHECK (name <> ''),
    scopes text [] NOT NULL CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY['read', 'write']),
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
COMMENT ON COLUMN api_keys.fingerprint IS 'SHA-256 of the key, which is not stored';
CREATE INDEX api_keys_by_user ON api_keys (user_id);

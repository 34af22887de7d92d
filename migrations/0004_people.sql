-- People: accounts, API keys, users, preferences, favourite matches, deletions and idempotency keys. Identities are stored
-- at Supabase.

CREATE TABLE accounts (
    user_id uuid PRIMARY KEY,
    plan text NOT NULL CHECK (plan IN ('free', 'premium', 'elite')),
    is_admin boolean NOT NULL DEFAULT false,
    deleted_at timestamptz,
    updated_at timestamptz NOT NULL,
    status text NOT NULL GENERATED ALWAYS AS (
        CASE WHEN deleted_at IS NOT NULL THEN 'deleted' WHEN is_admin THEN 'admin' ELSE plan END
    ) STORED,
    synced_role text
);
COMMENT ON TABLE accounts IS 'takes precedence over the role in a token, which counts without a row';
COMMENT ON COLUMN accounts.deleted_at IS 'from when on tokens and keys of the user are rejected';
COMMENT ON COLUMN accounts.synced_role IS 'status last synced to Supabase; pending if it differs';
CREATE INDEX accounts_unsynced_user_id_idx ON accounts (user_id)
WHERE deleted_at IS NULL AND synced_role IS DISTINCT FROM status;

-- Inserts of user data prevent the deletion of the user until the commit, and fail for deleted users.

CREATE FUNCTION user_lock(id uuid) RETURNS bigint LANGUAGE sql IMMUTABLE
RETURN hashtextextended('user ' || id::text, 0);
COMMENT ON FUNCTION user_lock IS 'advisory lock key of a user: shared for writers, exclusive for a deletion';

CREATE FUNCTION prevent_user_deletion(id uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(user_lock(id));
    -- A separate statement sees what was committed while waiting for the lock.
    IF EXISTS (SELECT FROM accounts WHERE user_id = id AND deleted_at IS NOT NULL) THEN
        RAISE foreign_key_violation USING MESSAGE = 'this user is deleted', CONSTRAINT = 'user_not_deleted';
    END IF;
END
$$;
COMMENT ON FUNCTION prevent_user_deletion IS
'prevents the deletion of a user until the end of the transaction; raises if they are deleted';

CREATE FUNCTION reject_deleted_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM prevent_user_deletion(NEW.user_id);
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION reject_deleted_user IS 'trigger of tables with user data';

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
CREATE INDEX api_keys_user_id_idx ON api_keys (user_id);
CREATE TRIGGER api_keys_reject_deleted_users BEFORE INSERT ON api_keys
FOR EACH ROW EXECUTE FUNCTION reject_deleted_user();

CREATE TABLE users (
    user_id uuid PRIMARY KEY,
    full_name text CHECK (full_name <> ''),
    name_set boolean NOT NULL DEFAULT false,
    name_synced boolean NOT NULL DEFAULT true,
    adult_declared_at timestamptz,
    adult_declared_by text CHECK (adult_declared_by IN ('person', 'sign_up')),
    sign_up_read_at timestamptz,
    created_at timestamptz NOT NULL
);
COMMENT ON COLUMN users.name_set IS 'whether the user set the name here; otherwise the name of the sign-up counts';
COMMENT ON COLUMN users.name_synced IS 'whether the name is synced to Supabase';
COMMENT ON COLUMN users.adult_declared_at IS 'first declaration to be 18 or older; the date of birth is not stored';
COMMENT ON COLUMN users.adult_declared_by IS 'where it was declared: here (person) or at sign-up';
COMMENT ON COLUMN users.sign_up_read_at IS 'when the age in the sign-up data was read, which is done once';
COMMENT ON COLUMN users.created_at IS 'time of the first request';
CREATE INDEX users_unsynced_user_id_idx ON users (user_id) WHERE NOT name_synced;
CREATE TRIGGER users_reject_deleted_users BEFORE INSERT ON users
FOR EACH ROW EXECUTE FUNCTION reject_deleted_user();

CREATE TABLE preferences (
    user_id uuid PRIMARY KEY,
    language text NOT NULL CHECK (language IN ('fr', 'en', 'nl')),
    timezone text NOT NULL,
    odds_format text NOT NULL CHECK (odds_format IN ('decimal', 'fractional', 'american')),
    dark_mode boolean NOT NULL,
    email_daily_picks boolean NOT NULL,
    email_match_results boolean NOT NULL,
    push_daily_picks boolean NOT NULL,
    push_match_start boolean NOT NULL,
    push_bet_results boolean NOT NULL,
    default_stake numeric(10, 2) NOT NULL CHECK (default_stake > 0),
    risk_level text NOT NULL CHECK (risk_level IN ('low', 'medium', 'high')),
    favorite_competitions text [] NOT NULL,
    favorite_team_id integer REFERENCES teams,
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE preferences IS 'users without a row have the defaults';
CREATE INDEX preferences_timezone_idx ON preferences (timezone);
CREATE TRIGGER preferences_reject_deleted_users BEFORE INSERT ON preferences
FOR EACH ROW EXECUTE FUNCTION reject_deleted_user();

CREATE TABLE favourites (
    favourite_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id uuid NOT NULL,
    match_id bigint NOT NULL REFERENCES matches,
    note text,
    notify_before_match boolean NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (user_id, match_id)
);
CREATE INDEX favourites_match_id_idx ON favourites (match_id);
CREATE INDEX favourites_reminders_match_id_idx ON favourites (match_id) WHERE notify_before_match;
CREATE TRIGGER favourites_reject_deleted_users BEFORE INSERT ON favourites
FOR EACH ROW EXECUTE FUNCTION reject_deleted_user();

CREATE TABLE deletions (
    user_id uuid PRIMARY KEY,
    requested_at timestamptz NOT NULL,
    attempted_at timestamptz
);
COMMENT ON TABLE deletions IS 'deletions that are pending in external systems; a job completes them';
COMMENT ON COLUMN deletions.attempted_at IS 'when it last failed; null before the first failure';
CREATE INDEX deletions_requested_at_user_id_idx ON deletions (requested_at, user_id) WHERE attempted_at IS NULL;
CREATE INDEX deletions_attempted_at_user_id_idx ON deletions (attempted_at, user_id) WHERE attempted_at IS NOT NULL;

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
COMMENT ON TABLE idempotency_keys IS
'committed together with the effects of the request; deleted after a day by the user''s next key';
CREATE TRIGGER idempotency_keys_reject_deleted_users BEFORE INSERT ON idempotency_keys
FOR EACH ROW EXECUTE FUNCTION reject_deleted_user();

-- Inserts of user data prevent the deletion of the user until the commit, and fail for deleted users.

CREATE FUNCTION user_lock(person uuid) RETURNS bigint LANGUAGE sql IMMUTABLE
RETURN hashtextextended('person ' || person::text, 0);
COMMENT ON FUNCTION user_lock IS 'advisory lock key of a user: shared for writers, exclusive for a deletion';

CREATE FUNCTION prevent_user_deletion(person uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(user_lock(person));
    -- A separate statement sees what was committed while waiting for the lock.
    IF EXISTS (SELECT FROM accounts WHERE user_id = person AND deleted_at IS NOT NULL) THEN
        RAISE foreign_key_violation USING MESSAGE = 'this user is deleted', CONSTRAINT = 'user_not_deleted';
    END IF;
END
$$;
COMMENT ON FUNCTION prevent_user_deletion IS 'prevents the deletion of a user until the end of the transaction; raises if they are deleted';

CREATE FUNCTION reject_deleted_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM prevent_user_deletion(NEW.user_id);
    RETURN NEW;
END
$$;

CREATE TRIGGER api_keys_reject_deleted_users BEFORE INSERT ON api_keys
FOR EACH ROW EXECUTE FUNCTION reject_deleted_user();
CREATE TRIGGER bankrolls_reject_deleted_users BEFORE INSERT ON bankrolls
FOR EACH ROW EXECUTE FUNCTION reject_deleted_user();
CREATE TRIGGER cool_offs_reject_deleted_users BEFORE INSERT ON cool_offs
FOR EACH ROW EXECUTE FUNCTION reject_deleted_user();
CREATE TRIGGER favourites_reject_deleted_users BEFORE INSERT ON favourites
FOR EACH ROW EXECUTE FUNCTION reject_deleted_user();
CREATE TRIGGER idempotency_keys_reject_deleted_users BEFORE INSERT ON idempotency_keys
FOR EACH ROW EXECUTE FUNCTION reject_deleted_user();
CREATE TRIGGER users_reject_deleted_users BEFORE INSERT ON users
FOR EACH ROW EXECUTE FUNCTION reject_deleted_user();
CREATE TRIGGER play_limits_reject_deleted_users BEFORE INSERT ON play_limits
FOR EACH ROW EXECUTE FUNCTION reject_deleted_user();
CREATE TRIGGER preferences_reject_deleted_users BEFORE INSERT ON preferences
FOR EACH ROW EXECUTE FUNCTION reject_deleted_user();
CREATE TRIGGER push_subscriptions_reject_deleted_users BEFORE INSERT ON push_subscriptions
FOR EACH ROW EXECUTE FUNCTION reject_deleted_user();
CREATE TRIGGER webhooks_reject_deleted_users BEFORE INSERT ON webhooks
FOR EACH ROW EXECUTE FUNCTION reject_deleted_user();

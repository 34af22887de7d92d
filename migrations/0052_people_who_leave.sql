-- A person's first row of any kind is written while they cannot leave, and not at all once they have left.

CREATE FUNCTION person_lock(person uuid) RETURNS bigint LANGUAGE sql IMMUTABLE
RETURN hashtextextended('person ' || person::text, 0);
COMMENT ON FUNCTION person_lock IS 'the advisory lock of a person: shared by whoever writes about them, alone for whoever deletes them';

CREATE FUNCTION keep_person(person uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(person_lock(person));
    -- A statement of its own, so that it sees what was committed while the lock was waited for.
    IF EXISTS (SELECT FROM accounts WHERE user_id = person AND deleted_at IS NOT NULL) THEN
        RAISE foreign_key_violation USING MESSAGE = 'this person has left', CONSTRAINT = 'person_has_not_left';
    END IF;
END
$$;
COMMENT ON FUNCTION keep_person IS 'keeps a person from leaving until the transaction ends; raises where they have left';

CREATE FUNCTION refuse_departed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM keep_person(NEW.user_id);
    RETURN NEW;
END
$$;

CREATE TRIGGER api_keys_of_the_present BEFORE INSERT ON api_keys
FOR EACH ROW EXECUTE FUNCTION refuse_departed();
CREATE TRIGGER bankrolls_of_the_present BEFORE INSERT ON bankrolls
FOR EACH ROW EXECUTE FUNCTION refuse_departed();
CREATE TRIGGER cool_offs_of_the_present BEFORE INSERT ON cool_offs
FOR EACH ROW EXECUTE FUNCTION refuse_departed();
CREATE TRIGGER favourites_of_the_present BEFORE INSERT ON favourites
FOR EACH ROW EXECUTE FUNCTION refuse_departed();
CREATE TRIGGER idempotency_keys_of_the_present BEFORE INSERT ON idempotency_keys
FOR EACH ROW EXECUTE FUNCTION refuse_departed();
CREATE TRIGGER people_of_the_present BEFORE INSERT ON people
FOR EACH ROW EXECUTE FUNCTION refuse_departed();
CREATE TRIGGER play_limits_of_the_present BEFORE INSERT ON play_limits
FOR EACH ROW EXECUTE FUNCTION refuse_departed();
CREATE TRIGGER preferences_of_the_present BEFORE INSERT ON preferences
FOR EACH ROW EXECUTE FUNCTION refuse_departed();
CREATE TRIGGER push_subscriptions_of_the_present BEFORE INSERT ON push_subscriptions
FOR EACH ROW EXECUTE FUNCTION refuse_departed();
CREATE TRIGGER webhooks_of_the_present BEFORE INSERT ON webhooks
FOR EACH ROW EXECUTE FUNCTION refuse_departed();

-- Jobs that work in pages: workers, and the work list of each such job.

CREATE TABLE job_workers (
    job text NOT NULL,
    worker smallint NOT NULL,
    run_id text NOT NULL,
    held_until timestamptz NOT NULL,
    PRIMARY KEY (job, worker)
);
COMMENT ON TABLE job_workers IS 'the run that works as each worker of a job; extended while it works (docs/decisions/work-in-pages.md)';

ALTER TABLE deletions ADD COLUMN attempted_at timestamptz;
COMMENT ON COLUMN deletions.attempted_at IS 'when it last failed; null before the first failure';
CREATE INDEX deletions_requested_at_user_id_idx ON deletions (requested_at, user_id) WHERE attempted_at IS NULL;
CREATE INDEX deletions_attempted_at_user_id_idx ON deletions (attempted_at, user_id) WHERE attempted_at IS NOT NULL;

-- Bets that wait for a result or for a closing-line value. No foreign key: deleting a user must not wait for a page of
-- bets that is being settled; a row whose bet is gone is removed when it is due.
CREATE TABLE bets_due (
    bet_id bigint PRIMARY KEY,
    match_id bigint NOT NULL,
    due_at timestamptz
);
COMMENT ON TABLE bets_due IS 'work list of settle_bets: every bet that is open or without a closing-line value';
COMMENT ON COLUMN bets_due.due_at IS 'when to look at the bet; null: when its match changes';
CREATE INDEX bets_due_due_at_bet_id_idx ON bets_due (due_at, bet_id);
CREATE INDEX bets_due_match_id_idx ON bets_due (match_id);

CREATE TABLE matches_to_settle (
    match_id bigint PRIMARY KEY
);
COMMENT ON TABLE matches_to_settle IS 'work list of settle_bets: matches with bets that have changed since it last looked at them';

CREATE FUNCTION add_bets_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO bets_due (bet_id, match_id, due_at) SELECT bet_id, match_id, kick_off FROM added;
    RETURN NULL;
END
$$;
CREATE TRIGGER bets_are_due AFTER INSERT ON bets
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION add_bets_due();

CREATE FUNCTION add_matches_to_settle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO matches_to_settle (match_id)
    SELECT n.match_id
    FROM after_update n
    JOIN before_update o ON o.match_id = n.match_id
    WHERE (n.kick_off, n.hour, n.status, n.home_goals, n.away_goals, n.review)
        IS DISTINCT FROM (o.kick_off, o.hour, o.status, o.home_goals, o.away_goals, o.review)
        AND EXISTS (SELECT FROM bets b WHERE b.match_id = n.match_id)
    ON CONFLICT (match_id) DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER matches_are_to_settle AFTER UPDATE ON matches
REFERENCING OLD TABLE AS before_update NEW TABLE AS after_update
FOR EACH STATEMENT EXECUTE FUNCTION add_matches_to_settle();

-- An administrator hands a bet back to the result of its match.
CREATE FUNCTION add_match_of_bet_to_settle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO matches_to_settle (match_id) SELECT match_id FROM bets WHERE bet_id = NEW.bet_id
    ON CONFLICT (match_id) DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER bets_handed_back_are_to_settle AFTER INSERT ON bankroll_entries
FOR EACH ROW WHEN (NEW.source = 'administrator' AND NEW.status = 'pending')
EXECUTE FUNCTION add_match_of_bet_to_settle();

INSERT INTO bets_due (bet_id, match_id, due_at)
SELECT b.bet_id, b.match_id, b.kick_off
FROM bets b
JOIN LATERAL (SELECT status FROM bankroll_entries WHERE bet_id = b.bet_id ORDER BY entry_id DESC LIMIT 1) e ON true
LEFT JOIN bet_closings c ON c.bet_id = b.bet_id
WHERE e.status = 'pending' OR (c.bet_id IS NULL AND e.status <> 'deleted' AND b.kick_off > now() - interval '30 days');
INSERT INTO matches_to_settle (match_id) SELECT DISTINCT match_id FROM bets WHERE kick_off > now() - interval '30 days';

-- Pages of push subscriptions: page n holds those with subscription_id / 500 = n.
CREATE TABLE push_pages (
    page bigint PRIMARY KEY,
    looked_at timestamptz NOT NULL DEFAULT 'epoch',
    taken_until timestamptz NOT NULL DEFAULT 'epoch'
);
COMMENT ON TABLE push_pages IS 'work list of send_notifications: each page is looked at once in each pass';
COMMENT ON COLUMN push_pages.looked_at IS 'when the last pass that has looked at it began';
COMMENT ON COLUMN push_pages.taken_until IS 'end of the lease of the run that is working on it';
CREATE INDEX push_pages_looked_at_page_idx ON push_pages (looked_at, page);

CREATE INDEX bankroll_entries_user_id_created_at_idx ON bankroll_entries (user_id, created_at) WHERE source = 'result';

ALTER TABLE webhooks
ADD COLUMN looked_at timestamptz NOT NULL DEFAULT 'epoch',
ADD COLUMN next_attempt_at timestamptz,
ADD COLUMN taken_until timestamptz NOT NULL DEFAULT 'epoch';
COMMENT ON COLUMN webhooks.looked_at IS 'when its due events were last selected; the epoch when a test is requested';
COMMENT ON COLUMN webhooks.next_attempt_at IS 'when to look at it though nothing new occurs: a retry, or the end of a pause';
COMMENT ON COLUMN webhooks.taken_until IS 'end of the lease of the run that is working on it';
CREATE INDEX webhooks_looked_at_webhook_id_idx ON webhooks (looked_at, webhook_id) WHERE stopped_at IS NULL AND next_attempt_at IS NULL;
CREATE INDEX webhooks_next_attempt_at_webhook_id_idx ON webhooks (next_attempt_at, webhook_id)
WHERE stopped_at IS NULL AND next_attempt_at IS NOT NULL;
CREATE INDEX webhook_deliveries_webhook_id_attempted_at_idx ON webhook_deliveries (webhook_id, attempted_at);

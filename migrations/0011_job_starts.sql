-- Who started which job, what administrators did, and how jobs failed.

CREATE TABLE job_starts (
    run_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job text NOT NULL,
    event jsonb NOT NULL,
    started_by uuid NOT NULL,
    started_at timestamptz NOT NULL
);
COMMENT ON TABLE job_starts IS 'jobs that a person started; those on a schedule or after another job are not in it';
CREATE INDEX job_starts_by_job ON job_starts (job, started_at DESC);

CREATE TABLE job_failures (
    job text PRIMARY KEY,
    failed_at timestamptz NOT NULL,
    error text NOT NULL
);
COMMENT ON TABLE job_failures IS 'how each job last failed; since then it may have ended well, which jobs tells';

CREATE TABLE admin_actions (
    action_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id uuid NOT NULL,
    action text NOT NULL,
    requested_at timestamptz NOT NULL
);
COMMENT ON TABLE admin_actions IS 'what administrators asked to be changed or done, before it was';
CREATE TRIGGER admin_actions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON admin_actions
FOR EACH STATEMENT EXECUTE FUNCTION reject_change();

-- Manual starts of jobs, job failures, and the audit log of administrators.

CREATE TABLE job_starts (
    run_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job text NOT NULL,
    event jsonb NOT NULL,
    started_by uuid NOT NULL,
    started_at timestamptz NOT NULL
);
COMMENT ON TABLE job_starts IS 'manual starts only, not those by schedule or by another job';
CREATE INDEX job_starts_by_job ON job_starts (job, started_at DESC);

CREATE TABLE job_failures (
    job text PRIMARY KEY,
    failed_at timestamptz NOT NULL,
    error text NOT NULL
);
COMMENT ON TABLE job_failures IS 'last failure of each job; see jobs for a later success';

CREATE TABLE admin_actions (
    action_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id uuid NOT NULL,
    action text NOT NULL,
    requested_at timestamptz NOT NULL
);
COMMENT ON TABLE admin_actions IS 'audit log of administrators; written before the action';
CREATE TRIGGER admin_actions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON admin_actions
FOR EACH STATEMENT EXECUTE FUNCTION reject_change();

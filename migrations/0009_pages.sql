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

-- Operations: settings of the database, append-only tables, payloads of external sources, anomaly reports, jobs, and the
-- audit log of administrators. Instants are timestamptz in UTC; days are days in Paris.

-- The statement timeout is below the function timeout of 15 seconds, so that no statement outlives its request and holds
-- locks and a pool connection. Jobs set a longer one (shared/stores/database.set_statement_timeout).
DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I SET statement_timeout TO ''10s''', current_database());
END
$$;

CREATE FUNCTION reject_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is a record: rows are added, never changed or removed', tg_table_name;
END
$$;
COMMENT ON FUNCTION reject_change IS 'trigger of append-only tables';

-- Raw payloads of external sources, stored before processing. A row is added when the content changes.
CREATE TABLE payloads (
    source text NOT NULL,
    external_id text NOT NULL,
    known_at timestamptz NOT NULL,
    digest bytea NOT NULL,
    content text NOT NULL,
    PRIMARY KEY (source, external_id, known_at)
);

-- Shapes of the CSV files, for detecting schema drift and missing rows.
CREATE TABLE source_files (
    file text NOT NULL,
    season integer NOT NULL,
    columns text [] NOT NULL,
    lines integer NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (file, season)
);
COMMENT ON COLUMN source_files.file IS 'E0.csv, fixtures.csv';
COMMENT ON COLUMN source_files.lines IS 'number of matches';

-- Anomaly reports for manual review, one row each, however often they recur.
CREATE TABLE reports (
    kind text NOT NULL,
    about text NOT NULL,
    what text NOT NULL,
    first_seen_at timestamptz NOT NULL,
    PRIMARY KEY (kind, about, what)
);

CREATE TABLE jobs (
    job text PRIMARY KEY,
    last_run_at timestamptz NOT NULL,
    day date NOT NULL,
    report jsonb NOT NULL
);
COMMENT ON TABLE jobs IS 'last success of each job, and its report';

CREATE TABLE job_failures (
    job text PRIMARY KEY,
    failed_at timestamptz NOT NULL,
    error text NOT NULL
);
COMMENT ON TABLE job_failures IS 'last failure of each job; see jobs for a later success';

CREATE TABLE job_workers (
    job text NOT NULL,
    worker smallint NOT NULL,
    run_id text NOT NULL,
    began timestamptz NOT NULL,
    held_until timestamptz NOT NULL,
    PRIMARY KEY (job, worker)
);
COMMENT ON TABLE job_workers IS 'the run that works as each worker of a job; extended while it works (docs/decisions/work-in-pages.md)';
COMMENT ON COLUMN job_workers.began IS 'when its pass over the work began; a retry of a killed run goes on with it';

CREATE TABLE job_starts (
    run_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job text NOT NULL,
    event jsonb NOT NULL,
    started_by uuid NOT NULL,
    started_at timestamptz NOT NULL
);
COMMENT ON TABLE job_starts IS 'manual starts only, not those by schedule or by another job';
CREATE INDEX job_starts_job_started_at_idx ON job_starts (job, started_at DESC);

CREATE TABLE admin_actions (
    action_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id uuid NOT NULL,
    action text NOT NULL,
    requested_at timestamptz NOT NULL
);
COMMENT ON TABLE admin_actions IS 'audit log of administrators; written before the action';
CREATE TRIGGER admin_actions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON admin_actions
FOR EACH STATEMENT EXECUTE FUNCTION reject_change();

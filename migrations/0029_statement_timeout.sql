-- A request's statement ends before its function does, which has 15 seconds: a runaway one would hold its locks and its
-- place in the pool after nobody waits for it any more. Jobs allow themselves more (shared/stores/database.allow).
DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I SET statement_timeout TO ''10s''', current_database());
END
$$;

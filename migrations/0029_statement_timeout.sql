-- The statement timeout is below the function timeout of 15 seconds, so that no statement outlives its request and holds
-- locks and a pool connection. Jobs set a longer one (shared/stores/database.set_statement_timeout).
DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I SET statement_timeout TO ''10s''', current_database());
END
$$;

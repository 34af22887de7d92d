-- What pages read at Supabase is a copy of what stands here; these columns tell which copies are still to be written.

ALTER TABLE accounts ADD COLUMN synced_role text;
COMMENT ON COLUMN accounts.synced_role IS 'the status that was last written to Supabase; where it differs, a copy is due';

ALTER TABLE users
    ADD COLUMN name_set boolean NOT NULL DEFAULT false,
    ADD COLUMN name_synced boolean NOT NULL DEFAULT true;
UPDATE users SET name_set = true, name_synced = false WHERE full_name IS NOT NULL;
COMMENT ON COLUMN users.name_set IS 'whether they told us what to call them; until then the name of their sign-up counts';
COMMENT ON COLUMN users.name_synced IS 'whether Supabase has the name that stands here';

ALTER TABLE users
    ADD COLUMN adult_declared_by text CHECK (adult_declared_by IN ('person', 'sign_up')),
    ADD COLUMN sign_up_read_at timestamptz;
UPDATE users SET adult_declared_by = 'person' WHERE adult_declared_at IS NOT NULL;
COMMENT ON COLUMN users.adult_declared_by IS 'to whom they declared it: to us (person), or to Supabase when they signed up';
COMMENT ON COLUMN users.sign_up_read_at IS 'when the age that their sign-up states was taken, which is done once';

-- Supabase has copies of roles and names for the frontend; these columns record which copies are pending.

ALTER TABLE accounts ADD COLUMN synced_role text;
COMMENT ON COLUMN accounts.synced_role IS 'status last synced to Supabase; pending if it differs';

ALTER TABLE users
    ADD COLUMN name_set boolean NOT NULL DEFAULT false,
    ADD COLUMN name_synced boolean NOT NULL DEFAULT true;
UPDATE users SET name_set = true, name_synced = false WHERE full_name IS NOT NULL;
COMMENT ON COLUMN users.name_set IS 'whether the user set the name here; otherwise the name of the sign-up counts';
COMMENT ON COLUMN users.name_synced IS 'whether the name is synced to Supabase';

ALTER TABLE users
    ADD COLUMN adult_declared_by text CHECK (adult_declared_by IN ('person', 'sign_up')),
    ADD COLUMN sign_up_read_at timestamptz;
UPDATE users SET adult_declared_by = 'person' WHERE adult_declared_at IS NOT NULL;
COMMENT ON COLUMN users.adult_declared_by IS 'where it was declared: here (person) or at sign-up';
COMMENT ON COLUMN users.sign_up_read_at IS 'when the age in the sign-up data was read, which is done once';

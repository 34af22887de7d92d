-- What pages read at Supabase is a copy of what stands here; these columns tell which copies are still to be written.

ALTER TABLE accounts ADD COLUMN copied_role text;
COMMENT ON COLUMN accounts.copied_role IS 'the standing that was last written to Supabase; where it differs, a copy is due';

ALTER TABLE people
    ADD COLUMN named boolean NOT NULL DEFAULT false,
    ADD COLUMN name_copied boolean NOT NULL DEFAULT true;
UPDATE people SET named = true, name_copied = false WHERE full_name IS NOT NULL;
COMMENT ON COLUMN people.named IS 'whether they told us what to call them; until then the name of their sign-up counts';
COMMENT ON COLUMN people.name_copied IS 'whether Supabase has the name that stands here';

ALTER TABLE people
    ADD COLUMN adult_declared_by text CHECK (adult_declared_by IN ('person', 'sign_up')),
    ADD COLUMN sign_up_read_at timestamptz;
UPDATE people SET adult_declared_by = 'person' WHERE adult_declared_at IS NOT NULL;
COMMENT ON COLUMN people.adult_declared_by IS 'to whom they declared it: to us (person), or to Supabase when they signed up';
COMMENT ON COLUMN people.sign_up_read_at IS 'when the age that their sign-up states was taken, which is done once';

-- After kick-off an administrator can correct how a bet ended.

ALTER TABLE bankroll_entries DROP CONSTRAINT bankroll_entries_source_check;
ALTER TABLE bankroll_entries ADD CONSTRAINT bankroll_entries_source_check
CHECK (source IN ('person', 'result', 'administrator'));

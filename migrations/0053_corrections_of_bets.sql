-- After kick-off an administrator can correct how a bet ended.

ALTER TABLE bankroll_entries DROP CONSTRAINT bankroll_entries_told_by_check;
ALTER TABLE bankroll_entries ADD CONSTRAINT bankroll_entries_told_by_check
CHECK (told_by IN ('person', 'result', 'administrator'));

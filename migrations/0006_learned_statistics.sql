-- Which statistics the strengths were learned from, so that a correction of them alone is noticed. What was learned
-- before this is learned anew, once: nobody knows from which figures it was.

ALTER TABLE learned_results ADD COLUMN statistics double precision [] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN learned_results.statistics IS
    'shots, shots on target and expected goals, of home and away each; NULL where nobody told';

-- Kept for the release before this one, which writes it.
ALTER TABLE learned_results ALTER COLUMN with_statistics DROP NOT NULL;

-- Statistics that the strengths were fitted to, for detecting corrections. Strengths from before are fitted again once.

ALTER TABLE learned_results ADD COLUMN statistics double precision [] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN learned_results.statistics IS
    'shots, shots on target and expected goals, home and away each; NULL if unknown';

-- Retained for the previous release, which writes it.
ALTER TABLE learned_results ALTER COLUMN with_statistics DROP NOT NULL;

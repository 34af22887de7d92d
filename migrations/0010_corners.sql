-- Corners of a match, from which ratings are learned.

ALTER TABLE match_statistics
ADD COLUMN home_corners double precision,
ADD COLUMN away_corners double precision;

COMMENT ON COLUMN learned_results.statistics IS
'shots, shots on target, expected goals and corners, home and away each; NULL if unknown';

-- Shapes of the CSV files, for detecting schema drift and missing rows.

CREATE TABLE source_files (
    file text NOT NULL,
    season integer NOT NULL,
    columns text [] NOT NULL,
    lines integer NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (file, season)
);
COMMENT ON COLUMN source_files.file IS 'E0.csv, fixtures.csv';
COMMENT ON COLUMN source_files.lines IS 'number of matches';

-- The words of each article, without case and accents, for a search by words: to find them anew at each search takes seconds.

ALTER TABLE articles ADD COLUMN words text [] NOT NULL GENERATED ALWAYS AS (
    tsvector_to_array(to_tsvector(
        'simple', regexp_replace(normalize(title || ' ' || extract, NFKD), '[\u0300-\u036f]', '', 'g')
    ))
) STORED;
COMMENT ON COLUMN articles.words IS 'the words of title and extract, each once, without case and accents';
CREATE INDEX articles_by_word ON articles USING gin (words);

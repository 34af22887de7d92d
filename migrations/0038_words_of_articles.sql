-- Folded words of each article for full-text search; computing them at query time takes seconds.

ALTER TABLE articles ADD COLUMN search_terms text [] NOT NULL GENERATED ALWAYS AS (
    tsvector_to_array(to_tsvector(
        'simple', regexp_replace(normalize(title || ' ' || extract, NFKD), '[\u0300-\u036f]', '', 'g')
    ))
) STORED;
COMMENT ON COLUMN articles.search_terms IS 'distinct words of title and extract without case and accents';
CREATE INDEX articles_by_search_term ON articles USING gin (search_terms);

-- The audit of reads in one order without gaps, as the tree over it needs it: lines are added by a function alone, which
-- numbers them under the lock of one row. Lines that are there already are numbered anew in the order they have.
ALTER TABLE audit.reads DISABLE TRIGGER only_added;
ALTER TABLE audit.reads ALTER COLUMN id DROP IDENTITY;
UPDATE audit.reads SET id = -id;
UPDATE audit.reads r SET id = n.id
  FROM (SELECT id AS before, row_number() OVER (ORDER BY id DESC) AS id FROM audit.reads) AS n
 WHERE r.id = n.before;
ALTER TABLE audit.reads ADD COLUMN written_at timestamptz;
UPDATE audit.reads r SET written_at = n.written_at
  FROM (SELECT id, max(date_trunc('milliseconds', at)) OVER (ORDER BY id) AS written_at FROM audit.reads) AS n
 WHERE r.id = n.id;
ALTER TABLE audit.reads ALTER COLUMN written_at SET NOT NULL;
ALTER TABLE audit.reads ENABLE ALWAYS TRIGGER only_added;
COMMENT ON COLUMN audit.reads.id IS 'Order of writing, from 1, without gaps: the leaf of its tree plus one.';
COMMENT ON COLUMN audit.reads.written_at IS 'When it was written, in whole milliseconds; never falls.';

CREATE TABLE audit.head (
  only_one   boolean     PRIMARY KEY DEFAULT true CHECK (only_one),
  sequence   bigint      NOT NULL,
  written_at timestamptz NULL
);
COMMENT ON TABLE audit.head IS 'The end of the audit of reads; locked by whoever adds to it.';
COMMENT ON COLUMN audit.head.only_one IS 'There is one row.';
COMMENT ON COLUMN audit.head.sequence IS 'Number of the last line.';
COMMENT ON COLUMN audit.head.written_at IS 'When the last line was written; null: there is none.';
INSERT INTO audit.head (sequence, written_at) SELECT count(*), max(written_at) FROM audit.reads;

-- Binds: lines, each an object of the table's columns. Answers the number of the last.
CREATE FUNCTION audit.add(lines jsonb)
RETURNS bigint
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  last audit.head%ROWTYPE;
  added bigint;
BEGIN
  SELECT * INTO STRICT last FROM audit.head FOR UPDATE;
  last.written_at := greatest(date_trunc('milliseconds', clock_timestamp()), last.written_at);
  INSERT INTO audit.reads (id, written_at, at, request, account, unit, client, route, person, ground, consents, groups,
                           as_of, known_at, filter, count, status)
  SELECT last.sequence + l.number, last.written_at, r.*
    FROM jsonb_array_elements(lines) WITH ORDINALITY AS l(line, number),
         jsonb_to_record(l.line) AS r(at timestamptz, request text, account uuid, unit uuid, client text, route text,
              person uuid, ground text, consents text[], groups text[], as_of date, known_at bigint, filter text,
              count integer, status integer);
  GET DIAGNOSTICS added = ROW_COUNT;
  UPDATE audit.head SET sequence = last.sequence + added, written_at = last.written_at;
  RETURN last.sequence + added;
END $$;
COMMENT ON FUNCTION audit.add IS 'Adds lines to the audit of reads, next to its end.';
REVOKE ALL ON audit.head FROM PUBLIC;
REVOKE ALL ON FUNCTION audit.add FROM PUBLIC;
REVOKE INSERT ON audit.reads FROM hoso_access;
GRANT SELECT ON audit.head TO hoso_access;
GRANT EXECUTE ON FUNCTION audit.add TO hoso_access;

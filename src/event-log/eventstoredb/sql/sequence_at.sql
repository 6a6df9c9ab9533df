-- recorded_at never falls, so sequence by sequence it can be searched by halves, without an index on time.
CREATE FUNCTION numbering.sequence_at(moment timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
DECLARE
  known  bigint := 0;  -- recorded at or before the moment, or no event
  beyond bigint;       -- recorded after it, or past the end
  middle bigint;
BEGIN
  SELECT h.sequence + 1 INTO beyond FROM numbering.head h;
  WHILE beyond - known > 1 LOOP
    middle := (known + beyond) / 2;
    IF (SELECT e.recorded_at FROM numbering.events e WHERE e.sequence = middle) <= moment THEN
      known := middle;
    ELSE
      beyond := middle;
    END IF;
  END LOOP;
  RETURN known;
END $$;

COMMENT ON FUNCTION numbering.sequence_at(timestamptz) IS
  'The last sequence recorded at or before a moment; 0 when there is none. Binary search on the primary key.';

REVOKE ALL ON FUNCTION numbering.sequence_at(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION numbering.sequence_at(timestamptz) TO hoso_log, hoso_projector;

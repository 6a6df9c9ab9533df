-- recorded_at never falls, so sequence by sequence it can be searched by halves: some 22 probes of the primary key in
-- four million events, and no index on time. The same for each table that holds sequences: {schema} and {sequence} are
-- its schema and the column of its ordinals.
CREATE FUNCTION {schema}.sequence_at(moment timestamptz) RETURNS bigint
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
  SELECT CASE WHEN h.recorded_at <= moment THEN h.{sequence} END, h.{sequence} + 1
    INTO middle, beyond FROM {schema}.head h;
  IF middle IS NOT NULL THEN
    RETURN middle;
  END IF;
  WHILE beyond - known > 1 LOOP
    middle := (known + beyond) / 2;
    IF (SELECT e.recorded_at FROM {schema}.events e WHERE e.{sequence} = middle) <= moment THEN
      known := middle;
    ELSE
      beyond := middle;
    END IF;
  END LOOP;
  RETURN known;
END $$;

COMMENT ON FUNCTION {schema}.sequence_at(timestamptz) IS
  'The last sequence recorded at or before a moment; 0 when there is none. Binary search on the primary key.';

REVOKE ALL ON FUNCTION {schema}.sequence_at(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {schema}.sequence_at(timestamptz) TO hoso_log, hoso_projector;

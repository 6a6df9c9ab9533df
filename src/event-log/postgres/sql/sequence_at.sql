-- recorded_at never falls, so position by position it can be searched by halves: some 22 probes of the primary key in
-- four million events, and no index on time.
CREATE FUNCTION log.sequence_at(moment timestamptz) RETURNS bigint
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
  SELECT CASE WHEN h.recorded_at <= moment THEN h.position END, h.position + 1
    INTO middle, beyond FROM log.head h;
  IF middle IS NOT NULL THEN
    RETURN middle;
  END IF;
  WHILE beyond - known > 1 LOOP
    middle := (known + beyond) / 2;
    IF (SELECT e.recorded_at FROM log.events e WHERE e.position = middle) <= moment THEN
      known := middle;
    ELSE
      beyond := middle;
    END IF;
  END LOOP;
  RETURN known;
END $$;

COMMENT ON FUNCTION log.sequence_at(timestamptz) IS
  'The last position recorded at or before a moment; 0 when there is none. Binary search on the primary key.';

REVOKE ALL ON FUNCTION log.sequence_at(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.sequence_at(timestamptz) TO hoso_log, hoso_projector;

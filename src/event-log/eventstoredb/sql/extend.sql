-- Numbers the log's next events; the only door. Compare-and-set: whoever does not continue where the numbering stands
-- changes nothing and is answered false, so that two who number at once do no harm.
--
--   after_scanned          where the caller's reading began: the checkpoint it knows
--   now_scanned            up to where it has read
--   positions … times      one element per event of ours, in log order; times: of each alone, before the running maximum
--   now_past_times         what the control stream says at the end of it
CREATE FUNCTION numbering.extend(
  after_scanned  bigint,
  now_scanned    bigint,
  positions      bigint[],
  ids            uuid[],
  streams        text[],
  revisions      bigint[],
  times          timestamptz[],
  now_past_times text
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  tip     numbering.head;
  size    integer := cardinality(positions);
  latest  timestamptz;
  bad     bigint;
BEGIN
  SELECT * INTO tip FROM numbering.head h FOR UPDATE;
  IF tip.scanned <> after_scanned OR now_scanned < after_scanned THEN
    RETURN false;
  END IF;
  latest := tip.recorded_at;
  IF size > 0 THEN
    INSERT INTO numbering.events (sequence, position, id, stream_id, revision, recorded_at)
    SELECT tip.sequence + u.n, u.position, u.id, u.stream, u.revision,
           greatest(tip.recorded_at, max(date_trunc('milliseconds', u.time)) OVER (ORDER BY u.n))
      FROM unnest(positions, ids, streams, revisions, times)
           WITH ORDINALITY AS u (position, id, stream, revision, time, n);

    -- Every event but a stream's first has its predecessor: else history was taken out of the log.
    SELECT u.position INTO bad
      FROM unnest(positions, streams, revisions) AS u (position, stream, revision)
      LEFT JOIN LATERAL (
        SELECT p.position FROM numbering.events p
         WHERE p.stream_id = u.stream AND p.revision = u.revision - 1
         LIMIT 1
      ) before ON true
     WHERE u.revision <> 0 AND (before.position IS NULL OR before.position > u.position)
     LIMIT 1;
    IF FOUND OR positions[1] <= tip.position OR positions[size] > now_scanned THEN
      RAISE EXCEPTION 'the event at position % does not follow what was numbered before it', coalesce(bad, positions[1])
        USING ERRCODE = 'check_violation', CONSTRAINT = 'events_follow_stream';
    END IF;
    SELECT e.recorded_at INTO latest FROM numbering.events e WHERE e.sequence = tip.sequence + size;
  END IF;
  UPDATE numbering.head
     SET scanned = now_scanned,
         position = CASE WHEN size > 0 THEN positions[size] ELSE position END,
         sequence = sequence + size,
         recorded_at = latest,
         past_times = now_past_times;
  PERFORM pg_notify('hoso_numbering', now_scanned::text);
  RETURN true;
END $$;

COMMENT ON FUNCTION numbering.extend(bigint, bigint, bigint[], uuid[], text[], bigint[], timestamptz[], text) IS
  'Gives the next events their sequences and times, by compare-and-set of the checkpoint; NOTIFY hoso_numbering tells of it.';

REVOKE ALL ON FUNCTION
  numbering.extend(bigint, bigint, bigint[], uuid[], text[], bigint[], timestamptz[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  numbering.extend(bigint, bigint, bigint[], uuid[], text[], bigint[], timestamptz[], text) TO hoso_log;

-- Checks what was inserted, whoever inserted it and by whatever statement, then moves head and wakes the readers.
CREATE FUNCTION log.advance_head() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  tip      bigint;
  tip_time timestamptz;
  size     bigint;
  low      bigint;
  high     bigint;
  earliest timestamptz;
  latest   timestamptz;
  bad      bigint;
BEGIN
  -- queue_for_head has locked head before the first row came.
  SELECT h.position, h.recorded_at, a.* INTO tip, tip_time, size, low, high, earliest, latest
    FROM log.head h,
         (SELECT count(*), min(a.position), max(a.position), min(a.recorded_at), max(a.recorded_at) FROM added a) a;
  IF size = 0 THEN
    RETURN NULL;
  END IF;

  -- Positions are distinct by the primary key, so this says: head+1, head+2 … without a hole.
  IF low <> tip + 1 OR high <> tip + size THEN
    RAISE EXCEPTION 'positions % to % (% events) do not follow the end of the log at %', low, high, size, tip
      USING ERRCODE = 'check_violation', CONSTRAINT = 'events_follow_head';
  END IF;

  IF earliest < coalesce(tip_time, timestamptz 'epoch') THEN
    RAISE EXCEPTION 'recorded_at % is before the log''s last, %', earliest, tip_time
      USING ERRCODE = 'check_violation', CONSTRAINT = 'events_time_never_falls';
  END IF;
  IF earliest <> latest THEN
    SELECT t.position INTO bad
      FROM (SELECT a.position, a.recorded_at < lag(a.recorded_at) OVER (ORDER BY a.position) AS falls FROM added a) t
     WHERE t.falls LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION 'recorded_at falls at position %', bad
        USING ERRCODE = 'check_violation', CONSTRAINT = 'events_time_never_falls';
    END IF;
  END IF;
  -- One event of the year 9999 would date all that follow it. An hour is for clocks that differ between machines.
  IF latest > greatest(clock_timestamp() + interval '1 hour', tip_time) THEN
    RAISE EXCEPTION 'recorded_at % lies in the future', latest
      USING ERRCODE = 'check_violation', CONSTRAINT = 'events_time_not_in_future';
  END IF;

  -- Every event but a stream's first has its predecessor before it: by induction revisions are dense and in order.
  SELECT a.position INTO bad
    FROM added a
    LEFT JOIN LATERAL (
      SELECT p.position FROM log.events p
       WHERE p.stream_id = a.stream_id AND p.revision = a.revision - 1
       LIMIT 1
    ) before ON true
   WHERE a.revision <> 0 AND (before.position IS NULL OR before.position > a.position)
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the event at position % does not follow its stream''s last revision', bad
      USING ERRCODE = 'check_violation', CONSTRAINT = 'events_follow_stream';
  END IF;

  UPDATE log.head SET position = high, recorded_at = latest WHERE position = tip;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the log''s end moved while it was locked' USING ERRCODE = 'serialization_failure';
  END IF;
  PERFORM pg_notify('hoso_log_head', high::text);
  RETURN NULL;
END $$;

COMMENT ON FUNCTION log.advance_head() IS
  'Trigger: events must follow the log''s end, their streams'' last revisions and the last time; then head moves and NOTIFY hoso_log_head tells it.';

REVOKE ALL ON FUNCTION log.advance_head() FROM PUBLIC;

CREATE TRIGGER advance_head AFTER INSERT ON log.events
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION log.advance_head();
ALTER TABLE log.events ENABLE ALWAYS TRIGGER advance_head;

COMMENT ON TRIGGER advance_head ON log.events IS 'A forged INSERT is refused; an honest one moves head.';

-- Appends a batch of requests in order, each whole or not at all, each with its own outcome: one bad request does not
-- fail its neighbours. The caller sees to it that no id stands twice in one call.
--
--   streams, expected      one element per request; expected: the stream's last revision, -1 no stream, -2 any
--   requests, ids …metas   one element per event, in order; requests: number of the event's request, from 1
--   scripted               time to record instead of the clock; only on a log that begins with log_marked_as_demo
--
-- Answers one row per request, in order. kind: a appended, r repeated (already appended), w wrong revision (actual in
-- last_revision, null: no such stream), d content differs (of the event `differing`).
CREATE FUNCTION log.append(
  streams  text[],
  expected bigint[],
  requests integer[],
  ids      uuid[],
  types    text[],
  versions integer[],
  datas    text[],
  metas    text[],
  scripted timestamptz DEFAULT NULL
)
RETURNS TABLE (
  kind           text,
  first_revision bigint,
  last_revision  bigint,
  last_position  bigint,
  recorded       timestamptz(3),
  differing      uuid
)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
-- Else every call is planned anew (the planner thinks it pays for short arrays), which takes longer than the append.
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  n         integer := cardinality(streams);
  seen      bigint;    -- end of the log before the batch was judged
  tip       log.head%ROWTYPE;
  stamp     timestamptz(3);
  accepted  bigint;
  tail      bigint;    -- the stream's last revision as this request meets it; -1: no such stream
  -- What the log knows, by request:
  priors    bigint[];  -- the request before it on the same stream in this batch
  tails     bigint[];  -- the stream's last revision, later: as the request leaves it
  starts    bigint[];  -- number of its first event
  sizes     bigint[];
  knowns    bigint[];  -- how many of its ids are in the log
  differs   uuid[];    -- the first of them with other content
  repeats   bigint[];  -- all stand in its stream, contiguous, from this revision on
  -- What becomes of it:
  kinds     text[];
  firsts    bigint[];
  lasts     bigint[];
  shifts    bigint[];  -- place among the inserted minus number of the event; null: inserts nothing
  revisions bigint[];  -- revision minus number of the event
BEGIN
  -- Judged before head is locked, so that the lock is held for the insert alone; judged again under the lock in the
  -- rare case that another process has meanwhile written to one of these streams, or one of these ids.
  LOOP
    -- LATERAL probes with LIMIT 1: `id = ANY (…)` gets a sequential scan on a young table and keeps it.
    SELECT (SELECT h.position FROM log.head h),
           array_agg(f.prior ORDER BY f.n), array_agg(f.tail ORDER BY f.n), array_agg(f.start ORDER BY f.n),
           array_agg(f.size ORDER BY f.n), array_agg(f.known ORDER BY f.n), array_agg(f.differs ORDER BY f.n),
           array_agg(f.repeats ORDER BY f.n)
      INTO seen, priors, tails, starts, sizes, knowns, differs, repeats
      FROM (
        SELECT q.n, lag(q.n) OVER (PARTITION BY q.stream ORDER BY q.n) AS prior, t.revision AS tail, e.*
          FROM unnest(streams) WITH ORDINALITY AS q (stream, n)
          JOIN (
            SELECT u.request,
                   min(u.n) AS start,
                   count(*) AS size,
                   count(k.position) AS known,
                   ids[min(u.n) FILTER (WHERE CASE WHEN k.position IS NOT NULL THEN
                     (k.type, k.version, k.data) IS DISTINCT FROM (types[u.n], versions[u.n], datas[u.n]) END)] AS differs,
                   CASE WHEN count(k.position) = count(*) AND min(k.revision - u.n) = max(k.revision - u.n)
                         AND bool_and(k.stream_id = streams[u.request]) THEN min(k.revision) END AS repeats
              FROM unnest(requests, ids) WITH ORDINALITY AS u (request, id, n)
              LEFT JOIN LATERAL (SELECT * FROM log.events k WHERE k.id = u.id LIMIT 1) k ON true
             GROUP BY u.request
          ) e ON e.request = q.n
          LEFT JOIN LATERAL (
            SELECT s.revision FROM log.events s WHERE s.stream_id = q.stream ORDER BY s.revision DESC LIMIT 1
          ) t ON true
      ) f;

    accepted := 0;
    kinds := array_fill('w'::text, ARRAY[n]);
    firsts := array_fill(NULL::bigint, ARRAY[n]);
    lasts := firsts;
    shifts := firsts;
    revisions := firsts;
    FOR i IN 1..n LOOP
      tail := CASE WHEN priors[i] IS NULL THEN coalesce(tails[i], -1) ELSE tails[priors[i]] END;
      tails[i] := tail;
      IF knowns[i] = 0 AND (expected[i] = tail OR expected[i] = -2) THEN
        kinds[i] := 'a';
        firsts[i] := tail + 1;
        lasts[i] := tail + sizes[i];
        tails[i] := tail + sizes[i];
        shifts[i] := accepted + 1 - starts[i];
        revisions[i] := tail + 1 - starts[i];
        accepted := accepted + sizes[i];
      ELSIF differs[i] IS NOT NULL THEN
        kinds[i] := 'd';
      ELSIF expected[i] = repeats[i] - 1 OR (expected[i] = -2 AND repeats[i] IS NOT NULL) THEN
        kinds[i] := 'r';
        firsts[i] := repeats[i];
        lasts[i] := repeats[i] + sizes[i] - 1;
      ELSE
        lasts[i] := nullif(tail, -1);
      END IF;
    END LOOP;
    EXIT WHEN accepted = 0;
    SELECT * INTO tip FROM log.head h FOR UPDATE;
    EXIT WHEN tip.position = seen OR NOT EXISTS (
      SELECT FROM log.events e
       WHERE e.position > seen
         AND (e.stream_id IN (SELECT unnest(streams)) OR e.id IN (SELECT unnest(ids)))
    );
  END LOOP;

  IF accepted > 0 THEN
    IF scripted IS NULL THEN
      stamp := greatest(date_trunc('milliseconds', clock_timestamp()), tip.recorded_at);
    ELSE
      IF coalesce((SELECT e.type FROM log.events e WHERE e.position = 1), types[starts[array_position(kinds, 'a')]])
           <> 'log_marked_as_demo' THEN
        RAISE EXCEPTION 'only a log whose first event marks it as a demonstration takes a scripted clock'
          USING ERRCODE = 'HOS01';
      END IF;
      IF scripted < tip.recorded_at THEN
        RAISE EXCEPTION 'the scripted clock runs backwards: % is before %', scripted, tip.recorded_at
          USING ERRCODE = 'HOS01';
      END IF;
      stamp := scripted;
    END IF;
    INSERT INTO log.events (position, stream_id, revision, id, type, version, data, meta, recorded_at)
    SELECT tip.position + shifts[u.request] + u.n, streams[u.request], revisions[u.request] + u.n,
           u.id, u.type, u.version, u.data, u.meta, stamp
      FROM unnest(requests, ids, types, versions, datas, metas)
           WITH ORDINALITY AS u (request, id, type, version, data, meta, n)
     WHERE shifts[u.request] IS NOT NULL;
  END IF;

  RETURN QUERY
    SELECT o.kind, o.first, o.last,
           CASE o.kind WHEN 'a' THEN tip.position + o.shift + o.start + o.size - 1 ELSE k.position END,
           CASE o.kind WHEN 'a' THEN stamp ELSE k.recorded_at END,
           o.differs
      FROM unnest(kinds, firsts, lasts, shifts, starts, sizes, differs)
             WITH ORDINALITY AS o (kind, first, last, shift, start, size, differs, n)
      LEFT JOIN LATERAL (
        SELECT e.position, e.recorded_at FROM log.events e
         WHERE o.kind = 'r' AND e.stream_id = streams[o.n] AND e.revision = o.last
         LIMIT 1
      ) k ON true
     ORDER BY o.n;
END $$;

COMMENT ON FUNCTION log.append(text[], bigint[], integer[], uuid[], text[], integer[], text[], text[], timestamptz) IS
  'Appends a batch of requests, each whole or not at all and each with its own outcome; the only door of the service.';

REVOKE ALL ON FUNCTION log.append(text[], bigint[], integer[], uuid[], text[], integer[], text[], text[], timestamptz)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.append(text[], bigint[], integer[], uuid[], text[], integer[], text[], text[], timestamptz)
  TO hoso_log;

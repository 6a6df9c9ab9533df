-- Before the first row is inserted: who inserts without the lock could otherwise deadlock with one who has it.
CREATE FUNCTION log.queue_for_head() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM FROM log.head h FOR UPDATE;
  RETURN NULL;
END $$;

COMMENT ON FUNCTION log.queue_for_head() IS 'Trigger: every INSERT or COPY into log.events takes its turn first.';

REVOKE ALL ON FUNCTION log.queue_for_head() FROM PUBLIC;

CREATE TRIGGER a_queue_for_head BEFORE INSERT ON log.events
  FOR EACH STATEMENT EXECUTE FUNCTION log.queue_for_head();
ALTER TABLE log.events ENABLE ALWAYS TRIGGER a_queue_for_head;

COMMENT ON TRIGGER a_queue_for_head ON log.events IS 'Writers go one at a time.';

CREATE FUNCTION log.refuse_change() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION '% on %.%: the log is only ever added to', tg_op, tg_table_schema, tg_table_name
    USING ERRCODE = 'insufficient_privilege',
          HINT = 'Record a correction or a rescission instead.';
END $$;

COMMENT ON FUNCTION log.refuse_change() IS 'Trigger: refuses UPDATE, DELETE and TRUNCATE for every role.';

REVOKE ALL ON FUNCTION log.refuse_change() FROM PUBLIC;

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON log.events
  FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
ALTER TABLE log.events ENABLE ALWAYS TRIGGER refuse_change;
COMMENT ON TRIGGER refuse_change ON log.events IS 'Nothing recorded is ever changed.';

CREATE TRIGGER refuse_change BEFORE DELETE OR TRUNCATE ON log.head
  FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
ALTER TABLE log.head ENABLE ALWAYS TRIGGER refuse_change;
COMMENT ON TRIGGER refuse_change ON log.head IS 'The log always has an end.';

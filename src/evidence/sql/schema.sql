-- What was signed of the log. Kept beside it, so that no two processes ever sign two roots of one size.
CREATE SCHEMA evidence;

COMMENT ON SCHEMA evidence IS 'Signed checkpoints of the Merkle trees over the logs. Rows are only ever added.';

REVOKE ALL ON SCHEMA evidence FROM PUBLIC;
GRANT USAGE ON SCHEMA evidence TO hoso_projector;

CREATE FUNCTION evidence.refuse_change() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION '% on %.%: what was signed stays', tg_op, tg_table_schema, tg_table_name
    USING ERRCODE = 'insufficient_privilege';
END $$;

COMMENT ON FUNCTION evidence.refuse_change() IS 'Trigger: refuses UPDATE, DELETE and TRUNCATE for every role.';

REVOKE ALL ON FUNCTION evidence.refuse_change() FROM PUBLIC;

-- The event log: the archive itself. Nobody writes here but through log.append, or past the same triggers.
CREATE SCHEMA log;

COMMENT ON SCHEMA log IS
  'The event log: every recorded event, in the order in which it was recorded. Rows are only ever added.';

REVOKE ALL ON SCHEMA log FROM PUBLIC;
GRANT USAGE ON SCHEMA log TO hoso_log, hoso_projector;

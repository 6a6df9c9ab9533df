CREATE SCHEMA accounts;
COMMENT ON SCHEMA accounts IS 'Secrets of accounts as hashes, and sessions. Nothing here is in the event log, and the log is not rebuilt from it.';
REVOKE ALL ON SCHEMA accounts FROM PUBLIC;
GRANT USAGE ON SCHEMA accounts TO hoso_access;

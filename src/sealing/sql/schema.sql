CREATE SCHEMA keys;
COMMENT ON SCHEMA keys IS 'The keyring: what sealed values are opened with. Back it up apart from the log, with a retention of its own.';

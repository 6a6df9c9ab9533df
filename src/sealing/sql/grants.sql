-- The service's role adds keys and reads them. It makes none that is destroyed or older than it is, and changes none.
REVOKE ALL ON SCHEMA keys FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA keys FROM PUBLIC;
GRANT USAGE ON SCHEMA keys TO hoso_keys;
GRANT SELECT ON keys.keys, keys.master TO hoso_keys;
GRANT INSERT (id, owner, field_group, master_id, wrapped) ON keys.keys TO hoso_keys;
GRANT INSERT (id, kind, master_id, wrapped) ON keys.master TO hoso_keys;
GRANT EXECUTE ON FUNCTION keys.obtain TO hoso_keys;

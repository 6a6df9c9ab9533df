-- The day that the views mean by "current". A report of another day: SET hoso.today = '2013-01-01'. Access never asks it.
CREATE FUNCTION reporting.today() RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(
  nullif(current_setting('hoso.today', true), '')::date,
  (statement_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
);

COMMENT ON FUNCTION reporting.today() IS
  'Today in Vietnam (Asia/Ho_Chi_Minh), unless the session says another day: SET hoso.today = ''2013-01-01''.';

REVOKE ALL ON FUNCTION reporting.today() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reporting.today() TO hoso_projector, hoso_reporting;

-- Where read models live: their register, the views for the API, and the views for reporting jobs. The models themselves
-- live in schemas of their own (status_v1, status_v1_g2 …), which hoso_projector makes and owns.
CREATE SCHEMA projecting;
CREATE SCHEMA models;
CREATE SCHEMA reporting;

COMMENT ON SCHEMA projecting IS 'Which read models there are, how far each has read the log, and which of them serves.';
COMMENT ON SCHEMA models IS
  'The tables of the read models that serve, one view for each, <projection>_<table>: what the API reads.';
COMMENT ON SCHEMA reporting IS
  'Stable views for reporting jobs. They take the day from reporting.today(). Rights: the role hoso_reporting, which reads nothing else.';

REVOKE ALL ON SCHEMA projecting, models, reporting FROM PUBLIC;
GRANT USAGE ON SCHEMA projecting TO hoso_projector;
GRANT USAGE, CREATE ON SCHEMA models, reporting TO hoso_projector;
GRANT USAGE ON SCHEMA reporting TO hoso_reporting;

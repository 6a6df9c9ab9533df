CREATE OR REPLACE VIEW reporting.catalogue_coverage WITH (security_barrier = true) AS
SELECT list, covered_from, covered_until, scope, source, why
  FROM {catalogues}.coverage;

COMMENT ON VIEW reporting.catalogue_coverage IS 'Days for which each list declares that it holds every code.';

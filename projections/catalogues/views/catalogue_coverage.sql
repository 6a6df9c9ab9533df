CREATE OR REPLACE VIEW whole.catalogue_coverage AS
SELECT list, covered_from, covered_until, scope, source, why
  FROM {catalogues}.coverage;

COMMENT ON VIEW whole.catalogue_coverage IS 'Days for which each list declares that it holds every code.';

CREATE OR REPLACE VIEW whole.completeness AS
SELECT s.person, s.lacks = 0 AS complete, s.lacks, s.unit, u.code AS unit_code, u.name AS unit_name
  FROM {completeness}.standing s
  LEFT JOIN LATERAL (
    SELECT p.code, p.name FROM {organisation}.period p
     WHERE p.unit = s.unit AND (p.effective_from <= reporting.today() OR p.n = 0)
     ORDER BY p.effective_from DESC LIMIT 1
  ) u ON true
 WHERE s.effective_from <= reporting.today() AND (s.effective_to IS NULL OR s.effective_to > reporting.today());

COMMENT ON VIEW whole.completeness IS
  'Everybody in service on reporting.today(), and whether the record is complete. For today and any day ahead.';
COMMENT ON COLUMN whole.completeness.complete IS 'Whether nothing is missing.';
COMMENT ON COLUMN whole.completeness.unit_code IS 'Code of the unit on that day.';
COMMENT ON COLUMN whole.completeness.unit_name IS 'Name of the unit on that day.';

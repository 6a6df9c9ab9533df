CREATE OR REPLACE VIEW whole.lacks AS
SELECT l.person, l.code, l.item, l.facts, l.rule, l.unit, u.code AS unit_code, u.name AS unit_name
  FROM {completeness}.lack l
  LEFT JOIN LATERAL (
    SELECT p.code, p.name FROM {organisation}.period p
     WHERE p.unit = l.unit AND (p.effective_from <= reporting.today() OR p.n = 0)
     ORDER BY p.effective_from DESC LIMIT 1
  ) u ON true
 WHERE l.effective_from <= reporting.today() AND (l.effective_to IS NULL OR l.effective_to > reporting.today());

COMMENT ON VIEW whole.lacks IS
  'What is missing on reporting.today() of the records of those in service, or stands against them (R-15.5đ, R-18.4e). For today and any day ahead.';
COMMENT ON COLUMN whole.lacks.unit_code IS 'Code of the unit on that day.';
COMMENT ON COLUMN whole.lacks.unit_name IS 'Name of the unit on that day.';

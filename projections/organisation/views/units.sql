CREATE OR REPLACE VIEW whole.units AS
SELECT p.unit, p.code, p.name, p.name_en, p.type, p.level, p.parent, s.effective_from AS since
  FROM {organisation}.period p
  JOIN {organisation}.unit s ON s.unit = p.unit
 WHERE p.effective_from <= reporting.today() AND (p.effective_to IS NULL OR p.effective_to > reporting.today());

COMMENT ON VIEW whole.units IS 'Units that exist on reporting.today(), as they are that day.';
COMMENT ON COLUMN whole.units.since IS 'First day on which the unit exists; -infinity where none is known.';

CREATE OR REPLACE VIEW whole.unit_periods AS
SELECT unit, effective_from, effective_to, code, name, name_en, type, level, parent
  FROM {organisation}.period;

COMMENT ON VIEW whole.unit_periods IS
  'Units over all days: one row for each period in which code, names, type, level and parent stayed the same.';

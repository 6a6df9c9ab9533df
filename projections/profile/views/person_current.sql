CREATE OR REPLACE VIEW whole.person_current AS
SELECT s.person, p.external_source, p.external_id, s.effective_from, s.effective_to, s.uncertain_until, s.family_name, s.given_name, s.other_name,
       s.date_of_birth, s.sex, s.status, s.status_since, s.unit, s.unit_since, s.record_unit, s.keeper, s.positions, s.posts,
       s.grade, s.step, s.coefficient, s.salary_date, s.next_step_from, s.amount, s.per,
       s.hire_date, s.hire_agency, s.category, s.erased,
       u.code AS unit_code, u.name AS unit_name, r.code AS record_unit_code, r.name AS record_unit_name, p.revision, s.disputed
  FROM {profile}.segment s
  JOIN {profile}.person p ON p.person = s.person AND NOT p.withdrawn
  LEFT JOIN LATERAL (
    SELECT p.code, p.name FROM {organisation}.period p
     WHERE p.unit = s.unit AND (p.effective_from <= reporting.today() OR p.n = 0)
     ORDER BY p.effective_from DESC LIMIT 1
  ) u ON true
  LEFT JOIN LATERAL (
    SELECT p.code, p.name FROM {organisation}.period p
     WHERE p.unit = s.record_unit AND (p.effective_from <= reporting.today() OR p.n = 0)
     ORDER BY p.effective_from DESC LIMIT 1
  ) r ON true
 WHERE s.effective_from <= reporting.today() AND (s.effective_to IS NULL OR s.effective_to > reporting.today());

COMMENT ON VIEW whole.person_current IS
  'Who each person is on reporting.today(), with unit code and name of that day; withdrawn records left out.';
COMMENT ON COLUMN whole.person_current.unit_code IS 'Code of the unit on that day.';
COMMENT ON COLUMN whole.person_current.unit_name IS 'Name of the unit on that day.';
COMMENT ON COLUMN whole.person_current.record_unit_code IS 'Code of the record’s unit on that day (a closed one: its last).';
COMMENT ON COLUMN whole.person_current.record_unit_name IS 'Name of the record’s unit on that day (a closed one: its last).';

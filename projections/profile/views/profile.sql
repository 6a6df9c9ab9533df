CREATE OR REPLACE VIEW whole.profile AS
SELECT s.person, s.effective_from, s.effective_to, s.uncertain_until, s.family_name, s.given_name, s.other_name,
       s.date_of_birth, s.sex, s.status, s.status_since, s.unit, s.unit_since, s.record_unit, s.keeper, s.positions, s.posts,
       s.grade, s.step, s.coefficient, s.salary_date, s.next_step_from, s.amount, s.per,
       s.hire_date, s.hire_agency, s.category, s.erased,
       p.external_source, p.external_id, p.withdrawn, p.merged_into, p.revision, s.disputed
  FROM {profile}.segment s
  JOIN {profile}.person p ON p.person = s.person;

COMMENT ON VIEW whole.profile IS
  'Who each person is, day by day: the row with effective_from <= day < effective_to tells of that day. As known now.';

CREATE OR REPLACE VIEW whole.dues AS
SELECT d.person, d.kind, d.due, d.earliest, d.due - reporting.today() AS days_left, d.blocked, d.reasons, d.subject, d.stage,
       d.fact, d.unit, u.code AS unit_code, u.name AS unit_name
  FROM {deadlines}.due d
  LEFT JOIN LATERAL (
    SELECT p.code, p.name FROM {organisation}.period p
     WHERE p.unit = d.unit AND (p.effective_from <= reporting.today() OR p.n = 0)
     ORDER BY p.effective_from DESC LIMIT 1
  ) u ON true
 WHERE d.effective_from <= reporting.today() AND (d.effective_to IS NULL OR d.effective_to > reporting.today());

COMMENT ON VIEW whole.dues IS
  'What falls due for whom, as the state of reporting.today() has it: regular steps, beyond-frame, disciplines lapsing, retirement (by stage), ends of contracts, secondments, rotations, terms, acting posts, trainings and allowances. Asked for today and any day ahead.';
COMMENT ON COLUMN whole.dues.days_left IS '[group pay_tax] [group identity] Calendar days until due; negative when past.';
COMMENT ON COLUMN whole.dues.reasons IS '[group pay_tax] [group discipline] What lengthened it: [{by, kind, months}], by the id of the fact.';
COMMENT ON COLUMN whole.dues.unit_code IS 'Code of the unit on that day.';
COMMENT ON COLUMN whole.dues.unit_name IS 'Name of the unit on that day.';

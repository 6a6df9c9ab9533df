CREATE OR REPLACE VIEW whole.step_dues AS
SELECT d.person, d.due, d.earliest, d.due - reporting.today() AS days_left, d.blocked, d.reasons, d.subject,
       d.fact, d.unit, u.code AS unit_code, u.name AS unit_name,
       CASE WHEN d.due IS NULL OR d.blocked IS NOT NULL THEN 'blocked'
            WHEN d.due < reporting.today() THEN 'overdue'
            WHEN jsonb_array_length(d.reasons) > 0 THEN 'needs_decision'
            ELSE 'automatic' END AS list
  FROM {deadlines}.due d
  LEFT JOIN LATERAL (
    SELECT p.code, p.name FROM {organisation}.period p
     WHERE p.unit = d.unit AND (p.effective_from <= reporting.today() OR p.n = 0)
     ORDER BY p.effective_from DESC LIMIT 1
  ) u ON true
 WHERE d.kind = 'regular_step'
   AND d.effective_from <= reporting.today() AND (d.effective_to IS NULL OR d.effective_to > reporting.today());

COMMENT ON VIEW whole.step_dues IS
  'Regular steps by list: automatic; needs_decision (something lengthened the wait); overdue; blocked, with the reason.';
COMMENT ON COLUMN whole.step_dues.days_left IS '[group pay_tax] [group identity] Calendar days until due; negative when past.';
COMMENT ON COLUMN whole.step_dues.reasons IS '[group pay_tax] [group discipline] What lengthened it: [{by, kind, months}], by the id of the fact.';
COMMENT ON COLUMN whole.step_dues.unit_code IS 'Code of the unit on that day.';
COMMENT ON COLUMN whole.step_dues.unit_name IS 'Name of the unit on that day.';
COMMENT ON COLUMN whole.step_dues.list IS '[group pay_tax] [group discipline] automatic, needs_decision, overdue or blocked, on reporting.today().';

CREATE OR REPLACE VIEW whole.unit_duties AS
SELECT d.unit, u.code AS unit_code, u.name AS unit_name, d.rule, d.trigger, d.due, d.done_on, d.done_by, d.done_account,
       CASE WHEN d.done_on <= reporting.today() THEN CASE WHEN d.done_on > d.due THEN 'done_late' ELSE 'done' END
            WHEN d.due < reporting.today() THEN 'overdue'
            ELSE 'open' END AS standing,
       CASE WHEN d.done_on <= reporting.today() THEN NULL ELSE d.due - reporting.today() END AS days_left,
       CASE WHEN d.done_on <= reporting.today() THEN d.days_late
            ELSE GREATEST(0, reporting.today() - d.due) END AS days_late,
       s.successor
  FROM {unit_duties}.duty d
  LEFT JOIN LATERAL (
    SELECT p.code, p.name FROM {organisation}.period p
     WHERE p.unit = d.unit AND (p.effective_from <= reporting.today() OR p.n = 0)
     ORDER BY p.effective_from DESC LIMIT 1
  ) u ON true
  LEFT JOIN {organisation}.unit s ON s.unit = d.unit AND s.effective_to <= reporting.today()
 WHERE d.trigger <= reporting.today();

COMMENT ON VIEW whole.unit_duties IS
  'Reports and monthly checks that agencies owe themselves (QĐ 8060/QĐ-UBND Đ.14, 15.4): when they were due, and whether they are open, overdue, done or done late on reporting.today(). Those whose term has begun by then.';
COMMENT ON COLUMN whole.unit_duties.unit_code IS 'Code of the agency on that day.';
COMMENT ON COLUMN whole.unit_duties.unit_name IS 'Name of the agency on that day.';
COMMENT ON COLUMN whole.unit_duties.standing IS 'open, overdue, done or done_late, on reporting.today().';
COMMENT ON COLUMN whole.unit_duties.days_left IS 'Calendar days left until due; negative when overdue; null when done.';
COMMENT ON COLUMN whole.unit_duties.days_late IS 'Calendar days late: of a done duty when it was done, of an open one on reporting.today().';
COMMENT ON COLUMN whole.unit_duties.successor IS
  'The unit into which the agency was merged by then: what is open is owed by it.';

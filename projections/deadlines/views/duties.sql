CREATE OR REPLACE VIEW whole.duties AS
SELECT d.person, d.rule, d.fact, d.action, d.trigger, d.due, d.done_on, d.done_by, d.done_account, d.owes,
       u.code AS owes_code, u.name AS owes_name,
       CASE WHEN d.done_on <= reporting.today() THEN CASE WHEN d.done_on > d.due THEN 'done_late' ELSE 'done' END
            WHEN d.due < reporting.today() THEN 'overdue'
            ELSE 'open' END AS standing,
       CASE WHEN d.done_on <= reporting.today() THEN NULL ELSE d.due - reporting.today() END AS days_left,
       CASE WHEN d.done_on <= reporting.today() THEN d.days_late
            ELSE GREATEST(0, reporting.today() - d.due) END AS days_late, d.disputed
  FROM {deadlines}.duty d
  LEFT JOIN LATERAL (
    SELECT p.code, p.name FROM {organisation}.period p
     WHERE p.unit = d.owes AND (p.effective_from <= reporting.today() OR p.n = 0)
     ORDER BY p.effective_from DESC LIMIT 1
  ) u ON true
 WHERE d.trigger <= reporting.today();

COMMENT ON VIEW whole.duties IS
  'Duties of QĐ 8060/QĐ-UBND Đ.10 and 11 on records: who owes them, when they were due, and whether they are open, overdue, done or done late on reporting.today(). Those whose clock has begun by then.';
COMMENT ON COLUMN whole.duties.owes_code IS 'Code of the agency that owes it, on that day.';
COMMENT ON COLUMN whole.duties.owes_name IS 'Name of the agency that owes it, on that day.';
COMMENT ON COLUMN whole.duties.standing IS 'open, overdue, done or done_late, on reporting.today().';
COMMENT ON COLUMN whole.duties.days_left IS 'Calendar days left until due; negative when overdue; null when done.';
COMMENT ON COLUMN whole.duties.days_late IS 'Calendar days late: of a done duty when it was done, of an open one on reporting.today().';

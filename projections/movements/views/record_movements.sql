CREATE OR REPLACE VIEW whole.record_movements AS
SELECT m.person, m.step, m.effective_from AS since, m.from_unit, f.code AS from_code, f.name AS from_name,
       m.to_unit, t.code AS to_code, t.name AS to_name, m.transfer, m.fact,
       d.due, d.due - reporting.today() AS days_left, m.disputed
  FROM {movements}.step m
  LEFT JOIN LATERAL (
    SELECT p.code, p.name FROM {organisation}.period p
     WHERE p.unit = m.from_unit AND (p.effective_from <= reporting.today() OR p.n = 0)
     ORDER BY p.effective_from DESC LIMIT 1
  ) f ON true
  LEFT JOIN LATERAL (
    SELECT p.code, p.name FROM {organisation}.period p
     WHERE p.unit = m.to_unit AND (p.effective_from <= reporting.today() OR p.n = 0)
     ORDER BY p.effective_from DESC LIMIT 1
  ) t ON true
  LEFT JOIN LATERAL (
    SELECT min(d.due) AS due FROM {deadlines}.duty d
     WHERE d.person = m.person AND d.fact = m.transfer
       AND d.rule = CASE m.step WHEN 'refused' THEN 'R-11.2a' ELSE 'R-11.2b' END
  ) d ON true
 WHERE m.effective_from <= reporting.today() AND (m.effective_to IS NULL OR m.effective_to > reporting.today());

COMMENT ON VIEW whole.record_movements IS
  'Records on their way on reporting.today(): sent and to be accepted, accepted and to be forwarded, refused and to be sent anew (QĐ 8060/QĐ-UBND Đ.11.2).';
COMMENT ON COLUMN whole.record_movements.since IS 'Day of the step.';
COMMENT ON COLUMN whole.record_movements.from_code IS 'Code of the sending agency on that day.';
COMMENT ON COLUMN whole.record_movements.from_name IS 'Name of the sending agency on that day.';
COMMENT ON COLUMN whole.record_movements.to_code IS 'Code of the receiving agency on that day.';
COMMENT ON COLUMN whole.record_movements.to_name IS 'Name of the receiving agency on that day.';
COMMENT ON COLUMN whole.record_movements.due IS
  'Last day for the next step, where the paper names its transfer: R-11.2b, of what was refused R-11.2a.';
COMMENT ON COLUMN whole.record_movements.days_left IS 'Calendar days left until due; negative when overdue.';

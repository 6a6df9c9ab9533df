CREATE OR REPLACE VIEW whole.retirements AS
SELECT coalesce(d.subject, to_char(d.due, 'YYYY-MM')) AS month, d.unit, u.code AS unit_code, u.name AS unit_name,
       count(*) FILTER (WHERE d.stage = 'eligible') AS eligible,
       count(*) FILTER (WHERE d.stage = 'notified') AS notified,
       count(*) FILTER (WHERE d.stage = 'postponed') AS postponed,
       count(*) FILTER (WHERE d.blocked IS NOT NULL) AS disputed,
       min(d.due) AS first_due
  FROM {deadlines}.due d
  LEFT JOIN LATERAL (
    SELECT p.code, p.name FROM {organisation}.period p
     WHERE p.unit = d.unit AND (p.effective_from <= reporting.today() OR p.n = 0)
     ORDER BY p.effective_from DESC LIMIT 1
  ) u ON true
 WHERE d.kind = 'retirement' AND d.effective_from <= reporting.today()
   AND (d.effective_to IS NULL OR d.effective_to > reporting.today())
 GROUP BY 1, 2, 3, 4;

COMMENT ON VIEW whole.retirements IS
  '[group identity] Retirements ahead by month and unit, as the state of reporting.today() has them: by age alone (eligible), notified, or postponed. A month that is past: they are still in service.';
COMMENT ON COLUMN whole.retirements.month IS '[group identity] Month of retirement; null: a postponement without a last day.';
COMMENT ON COLUMN whole.retirements.unit_code IS 'Code of the unit on that day.';
COMMENT ON COLUMN whole.retirements.unit_name IS 'Name of the unit on that day.';
COMMENT ON COLUMN whole.retirements.eligible IS '[group identity] How many reach the age, without a notice.';
COMMENT ON COLUMN whole.retirements.notified IS '[group identity] How many were given notice.';
COMMENT ON COLUMN whole.retirements.postponed IS '[group identity] How many whose retirement was put back to that month.';
COMMENT ON COLUMN whole.retirements.disputed IS '[group identity] Of these, how many rest on a disputed fact.';
COMMENT ON COLUMN whole.retirements.first_due IS '[group identity] The earliest day among them.';

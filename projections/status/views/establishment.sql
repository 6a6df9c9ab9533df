CREATE OR REPLACE VIEW whole.establishment AS
WITH RECURSIVE heir(unit, stands, steps) AS (
  SELECT unit, unit, 0 FROM {organisation}.unit
  UNION ALL
  SELECT h.unit, u.successor, h.steps + 1
    FROM heir h JOIN {organisation}.unit u ON u.unit = h.stands
   WHERE u.successor IS NOT NULL AND u.effective_to <= reporting.today() AND h.steps < 50
), stands AS (
  SELECT DISTINCT ON (unit) unit, stands FROM heir ORDER BY unit, steps DESC
), quota AS (
  SELECT DISTINCT ON (unit, kind) unit, kind, year, count, document_number
    FROM {organisation}.quota
   WHERE year = extract(year FROM reporting.today()) AND effective_from <= reporting.today()
   ORDER BY unit, kind, effective_from DESC, n DESC
), place AS (
  SELECT DISTINCT ON (p.unit) p.unit, s.stands AS parent,
         p.level IS NOT NULL OR EXISTS (SELECT FROM quota q WHERE q.unit = p.unit) AS counts
    FROM {organisation}.period p LEFT JOIN stands s ON s.unit = p.parent
   WHERE p.effective_from <= reporting.today() ORDER BY p.unit, p.effective_from DESC
), up(unit, at, counts, steps) AS (
  SELECT s.unit, p.unit, p.counts, 0 FROM stands s JOIN place p ON p.unit = s.stands
  UNION ALL
  SELECT u.unit, p.unit, p.counts, u.steps + 1
    FROM up u JOIN place c ON c.unit = u.at JOIN place p ON p.unit = c.parent
   WHERE NOT u.counts AND u.steps < 50
), filled AS (
  SELECT u.at AS unit,
         CASE WHEN s.category IN ('can_bo', 'cong_chuc') THEN 'civil_servants'
              WHEN s.category = 'vien_chuc' THEN 'public_employees'
              WHEN s.category = 'contract_nd68' THEN 'contract_68'
              WHEN s.category = 'contract_labour_code' THEN 'other_contracts' END AS kind,
         count(*) AS count,
         count(*) FILTER (WHERE EXISTS (
           SELECT FROM {profile}.segment d
            WHERE d.person = s.person AND d.disputed && ARRAY['unit', 'hire'] AND d.effective_from <= reporting.today()
              AND (d.effective_to IS NULL OR d.effective_to > reporting.today()))) AS disputed
    FROM {status}.spell s JOIN up u ON u.unit = s.unit AND u.counts
   WHERE s.kind = 'seat' AND s.known_to IS NULL AND s.effective_from <= reporting.today()
     AND (s.effective_to IS NULL OR s.effective_to > reporting.today())
   GROUP BY 1, 2
)
SELECT coalesce(f.unit, q.unit) AS unit, coalesce(f.kind, q.kind) AS kind, q.year, q.count AS quota, q.document_number,
       coalesce(f.count, 0) AS filled, CASE WHEN q.count IS NOT NULL THEN greatest(0, q.count - coalesce(f.count, 0)) END AS vacant,
       CASE WHEN q.count IS NOT NULL THEN greatest(0, coalesce(f.count, 0) - q.count) END AS over,
       coalesce(f.disputed, 0) AS disputed
  FROM filled f FULL JOIN quota q ON q.unit = f.unit AND q.kind = f.kind;

COMMENT ON VIEW whole.establishment IS
  'Biên chế on reporting.today(): decided, filled, vacant and over, by unit and kind of place. Sections without a decision of their own count in their agency.';
COMMENT ON COLUMN whole.establishment.kind IS 'Kind of place; null: filled by persons of a category that is not known.';
COMMENT ON COLUMN whole.establishment.quota IS 'How many are decided for the year; null: nothing is decided.';
COMMENT ON COLUMN whole.establishment.filled IS 'How many are placed there.';
COMMENT ON COLUMN whole.establishment.vacant IS 'How many more are decided than filled; null: nothing is decided.';
COMMENT ON COLUMN whole.establishment.over IS 'How many more are filled than decided; null: nothing is decided.';
COMMENT ON COLUMN whole.establishment.disputed IS 'Of those filled, how many rest on a placement or recruitment that is in dispute now: no proposal is refused for them.';

CREATE OR REPLACE VIEW whole.post_spells AS
SELECT s.person, s.fact, s.effective_from, s.from_text, s.from_last, s.effective_to, s.ended_by,
       s.position, s.unit, c.name AS position_name, u.code AS unit_code, u.name AS unit_name, s.known_from, s.known_from_at,
       coalesce((SELECT h.disputed FROM {history}.fact h WHERE h.fact = s.fact AND h.person = s.person AND h.disputed <> '{}'), '{}') AS disputed
  FROM {status}.spell s
  LEFT JOIN LATERAL (
    SELECT p.code, p.name FROM {organisation}.period p
     WHERE p.unit = s.unit AND (p.effective_from <= s.effective_from OR p.n = 0)
     ORDER BY p.effective_from DESC LIMIT 1
  ) u ON true
  LEFT JOIN LATERAL (
    SELECT c.name FROM {catalogues}.entry c
     WHERE c.list = 'standard_position' AND c.code = s.position
     ORDER BY (c.valid_from <= s.effective_from AND (c.valid_until IS NULL OR c.valid_until > s.effective_from)) DESC, c.valid_from DESC LIMIT 1
  ) c ON true
 WHERE s.kind = 'post' AND s.known_to IS NULL;

COMMENT ON VIEW whole.post_spells IS 'Who held which post when, as known now.';
COMMENT ON COLUMN whole.post_spells.unit_code IS 'Code of the unit on the first day of the spell.';
COMMENT ON COLUMN whole.post_spells.unit_name IS 'Name of the unit on the first day of the spell.';
COMMENT ON COLUMN whole.post_spells.position_name IS 'Name of the position in its list on the first day of the spell.';
COMMENT ON COLUMN whole.post_spells.disputed IS 'Open disputes about the fact, as known now.';

CREATE OR REPLACE VIEW whole.service_spells AS
SELECT s.person, s.fact, s.effective_from, s.from_text, s.from_last, s.effective_to, s.ended_by,
       s.status, s.known_from, s.known_from_at,
       coalesce((SELECT h.disputed FROM {history}.fact h WHERE h.fact = s.fact AND h.person = s.person AND h.disputed <> '{}'), '{}') AS disputed
  FROM {status}.spell s
 WHERE s.kind = 'service' AND s.known_to IS NULL;

COMMENT ON VIEW whole.service_spells IS 'Spells of status, as known now.';
COMMENT ON COLUMN whole.service_spells.disputed IS 'Open disputes about the fact, as known now.';

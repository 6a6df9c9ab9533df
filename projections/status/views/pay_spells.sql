CREATE OR REPLACE VIEW whole.pay_spells AS
SELECT s.person, s.fact, s.effective_from, s.from_text, s.from_last, s.effective_to, s.ended_by,
       s.amount, s.per, s.known_from, s.known_from_at,
       coalesce((SELECT h.disputed FROM {history}.fact h WHERE h.fact = s.fact AND h.person = s.person AND h.disputed <> '{}'), '{}') AS disputed
  FROM {status}.spell s
 WHERE s.kind = 'pay' AND s.known_to IS NULL;

COMMENT ON VIEW whole.pay_spells IS 'Who was paid which amount when, as known now.';
COMMENT ON COLUMN whole.pay_spells.disputed IS 'Open disputes about the fact, as known now.';

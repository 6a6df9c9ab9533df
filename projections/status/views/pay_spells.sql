CREATE OR REPLACE VIEW whole.pay_spells AS
SELECT s.person, s.fact, s.effective_from, s.from_text, s.from_last, s.effective_to, s.ended_by,
       s.amount, s.per, s.known_from, s.known_from_at
  FROM {status}.spell s
 WHERE s.kind = 'pay' AND s.known_to IS NULL;

COMMENT ON VIEW whole.pay_spells IS 'Who was paid which amount when, as known now.';

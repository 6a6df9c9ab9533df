import { expect } from 'chai';
import fc from 'fast-check';
import { knownSpells } from '../../projections/status/knownSpells.js';
import type { Change } from '../../src/record/decide.js';
import type { EventBody, RecordEvent } from '../../src/record/events.js';
import { SpellBook, type Spell } from '../../src/record/spells.js';
import { standingFacts } from '../../src/record/timeline.js';
import {
  appointed,
  correct,
  dismissed,
  eventId,
  fact,
  graded,
  hired,
  opened,
  raised,
  record,
  recorded,
  rescind,
  restore,
  Scenario,
  transfer,
  UNIT,
  withdraw,
} from '../support/record.js';

/** What each prefix of the events says by itself: the definition, without any cleverness. */
function spellsAt(events: readonly RecordEvent[], k: number): Spell[] {
  const known = events.filter((e) => e.sequence! <= k);
  const last = known.findLast((e) => e.body.kind === 'record_withdrawn' || e.body.kind === 'record_restored');
  if (last?.body.kind === 'record_withdrawn') return [];
  // With the places in establishments, which the read model holds too.
  const book = new SpellBook(true);
  for (const { fact: standing } of standingFacts(known)) book.add(standing);
  return [...book.spells];
}

function knownAt(events: readonly RecordEvent[], k: number): Spell[] {
  return knownSpells(events)
    .filter(({ from, to }) => from.sequence! <= k && (to === null || to.sequence! > k))
    .map(({ spell }) => spell);
}

const texts = (spells: readonly Spell[]) => spells.map((s) => JSON.stringify(s)).sort();

const day = fc
  .integer({ min: 0, max: 30 })
  .map((n) => `20${String(10 + Math.floor(n / 12))}-${String((n % 12) + 1).padStart(2, '0')}`)
  .chain((month) => fc.constantFrom(month, `${month}-01`, `${month}-15`));
const anyFact = fc.oneof(
  day.map((d) => opened(d)),
  day.map((d) => hired(d)),
  fc.tuple(day, fc.constantFrom(UNIT.finance, UNIT.homeAffairs)).map(([d, u]) => transfer(d, u)),
  fc.tuple(day, fc.integer({ min: 1, max: 3 })).map(([d, s]) => graded(d, s)),
  fc.tuple(day, fc.integer({ min: 2, max: 4 })).map(([d, s]) => raised(d, s)),
  fc.tuple(day, fc.constantFrom('truong_phong', 'pho_phong')).map(([d, p]) => appointed(d, p)),
  fc.tuple(day, fc.constantFrom('truong_phong', 'pho_phong')).map(([d, p]) => dismissed(d, p)),
  day.map((d) => fact('left_service', d)),
  day.map((d) => fact('reinstated', d, { unit: UNIT.finance })),
  day.map((d) => fact('paid_by_amount', d, { amount: '100', per: 'year' })),
);
const grounds = { reason: 'vì thế' };
const body = (i: number): fc.Arbitrary<EventBody> => {
  const target = fc.integer({ min: 1, max: Math.max(1, i) }).map(eventId);
  return fc.oneof(
    { weight: 8, arbitrary: anyFact.map((content): EventBody => ({ kind: 'fact', content })) },
    fc
      .tuple(target, anyFact)
      .map(([t, content]): EventBody => ({ kind: 'corrected', target: t, content, ...grounds })),
    { weight: 2, arbitrary: target.map((t): EventBody => ({ kind: 'rescinded', target: t, ...grounds })) },
    fc.constantFrom<EventBody>(
      { kind: 'record_withdrawn', ...grounds },
      { kind: 'record_restored', ...grounds },
    ),
  );
};
const histories = fc
  .integer({ min: 1, max: 14 })
  .chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => body(i))))
  .map((bodies) => recorded(bodies.map((b, i) => ({ id: eventId(i + 1), body: b }))))
  // A correction keeps the action of what it corrects.
  .filter((events) =>
    events.every(({ body: b }) => {
      if (b.kind !== 'corrected') return true;
      const target = events.find((e) => e.id === b.target)?.body;
      return target?.kind === 'fact' && target.content.action === b.content.action;
    }),
  );

describe('Spells on both axes', () => {
  it('for every K they are the spells of the events up to K, whatever was recorded in whatever order', () => {
    fc.assert(
      fc.property(histories, (events) => {
        for (let k = 0; k <= events.length; k++)
          expect(texts(knownAt(events, k))).to.deep.equal(texts(spellsAt(events, k)));
      }),
      { numRuns: 300 },
    );
  });

  it('a record that grew is told the same as one read at once', () => {
    fc.assert(
      fc.property(histories, fc.array(fc.nat(14)), (events, stops) => {
        // Copies of the events share nothing with what was read before.
        const copies = events.map((e) => ({ ...e }));
        for (const stop of stops) knownSpells(events.slice(0, stop));
        const plain = (known: ReturnType<typeof knownSpells>) => JSON.stringify(known);
        expect(plain(knownSpells(events))).to.equal(plain(knownSpells(copies)));
      }),
      { numRuns: 200 },
    );
  });

  it('what goes on unchanged is one stretch of knowledge', () => {
    fc.assert(
      fc.property(histories, (events) => {
        const known = knownSpells(events).map((s) => ({ ...s, text: JSON.stringify(s.spell) }));
        for (const { text, to } of known)
          if (to !== null) expect(known.some((o) => o.from === to && o.text === text)).to.equal(false);
      }),
      { numRuns: 100 },
    );
  });

  const spells = (...changes: readonly Change[]) =>
    knownSpells(Scenario.given(opened(), hired('2010-01-01')).and(...changes).events).map(
      ({ spell, from, to }) =>
        [spell.kind, spell.from, spell.to, from.sequence, to?.sequence ?? null] as const,
    );

  it('a transfer ends the knowledge of an open spell, and begins that of a closed one', () => {
    expect(spells(record(transfer('2013-01-01'))).filter(([kind]) => kind === 'unit')).to.deep.equal([
      ['unit', '2010-01-01', null, 2, 3],
      ['unit', '2010-01-01', '2013-01-01', 3, null],
      ['unit', '2013-01-01', null, 3, null],
    ]);
  });

  it('a corrected hire was known with its old day until the correction', () => {
    expect(spells(correct(2, hired('2011-02-01'))).filter(([kind]) => kind === 'service')).to.deep.equal([
      ['service', '2010-01-01', null, 2, 3],
      ['service', '2011-02-01', null, 3, null],
    ]);
  });

  it('a rescission ends what was known; rescinding it begins it again', () => {
    expect(
      spells(record(appointed('2012-01-01')), rescind(3), rescind(4)).filter(([kind]) => kind === 'post'),
    ).to.deep.equal([
      ['post', '2012-01-01', null, 3, 4],
      ['post', '2012-01-01', null, 5, null],
    ]);
  });

  it('a withdrawn record is nowhere while it is withdrawn', () => {
    expect(spells(withdraw, restore).filter(([kind]) => kind === 'unit')).to.deep.equal([
      ['unit', '2010-01-01', null, 2, 3],
      ['unit', '2010-01-01', null, 4, null],
    ]);
  });
});

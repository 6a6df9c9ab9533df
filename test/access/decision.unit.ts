import { expect } from 'chai';
import fc from 'fast-check';
import { decideAccess, isDayAllowed, type Verdict } from '../../src/access/decision.js';
import { INTENTS, SCOPES, type Intent } from '../../src/access/rights.js';
import type { Caller } from '../../src/access/caller.js';
import type { Standing } from '../../src/access/decision.js';
import type { Units } from '../../src/organisation/tree.js';
import { FIELD_GROUPS } from '../../src/fieldGroups.js';
import { caller, city, CITY, consent, idOf, record, TODAY } from './world.js';

const ALL = Object.keys(INTENTS) as Intent[];

function may(who: Caller, intent: Intent, of: Standing = record(), units: Units = CITY): Verdict {
  return decideAccess(who, intent, of, { units, today: TODAY });
}

/** What somebody may do, in the order of INTENTS. */
function allowed(who: Caller, of: Standing = record(), units: Units = CITY): string[] {
  return ALL.filter((intent) => may(who, intent, of, units).allowed);
}

const READS = ['read', 'history', 'whole'];
const UPDATES = [...READS, 'command', 'receive'];

describe('The right to a record', () => {
  it('of the agency that keeps it: reads and updates; withdraws only with the right to administer', () => {
    expect(allowed(caller('school'))).to.deep.equal(UPDATES);
    expect(allowed(caller('school', { right: 'administer' }))).to.deep.equal(ALL);
  });

  it('of the level above: reads; the right to administer reaches down, the right to update does not', () => {
    expect(allowed(caller('sgd'))).to.deep.equal(READS);
    expect(allowed(caller('sgd', { right: 'administer' }))).to.deep.equal(ALL);
  });

  it('of an agency over its own sections: they are the same agency', () => {
    const inRoom = record({ keeper: idOf('room'), place: idOf('room'), spells: [] });
    expect(allowed(caller('sgd'), inRoom)).to.deep.equal(UPDATES);
  });

  it('of a sibling, of a unit below, of another department: none', () => {
    const inOffice = record({ keeper: idOf('sgd'), place: idOf('sgd'), spells: [] });
    for (const who of ['other', 'syt'])
      expect(allowed(caller(who, { right: 'administer' }))).to.deep.equal([]);
    expect(allowed(caller('school', { right: 'administer' }), inOffice)).to.deep.equal([]);
  });

  it('of Home Affairs: the whole city, and so of whoever holds its administration account', () => {
    expect(allowed(caller('snv', { right: 'administer' }))).to.deep.equal(ALL);
    expect(allowed(caller('syt', { right: 'administer', reach: 'city' }))).to.deep.equal(ALL);
    expect(allowed(caller('snv'))).to.deep.equal(UPDATES);
  });

  it('moves with a merger, without any event of person or account', () => {
    const merged = (on: string) =>
      city({
        city: { level: 0 },
        old: { level: 2, parent: 'city', merged: { on, into: 'new' } },
        new: { level: 3, parent: 'city' },
        school: { level: 1, parent: 'old' },
      });
    expect(allowed(caller('new', { right: 'update' }), record(), merged('2025-03-01'))).to.deep.equal(
      UPDATES,
    );
    // The assignment names a unit that is no more: it counts as its successor, which is Home Affairs today.
    expect(
      may(
        caller('old'),
        'read',
        record({ keeper: idOf('new'), place: idOf('new'), spells: [] }),
        merged('2025-03-01'),
      ),
    ).to.include({
      allowed: true,
      ground: 'city',
    });
    expect(
      may(
        caller('old'),
        'read',
        record({ keeper: idOf('new'), place: idOf('new'), spells: [] }),
        merged('2027-03-01'),
      ).allowed,
    ).to.equal(false);
  });

  it('follows the tree of today: the parent of yesterday and that of tomorrow have none', () => {
    const moving = (on: string) =>
      city({
        city: { level: 0 },
        sgd: { level: 2, parent: 'city' },
        syt: { level: 2, parent: 'city' },
        school: { level: 1, parent: 'sgd', moved: { on, under: 'syt' } },
      });
    expect(allowed(caller('sgd'), record(), moving(TODAY))).to.deep.equal([]);
    expect(allowed(caller('syt'), record(), moving(TODAY))).to.deep.equal(READS);
    expect(allowed(caller('sgd'), record(), moving('2026-11-28'))).to.deep.equal(READS);
    expect(allowed(caller('syt'), record(), moving('2026-11-28'))).to.deep.equal([]);
  });

  it('of the receiving agency: from the sending on it reads, and accepts or refuses, no more', () => {
    const sent = record({ receiver: idOf('syt') });
    expect(allowed(caller('syt'), sent)).to.deep.equal([...READS, 'receive']);
    expect(allowed(caller('syt'), record())).to.deep.equal([]);
  });

  it('of the agency where the person is, before the record has come: it reads', () => {
    expect(allowed(caller('syt'), record({ place: idOf('syt') }))).to.deep.equal(READS);
  });

  it('of a former agency: as of its own time only, and no history, for later events are in it', () => {
    const spells = [
      { unit: idOf('syt'), from: '2010-01-01', to: '2015-01-01' },
      { unit: idOf('school'), from: '2015-01-01', to: null },
    ];
    const verdict = may(caller('syt'), 'read', record({ spells }));
    expect(allowed(caller('syt'), record({ spells }))).to.deep.equal(['read']);
    expect(
      ['2009-12-31', '2010-01-01', '2014-12-31', '2015-01-01', TODAY].map((d) => isDayAllowed(verdict, d)),
    ).to.deep.equal([false, true, true, false, false]);
  });

  it('to one’s own record: for reading, also when one acts for no unit', () => {
    const self = caller(null, { person: idOf('person') });
    expect(allowed(self)).to.deep.equal(['read', 'history']);
    expect(allowed(self, record({ person: idOf('somebody') }))).to.deep.equal([]);
  });

  it('by a written consent: its groups, for its person or the records of its unit', () => {
    const reader = caller(null, {
      consents: [consent({ person: idOf('person'), groups: ['pay_tax', 'identity'] })],
    });
    expect(may(reader, 'read')).to.deep.equal({
      allowed: true,
      ground: 'consent',
      groups: ['identity', 'pay_tax'],
      days: null,
      consents: ['7/CV'],
    });
    expect(allowed(reader)).to.deep.equal(['read', 'history']);
    expect(allowed(reader, record({ person: idOf('somebody') }))).to.deep.equal([]);
    const ofUnit = caller(null, { consents: [consent({ unit: idOf('sgd'), groups: FIELD_GROUPS })] });
    expect(allowed(ofUnit)).to.deep.equal(READS);
    expect(allowed(ofUnit, record({ keeper: idOf('syt') }))).to.deep.equal([]);
  });

  it('of a machine: what its scopes name, of what its unit may', () => {
    const machine = (scopes: Caller['scopes']) => caller('school', { scopes });
    expect(allowed(machine(['records:read']))).to.deep.equal(['read']);
    expect(allowed(machine(['lists:read']))).to.deep.equal([]);
    expect(allowed(machine([...SCOPES]))).to.deep.equal(UPDATES);
  });

  it('that is refused says why, ground by ground', () => {
    const verdict = may(caller('syt'), 'read');
    expect(verdict.allowed).to.equal(false);
    if (!verdict.allowed)
      expect(verdict.refused.map((r) => r.ground)).to.deep.equal([
        'city',
        'keeper',
        'place',
        'receiver',
        'self',
        'consent',
        'former',
      ]);
  });

  const unit = fc.constantFrom('city', 'snv', 'sgd', 'room', 'school', 'other', 'syt');
  const place = unit.map(idOf);
  const standing = fc.record({
    keeper: fc.option(place),
    place: fc.option(place),
    receiver: fc.option(place),
    spells: fc.array(fc.record({ unit: place, from: fc.constant('2010-01-01'), to: fc.constant(null) }), {
      maxLength: 2,
    }),
  });
  const someone = fc
    .record({
      unit: fc.option(unit),
      right: fc.constantFrom('administer' as const, 'update' as const),
      person: fc.option(fc.constantFrom('person', 'somebody').map(idOf)),
      consents: fc.array(
        fc
          .record({
            person: fc.option(fc.constantFrom('person', 'somebody').map(idOf)),
            groups: fc.subarray([...FIELD_GROUPS], { minLength: 1 }),
          })
          .map(({ person, groups }) =>
            consent(person === null ? { unit: idOf('school'), groups } : { person, groups }),
          ),
        { maxLength: 2 },
      ),
    })
    .map(({ unit: u, right, ...rest }) => caller(u, u === null ? rest : { ...rest, right }));

  it('never grows by taking anything away: law over generated callers and records', () => {
    fc.assert(
      fc.property(someone, standing, fc.constantFrom(...ALL), (who, of, intent) => {
        const less: Partial<Caller>[] = [
          { consents: [] },
          { person: null },
          ...(who.right === 'administer' ? [{ right: 'update' as const }] : []),
          { scopes: ['records:read'] },
          { right: null, unit: caller(null).unit },
        ];
        for (const without of less) {
          const weaker = may({ ...who, ...without }, intent, record(of));
          const whole = may(who, intent, record(of));
          if (!weaker.allowed) continue;
          expect(whole.allowed).to.equal(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('to change a record implies the right to read it; to withdraw it implies the right to change it', () => {
    fc.assert(
      fc.property(someone, standing, (who, of) => {
        const can = new Set(allowed(who, record(of)));
        if (can.has('command') || can.has('receive')) expect([...can]).to.include.members(READS);
        if (can.has('withdraw')) expect([...can]).to.include('command');
        if (can.has('whole')) expect([...can]).to.include('history');
        if (can.has('history')) expect([...can]).to.include('read');
      }),
      { numRuns: 300 },
    );
  });
});

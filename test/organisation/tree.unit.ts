import { expect } from 'chai';
import fc from 'fast-check';
import type { UnitEvent, UnitFact } from '../../src/organisation/facts.js';
import { attributesOn, unitHistory } from '../../src/organisation/history.js';
import {
  agencyOn,
  chainOn,
  childrenOn,
  countedAs,
  existsIn,
  mergedInto,
  subtreeOn,
  successorOn,
  unitByCode,
  unitOn,
  unitsOn,
} from '../../src/organisation/tree.js';
import { World, closed, merged, opened, record, renamed, reparented, section } from './support.js';

/** The city, two departments, a section of the first, a school (level 1) under the second. */
function city(): World {
  return new World()
    .given('city', record(opened(null, { code: 'tp', name: 'Thành phố', type: 'ubnd_thanh_pho', level: 0 })))
    .given('so1', record(opened('2000-01-01', { code: 's1', parent: 'city' })))
    .given('quan', record(opened('2000-01-01', { code: 'q', parent: 'city', type: 'ubnd_quan' })))
    .given('phong', record(section('2005-01-01', 'so1', 'p')))
    .given('to', record(section('2005-01-01', 'phong', 't')))
    .given(
      'truong',
      record(opened('2005-01-01', { code: 'tr', parent: 'quan', level: 1, type: 'truong_thpt' })),
    );
}

const ids = (units: readonly { id: string }[]) => units.map((u) => u.id);

describe('the unit tree on a day', () => {
  it('knows a unit from its opening to the day before its closing', () => {
    const world = city().given('so1', record(closed('2025-03-01')));
    expect(unitOn(world, 'so1', '1999-12-31')).to.be.null;
    expect(unitOn(world, 'so1', '2000-01-01')?.exists).to.be.true;
    expect(unitOn(world, 'so1', '2025-02-28')?.exists).to.be.true;
    expect(unitOn(world, 'so1', '2025-03-01')?.exists).to.be.false;
    expect(existsIn(world, 'so1', { first: '2025-01-01', last: '2025-12-31' })).to.be.true;
    expect(existsIn(world, 'so1', { first: '2025-03-01', last: '2025-12-31' })).to.be.false;
    expect(existsIn(world, 'city', { first: '1850-01-01', last: '1850-01-01' })).to.be.true;
    expect(existsIn(world, 'nobody', { first: '2020-01-01', last: '2020-01-01' })).to.be.false;
  });

  it('finds the agency: the nearest unit with a level of Điều 6', () => {
    const world = city();
    expect(agencyOn(world, 'to', '2010-01-01')).to.equal('so1');
    expect(agencyOn(world, 'so1', '2010-01-01')).to.equal('so1');
    expect(agencyOn(world, 'truong', '2010-01-01')).to.equal('truong');
    expect(agencyOn(world, 'to', '2004-12-31')).to.be.null;
    world.given('to', record(closed('2012-01-01')));
    expect(agencyOn(world, 'to', '2011-12-31')).to.equal('so1');
    expect(agencyOn(world, 'to', '2012-01-01')).to.be.null;
    expect(agencyOn(world, 'nobody', '2010-01-01')).to.be.null;
  });

  it('takes the root for an agency when nothing above has a level', () => {
    const world = new World()
      .given('r', record({ type: 'unit_opened', data: { code: 'r', name: 'Gốc', type: 'phong' } }))
      .given('p', record(section(null, 'r', 'p')));
    expect(agencyOn(world, 'p', '2010-01-01')).to.equal('r');
  });

  it('gives schools a new parent on 2025-07-01 without touching the day before', () => {
    const world = city()
      .given('phuong', record(opened('2025-07-01', { code: 'ph', parent: 'city', level: 1 })))
      .given('truong', record(reparented('2025-07-01', 'phuong')))
      .given('quan', record(closed('2025-07-01')));
    expect(ids(chainOn(world, 'truong', '2025-06-30'))).to.deep.equal(['truong', 'quan', 'city']);
    expect(ids(chainOn(world, 'truong', '2025-07-01'))).to.deep.equal(['truong', 'phuong', 'city']);
    expect(ids(childrenOn(world, 'city', '2025-06-30'))).to.deep.equal(['quan', 'so1']);
    expect(ids(childrenOn(world, 'city', '2025-07-01'))).to.deep.equal(['phuong', 'so1']);
  });

  it('keeps those below a closed unit in their place until a fact moves them', () => {
    const world = city().given('so1', record(closed('2025-03-01')));
    expect(agencyOn(world, 'to', '2025-03-01')).to.equal('so1');
    expect(ids(unitsOn(world, '2025-03-01')))
      .to.include.members(['phong', 'to'])
      .and.not.include('so1');
  });

  it('lists a subtree, each unit after its parent', () => {
    expect(ids(subtreeOn(city(), 'city', '2010-01-01'))).to.deep.equal([
      'city',
      'quan',
      'so1',
      'truong',
      'phong',
      'to',
    ]);
    expect(subtreeOn(city(), 'phong', '2004-01-01')).to.deep.equal([]);
  });

  it('finds a code on a day only: a code passes from unit to unit', () => {
    const world = city()
      .given('x', record(opened('2000-01-01', { code: '20194', name: 'Phường Hòa Hiệp Bắc', level: 1 })))
      .given('x', record(closed('2025-07-01')))
      .given('y', record(opened('2025-07-01', { code: '20194', name: 'Phường Hải Vân', level: 1 })));
    expect(unitByCode(world, '20194', '2025-06-30')?.id).to.equal('x');
    expect(unitByCode(world, '20194', '2025-07-01')?.id).to.equal('y');
    expect(unitByCode(world, '20194', '1999-01-01')).to.be.null;
  });

  it('ends, whatever the tree: a cycle left by racing decisions is walked once', () => {
    const world = new World();
    const under = (id: string, parent: string): UnitEvent[] => [
      {
        id,
        revision: 0,
        sequence: 1,
        recordedAt: '',
        body: { kind: 'fact', fact: section(null, parent, id) },
      },
    ];
    world.streams.set('a', under('a', 'b')).set('b', under('b', 'a'));
    expect(ids(chainOn(world, 'a', '2020-01-01'))).to.deep.equal(['a', 'b']);
    expect(agencyOn(world, 'a', '2020-01-01')).to.equal('b');
    expect(ids(subtreeOn(world, 'a', '2020-01-01'))).to.deep.equal(['a', 'b']);
  });
});

describe('what is said later of a unit', () => {
  it('a later fact of the same day replaces', () => {
    const world = city()
      .given('so1', record(renamed('2012-01-01', 'Tên sai')))
      .given('so1', record(renamed('2012-01-01', 'Tên đúng')));
    expect(unitOn(world, 'so1', '2012-01-01')?.name).to.equal('Tên đúng');
  });

  it('a retroactive closing ends it in the past', () => {
    const world = city().given('phong', record(closed('2018-06-01')));
    expect(unitOn(world, 'phong', '2018-05-31')?.exists).to.be.true;
    expect(unitOn(world, 'phong', '2018-06-01')?.exists).to.be.false;
  });

  it('a rescinded closing lets it live on, and the rescission may fall itself', () => {
    const world = city()
      .given('phong', record(closed('2018-06-01')))
      .given('phong', { kind: 'rescind', target: 'phong-1' });
    expect(unitOn(world, 'phong', '2020-01-01')?.exists).to.be.true;
    world.given('phong', { kind: 'rescind', target: 'phong-2' });
    expect(unitOn(world, 'phong', '2020-01-01')?.exists).to.be.false;
  });

  it('a corrected code holds from the opening on; rescinding the correction brings the old one back', () => {
    const world = city().given('phong', {
      kind: 'correct',
      target: 'phong-0',
      fact: section('2005-01-01', 'so1', 'p2'),
    });
    expect(unitByCode(world, 'p2', '2005-01-01')?.id).to.equal('phong');
    expect(unitByCode(world, 'p', '2005-01-01')).to.be.null;
    world.given('phong', { kind: 'rescind', target: 'phong-1' });
    expect(unitByCode(world, 'p', '2005-01-01')?.id).to.equal('phong');
  });

  it('a rescinded opening means that there never was such a unit', () => {
    const world = city().given('to', { kind: 'rescind', target: 'to-0' });
    expect(world.history('to')).to.be.null;
  });
});

const DAYS = ['2001-01-01', '2002-02-02', '2003-03-03', '2004-04-04'];
const anyFact: fc.Arbitrary<UnitFact> = fc
  .tuple(fc.constantFrom(...DAYS), fc.constantFrom('n', 'm', 'o'), fc.integer({ min: 0, max: 2 }))
  .map(([day, text, kind]) =>
    kind === 0
      ? renamed(day, text, text)
      : kind === 1
        ? reparented(day, text)
        : { type: 'unit_reclassified', effective: day, data: { type: text } },
  );

function asEvents(facts: readonly UnitFact[]): UnitEvent[] {
  return facts.map((fact, revision) => ({
    id: `e${String(revision)}`,
    revision,
    sequence: revision + 1,
    recordedAt: '',
    body: { kind: 'fact', fact },
  }));
}

describe('laws of a unit’s history', () => {
  it('facts of different days or kinds may be recorded in any order', () => {
    const distinct = fc.uniqueArray(anyFact, {
      selector: (f) => `${f.type} ${f.effective ?? ''}`,
      maxLength: 8,
    });
    fc.assert(
      fc.property(
        distinct.chain((facts) =>
          fc.tuple(fc.constant(facts), fc.shuffledSubarray(facts, { minLength: facts.length })),
        ),
        ([facts, shuffled]) => {
          const one = unitHistory('u', asEvents([opened('2001-01-01'), ...facts]));
          const other = unitHistory('u', asEvents([opened('2001-01-01'), ...shuffled]));
          expect(other?.periods).to.deep.equal(one?.periods);
        },
      ),
    );
  });

  it('its periods follow one another without gap, and each day has the attributes of its period', () => {
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 10 }), fc.option(fc.constantFrom(...DAYS)), (facts, end) => {
        const all = [opened('2001-01-01'), ...facts, ...(end === null ? [] : [closed(end)])];
        const history = unitHistory('u', asEvents(all))!;
        history.periods.forEach((period, i) => {
          expect(period.until).to.equal(history.periods[i + 1]?.from ?? history.span.until);
          expect(attributesOn(history, period.from)).to.equal(period.attributes);
          // A closing on the day of the opening, which no decision lets in, leaves one empty period.
          if (i > 0 && period.until !== null) expect(period.from < period.until).to.be.true;
        });
      }),
    );
  });

  it('a rescinded fact leaves no trace in the periods', () => {
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 6 }), anyFact, (facts, wrong) => {
        const without = unitHistory('u', asEvents([opened('2001-01-01'), ...facts]));
        const events = asEvents([opened('2001-01-01'), ...facts, wrong]);
        const rescinded: UnitEvent = {
          id: 'r',
          revision: events.length,
          sequence: events.length + 1,
          recordedAt: '',
          body: { kind: 'unit_fact_rescinded', target: events.at(-1)!.id },
        };
        expect(unitHistory('u', [...events, rescinded])?.periods).to.deep.equal(without?.periods);
      }),
    );
  });
});

describe('a merger of units', () => {
  const world = (): World =>
    new World()
      .given('q', record(opened('1997-01-01', { code: 'q', name: 'Quận' })))
      .given('x', record(opened('1997-01-01', { code: 'x', name: 'Phường X', parent: 'q' })))
      .given('y', record(opened('1997-01-01', { code: 'y', name: 'Phường Y', parent: 'q' })))
      .given('z', record(opened('2020-01-01', { code: 'z', name: 'Phường Z' })))
      .given('s', record(section('1997-01-01', 'x', 's')))
      .given('x', record(merged('2025-01-01', 'y')))
      .given('y', record(merged('2025-07-01', 'z')));

  it('passes a unit on, day by day, and over several mergers', () => {
    const at = (unit: string, day: string) => successorOn(world(), unit, day);
    expect([at('x', '2024-12-31'), at('x', '2025-01-01'), at('x', '2025-07-01')]).to.deep.equal([
      'x',
      'y',
      'z',
    ]);
    expect(at('unknown', '2025-01-01')).to.equal(null);
    expect(mergedInto(world(), 'y', '2025-01-01')).to.have.members(['x', 'y']);
    expect(mergedInto(world(), 'z', '2025-07-01')).to.have.members(['x', 'y', 'z']);
    expect(countedAs(world(), 'z', '2025-07-01')).to.have.members(['x', 'y', 'z']);
    // Merged away, it has nobody of its own: whoever adds the heir and it counts nobody twice.
    expect(countedAs(world(), 'y', '2025-07-01')).to.deep.equal([]);
    expect(countedAs(world(), 'y', '2025-01-01')).to.have.members(['x', 'y']);
  });

  it('takes the units below along without a fact of theirs', () => {
    const above = (day: string) => chainOn(world(), 's', day).map((u) => u.id);
    expect(above('2024-12-31')).to.deep.equal(['s', 'x', 'q']);
    expect(above('2025-01-01')).to.deep.equal(['s', 'y', 'q']);
    expect(above('2025-07-01')).to.deep.equal(['s', 'z']);
    expect(agencyOn(world(), 'x', '2025-07-01')).to.equal('z');
    expect(subtreeOn(world(), 'z', '2025-07-01').map((u) => u.id)).to.deep.equal(['z', 's']);
    expect(childrenOn(world(), 'y', '2025-01-01').map((u) => u.id)).to.deep.equal(['s']);
  });
});

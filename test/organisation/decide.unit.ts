import 'reflect-metadata';
import { expect } from 'chai';
import { UNIT_RULES, type UnitRule } from '../../src/organisation/ruleBook.js';
import { validateUnitFact, type UnitFact } from '../../src/organisation/facts.js';
import { unitOn } from '../../src/organisation/tree.js';
import type { UnitChange } from '../../src/organisation/decide.js';
import {
  World,
  allotted,
  checked,
  closed,
  merged,
  opened,
  paid,
  record,
  renamed,
  reparented,
  reported,
  rulesOf,
  section,
  splitTo,
} from './support.js';

/** One rule: what was there, what breaks it, and what lies just inside the limit. */
interface Specification {
  readonly given: () => World;
  readonly breaks: readonly [unit: string, ...changes: UnitChange[]];
  readonly holds: readonly [unit: string, ...changes: UnitChange[]];
}

const open = (from: string | null = '2010-01-01') => new World().given('a', record(opened(from)));
/** Two agencies below one, whose payrolls of 17 and 24 leave 7 + 4 persons: one raise. A third stands under one of them. */
const pooling = () =>
  open()
    .given('b', record(opened('2010-01-01', { code: 'b', level: 1, parent: 'a' })), record(paid(2014, 17)))
    .given('c', record(opened('2010-01-01', { code: 'c', level: 1, parent: 'a' })), record(paid(2014, 24)))
    .given('d', record(opened('2010-01-01', { code: 'd', level: 1, parent: 'b' })), record(paid(2014, 9)));
const reclassified: UnitFact = {
  type: 'unit_reclassified',
  effective: '2015-01-01',
  data: { type: 'khong_co' },
};

const SPECIFICATIONS: Record<UnitRule, Specification> = {
  unit_opened_twice: {
    given: open,
    breaks: ['a', record(opened('2012-01-01', { name: 'Sở khác' }))],
    holds: ['b', record(opened('2012-01-01', { code: 'b' }))],
  },
  unit_unknown: {
    given: open,
    breaks: ['b', record(renamed('2012-01-01', 'Tên'))],
    holds: ['a', record(renamed('2012-01-01', 'Tên'))],
  },
  unit_fact_undated: {
    given: () => open(null),
    breaks: ['a', record({ type: 'unit_closed', data: {} })],
    holds: ['a', record(closed('2012-01-01'))],
  },
  before_unit_opened: {
    given: open,
    breaks: ['a', record(renamed('2009-12-31', 'Tên'))],
    holds: ['a', record(renamed('2010-01-01', 'Tên'))],
  },
  after_unit_closed: {
    given: () => open().given('a', record(closed('2020-01-01'))),
    breaks: ['a', record(renamed('2020-01-01', 'Tên'))],
    holds: ['a', record(renamed('2019-12-31', 'Tên'))],
  },
  closed_before_opened: {
    given: open,
    breaks: ['a', record(closed('2010-01-01'))],
    holds: ['a', record(closed('2010-01-02'))],
  },
  unit_closed_twice: {
    given: () => open().given('a', record(closed('2020-01-01'))),
    breaks: ['a', record(closed('2021-01-01'))],
    holds: ['a', { kind: 'correct', target: 'a-1', fact: closed('2021-01-01') }],
  },
  parent_not_there: {
    given: () => open().given('a', record(closed('2020-01-01'))),
    breaks: ['b', record(section('2020-01-01', 'a', 'b'))],
    holds: ['b', record(section('2019-12-31', 'a', 'b'))],
  },
  parent_cycle: {
    given: () =>
      open()
        .given('b', record(section('2010-01-01', 'a', 'b')))
        .given('c', record(section('2010-01-01', 'b', 'c'))),
    breaks: ['a', record(reparented('2012-01-01', 'c'))],
    holds: ['c', record(reparented('2012-01-01', 'a'))],
  },
  successor_not_there: {
    given: () => open().given('b', record(opened('2015-01-01', { code: 'b' }))),
    breaks: ['a', record(merged('2014-12-31', 'b'))],
    holds: ['a', record(merged('2015-01-01', 'b'))],
  },
  merged_into_itself: {
    given: () =>
      open()
        .given('b', record(opened('2010-01-01', { code: 'b' })))
        .given('b', record(merged('2020-01-01', 'a'))),
    breaks: ['a', record(merged('2019-01-01', 'b'))],
    holds: ['a', record(splitTo('2019-01-01', 'b'))],
  },
  unit_code_taken: {
    given: () => open().given('a', record(closed('2020-01-01'))),
    breaks: ['b', record(opened('2019-12-31'))],
    holds: ['b', record(opened('2020-01-01'))],
  },
  unit_type_invalid: {
    given: () => {
      const world = open();
      world.badTypes.add('khong_co');
      return world;
    },
    breaks: ['a', record(reclassified)],
    holds: ['a', record({ ...reclassified, data: { type: 'chi_cuc' } })],
  },
  not_a_report_day: {
    given: open,
    breaks: ['a', record(reported('2013-05-20', '2013-05-25'))],
    holds: ['a', record(reported('2013-05-20', '2013-05-24'))],
  },
  not_a_month: {
    given: open,
    breaks: ['a', record(checked('2013-05-02', '2013-13'))],
    holds: ['a', record(checked('2013-05-02', '2013-12'))],
  },
  allotted_not_below: {
    given: pooling,
    breaks: ['a', record(allotted('d', 1))],
    holds: ['a', record(allotted('b', 1))],
  },
  allotted_over_pool: {
    given: () => pooling().given('a', record(allotted('b', 1))),
    breaks: ['a', record(allotted('c', 1))],
    holds: ['a', record(allotted('b', 0)), record(allotted('c', 1))],
  },
  unit_target_unknown: {
    given: open,
    breaks: ['a', { kind: 'rescind', target: 'x' }],
    holds: ['a', { kind: 'rescind', target: 'a-0' }],
  },
  unit_target_not_standing: {
    given: () =>
      open()
        .given('a', record(closed('2020-01-01')))
        .given('a', { kind: 'rescind', target: 'a-1' }),
    breaks: ['a', { kind: 'rescind', target: 'a-1' }],
    holds: ['a', { kind: 'rescind', target: 'a-2' }],
  },
  unit_target_not_a_fact: {
    given: () => open().given('a', record(renamed('2012-01-01', 'Tên'))),
    breaks: ['a', { kind: 'correct', target: 'a-1', fact: closed('2012-01-01') }],
    holds: ['a', { kind: 'correct', target: 'a-1', fact: renamed('2012-01-01', 'Tên đúng') }],
  },
};

describe('a decision on a unit', () => {
  for (const [rule, { given, breaks, holds }] of Object.entries(SPECIFICATIONS)) {
    it(`is refused by ${rule}: ${UNIT_RULES[rule as UnitRule].en}`, () => {
      expect(given().when(...breaks)).to.deep.equal([rule]);
    });
    it(`is accepted just inside ${rule}`, () => {
      expect(given().when(...holds)).to.deep.equal([]);
    });
  }

  it('of a merged unit its successor still reports and checks; of a closed one nobody does', () => {
    const world = () => open().given('b', record(opened('2010-01-01', { code: 'b' })));
    const gone = () => world().given('a', record(merged('2020-01-01', 'b')));
    expect(gone().when('a', record(reported('2020-02-01', '2019-12-14')))).to.deep.equal([]);
    expect(gone().when('a', record(checked('2020-02-01', '2019-12')))).to.deep.equal([]);
    const closedOne = world().given('a', record(closed('2020-01-01')));
    expect(closedOne.when('a', record(reported('2020-02-01', '2019-12-14')))).to.deep.equal([
      'after_unit_closed',
    ]);
  });

  it('names the facts and the other unit in conflict', () => {
    const taken = open().decide('b', [record(opened('2012-01-01'))], []);
    expect(taken).to.deep.include({
      kind: 'refused',
      refusals: [{ rule: 'unit_code_taken', facts: [], unit: 'a', change: 0 }],
    });
    const early = open().decide('a', [record(renamed('2009-01-01', 'Tên'))], ['e']);
    expect(early.kind === 'refused' && early.refusals[0]?.facts).to.deep.equal(['e', 'a-0']);
  });

  it('refuses a closing put before a recorded renaming, and takes it once the renaming is rescinded', () => {
    const world = open().given('a', record(renamed('2019-05-01', 'Tên')));
    expect(world.when('a', record(closed('2019-01-01')))).to.deep.equal(['after_unit_closed']);
    world.given('a', { kind: 'rescind', target: 'a-1' }, record(closed('2019-01-01')));
    expect(unitOn(world, 'a', '2019-01-01')?.exists).to.be.false;
  });

  it('does not mind units left under a closed one: that is a finding elsewhere', () => {
    const world = open().given('b', record(section('2010-01-01', 'a', 'b')));
    expect(world.when('a', record(closed('2020-01-01')))).to.deep.equal([]);
  });

  it('sees a cycle on a later day that a future fact has already prepared', () => {
    const world = new World()
      .given('a', record(opened(null, { code: 'a' })))
      .given('b', record(opened(null, { code: 'b' })))
      .given('a', record(reparented('2030-01-01', 'b')));
    expect(world.when('b', record(reparented('2025-01-01', 'a')))).to.deep.equal(['parent_cycle']);
    world.given('b', record(reparented('2025-01-01', 'a')), record(reparented('2030-01-01')));
    expect(unitOn(world, 'b', '2029-12-31')?.parent).to.equal('a');
  });

  it('makes no event of what stands already, nor of its own retry', () => {
    const world = open();
    expect(world.decide('a', [record(opened('2010-01-01'))], ['other'])).to.deep.equal({
      kind: 'accepted',
      events: [],
    });
    expect(world.decide('a', [record(renamed('2012-01-01', 'Tên'))], ['a-0'])).to.deep.equal({
      kind: 'accepted',
      events: [],
    });
  });

  it('decides several changes together, all or none', () => {
    const world = open();
    const decision = world.decide(
      'a',
      [record(renamed('2012-01-01', 'Tên')), record(renamed('2009-01-01', 'Sớm quá'))],
      [],
    );
    expect(rulesOf(decision)).to.deep.equal(['before_unit_opened']);
    expect(world.streams.get('a')).to.have.length(1);
  });

  it('never refuses for an old defect elsewhere in the unit', () => {
    const world = new World()
      .given('a', record(opened('2010-01-01')))
      .given('b', record(opened('2011-01-01', { code: 'b' })));
    // Two racing decisions can leave two units with one code.
    const b = world.streams.get('b');
    world.streams.set('b', [{ ...b![0]!, body: { kind: 'fact', fact: opened('2011-01-01') } }]);
    expect(world.when('b', record(renamed('2012-01-01', 'Tên')))).to.deep.equal([]);
  });
});

describe('a unit fact from outside', () => {
  it('is checked field by field', () => {
    expect(validateUnitFact('unit_opened', opened(null, {}))).to.deep.equal([]);
    const errors = validateUnitFact('unit_renamed', {
      data: { name: '' },
      document: { signedDate: 'x' },
    });
    expect(errors.map((e) => [e.pointer, e.rule])).to.deep.equal([
      ['/effective', 'required'],
      ['/document/signedDate', 'day'],
      ['/data/name', 'text'],
    ]);
  });
});

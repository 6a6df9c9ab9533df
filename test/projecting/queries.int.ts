import { expect } from 'chai';
import pg from 'pg';
import { findFindings, type FindingCursor } from '../../src/projecting/queries/findings.js';
import {
  findPersons,
  membersOf,
  MOST_ROWS,
  profileOf,
  type PersonCursor,
  type PersonFilter,
} from '../../src/projecting/queries/persons.js';
import { unitTree } from '../../src/projecting/queries/units.js';
import { closed, opened as unitOpened, section } from '../organisation/support.js';
import { appointed, fact, graded, hired, opened, record, transfer, UNIT } from '../support/record.js';
import { personId, World } from './support.js';

const NAMES: readonly (readonly [string, string])[] = [
  ['Nguyễn Thị', 'Ánh'],
  ['Đặng Văn', 'Anh'],
  ['Trần', 'Bình'],
  ['Lê Hữu', 'Đức'],
  ['Nguyễn Văn', 'Ánh'],
];
const day = '2015-01-01';

describe('Queries on read models', () => {
  let w: World;
  let db: pg.Pool;
  before(async () => {
    w = await World.open();
    await w.unit(UNIT.homeAffairs, {
      kind: 'record',
      fact: unitOpened('1990-01-01', { code: 'snv', level: 3 }),
    });
    await w.unit(UNIT.officialsSection, {
      kind: 'record',
      fact: section('2000-01-01', UNIT.homeAffairs, 'cb'),
    });
    await w.unit(UNIT.finance, { kind: 'record', fact: unitOpened('1990-01-01', { code: 'stc' }) });
    await w.unit(UNIT.dissolved, { kind: 'record', fact: section('2000-01-01', UNIT.homeAffairs, 'gt') });
    await w.unit(UNIT.dissolved, { kind: 'record', fact: closed('2014-01-01') });
    const p = w.projections();
    p.start();
    for (const [i, [familyName, givenName]] of NAMES.entries())
      await w.done(
        personId(i + 1),
        record(opened('2012-10-03', { familyName, givenName })),
        record(hired('2010-01-01', i < 3 ? {} : { unit: UNIT.finance })),
      );
    await w.done(personId(1), record(graded('2012-01-01')), record(appointed('2013-01-01')));
    await w.done(
      personId(3),
      record(fact('retired', '2014-01-01')),
      record(fact('paid_by_amount', '2014-06-01', { amount: '1', per: 'year' })),
    );
    await w.done(personId(4), record(transfer('2016-01-01', UNIT.homeAffairs)));
    await w.done(personId(6), record(opened('2012-10-03', { familyName: 'Nguyễn', givenName: 'Bỏ' })));
    await w.send(personId(6), { kind: 'withdraw', reason: 'lập trùng' });
    await w.caughtUp(p);
    db = new pg.Pool({ ...w.db.projector, max: 2 });
  });
  after(async () => {
    await db.end();
    await w.close();
  });

  const find = async (filter: PersonFilter, on = day) =>
    (await findPersons(db, filter, { day: on })).items.map((p) => Number(p.person.slice(-2)));

  it('show what lies in a scope today, whatever day is asked for', async () => {
    const today = '2026-11-27';
    const within = (units: readonly string[], persons: readonly string[] = []) => ({ today, units, persons });
    // Person 4 was in finance on that day, and is elsewhere today.
    expect(await find({ scope: within([UNIT.finance]) })).to.deep.equal([5]);
    expect(await find({ scope: within([UNIT.homeAffairs]) })).to.have.members([1, 2, 3, 4]);
    expect(await find({ units: [UNIT.finance], scope: within([UNIT.homeAffairs]) })).to.deep.equal([4]);
    expect(await find({ scope: within([], [personId(2)]) })).to.deep.equal([2]);
    expect(await find({ scope: within([]) })).to.deep.equal([]);
    const members = async (scope: ReturnType<typeof within>) =>
      (await membersOf(db, [UNIT.finance], { day, scope })).items.map((m) => Number(m.person.slice(-2)));
    expect(await members(within([UNIT.finance]))).to.deep.equal([5]);
    expect(await members(within([UNIT.homeAffairs]))).to.deep.equal([4]);
    const findings = async (scope: ReturnType<typeof within>) =>
      new Set((await findFindings(db, { scope }, { day })).items.map((f) => Number(f.person.slice(-2))));
    expect([...(await findings(within([UNIT.homeAffairs])))].every((p) => p < 5)).to.equal(true);
    expect(await findings(within([], [personId(3)]))).to.deep.equal(new Set([3]));
  });

  it('lists by given name, family name and id, a page at a time, nobody twice and nobody left out', async () => {
    const all = await find({});
    expect(all).to.deep.equal([2, 1, 5, 3, 4]);
    const met: number[] = [];
    let after: PersonCursor | null = null;
    do {
      const page = await findPersons(db, {}, { day, limit: 2, ...(after === null ? {} : { after }) });
      expect(page.items.length).to.be.lessThan(3);
      met.push(...page.items.map((p) => Number(p.person.slice(-2))));
      after = page.next;
    } while (after !== null);
    expect(met).to.deep.equal(all);
  });

  it('finds by name with and without accents, by beginnings of words in any order', async () => {
    expect(await find({ name: 'anh' })).to.deep.equal([2, 1, 5]);
    expect(await find({ name: 'Ánh' })).to.deep.equal([1, 5]);
    expect(await find({ name: 'anh nguy' })).to.deep.equal([1, 5]);
    expect(await find({ name: 'đặng' })).to.deep.equal([2]);
    expect(await find({ name: 'dang' })).to.deep.equal([2]);
    expect(await find({ name: 'guyen' })).to.deep.equal([]);
    expect(await find({ name: '%_' })).to.deep.equal([]);
    expect(await find({ name: `'; DROP TABLE x; --` })).to.deep.equal([]);
  });

  it('finds by unit, status and grade on a day; a leaver stays with the last unit', async () => {
    expect(await find({ units: [UNIT.homeAffairs] })).to.deep.equal([2, 1, 3]);
    expect(await find({ units: [UNIT.homeAffairs], statuses: ['in_service'] })).to.deep.equal([2, 1]);
    expect(await find({ statuses: ['retired'] })).to.deep.equal([3]);
    expect(await find({ grades: ['01.003'] })).to.deep.equal([1]);
    expect(await find({ grades: ['01.003'] }, '2011-12-31')).to.deep.equal([]);
    expect(await find({ units: [UNIT.homeAffairs] }, '2016-01-01')).to.deep.equal([2, 1, 3, 4]);
  });

  it('caps the page, and gives at least one row', async () => {
    expect((await findPersons(db, {}, { day, limit: 0 })).items).to.have.length(1);
    expect((await findPersons(db, {}, { day, limit: 1e9 })).items.length).to.be.at.most(MOST_ROWS);
  });

  it('a profile of a day, by id; nothing for an unknown one', async () => {
    expect(await profileOf(db, personId(1), day)).to.deep.include({
      family_name: 'Nguyễn Thị',
      given_name: 'Ánh',
      unit: UNIT.homeAffairs,
      grade: '01.003',
      positions: ['truong_phong'],
      hire_date: '2010-01-01',
      withdrawn: false,
      revision: 3,
    });
    expect(await profileOf(db, personId(6), day)).to.deep.include({ withdrawn: true });
    expect(await profileOf(db, personId(99), day)).to.equal(null);
  });

  it('who was in a unit on (E, K)', async () => {
    const members = async (asking: { day: string; k?: number; after?: string; limit?: number }) => {
      const { items, next } = await membersOf(db, [UNIT.homeAffairs], asking);
      return { who: items.map((m) => Number(m.person.slice(-2))), next };
    };
    expect(await members({ day: '2013-06-01' })).to.deep.equal({ who: [1, 2, 3], next: null });
    expect(await members({ day: '2016-06-01' })).to.deep.equal({ who: [1, 2, 4], next: null });
    const early = (await w.desk.load(personId(4))).events.at(-1)!.sequence! - 1;
    expect((await members({ day: '2016-06-01', k: early })).who).to.deep.equal([1, 2]);
    const first = await members({ day: '2013-06-01', limit: 2 });
    expect(first).to.deep.equal({ who: [1, 2], next: personId(2) });
    expect((await members({ day: '2013-06-01', after: first.next! })).who).to.deep.equal([3]);
  });

  it('findings by person and by the unit that keeps the record, a page at a time', async () => {
    const of = await findFindings(db, { person: personId(3) }, { day });
    expect(of.items.map((f) => f.rule)).to.include('after_leaving');
    expect(of.items[0]).to.include({ person: personId(3), settled: false, recordUnit: UNIT.homeAffairs });
    const before = await findFindings(db, { units: [UNIT.finance], rules: ['step_unverified'] }, { day });
    expect(before.items).to.deep.equal([]);
    const all = await findFindings(db, { units: [UNIT.homeAffairs] }, { day });
    const met: object[] = [];
    let after: FindingCursor | null = null;
    do {
      const page = await findFindings(
        db,
        { units: [UNIT.homeAffairs] },
        { day, limit: 1, ...(after === null ? {} : { after }) },
      );
      met.push(...page.items);
      after = page.next;
    } while (after !== null);
    expect(met).to.deep.equal(all.items);
    expect(met.length).to.be.greaterThan(2);
    expect((await findFindings(db, { settled: true }, { day })).items).to.deep.equal([]);
    expect((await findFindings(db, { kinds: ['unverified'] }, { day })).items.map((f) => f.kind)).to.include(
      'unverified',
    );
    expect((await findFindings(db, { person: personId(6) }, { day })).items).to.deep.equal([]);
  });

  it('the tree of units on a day, whole or below one', async () => {
    const codes = async (on: string, under?: string) =>
      (await unitTree(db, on, under)).map((u) => `${u.depth} ${u.code}`);
    expect(await codes('2013-01-01')).to.deep.equal(['0 snv', '1 cb', '1 gt', '0 stc']);
    expect(await codes('2015-01-01')).to.deep.equal(['0 snv', '1 cb', '0 stc']);
    expect(await codes('2015-01-01', UNIT.homeAffairs)).to.deep.equal(['0 snv', '1 cb']);
    expect(await codes('1980-01-01', UNIT.homeAffairs)).to.deep.equal([]);
  });
});

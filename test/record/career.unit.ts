/**
 * A working life from 1998 to 2026, told fact by fact under the law and the organisation of its days. What form 2C says
 * of it on five days is written by hand in `test/fixtures/career`, from the story and the form's own rules.
 */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { duesOf } from '../../src/record/dues.js';
import { form2c } from '../../src/record/forms/form2c.js';
import { ITEM_IDS, type ItemId } from '../../src/record/forms/items.js';
import type { Cell, Row, Table } from '../../src/record/forms/sheet.js';
import { nextRegularStep } from '../../src/record/nextStep.js';
import type { ReferenceView } from '../../src/reference/view.js';
import { daNang, unitCodes, unitId } from '../support/city.js';
import { record, Scenario } from '../support/record.js';
import { CAREER, idOf, nameOf } from './careerStory.js';

type Expected = Readonly<Record<string, Partial<Record<ItemId, unknown>>>>;
const EXPECTED = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/career/form-2c.json', import.meta.url), 'utf8'),
) as Expected;
const LAST_DAY = '2026-07-31';

describe('A career from 1998 to 2026', function () {
  this.timeout(30_000);
  let reference: ReferenceView;
  let career: Scenario;
  const codes = unitCodes();

  before(async () => {
    reference = await daNang();
    const [opening, ...facts] = CAREER;
    // One command after the other: none is refused.
    career = facts.reduce((s, f) => s.and(record(f)), Scenario.under(reference, opening!));
  });

  const step = (day: string) => nextRegularStep(career.at(day), day, reference);
  const named = <T>(value: T): T =>
    JSON.parse(JSON.stringify(value), (key, inner: unknown) =>
      key === 'unit' && typeof inner === 'string' ? (codes.get(inner) ?? inner) : inner,
    ) as T;
  const rowOf = ({ values, facts }: Row) => [values, facts.map(nameOf)];
  const told = (item: Cell | Table) =>
    named('rows' in item ? item.rows.map(rowOf) : [item.value, item.facts.map(nameOf)]);

  it('has at least sixty facts, an evaluation for every year, and no finding but the code and steps of before the law known', () => {
    expect(CAREER.length).to.be.at.least(60);
    expect(career.timeline().lines).to.have.length(CAREER.length);
    const findings = career.timeline().findings.map((f) => [nameOf(f.fact), f.rule]);
    expect(findings).to.deep.equal([
      ['recruited', 'code_unverified'],
      ['step-1', 'step_unverified'],
      ['step-2', 'step_unverified'],
    ]);
  });

  it('the early raise of 2010 came nine months before its day', () => {
    expect(step('2010-11-30').due).to.equal('2011-09-01');
    expect(step('2010-12-01').due).to.equal('2013-12-01');
  });

  it('study abroad within its term delays nothing', () => {
    expect(step('2013-11-30')).to.deep.include({ due: '2013-12-01', reasons: [] });
  });

  it('the reprimand of 2014 puts the next step back by six months; revoked, the old day returns', () => {
    expect(step('2014-05-09').due).to.equal('2016-12-01');
    const late = step('2014-05-10');
    expect(late.due).to.equal('2017-06-01');
    expect(late.reasons.map((r) => [nameOf(r.by), r.kind, r.months])).to.deep.equal([
      ['reprimand', 'discipline', 6],
    ]);
    expect(step('2015-11-01').due).to.equal('2017-06-01');
    expect(step('2015-11-02')).to.deep.include({ due: '2016-12-01', reasons: [] });
  });

  it('the record follows the transfer of 2017 in two steps', () => {
    const custody = (day: string) => {
      const { keeper, pending } = career.at(day).custody ?? { keeper: null, pending: null };
      return [codes.get(keeper ?? ''), pending?.step ?? null, pending === null ? null : pending.transfer];
    };
    expect(career.at('2017-03-09').custody).to.equal(null);
    expect(custody('2017-03-10')).to.deep.equal(['so_tai_chinh', 'sent', idOf('to-district')]);
    expect(custody('2017-03-16')).to.deep.equal(['ubnd_quan_492', 'accepted', idOf('to-district')]);
    expect(custody('2017-03-20')).to.deep.equal(['bp_492_tai_chinh_ke_hoach', null, null]);
  });

  it('while seconded he stays with his own unit', () => {
    const { unit, secondment } = career.at('2019-01-01');
    expect([unit?.unit, secondment?.hostUnit]).to.deep.equal([
      unitId('bp_492_tai_chinh_ke_hoach'),
      unitId('so_noi_vu'),
    ]);
    expect(career.at('2019-06-01').secondment).to.equal(null);
  });

  it('the promotion of 2020 keeps the date of the old step', () => {
    expect(career.at('2020-06-01').grade).to.include({ grade: '01.002', step: 2 });
    expect(step('2020-06-01').due).to.equal('2022-12-01');
  });

  it('the merger of 2025-07-01 gives him another unit without a fact of his', () => {
    const unitOn = (day: string) => form2c(career.timeline(), day, reference).header.usingUnit?.vi;
    expect(unitOn('2025-06-30')).to.equal('Ủy ban nhân dân phường Thanh Bình');
    expect(unitOn('2025-07-01')).to.equal('Ủy ban nhân dân phường Hải Châu');
    expect(career.at('2025-07-01').unit?.by).to.equal(idOf('to-ward'));
  });

  it('he retires in the month that the decree says: a man born in January 1965, at 61 years and six months', () => {
    const due = (day: string) => duesOf(career.at(day), day, reference).find((d) => d.kind === 'retirement');
    // The end of the month's last day; the notice names the month, and the first day without service follows it.
    expect(due('2026-01-14')).to.include({ due: '2026-07-31', subject: '2026-07', stage: 'eligible' });
    expect(due(LAST_DAY)).to.include({ due: '2026-08-01', subject: '2026-07', stage: 'notified' });
    expect(career.at(LAST_DAY).service?.status).to.equal('in_service');
    expect(career.at('2026-08-01').service?.status).to.equal('retired');
  });

  for (const [day, items] of Object.entries(EXPECTED))
    it(`form 2C on ${day} says what the story tells`, () => {
      const form = form2c(career.timeline(), day, reference);
      for (const [id, item] of Object.entries(items))
        expect(told(form.items[id as ItemId]), id).to.deep.equal(item);
    });

  it('on his last day in service all items of form 2C are filled', () => {
    expect(Object.keys(EXPECTED[LAST_DAY] ?? {})).to.have.members([...ITEM_IDS]);
    const { items } = form2c(career.timeline(), LAST_DAY, reference);
    for (const id of ITEM_IDS) {
      const item = items[id];
      expect('rows' in item ? item.rows.length > 0 : item.value !== null, id).to.equal(true);
    }
  });
});

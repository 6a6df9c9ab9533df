import { expect } from 'chai';
import { form2c, type Form2C } from '../../../src/record/forms/form2c.js';
import { ITEM_IDS, ITEMS, type ItemId } from '../../../src/record/forms/items.js';
import type { Cell, Row, Table } from '../../../src/record/forms/sheet.js';
import type { FactContent } from '../../../src/record/action.js';
import { correct, disciplined, eventId, fact, record, Scenario, UNIT } from '../../support/record.js';
import { EXPECTED } from './expected.js';
import { person, reference } from './person.js';

const formOf = (scenario: Scenario, day: string, k?: number): Form2C =>
  form2c(scenario.timeline(k), day, { ...reference });

/** Numbers of facts, as the scenario counts them. */
const numbers = (ids: readonly string[]) => ids.map((id) => Number(id.slice(-12)));
const rowOf = ({ values, facts }: Row) => [values, numbers(facts)];
/** What an item says and the facts it comes from: captions and marks have specifications of their own. */
const told = (item: Cell | Table) =>
  'rows' in item ? item.rows.map(rowOf) : [item.value, numbers(item.facts)];
const toldOf = (form: Form2C) =>
  Object.fromEntries(ITEM_IDS.map((id) => [id, told(form.items[id])])) as Record<ItemId, unknown>;
const filled = (form: Form2C) =>
  ITEM_IDS.filter((id) => {
    const item = form.items[id];
    return 'rows' in item ? item.rows.length > 0 : item.value !== null;
  });

describe('Form 2C', () => {
  it('has the 32 items of the form, in its order, each with its number and its captions in both languages', () => {
    const { items } = formOf(person, '2013-06-30');
    expect(Object.keys(items)).to.deep.equal(ITEM_IDS);
    for (const id of ITEM_IDS) {
      const { number, vi, en } = items[id];
      expect({ number, vi, en }, id).to.deep.equal(ITEMS[id]);
    }
    const whole = new Set(ITEM_IDS.map((id) => Number(ITEMS[id].number.split('.')[0])));
    expect([...whole]).to.deep.equal(Array.from({ length: 32 }, (_, i) => i + 1));
  });

  it('tells every item, and of each the facts that it comes from', () => {
    const form = formOf(person, '2013-06-30');
    expect(toldOf(form)).to.deep.equal(EXPECTED);
    expect(filled(form)).to.deep.equal(ITEM_IDS);
    expect(form.header).to.deep.equal({
      managingAgency: { unit: UNIT.finance, vi: 'finance', en: null },
      usingUnit: { unit: UNIT.finance, vi: 'finance', en: null },
      serviceNumber: null,
    });
  });

  it('at an earlier day tells what was so then', () => {
    const form = formOf(person, '2011-09-30');
    const { items } = form;
    expect(told(items.step)).to.deep.equal([3, [6]]);
    expect(told(items.salary_date)).to.deep.equal(['2011-10-01', [6]]);
    expect(items.hometown).to.deep.include({ value: null, facts: [] });
    expect(told(items.highest_discipline)).to.deep.equal(EXPECTED.highest_discipline);
    expect(items.highest_qualification).to.have.nested.property('value.level.code', 'cu_nhan');
    expect(items.work_history.rows.at(-1)?.values).to.deep.include({
      kind: 'training',
      from: '2010-09',
      to: null,
    });
    expect(items.other_allowance.rows).to.deep.equal([]);
    expect(form.header.managingAgency).to.deep.equal({ unit: UNIT.homeAffairs, vi: 'homeAffairs', en: null });
  });

  it('before any fact knows the person alone', () => {
    expect(filled(formOf(person, '1989-01-01'))).to.deep.equal([
      'birth_name',
      'other_name',
      'date_of_birth',
      'sex',
    ]);
  });

  it('as known before a correction tells what was believed then', () => {
    const corrected = person.and(
      correct(6, fact('step_raised_early', '2011-12-01', { grade: '01.003', step: 3, reason: 'excellent' })),
      correct(
        35,
        fact('family_relation_recorded', '2012-10-05', { relation: 'cha_nuoi', name: 'Nguyễn Văn Cha' }),
      ),
    );
    const now = formOf(corrected, '2013-06-30').items;
    expect(told(now.salary_date)).to.deep.equal(['2011-12-01', [6]]);
    expect(now.family.rows[0]?.values['occupation']).to.equal(null);
    const before = formOf(corrected, '2013-06-30', 40);
    expect(toldOf(before)).to.deep.equal(EXPECTED);
  });

  it('a later day shows what came: step, academic title, a new name and card; after leaving the last grade', () => {
    const later = person.and(
      record(fact('personal_info_changed', '2017-01-01', { givenName: 'Mới', idCardNumber: '048175000001' })),
      record(fact('party_left', '2018-01-01')),
      record(fact('retired', '2030-04-01')),
    );
    const { items } = formOf(later, '2030-05-01');
    expect(told(items.birth_name)).to.deep.equal(['NGUYỄN THỊ MỚI', [1, 41]]);
    expect(told(items.id_card_number)).to.deep.equal(['048175000001', [41]]);
    expect(told(items.id_card_date)).to.deep.equal([null, []]);
    expect(told(items.party_join_date)).to.deep.equal(['2003-05-19', [11]]);
    expect(items.highest_qualification).to.have.nested.property('value.academicTitle.code', 'pgs');
    expect(told(items.step)).to.deep.equal([4, [39]]);
    const rows = items.current_position.rows;
    expect(rows.map((r) => r.values['side'])).to.deep.equal(['union']);
    const work = items.work_history.rows;
    expect(work.at(-1)?.values).to.deep.include({ from: '2012-07', to: '2030-03' });
  });

  it('marks what is in dispute, whatever the day asked for, until it is resolved', () => {
    const disputed = person.and(
      record(fact('disputed', '2015-01-01', { fact: eventId(2) })),
      record(fact('disputed', '2015-01-02', { item: 'family' })),
      record(fact('disputed', '2015-01-03', { fact: eventId(36) })),
    );
    const { items } = formOf(disputed, '2013-06-30');
    expect(items.hometown.disputed).to.deep.equal([eventId(41)]);
    expect(items.birth_name.disputed).to.deep.equal([]);
    expect(items.family.disputed).to.deep.equal([eventId(42)]);
    expect(items.family.rows.map((r) => r.disputed)).to.deep.equal([[eventId(43)], []]);
    const resolved = disputed.and(
      record(fact('dispute_resolved', '2015-02-01', { dispute: eventId(41), outcome: 'rejected' })),
    );
    expect(formOf(resolved, '2013-06-30').items.hometown.disputed).to.deep.equal([]);
  });

  it('marks what was lawfully destroyed: it counts as present', () => {
    const bare = Scenario.given(
      fact('record_opened', '2012-10-03', { familyName: 'Nguyễn', givenName: 'Mẫu' }),
      {
        ...fact('personal_info_changed', '2012-10-05', { bloodType: 'O' }),
        erased: ['identity', 'political'],
      },
      { ...fact('family_relation_recorded', '2012-10-05'), erased: ['family'] },
      { ...fact('disciplined', '2012-10-06'), erased: ['discipline'] },
    );
    const { items } = formOf(bare, '2013-06-30');
    expect(items.hometown).to.deep.include({ value: null, erased: true });
    expect(items.religion.erased).to.equal(true);
    expect([items.blood_type.erased, items.weight_kg.erased, items.birth_name.erased]).to.deep.equal([
      false,
      false,
      false,
    ]);
    expect(items.family.rows[0]).to.deep.include({
      erased: true,
      facts: [eventId(3)],
    });
    expect(items.highest_discipline.rows[0]?.erased).to.equal(true);
  });

  it('a discipline lapses by law alone: after its months, or when a new one comes', () => {
    const told = (day: string, ...more: readonly FactContent[]) => {
      const s = Scenario.given(
        fact('record_opened', '2012-10-03', { familyName: 'Nguyễn', givenName: 'Mẫu' }),
        fact('recruited', '2005-01-01', { category: 'cong_chuc' }),
        disciplined('2013-02-01', 'cc_canh_cao'),
        ...more,
      );
      return formOf(s, day).items.highest_discipline.rows.map((r) => r.values['lapsed']);
    };
    expect(told('2014-01-31')).to.deep.equal([false]);
    expect(told('2014-02-01')).to.deep.equal([true]);
    expect(told('2013-12-31', disciplined('2013-09-01'))).to.deep.equal([true]);
  });

  it('shows a unit by its name on the day, and by the one that took its place', () => {
    const moved = Scenario.given(
      fact('record_opened', '2012-10-03', { familyName: 'Nguyễn', givenName: 'Mẫu' }),
      fact('recruited', '2011-01-01', { unit: UNIT.dissolved }),
    );
    const rowsAt = (day: string) => {
      const { rows } = formOf(moved, day).items.work_history;
      return rows.map((r) => [r.values['unit'], r.values['unitNow']]);
    };
    const was = { unit: UNIT.dissolved, vi: 'dissolved', en: null };
    expect(rowsAt('2014-12-31')).to.deep.equal([[was, null]]);
    expect(rowsAt('2015-01-01')).to.deep.equal([[was, { unit: UNIT.finance, vi: 'finance', en: null }]]);
    expect(formOf(moved, '2015-01-01').header.usingUnit?.unit).to.equal(UNIT.finance);
  });
});

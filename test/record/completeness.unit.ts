import { expect } from 'chai';
import { completenessFrom, lacksOf } from '../../src/record/completeness.js';
import {
  appointed,
  eventId,
  fact,
  hired,
  record,
  rescind,
  Scenario,
  UNIT,
  world,
} from '../support/record.js';
import { wholeRecord } from '../support/wholeRecord.js';

const lacks = (s: Scenario, day = '2013-06-01') => lacksOf(s.timeline(), day, world).map((l) => l.code);

describe('a complete record', () => {
  const whole = Scenario.given(...wholeRecord('2013-01-20'));

  it('has every mandatory item of form 2C, and was reconciled with the paper file', () => {
    expect(lacks(whole)).to.deep.equal([]);
  });

  it('each item that is missing is named, with its number on the form and in both languages', () => {
    const bare = Scenario.given(...wholeRecord('2013-01-20').slice(0, 2));
    const found = lacksOf(bare.timeline(), '2013-06-01', world);
    expect(found.map((l) => l.code)).to.include.members([
      'item_place_of_birth',
      'item_ethnicity',
      'item_grade',
      'item_qualification',
      'item_id_card_number',
      'item_family',
      'not_reconciled',
    ]);
    for (const { code, number, vi, en } of found) {
      if (code.startsWith('item_')) expect(number, code).to.match(/^\d+$/);
      expect(vi).to.not.equal(en);
    }
  });

  it('a reconciliation counts for twelve months, and only when nothing differed', () => {
    expect(lacks(whole, '2014-01-20')).to.deep.equal([]);
    expect(lacks(whole, '2014-01-21')).to.deep.equal(['not_reconciled']);
    const differs = whole.and(
      record(fact('reconciled_with_paper', '2013-05-01', { revision: 6, result: 'differs' })),
    );
    expect(lacks(differs)).to.deep.equal(['reconciliation_differs']);
  });

  it('a disputed fact is used by no gate: what rests on it alone is missing, until it is resolved', () => {
    const disputed = whole.and(record(fact('disputed', '2013-04-01', { fact: eventId(5) })));
    expect(lacks(disputed)).to.have.members(['item_qualification', 'open_dispute']);
    const resolved = disputed.and(
      record(fact('dispute_resolved', '2013-05-01', { dispute: eventId(8), outcome: 'rejected' })),
    );
    expect(lacks(resolved)).to.deep.equal([]);
  });

  it('a duty that a disputed fact started is not held against the record; the open dispute is', () => {
    const recruit = Scenario.given(hired('2012-12-03', { category: 'cong_chuc' }));
    expect(lacks(recruit)).to.include('overdue_duty');
    const disputed = recruit.and(record(fact('disputed', '2013-05-01', { fact: eventId(1) })));
    expect(lacks(disputed, '2013-04-30')).to.include('overdue_duty').and.not.include('open_dispute');
    expect(lacks(disputed)).to.include('open_dispute').and.not.include('overdue_duty');
  });

  it('nor is a disputed item, nor a disputed reconciliation', () => {
    const item = whole.and(record(fact('disputed', '2013-04-01', { item: 'hometown' })));
    expect(lacks(item)).to.have.members(['item_hometown', 'open_dispute']);
    expect(lacksOf(item.timeline(), '2013-06-01', world)[0]?.facts).to.deep.equal([eventId(8)]);
    const part = whole.and(record(fact('disputed', '2013-04-01', { item: 'coefficient' })));
    expect(lacks(part)).to.have.members(['item_grade', 'open_dispute']);
    const compared = whole.and(record(fact('disputed', '2013-04-01', { fact: eventId(7) })));
    expect(lacks(compared)).to.have.members(['not_reconciled', 'open_dispute']);
  });

  it('a duty that is overdue stands against it until it is done', () => {
    const recruit = Scenario.given(
      ...wholeRecord('2013-01-20', { hire: hired('2012-12-03', { category: 'cong_chuc' }) }).map((f, i) =>
        i === 0 ? { ...f, data: { ...f.data, kind: 'new' } } : f,
      ),
    );
    expect(
      lacksOf(recruit.timeline(), '2013-06-01', world).filter((l) => l.code === 'overdue_duty'),
    ).to.have.lengthOf(1);
    expect(lacks(recruit, '2013-01-25')).to.not.include('overdue_duty');
  });

  it('an open finding of the severe kind stands against it; an irregular one does not', () => {
    const irregular = whole.and(record(appointed('2013-02-01', 'truong_phong', { unit: UNIT.finance })));
    expect(lacks(irregular)).to.deep.equal([]);
    const severe = Scenario.given(
      ...wholeRecord('2013-01-20'),
      appointed('2013-02-01', 'truong_phong', { unit: UNIT.unknown }),
    );
    expect(lacks(severe)).to.deep.equal(['severe_finding']);
    expect(lacks(severe.and(rescind(8)))).to.deep.equal([]);
  });

  it('is not asked of somebody who has left', () => {
    expect(lacks(whole.and(record(fact('left_service', '2013-05-01'))))).to.deep.equal([]);
  });

  it('from a day on: what expires, what falls due and what takes effect later, as stretches of days', () => {
    const later = whole.and(record(fact('left_service', '2014-09-01')));
    const from = (s: Scenario, day: string) =>
      completenessFrom(s.timeline(), day, world).map((c) => [c.from, c.to, c.lacks.map((l) => l.code)]);
    expect(from(later, '2013-06-01')).to.deep.equal([
      ['2013-06-01', '2014-01-21', []],
      ['2014-01-21', '2014-09-01', ['not_reconciled']],
    ]);
    expect(from(later, '2014-09-01')).to.deep.equal([]);
    const recruit = Scenario.given(hired('2012-12-03', { category: 'cong_chuc' }));
    const overdue = completenessFrom(recruit.timeline(), '2013-01-25', world).map((c) => [
      c.from,
      c.lacks.some((l) => l.rule === 'R-10.1b'),
    ]);
    expect(overdue).to.deep.equal([
      ['2013-01-25', false],
      ['2013-02-05', true],
    ]);
  });

  it('and says the same as the question of a single day, on every one of them', () => {
    const s = whole.and(
      record(fact('disputed', '2013-04-01', { fact: eventId(5) })),
      record(appointed('2013-12-01')),
    );
    const spells = completenessFrom(s.timeline(), '2013-01-25', world);
    for (const day of ['2013-01-25', '2013-03-31', '2013-04-01', '2014-01-20', '2014-01-21', '2020-01-01'])
      expect(spells.find((c) => c.from <= day && (c.to === null || c.to > day))?.lacks, day).to.deep.equal(
        lacksOf(s.timeline(), day, world),
      );
  });
});

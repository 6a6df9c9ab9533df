import { expect } from 'chai';
import { duesOf, stepListOf } from '../../src/record/dues.js';
import {
  appointed,
  disciplined,
  eventId,
  fact,
  graded,
  hired,
  lawfulWorld as law,
  opened,
  record,
  Scenario,
  UNIT,
} from '../support/record.js';

const dues = (s: Scenario, day: string) =>
  duesOf(s.at(day), day, law).map(({ kind, due, blocked }) => [kind, due, blocked]);

describe('what falls due', () => {
  const base = [
    { ...opened(), data: { ...opened().data, dateOfBirth: '1975-03-15', sex: 'male' } },
    hired('2010-01-01', { category: 'cong_chuc' }),
    graded('2013-01-01'),
  ] as const;

  it('the next regular step and retirement, while in service', () => {
    expect(dues(Scenario.given(...base), '2014-01-01')).to.deep.equal([
      ['regular_step', '2016-01-01', null],
      ['retirement', '2037-03-31', null],
    ]);
  });

  it('a discipline lengthens the step, by whom and how much is said, and lapses after twelve months', () => {
    const s = Scenario.given(...base, disciplined('2014-06-01'));
    const [step] = duesOf(s.at('2014-07-01'), '2014-07-01', law);
    expect(step).to.deep.include({ due: '2016-07-01', earliest: '2016-01-01' });
    expect(step?.reasons.map((r) => [r.kind, r.months])).to.deep.equal([['discipline', 6]]);
    expect(dues(s, '2014-07-01')).to.deep.include(['discipline_lapse', '2015-06-01', null]);
  });

  it('of two disciplines of the same side only the later one has still to lapse', () => {
    const s = Scenario.given(...base, disciplined('2014-06-01'), disciplined('2015-03-01'));
    const lapses = (day: string) => dues(s, day).filter(([kind]) => kind === 'discipline_lapse');
    expect(lapses('2015-02-28')).to.deep.equal([['discipline_lapse', '2015-06-01', null]]);
    expect(lapses('2015-03-01')).to.deep.equal([['discipline_lapse', '2016-03-01', null]]);
  });

  it('at the last step: the beyond-frame percentage, then one more each year', () => {
    const last = Scenario.given(...base.slice(0, 2), graded('2013-01-01', 9));
    expect(dues(last, '2014-01-01')[0]).to.deep.equal(['beyond_frame', '2016-01-01', null]);
    const granted = Scenario.given(
      ...base.slice(0, 2),
      graded('2013-01-01', 9),
      fact('beyond_frame_granted', '2016-01-01', { percent: '5' }),
    );
    expect(dues(granted, '2016-06-01')[0]).to.deep.equal(['beyond_frame', '2017-01-01', null]);
  });

  it('nothing for somebody who has left', () => {
    const gone = Scenario.given(...base, fact('left_service', '2015-01-01'));
    expect(dues(gone, '2015-01-01')).to.deep.equal([]);
  });

  it('a step that the table does not know cannot be told', () => {
    const s = Scenario.given(
      ...base.slice(0, 2),
      fact('appointed_to_grade', '2003-01-01', { grade: '01.003', step: 1 }),
    );
    expect(dues(s, '2014-01-01')[0]).to.deep.equal(['regular_step', null, 'step_unknown']);
  });

  it('ends: of a contract, a secondment, a rotation, the term of a post and an acting post', () => {
    const s = Scenario.given(
      ...base,
      fact('work_contract_signed', '2013-02-01', { type: 'hdlv_xac_dinh', until: '2016-01-31' }),
      fact('rotated', '2013-03-01', { toUnit: UNIT.finance, until: '2016-02-29' }),
      fact('seconded', '2013-04-01', { hostUnit: UNIT.homeAffairs, until: '2014-03-31' }),
      appointed('2013-05-01', 'truong_phong', { termEnds: '2018-04-30' }),
      fact('acting_assigned', '2013-06-01', {
        position: 'chanh_van_phong',
        kind: 'acting',
        until: '2013-12-31',
      }),
    );
    const ends = duesOf(s.at('2013-07-01'), '2013-07-01', law).filter((d) => d.kind.endsWith('_end'));
    expect(ends.map((d) => [d.kind, d.by, d.due, d.subject])).to.deep.equal([
      ['contract_end', eventId(4), '2016-01-31', 'hdlv_xac_dinh'],
      ['secondment_end', eventId(6), '2014-03-31', UNIT.homeAffairs],
      ['rotation_end', eventId(5), '2016-02-29', null],
      ['term_end', eventId(7), '2018-04-30', 'truong_phong'],
      ['acting_end', eventId(8), '2013-12-31', 'chanh_van_phong'],
    ]);
  });

  it('retirement: eligible by age, then as notified, then as put back', () => {
    const retirement = (s: Scenario, day: string) =>
      duesOf(s.at(day), day, law)
        .filter((d) => d.kind === 'retirement')
        .map((d) => [d.stage, d.due, d.subject, d.by]);
    const notified = Scenario.given(
      ...base,
      fact('retirement_notified', '2036-08-01', { retirement: '2037-03' }),
      fact('postponed_retirement', '2037-02-01', { until: '2037-06-30' }),
    );
    expect(retirement(notified, '2036-07-31')).to.deep.equal([
      ['eligible', '2037-03-31', '2037-03', eventId(2)],
    ]);
    expect(retirement(notified, '2036-08-01')).to.deep.equal([
      ['notified', '2037-04-01', '2037-03', eventId(4)],
    ]);
    expect(retirement(notified, '2037-02-01')).to.deep.equal([
      ['postponed', '2037-06-30', '2037-06', eventId(5)],
    ]);
  });

  it('an absence without an end blocks the step while it would move it; one that counts does not', () => {
    const away = (kind: string) => {
      const s = Scenario.given(...base, fact('leave_taken', '2015-06-01', { kind }));
      return dues(s, '2015-07-01')[0];
    };
    expect(away('unpaid')).to.deep.equal(['regular_step', null, 'away']);
    expect(away('maternity')).to.deep.equal(['regular_step', '2016-01-01', null]);
  });

  it('what follows from a disputed fact is blocked until the dispute is resolved', () => {
    const s = Scenario.given(...base).and(record(fact('disputed', '2013-04-01', { fact: eventId(3) })));
    expect(dues(s, '2014-01-01')[0]).to.deep.equal(['regular_step', '2016-01-01', 'disputed']);
  });

  it('and so is what rests on a disputed item of form 2C, or was lengthened by what is disputed', () => {
    const blocked = (s: Scenario, day = '2014-07-01') =>
      dues(s, day).flatMap(([kind, , why]) => (why === null ? [] : [[kind, why]]));
    const item = (name: string) =>
      Scenario.given(...base).and(record(fact('disputed', '2013-04-01', { item: name })));
    expect(blocked(item('salary_date'))).to.deep.equal([['regular_step', 'disputed']]);
    expect(blocked(item('date_of_birth'))).to.deep.equal([['retirement', 'disputed']]);
    expect(blocked(item('hometown'))).to.deep.equal([]);
    expect(blocked(item('salary_date'), '2013-03-31'), 'before it was disputed').to.deep.equal([]);
    const opening = Scenario.given(...base, fact('disputed', '2013-04-01', { fact: eventId(1) }));
    expect(blocked(opening), 'the fact that told the day of birth').to.deep.equal([
      ['retirement', 'disputed'],
    ]);
    const discipline = Scenario.given(
      ...base,
      disciplined('2014-06-01'),
      fact('disputed', '2014-06-15', { fact: eventId(4) }),
    );
    expect(blocked(discipline)).to.deep.equal([
      ['regular_step', 'disputed'],
      ['discipline_lapse', 'disputed'],
    ]);
  });

  it('a regular step stands in one of four lists', () => {
    const list = (due: string | null, day: string, reasons: number, blocked: string | null = null) =>
      stepListOf(
        { due, blocked, reasons: Array.from({ length: reasons }, () => ({ by: '', kind: '', months: 6 })) },
        day,
      );
    expect(list('2016-01-01', '2016-01-01', 0)).to.equal('automatic');
    expect(list('2016-01-01', '2016-01-01', 1)).to.equal('needs_decision');
    expect(list('2016-01-01', '2016-01-02', 1)).to.equal('overdue');
    expect(list(null, '2016-01-02', 0, 'away')).to.equal('blocked');
    expect(list('2016-01-01', '2016-01-02', 0, 'disputed')).to.equal('blocked');
  });
});

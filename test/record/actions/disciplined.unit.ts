import { expect } from 'chai';
import { fieldsOf } from '../../../src/record/fields.js';
import { actionOf } from '../../../src/record/registry.js';
import type { FactContent } from '../../../src/record/action.js';
import { duesOf } from '../../../src/record/dues.js';
import {
  appointed,
  disciplined,
  evaluated,
  eventId,
  fact,
  graded,
  hired,
  lawfulWorld,
  opened,
  raised,
  record,
  Scenario,
} from '../../support/record.js';

describe('Disciplined', () => {
  const officer = Scenario.given(opened(), hired('2010-01-01', { category: 'cong_chuc' }));
  const employee = Scenario.given(opened(), hired('2010-01-01', { category: 'vien_chuc' }));

  it('is kept with form, side and the category on that day, for the law differs by it', () => {
    expect(officer.and(record(disciplined('2013-03-01'))).at('2013-03-01').disciplines).to.deep.equal([
      {
        by: eventId(3),
        since: '2013-03-01',
        side: 'state',
        form: 'cc_khien_trach',
        category: 'cong_chuc',
        lapsedBy: null,
        revokedBy: null,
      },
    ]);
  });

  it('a form for another category: recorded with its finding', () => {
    officer.when(record(disciplined('2013-03-01', 'cc_khien_trach'))).withFindings();
    officer
      .when(record(disciplined('2013-03-01', 'vc_khien_trach')))
      .withFindings('discipline_form_category');
    employee.when(record(disciplined('2013-03-01', 'vc_khien_trach'))).withFindings();
  });

  it('by the Party with a Party form, by a mass organisation with any: in order, in service or not', () => {
    officer.when(record(disciplined('2013-03-01', 'dang_khien_trach', 'party'))).withFindings();
    officer.when(record(disciplined('2009-03-01', 'dang_khien_trach', 'party'))).withFindings();
    officer.when(record(disciplined('2013-03-01', 'unlisted_form', 'union'))).withFindings('code_unverified');
  });

  it('a Party form by the state, or a state form by the Party: recorded with its finding', () => {
    officer
      .when(record(disciplined('2013-03-01', 'dang_khien_trach')))
      .withFindings('discipline_form_category');
    officer
      .when(record(disciplined('2013-03-01', 'cc_khien_trach', 'party')))
      .withFindings('discipline_form_category');
  });

  it('removal from office needs a post on that day', () => {
    officer.when(record(disciplined('2013-03-01', 'cc_cach_chuc'))).withFindings('discipline_form_post');
    officer
      .and(record(appointed('2013-01-01')))
      .when(
        record(fact('dismissed_from_post', '2013-03-01', { position: 'truong_phong' })),
        record(disciplined('2013-03-01', 'cc_cach_chuc')),
      )
      .withFindings();
  });

  it('by the state before any hire: recorded with its finding', () => {
    officer.when(record(disciplined('2009-03-01'))).withFindings('before_hire');
  });

  describe('of a Party member who was disciplined by the Party for the same act', () => {
    const party = (day: string) => disciplined(day, 'dang_canh_cao', 'party');
    const state = (day: string, data: object = {}) =>
      fact('disciplined', day, {
        side: 'state',
        form: 'vc_canh_cao',
        partyDiscipline: eventId(4),
        ...data,
      });
    const given = (...facts: FactContent[]) =>
      Scenario.under(lawfulWorld, opened(), hired('2020-01-01', { category: 'vien_chuc' }), ...facts);
    const dues = (s: Scenario, day: string) => duesOf(s.at(day), day, lawfulWorld);
    const lapse = (s: Scenario, by: number) =>
      dues(s, '2026-12-01').find((d) => d.kind === 'discipline_lapse' && d.by === eventId(by))?.due;

    it('the effect counts from the Party’s decision, by the law from 2026-07-01 (NĐ 234/2026 Đ.2.9)', () => {
      const s = given(graded('2025-01-01'), party('2026-07-10'), state('2026-08-20'));
      expect(s.rules()).to.deep.equal([]);
      expect(lapse(s, 5)).to.equal('2027-07-10');
      const planned = (day: string) => record(fact('planned_for_post', day, { position: 'truong_phong' }));
      s.when(planned('2027-07-09')).withFindings('barred_by_discipline');
      s.when(planned('2027-07-10')).withFindings();
    });

    it('before that law, or with no Party decision, it counts from its own day', () => {
      const earlier = given(graded('2025-01-01'), party('2026-05-10'), state('2026-06-30'));
      expect(lapse(earlier, 5)).to.equal('2027-06-30');
      const alone = given(
        graded('2025-01-01'),
        party('2026-07-10'),
        state('2026-08-20', { partyDiscipline: undefined }),
      );
      expect(lapse(alone, 5)).to.equal('2027-08-20');
    });

    it('a Party decision found wrong gives no day', () => {
      const s = given(graded('2025-01-01'), party('2026-07-10'), state('2026-08-20')).and(
        record(fact('discipline_revoked', '2026-10-01', { discipline: eventId(4) })),
      );
      expect(lapse(s, 5)).to.equal('2027-08-20');
    });

    it('lengthens the wait that ran on the Party’s day; where the step was given since, the one after it', () => {
      const step = (s: Scenario) => dues(s, '2026-08-20').find((d) => d.kind === 'regular_step')?.due;
      const waiting = given(graded('2023-08-01'), party('2026-07-10'), state('2026-08-20'));
      expect(step(waiting)).to.equal('2027-02-01');
      const given8 = given(
        graded('2023-08-01'),
        party('2026-07-10'),
        state('2026-08-20'),
        raised('2026-08-01', 2),
      );
      expect(given8.rules()).to.deep.equal([]);
      expect(step(given8)).to.equal('2030-02-01');
    });
  });

  it('of the state alone does a violation of duties bear on the evaluation of the year', () => {
    const s = Scenario.under(
      lawfulWorld,
      opened(),
      hired('2020-01-01', { category: 'cong_chuc' }),
      evaluated('2026-12-10', 2026, 'cc_tot'),
    );
    const later = (data: object) =>
      record(fact('disciplined', '2026-12-20', { side: 'state', form: 'cc_khien_trach', ...data }));
    s.when(later({ concerns: 'duties' })).withFindings('evaluation_despite_discipline');
    s.when(later({ concerns: 'degradation' })).withFindings('evaluation_despite_discipline');
    s.when(later({ concerns: 'other' })).withFindings();
    s.when(later({})).withFindings();
    s.when(later({ side: 'party', form: 'dang_khien_trach', concerns: 'duties' })).withFindings();
  });

  it('what it says is sealed in the group of discipline, the Party’s decision on the same act too', () => {
    const secrecy = fieldsOf(actionOf('disciplined').fields).map((f) => f.secrecy);
    expect(new Set(secrecy)).to.deep.equal(new Set(['discipline']));
  });
});

import { expect } from 'chai';
import { nextRegularStep } from '../../../src/record/nextStep.js';
import {
  deceased,
  fact,
  graded,
  hired,
  lawfulWorld,
  opened,
  raised,
  record,
  Scenario,
} from '../../support/record.js';

describe('Military service', () => {
  const base = Scenario.given(opened());
  const served = (effective: string, data: object = {}) =>
    record(fact('military_service', effective, data, { number: null }));

  it('from enlistment to discharge with the highest rank; a year is enough', () => {
    base.when(served('1998-03', { discharged: '2000', highestRank: 'trung_si' })).withFindings();
    base.when(served('1998')).withFindings();
  });

  it('discharged before enlistment: recorded with its finding', () => {
    base.when(served('1998-03-02', { discharged: '1998-03-01' })).withFindings('period_reversed');
  });

  it('after death is refused', () => {
    base
      .and(record(deceased('2013-01-01')))
      .when(served('2013-01-02'))
      .refusedBy('after_death');
  });

  describe('of somebody in service', () => {
    const employed = Scenario.given(opened(), hired('2010-01-01'), graded('2014-01-01'));
    const due = (s: Scenario, day: string) => nextRegularStep(s.at(day), day, lawfulWorld).due;

    it('is time away that did not count for a step before 2021-08-15, and counts from then on', () => {
      const early = employed.and(served('2015-02-01', { discharged: '2016-01-31' }));
      expect(due(early, '2016-12-31')).to.equal('2018-01-01');
      const late = employed
        .and(record(raised('2022-01-01', 2)))
        .and(served('2022-02-01', { discharged: '2023-01-31' }));
      expect(due(late, '2024-12-31')).to.equal('2025-01-01');
    });

    it('lasts to the discharge, or to the return to work', () => {
      const away = employed.and(served('2015-02-01'));
      expect(away.at('2015-06-01').absences[0]).to.include({ kind: 'military', until: null });
      const back = away.and(record(fact('leave_ended', '2016-02-01')));
      expect(back.at('2016-02-01').absences[0]?.until).to.equal('2016-01-31');
      expect(back.rules()).to.deep.equal([]);
    });
  });

  it('before the hire it changes nothing else', () => {
    expect(base.and(served('1998')).at('1999-01-01')).to.deep.equal(base.at('1999-01-01'));
  });
});

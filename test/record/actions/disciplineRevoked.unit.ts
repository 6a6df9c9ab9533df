import { expect } from 'chai';
import { standingDisciplines } from '../../../src/record/state.js';
import {
  disciplined,
  eventId,
  fact,
  hired,
  opened,
  record,
  rescind,
  Scenario,
} from '../../support/record.js';

const revoked = (effective: string, discipline = eventId(3)) =>
  record(fact('discipline_revoked', effective, { discipline, reason: 'Xử lý không đúng' }));

describe('Discipline revoked', () => {
  const base = Scenario.given(opened(), hired(), disciplined('2013-03-01'));

  it('from that day it counts nowhere, and stays visible', () => {
    const s = base.and(revoked('2013-09-01'));
    expect(standingDisciplines(s.at('2013-08-31'))).to.have.length(1);
    expect(standingDisciplines(s.at('2013-09-01'))).to.deep.equal([]);
    expect(s.at('2013-09-01').disciplines[0]?.revokedBy).to.equal(eventId(4));
  });

  it('also after it lapsed; and when the revocation is rescinded, the discipline counts again', () => {
    const s = base
      .and(record(fact('discipline_lapsed', '2014-03-01', { discipline: eventId(3) })))
      .and(revoked('2014-09-01'));
    expect(s.rules()).to.deep.equal([]);
    expect(standingDisciplines(s.and(rescind(5)).at('2014-09-01'))).to.have.length(1);
  });

  it('twice, or of a discipline that is not there: recorded with its finding', () => {
    base.and(revoked('2013-09-01')).when(revoked('2013-10-01')).withFindings('discipline_not_running');
    base.when(revoked('2013-09-01', eventId(2))).withFindings('discipline_not_running');
  });
});

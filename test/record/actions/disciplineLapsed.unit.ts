import { expect } from 'chai';
import { disciplined, eventId, fact, hired, opened, record, Scenario } from '../../support/record.js';

const lapsed = (effective: string, discipline = eventId(3)) =>
  record(fact('discipline_lapsed', effective, { discipline }, { number: null }));

describe('Discipline lapsed', () => {
  const base = Scenario.given(opened(), hired(), disciplined('2013-03-01'));

  it('needs no paper; the discipline stays in the record as lapsed', () => {
    const s = base.and(lapsed('2014-03-01'));
    expect(s.rules()).to.deep.equal([]);
    expect(s.at('2014-03-01').disciplines[0]).to.include({ by: eventId(3), lapsedBy: eventId(4) });
    expect(s.at('2014-02-28').disciplines[0]?.lapsedBy).to.equal(null);
  });

  it('of a discipline that is not there, not yet there, lapsed or revoked: recorded with its finding', () => {
    base.when(lapsed('2014-03-01', eventId(2))).withFindings('discipline_not_running');
    base.when(lapsed('2013-02-28')).withFindings('discipline_not_running');
    base.and(lapsed('2014-03-01')).when(lapsed('2014-04-01')).withFindings('discipline_not_running');
    base
      .and(record(fact('discipline_revoked', '2013-09-01', { discipline: eventId(3) })))
      .when(lapsed('2014-03-01'))
      .withFindings('discipline_not_running');
  });
});

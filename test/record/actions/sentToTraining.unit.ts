import { expect } from 'chai';
import { eventId, fact, hired, opened, record, Scenario } from '../../support/record.js';

const sent = (effective: string, data: object = {}) => fact('sent_to_training', effective, data);

describe('Sent to training', () => {
  it('is open until it is completed, with its planned end', () => {
    const s = Scenario.given(opened(), hired()).and(
      record(
        sent('2013-09-01', { institution: 'dhdn', level: 'ths', until: '2015-08-31', allowance: '9000000' }),
      ),
    );
    expect(s.at('2014-01-01').trainings).to.deep.equal([
      { by: eventId(3), since: '2013-09-01', until: '2015-08-31' },
    ]);
    expect(s.rules()).to.deep.equal([]);
  });

  it('before the hire: recorded with its finding', () => {
    Scenario.given(opened(), hired('2010-01-01'))
      .when(record(sent('2009-09-01')))
      .withFindings('before_hire');
  });
});

import { expect } from 'chai';
import { eventId, fact, hired, opened, record, Scenario } from '../../support/record.js';

const completed = (effective: string, data: object = {}) => fact('training_completed', effective, data);

describe('Training completed', () => {
  const base = Scenario.given(
    opened(),
    hired(),
    fact('sent_to_training', '2013-09-01', { institution: 'dhdn' }),
  );

  it('ends the sending that it names', () => {
    const s = base.and(record(completed('2015-08-31', { sending: eventId(3), graduation: 'gioi' })));
    expect(s.at('2015-08-31').trainings).to.deep.equal([]);
    expect(s.at('2015-08-30').trainings).to.have.length(1);
    expect(s.rules()).to.deep.equal([]);
  });

  it('an old course without a sending, before any hire: in order', () => {
    base
      .when(record(completed('1999-06', { from: '1998', institutionName: 'Trường Chính trị' })))
      .withFindings();
  });

  it('a sending that is not in the record, or completed already: recorded with its finding', () => {
    base.when(record(completed('2015-08-31', { sending: eventId(2) }))).withFindings('training_not_open');
    base
      .and(record(completed('2015-08-31', { sending: eventId(3) })))
      .when(record(completed('2015-09-30', { sending: eventId(3) })))
      .withFindings('training_not_open');
  });
});

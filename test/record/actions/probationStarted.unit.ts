import { expect } from 'chai';
import { fieldsOf } from '../../../src/record/fields.js';
import { actionOf } from '../../../src/record/registry.js';
import { eventId, fact, hired, opened, record, Scenario } from '../../support/record.js';

const started = (effective: string, data: object = {}) => fact('probation_started', effective, data);

describe('Probation started', () => {
  const base = Scenario.given(opened(), hired('2013-01-01'));

  it('runs from its day to the last day named', () => {
    const s = base.and(record(started('2013-01-01', { until: '2013-12-31', pay: 'huong_85' })));
    expect(s.at('2013-01-01').probations).to.deep.equal([
      { by: eventId(3), since: '2013-01-01', until: '2013-12-31', endedBy: null },
    ]);
    expect(s.rules()).to.deep.equal([]);
  });

  it('ends when the person leaves; one that was over keeps its own end', () => {
    const left = record(fact('left_service', '2013-07-01'));
    const [cut] = base.and(record(started('2013-01-01')), left).at('2013-07-01').probations;
    expect(cut).to.include({ until: '2013-06-30', endedBy: eventId(4) });
    const [kept] = base
      .and(record(started('2013-01-01', { until: '2013-03-31' })), left)
      .at('2013-07-01').probations;
    expect(kept).to.include({ until: '2013-03-31', endedBy: null });
  });

  it('a last day before the first: recorded with its finding', () => {
    base.when(record(started('2013-01-01', { until: '2012-12-31' }))).withFindings('ends_before_start');
  });

  it('mentor and pay are sealed', () => {
    for (const field of fieldsOf(actionOf('probation_started').fields))
      expect(field.secrecy, field.name).to.not.equal('open');
  });
});

import { expect } from 'chai';
import { fieldsOf } from '../../../src/record/fields.js';
import { nextRegularStep } from '../../../src/record/nextStep.js';
import { actionOf } from '../../../src/record/registry.js';
import { fact, graded, hired, opened, record, Scenario, world } from '../../support/record.js';

const suspended = (effective: string, data: object = {}) =>
  fact('suspended', effective, { kind: 'work', pay: 'huong_50_dinh_chi', ...data });

describe('Suspended', () => {
  const base = Scenario.given(opened(), hired('2010-01-01'), graded('2010-01-01'));

  it('the time does not count for the next step, by what the list says of suspension', () => {
    const s = base.and(record(suspended('2012-01-01', { until: '2012-03-31' })));
    expect(s.at('2012-01-01').absences.map((a) => a.kind)).to.deep.equal(['suspension']);
    expect(nextRegularStep(s.at('2012-12-31'), '2012-12-31', world).due).to.equal('2013-04-01');
  });

  it('while suspended already: recorded with its finding; anew after its last day: in order', () => {
    const s = base.and(record(suspended('2012-01-01', { until: '2012-01-15' })));
    s.when(record(suspended('2012-01-10'))).withFindings('absence_running');
    s.when(record(suspended('2012-01-16', { kind: 'detention' }))).withFindings();
  });

  it('why and how is sealed in the group of discipline', () => {
    const secrecy = Object.fromEntries(
      fieldsOf(actionOf('suspended').fields).map((f) => [f.name, f.secrecy]),
    );
    expect(secrecy).to.deep.equal({
      kind: 'discipline',
      until: 'discipline',
      pay: 'pay_tax',
      reason: 'discipline',
    });
  });
});

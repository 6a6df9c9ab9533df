import { expect } from 'chai';
import { fieldsOf } from '../../../src/record/fields.js';
import { nextRegularStep } from '../../../src/record/nextStep.js';
import { actionOf } from '../../../src/record/registry.js';
import { fact, graded, hired, lawfulWorld, opened, record, Scenario, world } from '../../support/record.js';

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

  it('a suspended sentence is worked through: it counts until 2021-08-14, and no longer from then on', () => {
    const due = (since: string, until: string) => {
      const s = Scenario.given(
        opened(),
        hired('2010-01-01'),
        graded(`${since.slice(0, 4)}-01-01`),
        suspended(since, { kind: 'suspended_sentence', until }),
      );
      return nextRegularStep(s.at('2026-01-01'), '2026-01-01', lawfulWorld).due;
    };
    expect(due('2015-02-01', '2015-07-31')).to.equal('2018-01-01');
    expect(due('2022-02-01', '2022-07-31')).to.equal('2025-07-01');
  });

  it('once the discipline group is erased it delays nothing', () => {
    const { document: _document, ...content } = suspended('2012-01-01');
    const erased = { ...content, data: {}, erased: ['discipline' as const] };
    const s = Scenario.given(opened(), hired('2010-01-01'), graded('2010-01-01'), erased);
    expect(nextRegularStep(s.at('2012-12-31'), '2012-12-31', world).due).to.equal('2013-01-01');
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
